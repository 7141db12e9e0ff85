"""Where a marketplace sends the browser back to after a consent."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nexus_ui.adapters import CATALOGUE
from nexus_ui.errors import Refused
from nexus_ui.flows import consent
from nexus_ui.flows.sign_in import Role
from nexus_ui.web.guard import Door, signed_in

WIZARD = "/connections/add"
REFUSALS = {"consent": "This consent was used already, took longer than ten minutes, or began in another browser."}
"""What the wizard says for `?refused=<word>`; anything known about the consent itself is kept with its draft."""


async def callback(request: Request) -> Response:
    """GET /oauth/<marketplace>/callback: back to the wizard or the connection's page with the draft."""
    who = signed_in(request)
    slug = request.path_params["marketplace"]
    try:
        came = await consent.finish(slug, dict(request.query_params), who)
    except Refused:
        known = {"marketplace": slug} if slug in CATALOGUE else {}
        return RedirectResponse(f"{WIZARD}?{urlencode({**known, 'refused': 'consent'})}", 303)
    page = f"/connections/{came.connection_id}/credentials" if came.connection_id else WIZARD
    return RedirectResponse(f"{page}?{urlencode({'draft': came.draft_id})}", 303)


DOORS = (Door("/oauth/{marketplace}/callback", "GET", callback, Role.ADMIN),)
