"""The pages of pushes and of drift: what they show, and what a person decides there."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select, update

from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.tables import Connection, Push, StockDue, StockReceiptRow
from nexus_ui.ui.drift.state import Drift
from nexus_ui.ui.pushes.list_state import Pushes
from nexus_ui.ui.pushes.push_state import OnePush
from tests.storage.shelves import NOON, connection, item, keep, product, push, receipt, stock, variant
from tests.ui.conftest import StateOf

CUP = "cup\nmain"


@pytest.fixture
def held(owner_cookie: str) -> None:
    """A first push that waits for approval: MUG to zero, CUP from 9 to 8, and a number nobody knew before."""
    keep(connection("con_a", "Berlin"), push("p1", "con_a", state="held", trigger="first", held_because="First time."))
    keep(receipt("r1", "p1", "con_a", "CUP", 9, 8, state="planned"))
    keep(receipt("r2", "p1", "con_a", "MUG", 1200, 0, state="planned"))
    keep(receipt("r3", "p1", "con_a", "PAN", None, 3, state="planned"))


def states(push_id: str) -> dict[str, str]:
    """What became of the numbers of a push."""
    with reading() as session:
        found = session.exec(select(StockReceiptRow).where(StockReceiptRow.push_id == push_id)).all()
        return {row.id: row.state for row in found}


async def opened(state_of: StateOf, push_id: str = "p1", *cookie: str) -> Any:
    """The page of a push, loaded."""
    state = state_of(OnePush, f"/stock/pushes/{push_id}", *cookie)
    await OnePush.load.fn(state)
    return state


async def test_the_list_says_what_waits_and_what_came_of_the_rest(state_of: StateOf, held: None) -> None:
    """A held push has come to nothing yet; refusals stand apart."""
    keep(push("p2", "con_a", 5, trigger="edit"), receipt("r4", "p2", "con_a", "MUG", 5, 4, state="refused"))
    keep(receipt("r5", "p2", "con_a", "MUG", 5, 4, location_ref="loft"))
    state = state_of(Pushes, "/stock/pushes")
    await Pushes.load.fn(state)

    assert [
        ("p1", "held", "3 SKUs", "1 to zero", "First push", "", ""),
        ("p2", "done", "MUG", "", "Set by hand", "1 confirmed", "1 refused"),
    ] == [(row.id, row.state, row.what, row.emptied, row.cause, row.came, row.refused) for row in state.rows]


async def test_the_lists_address_holds_its_filters(state_of: StateOf, held: None) -> None:
    """A card links to what waits on its connection; nonsense counts as nothing."""
    keep(push("p2", "con_a", 5))
    waiting = state_of(Pushes, "/stock/pushes?state=held&connection=con_a")
    nonsense = state_of(Pushes, "/stock/pushes?state=stolen")
    await Pushes.load.fn(waiting)
    await Pushes.load.fn(nonsense)

    assert (["p1"], "1 of 2 pushes", "2 pushes") == ([row.id for row in waiting.rows], waiting.shown, nonsense.shown)


async def test_a_held_push_shows_every_number_before_it_is_sent(state_of: StateOf, held: None) -> None:
    """Now, new, how far it falls and by which rule; the deepest fall first."""
    state = await opened(state_of)

    assert (True, "First time.", 3, 1) == (
        state.push.held,
        state.push.because,
        state.push.numbers,
        state.push.emptied,
    )
    assert [
        ("MUG", "1,200", "0", "−1,200", "10 available"),
        ("CUP", "9", "8", "−1", "10 available"),
        ("PAN", "Unknown", "3", "", "10 available"),
    ] == [(row.sku, row.before, row.after, row.change, row.rule) for row in state.rows]


async def test_numbers_can_be_left_out_one_by_one_or_all_that_fall_to_zero(state_of: StateOf, held: None) -> None:
    """A second press takes one in again; what the page does not show cannot be left out."""
    state = await opened(state_of)
    await OnePush.leave_out.fn(state, CUP)
    await OnePush.leave_out.fn(state, "pot\nmain")
    one = (state.left_out, state.chosen)
    await OnePush.leave_out.fn(state, CUP)
    await OnePush.leave_out_emptied.fn(state)
    zero = (state.left_out, state.chosen)
    await OnePush.take_all.fn(state)

    assert (([CUP], 2), (["mug\nmain"], 2), ([], 3)) == (one, zero, (state.left_out, state.chosen))


async def test_what_is_left_out_stays_out_when_its_number_changes(state_of: StateOf, held: None) -> None:
    """A sale puts a newer number in the place of the one that waited."""
    state = await opened(state_of)
    await OnePush.leave_out.fn(state, CUP)
    with writing() as session:
        session.exec(update(StockReceiptRow).where(StockReceiptRow.id == "r1").values(state="superseded"))
    keep(receipt("r9", "p1", "con_a", "CUP", 8, 7, state="planned"))
    await OnePush.load.fn(state)
    await OnePush.approve.fn(state)

    assert {"r1": "superseded", "r2": "planned", "r3": "planned", "r9": "skipped"} == states("p1")


async def test_the_numbers_are_filtered_and_searched(state_of: StateOf, held: None) -> None:
    """What was left out stays left out meanwhile."""
    state = await opened(state_of)
    await OnePush.leave_out.fn(state, CUP)
    await OnePush.narrow.fn(state, "emptied")
    falling = ([row.sku for row in state.rows], state.counted)
    await OnePush.narrow.fn(state, "stolen")
    await OnePush.look_for.fn(state, "pa")

    assert ((["MUG"], "1 of 3 numbers"), ["PAN"], [CUP]) == (
        falling,
        [row.sku for row in state.rows],
        state.left_out,
    )


async def test_what_is_not_left_out_goes_and_the_rest_is_declined(state_of: StateOf, held: None) -> None:
    """The page says how many of each; from then on the connection is published to."""
    state = await opened(state_of)
    await OnePush.leave_out_emptied.fn(state)
    await OnePush.approve.fn(state)

    assert {"r1": "planned", "r2": "skipped", "r3": "planned"} == states("p1")
    assert (False, "going", "Approved by Olga", []) == (
        state.push.held,
        state.push.row.state,
        state.push.decided,
        state.left_out,
    )
    with reading() as session:
        assert session.exec(select(Connection.push_approved_at)).one() is not None


async def test_everything_or_nothing_is_decided_with_one_press(state_of: StateOf, held: None) -> None:
    """A second decision about the same push is refused in a sentence."""
    keep(push("p2", "con_a", state="held"), receipt("r4", "p2", "con_a", "JUG", 1, 2, state="planned"))
    everything, nothing = await opened(state_of), await opened(state_of, "p2")
    await OnePush.approve.fn(everything)
    await OnePush.decline.fn(nothing)
    again = await OnePush.decline.fn(everything)

    assert ({"planned"}, {"skipped"}) == (set(states("p1").values()), set(states("p2").values()))
    assert "Declined by Olga" == nothing.push.decided
    assert "Somebody has decided about this push already." in str(again.args)


async def test_a_push_that_changed_meanwhile_is_shown_again_instead(state_of: StateOf, held: None) -> None:
    """Nobody approves numbers they have not seen."""
    state = await opened(state_of)
    keep(receipt("r4", "p1", "con_a", "JUG", 1, 0, state="planned"))
    with writing() as session:
        session.exec(update(Push).values(revision=1))
    await OnePush.approve.fn(state)

    assert (True, 4, "held") == (state.push.held, state.push.numbers, state.push.row.state)


async def test_a_viewer_decides_nothing(state_of: StateOf, viewer_cookie: str, held: None) -> None:
    """Whatever the browser sends."""
    state = await opened(state_of, "p1", viewer_cookie)
    await OnePush.approve.fn(state)
    await OnePush.decline.fn(state)

    assert {"planned"} == set(states("p1").values())


async def test_a_push_that_went_is_taken_back_by_another(state_of: StateOf, owner_cookie: str) -> None:
    """It is asked before; afterwards the page of the new push opens, and the old one names it."""
    keep(connection("con_a", "Berlin", push_approved_at=NOON), item("MUG", 3), product("con_a", "mug", "Mug"))
    keep(variant("con_a", "mug", "mug", "MUG"), stock("con_a", "mug", 3), push("p1", "con_a"))
    keep(receipt("r1", "p1", "con_a", "MUG", 5, 3))
    state = await opened(state_of)
    await OnePush.ask_undo.fn(state, True)
    asked = state.undoing
    await OnePush.undo.fn(state)
    await OnePush.load.fn(state)
    back = await opened(state_of, state.push.undone_by)

    assert (True, False, False) == (asked, state.undoing, state.push.undoable)
    assert ("p1", [("MUG", "3", "5")]) == (back.push.undoes, [(row.sku, row.before, row.after) for row in back.rows])


async def test_a_push_that_is_not_there_says_so(state_of: StateOf, held: None) -> None:
    """And nothing can be decided about it."""
    state = await opened(state_of, "p9")

    assert (True, 0) == (state.missing, state.chosen)


async def test_what_a_marketplace_said_stands_beside_its_number(state_of: StateOf, held: None) -> None:
    """Their words, what was read back, and the place where one listing has several."""
    keep(push("p2", "con_a", 5))
    keep(receipt("r4", "p2", "con_a", "MUG", 5, 4, state="refused", said="No such item."))
    keep(receipt("r5", "p2", "con_a", "MUG", 2, 1, location_ref="loft", seen=2, confirmed_at=NOON))
    state = await opened(state_of, "p2")

    assert [("Location main", "No such item.", "", ""), ("Location loft", "", "Read back: 2", NOON.isoformat())] == [
        (row.location, row.said, row.read_back, row.at) for row in state.rows
    ]


async def test_the_drift_board_says_what_is_wrong_and_what_can_be_done(state_of: StateOf, owner_cookie: str) -> None:
    """Too many sells what is not there; what is held or under way is not pushed again."""
    keep(connection("con_a", "Berlin", push_approved_at=NOON), push("p1", "con_a", state="held"))
    for sku, units in (("CUP", 12), ("MUG", 3), ("PAN", 1)):
        keep(item(sku, 10, changed_at=NOON + timedelta(hours=units)), product("con_a", sku, sku))
        keep(variant("con_a", sku, sku.lower(), sku), stock("con_a", sku.lower(), units))
    keep(receipt("r1", "p1", "con_a", "PAN", 1, 10, state="planned"))
    state = state_of(Drift, "/stock/drift")
    await Drift.load.fn(state)

    assert [
        ("PAN", "9 too few", False, "held", "p1", False),
        ("MUG", "7 too few", False, "open", "", True),
        ("CUP", "2 too many", True, "open", "", True),
    ] == [(row.sku, row.gap, row.oversells, row.standing, row.push_id, row.again) for row in state.rows]
    assert (2, "All 10 available") == (state.ready, state.rows[0].rule)


async def test_drift_is_pushed_again_line_by_line_or_all_that_can_be(state_of: StateOf, owner_cookie: str) -> None:
    """What is held stays; what was asked for says that it is on its way."""
    keep(connection("con_a", "Berlin", push_approved_at=NOON), push("p1", "con_a", state="held"))
    for sku in ("CUP", "MUG", "PAN"):
        keep(item(sku, 10), product("con_a", sku, sku), variant("con_a", sku, sku.lower(), sku))
        keep(stock("con_a", sku.lower(), 1))
    keep(receipt("r1", "p1", "con_a", "PAN", 1, 10, state="planned"))
    state = state_of(Drift, "/stock/drift")
    await Drift.load.fn(state)
    await Drift.repush.fn(state, "con_a cup")
    one = [(row.sku, row.standing) for row in state.rows]
    await Drift.repush_shown.fn(state)
    with reading() as session:
        due = {(row.sku, row.cause) for row in session.exec(select(StockDue)).all()}

    assert [("CUP", "queued"), ("MUG", "open"), ("PAN", "held")] == one
    assert {("CUP", "repush"), ("MUG", "repush")} == due
