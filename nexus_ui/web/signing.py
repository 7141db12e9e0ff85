"""Signing in and out: plain forms, so that the session cookie is set by HTTP and no script ever sees it."""

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nexus_ui import settings
from nexus_ui.errors import BadInput, NotAllowed, Refused
from nexus_ui.flows import sign_in
from nexus_ui.web.guard import Door, sender

COOKIE_LASTS = 400 * 24 * 3600
"""Longer than any session: the server decides when a session ends (Chromium caps cookies at 400 days, 2026-11-23)."""

REFUSALS = {
    "wrong": "This e-mail address and password do not belong together.",
    "throttled": "Too many attempts. Wait a few minutes and try again.",
    "link": "This link was used already or is too old. Ask for a new one.",
    "email": "Enter an e-mail address, such as anna@example.com.",
    "taken": "Somebody with this e-mail address can sign in already.",
    "password": "The password needs 10 to 256 characters.",
}
"""What the sign-in and welcome pages say for `?refused=<word>`; the address carries a word, never a sentence."""


async def enter(request: Request) -> Response:
    """POST /auth/sign-in: e-mail and password; sets the cookie, or goes back with a refusal."""
    form = await request.form(max_files=0, max_fields=8)
    goal = _inside(_text(form, "next"))
    try:
        cookie = await run_in_threadpool(
            sign_in.sign_in, _text(form, "email"), _text(form, "password"), sender(request)
        )
    except sign_in.Throttled:
        return _back("/sign-in", "throttled", next=goal)
    except NotAllowed:
        return _back("/sign-in", "wrong", next=goal)
    return _let_in(cookie, goal)


async def leave(request: Request) -> Response:
    """POST /auth/sign-out: ends the session on the server and drops the cookie."""
    await run_in_threadpool(sign_in.sign_out, request.cookies.get(sign_in.COOKIE, ""))
    answer = _see_other("/sign-in")
    answer.delete_cookie(sign_in.COOKIE, path="/", httponly=True, samesite="lax", secure=_secure())
    return answer


async def welcome(request: Request) -> Response:
    """POST /auth/owner: a one-time link with name, e-mail and a new password; signs in, or goes back with a refusal."""
    form = await request.form(max_files=0, max_fields=8)
    link = _text(form, "link")
    try:
        cookie = await run_in_threadpool(
            sign_in.redeem,
            link,
            email=_text(form, "email"),
            name=_text(form, "name"),
            password=_text(form, "password"),
            time_zone=_text(form, "time_zone"),
        )
    except Refused as refusal:
        return _back("/welcome", _word(refusal), link=link)
    return _let_in(cookie, "/")


DOORS = (
    Door("/auth/sign-in", "POST", enter, None, why_open="this is where a session begins; attempts are throttled"),
    Door("/auth/owner", "POST", welcome, None, why_open="a one-time link stands for the session"),
    Door("/auth/sign-out", "POST", leave, sign_in.Role.VIEWER),
)


def _let_in(cookie: str, goal: str) -> Response:
    answer = _see_other(goal)
    answer.set_cookie(
        sign_in.COOKIE, cookie, max_age=COOKIE_LASTS, path="/", httponly=True, samesite="lax", secure=_secure()
    )
    return answer


def _back(page: str, word: str, **more: str) -> Response:
    return _see_other(
        f"{page}?{urlencode({'refused': word, **{name: value for name, value in more.items() if value}})}"
    )


def _see_other(goal: str) -> Response:
    return RedirectResponse(goal, 303)


def _word(refusal: Refused) -> str:
    if isinstance(refusal, BadInput):
        return "taken" if "already" in refusal.message else refusal.field
    return "link"


def _inside(goal: str) -> str:
    """`goal` when it is a path of ours, else the front page; never another site."""
    plain = goal.startswith("/") and not goal.startswith("//") and "\\" not in goal and goal.isprintable()
    return goal if plain else "/"


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _secure() -> bool:
    return settings.current().public_url.startswith("https://")
