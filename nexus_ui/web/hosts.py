"""Answers only to the names this installation has, so that no foreign name can be pointed at it (DNS rebinding)."""

from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from nexus_ui import settings

OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with, never listened on
ASKED_BY_ADDRESS = "/api/health/"
"""Monitors ask by whatever address they know, and learn only yes or no."""


class KnownHosts:
    """Stands in front of everything and refuses requests for other names."""

    def __init__(self, inner: ASGIApp) -> None:
        """Pass what is meant for us on to `inner`."""
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse with a sentence, or pass on."""
        asked = scope["type"] in {"http", "websocket"} and not scope["path"].startswith(ASKED_BY_ADDRESS)
        if asked and _name(Headers(scope=scope).get("host", "")) not in names():
            await self._refuse(scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        said = (
            f"This is {settings.current().public_url}. Open that address, or set NEXUS_PUBLIC_URL to the one you use."
        )
        await PlainTextResponse(said, 421)(scope, receive, send)


def names() -> frozenset[str]:
    """Every name that means this installation."""
    here = settings.current()
    return (OWN_NAMES | {here.host.lower(), site_of(here.public_url)}) - EVERYWHERE


@lru_cache(maxsize=512)
def site_of(address: str) -> str:
    """The host of an address, lower case and without its port; empty when it has none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _name(host: str) -> str:
    return site_of(f"//{host}")
