"""Where a marketplace sends the browser back to after a consent."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nexus_ui.errors import Refused
from nexus_ui.flows import consent
from nexus_ui.flows.sign_in import Role
from nexus_ui.web.guard import Door, signed_in

WIZARD = "/connections/add"
REFUSALS = {"consent": "This consent was used already, took longer than ten minutes, or began in another browser."}
"""What the wizard says for `?refused=<word>`; anything known about the consent itself is kept with its draft."""


async def callback(request: Request) -> Response:
    """GET /oauth/<marketplace>/callback: back into the wizard with the draft, or with what went wrong."""
    who = signed_in(request)
    slug = request.path_params["marketplace"]
    try:
        came = await consent.finish(slug, dict(request.query_params), who)
    except Refused:
        return _to_wizard(refused="consent")
    return _to_wizard(draft=came.draft_id, connection=came.connection_id or "")


DOORS = (Door("/oauth/{marketplace}/callback", "GET", callback, Role.ADMIN),)


def _to_wizard(**words: str) -> Response:
    return RedirectResponse(f"{WIZARD}?{urlencode({name: word for name, word in words.items() if word})}", 303)
