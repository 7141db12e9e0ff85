"""The gate every event of every tab passes before its handler: unknown handlers stay shut, and nobody inherits a tab.

`access.needs` guards the handlers we write. Reflex brings some of its own, which any browser can call just as well.
"""

import asyncio
from typing import Any

import reflex as rx
from reflex.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event
from reflex_base.registry import RegistrationContext

from nexus_ui.flows import sign_in
from nexus_ui.ui.access import REGISTRY, forget, session_cookie

OPEN_IN_REFLEX = {
    "hydrate": "sends the tab its state, which the gate empties when somebody else is behind it",
    "hydrate_and_load": "the same, and starts the page's own handlers, which are guarded",
    "on_load_internal": "starts the page's own handlers, which are guarded",
    "set_is_hydrated": "says that the tab has its state",
    "update_vars_internal": "takes in what the browser itself keeps, such as the colour mode; we keep nothing there",
    "handle_frontend_exception": "writes a browser's error to our log",
}
"""Reflex's own handlers that may be called, and why. Every other one that is not ours to declare is shut."""

ARRIVALS = frozenset({"hydrate", "hydrate_and_load"})


class Tab(rx.State):
    """Whose data a tab holds."""

    _person: str = ""


class Gate(Middleware):
    """Drops events for handlers nobody declared; empties a tab that comes back with another person, or with nobody."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        """None to let the event pass; an empty answer to drop it."""
        own = own_handler(event.name)
        if own is None:
            return None
        if own not in OPEN_IN_REFLEX:
            return StateUpdate()
        if own in ARRIVALS:
            await _own(state)
        return None


def own_handler(name: str) -> str | None:
    """The name of Reflex's own handler behind an event, None when the handler is ours and declared."""
    registered = RegistrationContext.get().event_handlers.get(name)
    function: Any = registered.handler.fn if registered else None
    ours = getattr(function, "__wrapped__", function)
    if ours is not None and f"{ours.__module__}.{ours.__qualname__}" in REGISTRY:
        return None
    return name.rpartition(".")[2] if ours is None or ours.__module__.startswith("reflex") else ""


async def _own(state: BaseState) -> None:
    """Give the tab to the person behind it; what another one left there is gone."""
    present = await asyncio.to_thread(sign_in.who, session_cookie(state.router.headers.cookie))
    tab = await state.get_state(Tab)
    person = present.person_id if present else ""
    if tab._person != person:
        forget(tab)
        tab._person = person
