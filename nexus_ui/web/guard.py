"""The guard in front of every route: whose session it is, whether the role suffices, and where a form came from."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from nexus_ui import settings
from nexus_ui.errors import NotAllowed
from nexus_ui.flows.sign_in import COOKIE, Role, Who, who

Answer = Callable[[Request], Awaitable[Response]]
READING = frozenset({"GET", "HEAD"})
LARGEST_FORM = 64 * 1024


@dataclass(frozen=True, slots=True)
class Door:
    """One HTTP route: what it answers and the role it asks for. Without a role it must say why it is open.

    `by_machines`: what comes is no form of ours; the answer itself proves where it is from, and how large it may be.
    """

    path: str
    method: str
    answer: Answer
    needs: Role | None
    why_open: str = ""
    by_machines: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for an open door without a reason."""
        if self.needs is None and not self.why_open:
            raise ValueError(f"{self.path} asks for no role and does not say why")

    def route(self) -> Route:
        """The guarded Starlette route."""
        return Route(self.path, self._guarded, methods=[self.method])

    async def _guarded(self, request: Request) -> Response:
        if self.method not in READING and not self.by_machines:
            if not came_from_us(request):
                return JSONResponse({"error": "This form was sent from another site."}, 403)
            if not _is_small(request):
                return JSONResponse({"error": "This form is too large."}, 413)
        if self.needs is not None:
            somebody = await run_in_threadpool(who, request.cookies.get(COOKIE))
            if somebody is None:
                return JSONResponse({"error": "Sign in first."}, 401)
            if not somebody.may(self.needs):
                return JSONResponse({"error": "Your role does not allow this."}, 403)
            request.state.who = somebody
        return await self.answer(request)


def signed_in(request: Request) -> Who:
    """The person the guard let through; raises NotAllowed on a door that asks for nobody."""
    somebody = getattr(request.state, "who", None)
    if not isinstance(somebody, Who):
        raise NotAllowed("Sign in first.")
    return somebody


def came_from_us(request: Request) -> bool:
    """Whether the browser says that a page of ours sent this: Origin, or else Referer, names our own address."""
    said = request.headers.get("origin") or request.headers.get("referer")
    if not said:
        return False
    site = said.partition("://")[2].partition("/")[0].lower()
    return bool(site) and site in {request.headers.get("host", "").lower(), _public_site()}


def sender(request: Request) -> str:
    """Where a request comes from, for throttling."""
    return request.client.host if request.client else "unknown"


def _is_small(request: Request) -> bool:
    """Whether the request says how long it is, and is no longer than any form of ours."""
    length = request.headers.get("content-length", "")
    return length.isdecimal() and int(length) <= LARGEST_FORM


def _public_site() -> str:
    return urlsplit(settings.current().public_url).netloc.lower()
