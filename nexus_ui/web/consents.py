"""Where a marketplace sends the browser back to after a consent: of somebody signed in, or of a link's guest."""

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from nexus_ui.adapters import CATALOGUE
from nexus_ui.errors import Refused
from nexus_ui.flows import consent
from nexus_ui.flows.sign_in import COOKIE, Role, Who, who
from nexus_ui.web import reconnecting
from nexus_ui.web.guard import Door

WIZARD = "/connections/add"
REFUSALS = {"consent": "This consent was used already, took longer than ten minutes, or began in another browser."}
"""What the wizard says for `?refused=<word>`; anything known about the consent itself is kept with its draft."""
BY_STATE = "the state in it works once, in the browser that began: an admin's, or one that came by a reconnect link"


async def callback(request: Request) -> Response:
    """GET /oauth/<marketplace>/callback: back to the wizard, the connection's page or the guest's, with the draft."""
    somebody = await run_in_threadpool(who, request.cookies.get(COOKIE))
    visitor = reconnecting.visitor(request)
    present = [one for one in (somebody, visitor) if one is not None and (one is visitor or one.may(Role.ADMIN))]
    if not present:
        return _shut(somebody)
    slug = request.path_params["marketplace"]
    try:
        came = await consent.finish(slug, dict(request.query_params), *present)
    except Refused:
        if somebody is None:
            return reconnecting.back(request, "consent")
        known = {"marketplace": slug} if slug in CATALOGUE else {}
        return RedirectResponse(f"{WIZARD}?{urlencode({**known, 'refused': 'consent'})}", 303)
    if visitor is not None and came.person_id == visitor.person_id:
        return await reconnecting.consented(request, came)
    page = f"/connections/{came.connection_id}/credentials" if came.connection_id else WIZARD
    return RedirectResponse(f"{page}?{urlencode({'draft': came.draft_id})}", 303)


def _shut(somebody: Who | None) -> Response:
    if somebody is None:
        return JSONResponse({"error": "Sign in first."}, 401)
    return JSONResponse({"error": "Your role does not allow this."}, 403)


DOORS = (Door("/oauth/{marketplace}/callback", "GET", callback, None, why_open=BY_STATE),)
