"""The journal of a connection."""

import pytest

from nexus_ui.errors import NotFound
from nexus_ui.storage import sync_log
from nexus_ui.storage.sync_log import Result, cycle, export_cycles, log_page, page_with
from nexus_ui.storage.tables import Person
from tests.storage import shelves
from tests.storage.counting import statements
from tests.storage.shelves import NOON, call, connection, keep, quarantined


@pytest.fixture
def journal(database: None) -> None:
    """A connection with one cycle of every kind, and a neighbour with one."""
    keep(
        connection("con_a", "Berlin"),
        connection("con_b", "Oslo"),
        Person(id="per_1", email="ada@example.com", name="Ada", password_hash="", role="owner", created_at=NOON),
    )
    keep(
        shelves.cycle("cyc_1", "con_a", 0),
        shelves.cycle("cyc_2", "con_a", 10, outcome="partial", quarantined=2),
        shelves.cycle("cyc_3", "con_a", 20, outcome="failed", error_kind="unavailable", error_detail="<html>"),
        shelves.cycle("cyc_4", "con_a", 30, outcome="skipped", trigger="manual", requested_by="per_1"),
        shelves.cycle("cyc_5", "con_a", 40, state="abandoned", outcome=None),
        shelves.cycle("cyc_6", "con_a", 50, state="running", outcome=None, finished_at=None),
        shelves.cycle("cyc_7", "con_a", 5, outcome="deferred"),
        shelves.cycle("cyc_9", "con_a", 55, state="queued", outcome=None, finished_at=None),
        shelves.cycle("cyc_8", "con_a", 6, outcome="noted", trigger="paused"),
        shelves.cycle("cyc_x", "con_b", 60),
    )


def test_cycles_come_newest_first_each_with_one_word(journal: None) -> None:
    """State and outcome become one word; a neighbour's cycles are not here."""
    found = [(line.id, line.result) for line in log_page("con_a").lines]

    assert [
        ("cyc_9", Result.QUEUED),
        ("cyc_6", Result.RUNNING),
        ("cyc_5", Result.ABANDONED),
        ("cyc_4", Result.SKIPPED),
        ("cyc_3", Result.FAILED),
        ("cyc_2", Result.PARTIAL),
        ("cyc_8", Result.NOTED),
        ("cyc_7", Result.DEFERRED),
        ("cyc_1", Result.SUCCESS),
    ] == found


@pytest.mark.parametrize("result", list(Result))
def test_the_filter_keeps_one_kind_and_says_how_many_there_are(journal: None, result: Result) -> None:
    """One of nine for every word."""
    page = log_page("con_a", result)

    assert ([result], 1, 9) == ([line.result for line in page.lines], page.paging.matching, page.paging.total)


def test_who_pressed_the_button_is_named(journal: None) -> None:
    """A person for a manual cycle, nobody for a scheduled one."""
    found = {line.id: line.requested_by for line in log_page("con_a").lines}

    assert ("Ada", None) == (found["cyc_4"], found["cyc_1"])


def test_a_log_of_an_unknown_connection_says_so(database: None) -> None:
    """A link may be older than the connection."""
    with pytest.raises(NotFound):
        log_page("con_gone")


def test_pages_share_no_cycle_and_a_link_finds_its_page(journal: None) -> None:
    """Cycles that began at the same moment keep an order; an unknown cycle leads to the first page."""
    keep(*(shelves.cycle(f"cyc_old{n:02}", "con_a", -5) for n in range(sync_log.PAGE_SIZE + 5)))
    first, second = log_page("con_a"), log_page("con_a", number=2)
    ids = [line.id for page in (first, second) for line in page.lines]

    assert sync_log.PAGE_SIZE + 14 == len(ids) == len(set(ids))
    assert (1, 2, 1) == (
        page_with("con_a", first.lines[-1].id),
        page_with("con_a", second.lines[0].id),
        page_with("con_a", "cyc_gone"),
    )


def test_one_cycle_shows_its_calls_in_time_order_and_its_raw_error(journal: None) -> None:
    """What was asked, in the order it was asked, with the marketplace's own answer."""
    keep(call("b", "cyc_3", 2, status=503, attempt=2, problem="unavailable", excerpt="<html>"), call("a", "cyc_3", 1))
    found = cycle("cyc_3")

    assert ("<html>", [("a", 1), ("b", 2)]) == (found.error_detail, [(one.id, one.attempt) for one in found.calls])


def test_a_long_cycle_shows_the_calls_that_matter(journal: None) -> None:
    """Of many calls the failed and the repeated ones are kept, then the latest."""
    keep(call("bad", "cyc_3", 0, status=None, problem="timeout"), call("again", "cyc_3", 1, attempt=2))
    keep(*(call(f"ok{n}", "cyc_3", 2 + n) for n in range(100)))
    found = [one.id for one in cycle("cyc_3").calls]

    assert ["bad", "again", f"ok{102 - sync_log.MOST_CALLS}"] == found[:3]
    assert sync_log.MOST_CALLS == len(found)


def test_set_aside_records_show_their_reason_and_their_number(journal: None) -> None:
    """Only this cycle's records; the number is whole even when the list is cut."""
    keep(quarantined("con_a", "p1", "cyc_2"), quarantined("con_a", "p2", "cyc_1"))
    found = cycle("cyc_2")

    assert ([("p1", "It has no title.")], 1) == (
        [(one.ref, one.reason) for one in found.set_aside],
        found.set_aside_total,
    )


def test_a_cycle_that_was_tidied_away_says_so(database: None) -> None:
    """The log is not kept for ever."""
    with pytest.raises(NotFound):
        cycle("cyc_gone")


def test_the_export_holds_every_matching_cycle_once(journal: None) -> None:
    """Also over the border of a chunk where many began at the same moment."""
    keep(*(shelves.cycle(f"cyc_old{n:04}", "con_a", -5) for n in range(sync_log.EXPORT_CHUNK + 20)))
    ids = [line.id for line in export_cycles("con_a")]

    assert sync_log.EXPORT_CHUNK + 29 == len(ids) == len(set(ids))
    assert ["cyc_3"] == [line.id for line in export_cycles("con_a", Result.FAILED)]
    assert "cyc_x" in {line.id for line in export_cycles()}


def test_a_page_costs_the_same_number_of_statements_however_full_it_is(journal: None) -> None:
    """No statement per row."""
    with statements() as few:
        log_page("con_b")
    with statements() as many:
        log_page("con_a")

    assert (3, 3) == (len(few), len(many))
