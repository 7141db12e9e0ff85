"""The list of removed connections: what each row says, and which ones are still there."""

from datetime import timedelta

from nexus_ui.storage.removed import UNDO_FOR, removed
from nexus_ui.ui.connections.removed import RemovedConnections, row_of
from tests import databases
from tests.storage.shelves import NOON, connection, keep
from tests.ui.conftest import StateOf

DAY = timedelta(days=1)


def test_the_latest_comes_first_with_its_end_and_its_rival(database: databases.Database) -> None:
    """Living ones and those removed too long ago are not among them; an account connected anew is named."""
    keep(
        connection("c1", "Went first", removed_at=NOON - 2 * DAY, live_key=None),
        connection("c2", "Went last", removed_at=NOON - DAY, live_key=None),
        connection("c3", "Long gone", removed_at=NOON - UNDO_FOR, live_key=None),
        connection("c4", "Connected anew", account_id="c2"),
        connection("c5", "Of the sandbox", account_id="c1", sandbox=True),
    )
    found = removed(NOON)

    assert [("Went last", "Connected anew"), ("Went first", None)] == [(one.name, one.rival) for one in found]
    assert NOON - DAY + UNDO_FOR == found[0].ends_at
    assert [False, False] == [one.has_credentials for one in found]


def test_a_row_says_what_is_needed_to_choose(sqlite_database: databases.Database, state_of: StateOf) -> None:
    """Name, marketplace and account, when it went and until when it can come back."""
    keep(connection("c1", "Garden shop", removed_at=NOON, live_key=None))
    state = state_of(RemovedConnections)
    state._told(removed(NOON))

    [row] = state.rows
    assert row_of(removed(NOON)[0]) == row
    assert ("Garden shop", "Shopify · c1.example", "", "1 connection") == (
        row.name,
        row.account,
        row.rival,
        state.summary,
    )
    assert (NOON.isoformat(), (NOON + UNDO_FOR).isoformat()) == (row.removed_at, row.ends_at)
