"""How a change on the server reaches every open tab: one watcher per web process asks the database, and pushes.

A page says what it shows with `look`; while anybody looks, the watcher asks the change feed a few times a second, asks
each distinct question once, and hands the answers to the tabs. A tab that closed, or whose session ended, is dropped.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import reflex as rx

from nexus_ui.clock import monotonic, utcnow
from nexus_ui.storage import cards
from nexus_ui.ui.access import Session, admit, forget

TICK = 0.15
OVERLAP = timedelta(seconds=30)
GIVEN_UP_AFTER = 300.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Look:
    """What one tab shows: `ask` answers `question`, the state's `_told(answer)` takes it in.

    `every` so many seconds, or (0) when a connection changes, then at most once in `pace` seconds.
    """

    token: str
    path: str
    state: type[rx.State]
    question: Hashable
    ask: Callable[[], Any]
    every: float = 0.0
    pace: float = 0.0
    due: bool = False
    asked_at: float = 0.0
    last: Any = None
    gone_since: float | None = None


LOOKS: dict[tuple[str, str], Look] = {}
"""By tab and state: what is being looked at in this process."""


def look(state: rx.State, question: Hashable, ask: Callable[[], Any], every: float = 0.0, pace: float = 0.0) -> None:
    """From now on, tell this tab's `state` the answer whenever a connection changes (or `every` so many seconds)."""
    token, cls = state.router.session.client_token, state.__class__
    path = _path(state)
    LOOKS[token, cls.get_full_name()] = Look(token, path, cls, question, ask, every, pace, asked_at=monotonic())


def look_away(state: rx.State) -> None:
    """This tab shows another page than it did: what only the earlier one showed is not followed any more."""
    token, path = state.router.session.client_token, _path(state)
    for key in [key for key, each in LOOKS.items() if each.token == token and each.path != path]:
        del LOOKS[key]


def look_no_longer(state: rx.State) -> None:
    """What this state showed is closed."""
    LOOKS.pop((state.router.session.client_token, state.__class__.get_full_name()), None)


def _path(state: rx.State) -> str:
    return state.router.url.path.rstrip("/")


def _forget_tab(token: str) -> None:
    for key in [key for key in LOOKS if key[0] == token]:
        del LOOKS[key]


class Feed:
    """Says whether any connection changed since it was asked last."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        self._mark: datetime | None = None
        self._seen: dict[str, int] = {}

    def moved(self) -> bool:
        """True after a change, and the first time. Commits that arrive out of order are caught by an overlap."""
        first, since = self._mark is None, self._mark or utcnow()
        recent = cards.changed_since(since - OVERLAP)
        now_seen = {change.connection_id: change.revision for change in recent}
        moved = any(self._seen.get(key) != revision for key, revision in now_seen.items())
        self._seen, self._mark = now_seen, max([since, *(change.at for change in recent)])
        return first or moved

    def rest(self) -> None:
        """Nobody looks: what happens meanwhile is not followed."""
        self._mark, self._seen = None, {}


async def watch(tabs: rx.App) -> None:
    """Follow the change feed as long as the web process lives."""
    feed = Feed()
    while True:
        await asyncio.sleep(TICK)
        try:
            await _tick(tabs, feed)
        except Exception:
            log.exception("The page's watcher met an error and goes on.")
            await asyncio.sleep(2)


async def _tick(tabs: rx.App, feed: Feed) -> None:
    if not LOOKS:
        feed.rest()
        return
    moved = await asyncio.to_thread(feed.moved)
    now = monotonic()
    for each in LOOKS.values():
        each.due = each.due or (now - each.asked_at >= each.every if each.every else moved)
    wanted = [each for each in _here(tabs, now) if each.due and now - each.asked_at >= each.pace]
    answers = await asyncio.to_thread(_answers, wanted)
    await asyncio.gather(*(_tell(tabs, each, answers[each.question], now) for each in wanted))


def _here(tabs: rx.App, now: float) -> list[Look]:
    """The looks whose tab is connected; one that stays away for minutes is forgotten."""
    connected = tabs.event_namespace.token_to_sid if tabs.event_namespace else {}
    for key, each in list(LOOKS.items()):
        each.gone_since = None if each.token in connected else each.gone_since or now
        if each.gone_since is not None and now - each.gone_since > GIVEN_UP_AFTER:
            del LOOKS[key]
    return [each for each in LOOKS.values() if each.gone_since is None]


def _answers(wanted: Iterable[Look]) -> dict[Hashable, Any]:
    """Each distinct question, asked once."""
    return {question: ask() for question, ask in {each.question: each.ask for each in wanted}.items()}


async def _tell(tabs: rx.App, each: Look, answer: Any, now: float) -> None:
    each.due, each.asked_at = False, now
    if each.last is not None and each.last == answer:
        return
    async with tabs.modify_state(rx.BaseStateToken(ident=each.token, cls=each.state)) as state:
        page = await state.get_state(each.state)
        if LOOKS.get((each.token, each.state.get_full_name())) is not each:
            return
        if await admit(page, "viewer") is not None:
            _forget_tab(each.token)
            forget(page)
            (await state.get_state(Session)).ended = True
        else:
            each.last = answer
            page._told(answer)
