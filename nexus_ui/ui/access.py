"""Who may do what on the page: every event handler is declared with the role it needs, and checked before it runs.

A browser can send any argument to any handler, signed in or not, and an open socket keeps the cookie it began with: so
each single event asks the database whether the session behind the cookie still stands.
"""

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from nexus_ui.errors import NexusError, NotAllowed
from nexus_ui.flows import sign_in
from nexus_ui.ui.parts import toast_bad

SIGN_IN = "/sign-in"
PUBLIC = "public"
RANK = {PUBLIC: 0, "viewer": 1, "admin": 2, "owner": 3}


@dataclass(frozen=True, slots=True)
class Rule:
    """What one event handler asks for."""

    handler: str
    role: str
    background: bool


REGISTRY: dict[str, Rule] = {}
"""Every declared handler by `module.Class.method`."""

_present: ContextVar[sign_in.Who | None] = ContextVar("who", default=None)


def who() -> sign_in.Who:
    """The person behind the event being handled; raises NotAllowed when nobody is."""
    present = _present.get()
    if present is None:
        raise NotAllowed("Sign in to do this.")
    return present


def anybody() -> bool:
    """Whether somebody is signed in behind the event being handled."""
    return _present.get() is not None


def forget(state: rx.State) -> None:
    """Drop whatever an earlier person left in this tab."""
    for page in state._get_root_state().substates.values():
        page.reset()


def needs(role: str, background: bool = False, **event: Any) -> Callable[[Callable[..., Any]], Any]:
    """Declare an event handler that only people of at least `role` may run (`public`: anybody).

    Works for plain, async, generator and background handlers. What goes wrong as expected
    (a `NexusError`) is said in its own sentence, not thrown.
    """
    if role not in RANK:
        raise ValueError(f"no such role: {role}")

    def declare(handler: Callable[..., Any]) -> Any:
        steps = inspect.isasyncgenfunction(handler) or inspect.isgeneratorfunction(handler)
        guarded = _guard_steps(handler, role) if steps else _guard_call(handler, role)
        name = f"{handler.__module__}.{handler.__qualname__}"
        REGISTRY[name] = Rule(name, role, background)
        return rx.event(background=background, **event)(guarded)

    return declare


async def admit(state: rx.State, role: str) -> Any:
    """None when the person behind `state` may go on; otherwise the event that turns them away."""
    present = await asyncio.to_thread(sign_in.who, session_cookie(state.router.headers.cookie))
    _present.set(present)
    if role == PUBLIC:
        return None
    if present is None:
        return rx.redirect(_sign_in_address(state))
    if RANK.get(present.role, 0) < RANK[role]:
        return toast_bad(f"Your role is {present.role}: this needs {role}. Nothing was changed.")
    return None


def _sign_in_address(state: rx.State) -> str:
    """The sign-in page, which leads back here afterwards."""
    url = state.router.url
    here = url.path + (f"?{url.query}" if url.query else "")
    return SIGN_IN if here in {"", "/"} else f"{SIGN_IN}?{urlencode({'next': here})}"


def session_cookie(header: str) -> str:
    """The value of the session cookie in a Cookie header, or ""."""
    try:
        found = SimpleCookie(header).get(sign_in.COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _guard_call(handler: Callable[..., Any], role: str) -> Callable[..., Any]:
    @functools.wraps(handler)
    async def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        refusal = await admit(self, role)
        if refusal is not None:
            return refusal
        try:
            answer = handler(self, *args, **kwargs)
            return await answer if inspect.isawaitable(answer) else answer
        except NexusError as no:
            return toast_bad(no.message)

    return guarded


def _guard_steps(handler: Callable[..., Any], role: str) -> Callable[..., Any]:
    @functools.wraps(handler)
    async def guarded(self: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        refusal = await admit(self, role)
        if refusal is not None:
            yield refusal
            return
        try:
            steps = handler(self, *args, **kwargs)
            if inspect.isasyncgen(steps):
                async for step in steps:
                    yield step
            else:
                for step in steps:
                    yield step
        except NexusError as no:
            yield toast_bad(no.message)

    return guarded


class Session(rx.State):
    """Who is signed in, as the frame shows it. Nothing here decides anything: `needs` does."""

    name: str = ""
    email: str = ""
    role: str = ""
    zone: str = ""
    initials: str = ""
    may_change: bool = False
    is_owner: bool = False
    ended: bool = False

    @needs("viewer")
    async def enter(self) -> None:
        """The guard of every page: let the signed-in person in, send everybody else to the sign-in page."""
        here = who()
        self.name, self.email, self.role, self.zone = here.name or here.email, here.email, here.role, here.time_zone
        self.initials = "".join(word[0] for word in self.name.split()[:2]).upper()
        self.may_change = RANK[here.role] >= RANK["admin"]
        self.is_owner = here.role == "owner"
        self.ended = False
