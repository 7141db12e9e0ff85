"""The change feed and the register of who looks at what."""

from collections.abc import Iterator
from typing import Any

import pytest
import reflex as rx

from nexus_ui.rules.silence import QUIET
from nexus_ui.storage import beats, connections
from nexus_ui.storage.database import writing
from nexus_ui.ui import live
from nexus_ui.ui.live import LOOKS, Feed, look, look_away
from nexus_ui.ui.pulse import Pulse, parts
from tests import databases
from tests.conftest import SettableClock
from tests.storage.shelves import connection, keep
from tests.ui.conftest import StateOf


class Shelf(rx.State):
    """Something that is looked at."""

    seen: int = 0


class Tabs:
    """As much of an app as the watcher uses: which tabs are connected."""

    def __init__(self, *connected: str) -> None:
        """These are."""
        self.event_namespace = self
        self.token_to_sid = dict.fromkeys(connected, "socket")


@pytest.fixture(autouse=True)
def nobody_looks() -> Iterator[None]:
    """Before and after each test."""
    LOOKS.clear()
    yield
    LOOKS.clear()


def touch(connection_id: str, clock: SettableClock) -> None:
    """Change a card."""
    with writing() as session:
        connections.change(session, connection_id, clock.now, name="Changed")


def test_the_feed_moves_once_for_each_change(database: databases.Database, settable_clock: SettableClock) -> None:
    """Also the first time, since somebody may have looked away meanwhile; then only after a change."""
    feed = Feed()
    keep(connection("a", "A", changed_at=settable_clock.now))

    assert [True, False, False] == [feed.moved(), feed.moved(), feed.moved()]
    settable_clock.advance(60)
    touch("a", settable_clock)
    assert [True, False] == [feed.moved(), feed.moved()]
    touch("a", settable_clock)
    assert [True, False] == [feed.moved(), feed.moved()]


def test_a_commit_that_arrives_late_is_not_missed(
    sqlite_database: databases.Database, settable_clock: SettableClock
) -> None:
    """Its time lies before the newest change that was seen already."""
    feed = Feed()
    keep(connection("a", "A", changed_at=settable_clock.now), connection("b", "B", changed_at=settable_clock.now))
    feed.moved()
    late = settable_clock.now
    settable_clock.advance(5)
    touch("a", settable_clock)
    feed.moved()
    with writing() as session:
        connections.change(session, "b", late, name="Late")

    assert feed.moved()


def test_an_answer_is_asked_once_for_all_who_ask_the_same(state_of: StateOf) -> None:
    """Ten tabs with one question cost one query."""
    asked: list[str] = []

    def ask() -> int:
        asked.append("asked")
        return 7

    for number in range(10):
        LOOKS[str(number), "shelf"] = live.Look(str(number), "/", Shelf, "same", ask)
    answers = live._answers(LOOKS.values())

    assert ({"same": 7}, ["asked"]) == (answers, asked)


def test_another_page_looks_away_from_the_last_one(state_of: StateOf) -> None:
    """What the page shown now looks at stays, in whichever order its handlers ran."""
    look(state_of(Shelf, "/products"), "old", lambda: 1)
    here = state_of(Pulse, "/orders/")
    look(here, "new", lambda: 2)
    look_away(state_of(Pulse, "/orders"))

    assert ["new"] == [each.question for each in LOOKS.values()]


def test_a_tab_that_stays_away_is_forgotten(state_of: StateOf) -> None:
    """Not at once: a short gap in the connection loses nothing."""
    look(state_of(Shelf), "shelf", lambda: 1)
    tabs: Any = Tabs()

    assert [] == live._here(tabs, 10.0)
    assert [] == live._here(tabs, 10.0 + live.GIVEN_UP_AFTER - 1)
    assert 1 == len(live._here(Tabs("a-tab"), 400.0))  # type: ignore[arg-type]  # stands in for an app
    assert [] == live._here(tabs, 500.0)
    assert [] == live._here(tabs, 501.0 + live.GIVEN_UP_AFTER)
    assert {} == LOOKS


def test_the_engine_is_silent_when_its_signs_are_old(
    sqlite_database: databases.Database, settable_clock: SettableClock
) -> None:
    """Never started, running, and silent since are three different words."""
    beats.beat("s", "scheduler", settable_clock.now, settable_clock.now)
    fresh = {part.name: part.word for part in parts()}
    seen = settable_clock.now
    settable_clock.advance(QUIET.total_seconds() + 1)
    stale = parts()[0]

    assert {"Scheduler": "is running", "Worker": "has not started", "Watchman": "has not started"} == fresh
    assert ("is silent since", seen.isoformat(), "bad") == (stale.word, stale.since, stale.tone)


def test_of_several_workers_each_is_counted(sqlite_database: databases.Database, settable_clock: SettableClock) -> None:
    """Two run; one falls silent; one that was started again on the same machine takes its place."""
    began = settable_clock.now

    def beating(*names: str) -> tuple[str, str]:
        for name in names:
            beats.beat(f"worker {name}", "worker", settable_clock.now, began, name)
        return parts()[1].tone, parts()[1].word

    assert ("ok", "2 are running") == beating("here:1", "there:2")
    settable_clock.advance(9)
    assert ("warn", "1 of 2 is silent since") == beating("there:2")
    began = settable_clock.now
    assert ("ok", "2 are running") == beating("there:2", "here:3")
