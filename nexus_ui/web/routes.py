"""Every HTTP route of the product in one table, and what stands around Reflex's own."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from nexus_ui import settings
from nexus_ui.flows.sign_in import COOKIE, Role, who
from nexus_ui.web import consents, evidence, exports, health, reconnecting, signing, webhooks
from nexus_ui.web.guard import READING, Door, came_from_us
from nexus_ui.web.headers import SecurityHeaders, content_policy
from nexus_ui.web.hosts import KnownHosts

DOORS: tuple[Door, ...] = (
    *webhooks.DOORS,
    *signing.DOORS,
    *consents.DOORS,
    *reconnecting.DOORS,
    *exports.DOORS,
    *evidence.DOORS,
    *health.DOORS,
)

BUILT_PAGES = Path(".web/build/client")
CLOSED = frozenset({"/_health", "/_all_routes", "/auth-codespace"})
"""Routes Reflex may offer that nobody needs here; they answer 404."""
UPLOADS = "/_upload"


def around(inner: ASGIApp) -> ASGIApp:
    """The product's routes in front of Reflex's own, with security headers on everything."""
    app = Starlette(routes=[door.route() for door in DOORS])
    app.mount("", ReflexGate(inner))
    https = settings.current().public_url.startswith("https://")
    return SecurityHeaders(KnownHosts(app), content_policy(sorted(BUILT_PAGES.rglob("*.html"))), https)


class ReflexGate:
    """Closes what Reflex offers and we do not use, and asks uploads for a session that may change things."""

    def __init__(self, inner: ASGIApp) -> None:
        """Stand in front of `inner`."""
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        refusal = await self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._inner)(scope, receive, send)

    async def _refusal(self, scope: Scope) -> JSONResponse | None:
        path = scope["path"].rstrip("/")
        if path in CLOSED:
            return JSONResponse({"error": "Not found."}, 404)
        if path != UPLOADS and not path.startswith(f"{UPLOADS}/"):
            return None
        request = Request(scope)
        somebody = await run_in_threadpool(who, request.cookies.get(COOKIE))
        if somebody is None:
            return JSONResponse({"error": "Sign in first."}, 401)
        if not somebody.may(Role.ADMIN) or (request.method not in READING and not came_from_us(request)):
            return JSONResponse({"error": "Your role does not allow this."}, 403)
        return None
