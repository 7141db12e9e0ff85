"""The forms behind a reconnect link: typed credentials, and the way to a marketplace's consent page and back."""

from html import escape
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from nexus_ui import settings
from nexus_ui.errors import BadInput, NotAllowed, NotFound, Refused
from nexus_ui.flows import reconnect_link
from nexus_ui.flows.consent import Returned
from nexus_ui.flows.reconnect_link import NotAccepted
from nexus_ui.flows.sign_in import Who
from nexus_ui.security import tokens
from nexus_ui.web.guard import Door

PAGE = "/reconnect"
TRIP = "nexus_reconnect"
TRIP_SECONDS = 600
REFUSALS = {
    "link": "This link was used already, was withdrawn, or is too old. Ask for a new one.",
    "other_account": "Another account answered. Sign in there with the account that is named here.",
    "consent": "The consent was not given, took longer than ten minutes, or began in another browser. Try again.",
    "bad_input": "Fill in every box as its example shows.",
    "invalid_credentials": "The marketplace does not know this key or secret. Check them, then try again.",
    "token_expired": "The marketplace says that this access has ended. Make a new one there, then try again.",
    "scope_missing": "The marketplace says that a permission is missing. Grant it there, then try again.",
    "account_suspended": "The marketplace has suspended this account. Its seller portal says why.",
    "setup_wrong": "The marketplace does not find this account with these values.",
    "check_failed": "The account answers, but something this connection needs is not allowed there.",
    "unavailable": "The marketplace does not answer properly right now. Try again in a few minutes.",
    "rate_limited": "The marketplace asks to wait. Try again in a minute.",
    "failed": "The marketplace did not accept this. Check the values, then try again.",
}
"""What the page says for `?refused=<word>`; the address carries a word, never a sentence."""
BY_LINK = "a one-time link stands for the session; it leads to one connection and is counted"


async def enter(request: Request) -> Response:
    """POST /auth/reconnect: a link with typed credentials; takes them over, or goes back with a refusal."""
    form = await request.form(max_files=0, max_fields=30)
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    link = typed.pop("link", "")[:200]
    try:
        await reconnect_link.enter(link, typed)
    except Refused as no:
        return _page(link, refused=_word(no), at=no.field if isinstance(no, BadInput) else "")
    return _page("", done="1")


async def go(request: Request) -> Response:
    """POST /auth/reconnect/consent: a link; sends this browser to the marketplace's consent page.

    Browsers hold a form's redirects to our own address, as the content policy says, so a page leads there.
    """
    form = await request.form(max_files=0, max_fields=4)
    given = form.get("link")
    link, browser = given[:200] if isinstance(given, str) else "", tokens.new_token()
    try:
        address = await reconnect_link.begin(link, browser)
    except Refused as no:
        return _page(link, refused=_word(no))
    goal = escape(address, quote=True)
    answer = HTMLResponse(
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={goal}">'
        f'<title>Reconnect</title><p><a href="{goal}">Go on to the marketplace</a></p>',
        headers={"Cache-Control": "no-store"},
    )
    secure = settings.current().public_url.startswith("https://")
    answer.set_cookie(
        TRIP, f"{browser}.{link}", max_age=TRIP_SECONDS, path="/oauth", httponly=True, samesite="lax", secure=secure
    )
    return answer


async def consented(request: Request, came: Returned) -> Response:
    """Take over what a guest's consent brought."""
    try:
        await run_in_threadpool(reconnect_link.finish, _trip(request)[1], came)
    except Refused as no:
        return back(request, _word(no))
    return _left(_page("", done="1"))


def visitor(request: Request) -> Who | None:
    """The guest on the way back from a consent, if this browser is one's."""
    browser, link = _trip(request)
    return reconnect_link.guest(link, browser) if browser and link else None


def back(request: Request, word: str) -> Response:
    """Back to the link's page with a refusal."""
    return _left(_page(_trip(request)[1], refused=word))


DOORS = (
    Door("/auth/reconnect", "POST", enter, None, why_open=BY_LINK),
    Door("/auth/reconnect/consent", "POST", go, None, why_open=BY_LINK),
)


def _trip(request: Request) -> tuple[str, str]:
    browser, _, link = request.cookies.get(TRIP, "")[:400].partition(".")
    return browser, link


def _left(answer: Response) -> Response:
    answer.delete_cookie(TRIP, path="/oauth", httponly=True, samesite="lax")
    return answer


def _page(link: str, **told: str) -> Response:
    asked = {"link": link, **told}
    return RedirectResponse(f"{PAGE}?{urlencode({name: value for name, value in asked.items() if value})}", 303)


def _word(no: Refused) -> str:
    if isinstance(no, NotAccepted):
        word = "consent" if no.error_kind == NotAllowed.kind else no.error_kind
    else:
        word = "link" if isinstance(no, NotAllowed | NotFound) else no.kind
    return word if word in REFUSALS else "failed"
