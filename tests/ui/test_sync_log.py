"""The state of the sync log."""

from typing import Any

import pytest

from nexus_ui.storage.sync_log import cycle as found_cycle
from nexus_ui.ui.sync_log.rows import StreamRow, detail_of
from nexus_ui.ui.sync_log.state import SyncLog
from tests.storage.shelves import call, connection, cycle, keep, quarantined
from tests.ui.conftest import StateOf


@pytest.fixture
def journal(owner_cookie: str) -> None:
    """Thirty good cycles, then one that failed after a retry."""
    keep(connection("con_a", "Berlin"), connection("con_b", "Oslo"))
    keep(*(cycle(f"cyc_{n:02}", "con_a", n) for n in range(30)))
    keep(
        cycle(
            "cyc_bad",
            "con_a",
            99,
            outcome="failed",
            error_message="It does not answer.",
            error_detail="<html>",
            retries=1,
        ),
        call("one", "cyc_bad", 1, status=503, problem="unavailable", excerpt="<html>"),
        call("two", "cyc_bad", 2, status=None, attempt=2, problem="timeout"),
    )


async def test_the_log_opens_newest_first(state_of: StateOf, journal: None) -> None:
    """A page of it, and how many there are."""
    state = state_of(SyncLog)
    await SyncLog.open_log.fn(state, "con_a")

    assert (True, "Berlin", "31 entries", 25, 2) == (
        *(state.shown, state.place.name, state.counted),
        *(len(state.rows), state.pages),
    )
    assert ("cyc_bad", "failed", True) == (state.rows[0].id, state.rows[0].result, state.rows[0].grave)


async def test_a_link_opens_the_log_at_its_cycle(state_of: StateOf, journal: None) -> None:
    """Also when it stands on a later page; closing takes the link out of the address and nothing else."""
    state = state_of(SyncLog, "/?status=error&log=con_a&cycle=cyc_02")
    await SyncLog.arrive.fn(state)
    event: Any = await SyncLog.show.fn(state, False)
    told = {str(name): str(value) for name, value in event.args}

    assert (2, "cyc_02") == (state.number, state.detail.id)
    assert not state.shown
    assert '"/?status=error"' == told["path"]


async def test_a_link_to_nothing_opens_nothing(state_of: StateOf, journal: None) -> None:
    """An unknown connection is said; an unknown cycle, or another connection's, shows the log alone."""
    unknown = state_of(SyncLog, "/?log=con_gone")
    said = await SyncLog.arrive.fn(unknown)
    alone = state_of(SyncLog, "/?log=con_a&cycle=cyc_gone")
    await SyncLog.arrive.fn(alone)
    strange = state_of(SyncLog, "/?log=con_b&cycle=cyc_bad")
    await SyncLog.arrive.fn(strange)

    assert (False, True) == (unknown.shown, said is not None)
    assert (True, "") == (alone.shown, alone.opened)
    assert (True, "") == (strange.shown, strange.opened)


async def test_an_entry_opens_with_its_raw_answer_calls_and_retries(state_of: StateOf, journal: None) -> None:
    """No answer is said in words; a repetition counts as trouble; the second press closes."""
    state = state_of(SyncLog)
    await SyncLog.open_log.fn(state, "con_a")
    await SyncLog.toggle.fn(state, "cyc_bad")
    opened = state.detail
    await SyncLog.toggle.fn(state, "cyc_bad")

    assert "<html>" == opened.raw_error
    assert [("503", "1", True), ("No answer", "2", True)] == [
        (one.status, one.attempt, one.trouble) for one in opened.calls
    ]
    assert "" == state.detail.id


async def test_the_filter_holds_for_the_page_and_for_the_export(state_of: StateOf, journal: None) -> None:
    """What is downloaded is what is shown; a word that is no status shows everything."""
    state = state_of(SyncLog)
    await SyncLog.open_log.fn(state, "con_a")
    await SyncLog.narrow.fn(state, "failed")
    narrowed = (state.counted, state.export_address)
    await SyncLog.narrow.fn(state, "nonsense")

    assert ("1 of 31 entries", "/api/export/cycles.csv?connection=con_a&status=failed") == narrowed
    assert "31 entries" == state.counted


def test_evidence_says_how_far_each_stream_was_read(journal: None) -> None:
    """From where to where, and how much; a stream that failed says why."""
    read = {"end": "done", "from": None, "to": "2026-11-23T12:00:00+00:00", "records": 1200, "rows_written": 2400}
    failed = {"end": "failed", "from": "2026-11-22T12:00:00+00:00", "to": None, "message": "It does not answer."}
    evidence = {"streams": {"products": read, "orders": failed}, "writes_acknowledged": 0, "notes": ["60 days only."]}
    keep(cycle("cyc_e", "con_a", 100, evidence=evidence, calls=3, retries=1, pages=2, written=9))
    view = detail_of(found_cycle("cyc_e"))

    assert [
        StreamRow("Products", "", "2026-11-23T12:00:00+00:00", "0", "1,200", "2,400", "0", "Complete", ""),
        StreamRow("Orders", "2026-11-22T12:00:00+00:00", "", "0", "0", "0", "0", "Failed", "It does not answer."),
    ] == view.streams
    assert [
        ("Calls", "3, of which 1 retry"),
        ("Pages", "2"),
        ("Rows written", "9"),
        ("Stock writes acknowledged", "0"),
        ("Note", "60 days only."),
    ] == [(fact.name, fact.value) for fact in view.facts]


@pytest.mark.parametrize("evidence", [None, {}, {"streams": None}, {"streams": {"products": {}}, "notes": None}])
def test_missing_evidence_is_no_error(journal: None, evidence: Any) -> None:
    """An older or broken cycle still opens."""
    keep(cycle("cyc_e", "con_a", 100, evidence=evidence))

    assert "cyc_e" == detail_of(found_cycle("cyc_e")).id


def test_records_set_aside_say_how_many_are_not_shown(journal: None) -> None:
    """Fifty of sixty."""
    keep(cycle("cyc_p", "con_a", 100, outcome="partial", quarantined=60))
    keep(*(quarantined("con_a", f"r{n:02}", "cyc_p") for n in range(60)))
    view = detail_of(found_cycle("cyc_p"))

    assert (50, "The first 50 of 60 records are shown.") == (len(view.set_aside), view.set_aside_note)
