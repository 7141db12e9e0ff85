"""Runs the product's web process for the access tests: writes down every handler and route it has, then serves.

python -m tests.web.running PORT INVENTORY
"""

import contextlib
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn

BEAT_SECONDS = 3.0


def handlers() -> list[dict[str, Any]]:
    """Every event handler of every state class, with its own parameters and what the product declares about it."""
    from reflex_base.registry import RegistrationContext

    from nexus_ui.ui.access import REGISTRY

    found = []
    for name, registered in RegistrationContext.get().event_handlers.items():
        function = registered.handler.fn
        original = getattr(function, "__wrapped__", function)
        declared = REGISTRY.get(f"{original.__module__}.{original.__qualname__}")
        found.append(
            {
                "name": name,
                "module": original.__module__,
                "code": f"{original.__module__}.{original.__qualname__}",
                "role": declared.role if declared else None,
                "background": declared.background if declared else False,
                "parameters": _parameters(original),
            }
        )
    return found


def routes(app: Any, before: str = "") -> list[dict[str, Any]]:
    """Every HTTP route and mount of an ASGI app, however deep it is nested."""
    inner = getattr(app, "_inner", None) or getattr(app, "app", None)
    table = getattr(app, "routes", None)
    if table is None:
        return routes(inner, before) if inner is not None else []
    found = []
    for route in table:
        path = before + getattr(route, "path", "")
        below = routes(getattr(route, "app", None), path) if not hasattr(route, "endpoint") else []
        kind = type(route).__name__
        methods = sorted(getattr(route, "methods", None) or [])
        found += below or [{"path": path, "kind": kind, "methods": methods}]
    return found


def _parameters(function: Any) -> dict[str, str]:
    code = function.__code__
    names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
    return {name: str(function.__annotations__.get(name, "")) for name in names}


def main(port: int, inventory: Path) -> None:
    """Write the inventory, then serve until stopped."""
    from nexus_ui import serving

    serving.become_production(pages=False)
    from nexus_ui.nexus_ui import app

    asgi = app()
    inventory.write_text(json.dumps({"handlers": handlers(), "routes": routes(asgi)}))
    threading.Thread(target=_beat, daemon=True).start()
    uvicorn.run(asgi, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)


def _beat() -> None:
    """Give an engine's signs of life, so that the watchman finds nothing to write down; nothing is synced."""
    from nexus_ui.clock import utcnow
    from nexus_ui.storage import beats

    began = utcnow()
    while True:
        time.sleep(BEAT_SECONDS)
        for kind in ("scheduler", "worker"):
            with contextlib.suppress(Exception):
                beats.beat(f"{kind} nobody", kind, utcnow(), began, "nobody")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
