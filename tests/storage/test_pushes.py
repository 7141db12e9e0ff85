"""Pushes as the pages read them: filtered and paged, with what became of every number."""

from datetime import timedelta

from nexus_ui.storage.pushes import (
    PushFilter,
    PushState,
    ReceiptOnly,
    ReceiptState,
    planned_receipts,
    push_detail,
    push_page,
)
from tests.storage.shelves import NOON, connection, keep, product, push, receipt, variant


def shops() -> None:
    """Two shops, the first with mugs."""
    keep(connection("con_a", "Berlin"), connection("con_b", "Oslo"))
    keep(product("con_a", "1", "Blue mug"), variant("con_a", "1", "mug", "MUG"))


def test_held_pushes_come_first_then_the_newest(database: None) -> None:
    """So that what waits for a person is never below what is over."""
    shops()
    keep(push("p1", "con_a", 1), push("p2", "con_a", 2, state="held"), push("p3", "con_b", 3))
    found = push_page(PushFilter())

    assert ["p2", "p3", "p1"] == [line.id for line in found.lines]
    assert {PushState.HELD: 1, PushState.DONE: 2} == found.counts


def test_pushes_are_found_by_connection_state_and_sku(database: None) -> None:
    """The counts tell of every state under the other filters."""
    shops()
    keep(push("p1", "con_a"), push("p2", "con_a", state="held"), push("p3", "con_b"))
    keep(receipt("r1", "p1", "con_a", "MUG", 5, 4), receipt("r2", "p3", "con_b", "MUG-2", 5, 4))
    keep(receipt("r3", "p2", "con_a", "CUP", 5, 4))

    assert ["p1"] == [line.id for line in push_page(PushFilter("con_a", PushState.DONE)).lines]
    assert {"p1", "p3"} == {line.id for line in push_page(PushFilter(search="mug")).lines}
    assert (1, 3) == ((found := push_page(PushFilter(state=PushState.HELD)).paging).matching, found.total)


def test_a_line_says_what_falls_to_zero_and_what_came_of_it(database: None) -> None:
    """A SKU with two places counts once; what was skipped or stood at zero already does not fall."""
    shops()
    keep(push("p1", "con_a"))
    keep(
        receipt("r1", "p1", "con_a", "MUG", 5, 0),
        receipt("r2", "p1", "con_a", "MUG", 2, 0, location_ref="loft", state="refused"),
        receipt("r3", "p1", "con_a", "CUP", None, 0),
        receipt("r4", "p1", "con_a", "JUG", 0, 0),
        receipt("r5", "p1", "con_a", "PAN", 3, 0, state="skipped"),
    )
    (line,) = push_page(PushFilter()).lines

    assert (4, None, 2, 5) == (line.skus, line.sku, line.emptied, line.numbers)
    assert {ReceiptState.CONFIRMED: 3, ReceiptState.REFUSED: 1, ReceiptState.SKIPPED: 1} == line.tally


def test_the_numbers_of_a_push_begin_with_the_largest_fall(database: None) -> None:
    """Zero before everything, then by units lost; a title where the listing is known."""
    shops()
    keep(push("p1", "con_a", state="held", held_because="Many to zero."))
    keep(
        receipt("r1", "p1", "con_a", "CUP", 9, 8, state="planned"),
        receipt("r2", "p1", "con_a", "MUG", 2, 0, state="planned"),
        receipt("r3", "p1", "con_a", "JUG", 90, 10, state="planned"),
        receipt("r4", "p1", "con_a", "PAN", None, 3, state="planned"),
    )
    found = push_detail("p1")
    assert found is not None

    assert ["MUG", "JUG", "CUP", "PAN"] == [one.sku for one in found.receipts]
    assert ("Blue mug", "") == (found.receipts[0].title, found.receipts[1].title)
    assert {"r2": found.receipts[0].place} == planned_receipts("p1", ReceiptOnly.EMPTIED)
    assert {one.id: one.place for one in found.receipts} == planned_receipts("p1")


def test_numbers_are_filtered_and_paged(database: None) -> None:
    """Fifty on a page; what was not taken can be looked at alone."""
    shops()
    keep(push("p1", "con_a"))
    keep(*(receipt(f"r{n:03}", "p1", "con_a", f"SKU-{n:03}", 5, 4) for n in range(60)))
    keep(receipt("x", "p1", "con_a", "BAD", 5, 4, state="refused", said="No such item."))
    second, bad = push_detail("p1", number=2), push_detail("p1", ReceiptOnly.TROUBLE)
    named = push_detail("p1", search="sku-05")
    assert second is not None
    assert bad is not None
    assert named is not None

    assert (11, 2, 61) == (len(second.receipts), second.paging.pages, second.paging.total)
    assert [("BAD", "No such item.")] == [(one.sku, one.said) for one in bad.receipts]
    assert 10 == len(named.receipts)


def test_a_push_that_was_taken_back_says_by_which(database: None) -> None:
    """One that was declined took nothing back."""
    shops()
    keep(push("p1", "con_a", 1), push("p2", "con_a", 2), push("p3", "con_a", 3, undoes="p1", trigger="undo"))
    keep(push("p4", "con_a", 4, undoes="p2", trigger="undo", state="declined"))
    found = {key: push_detail(key) for key in ("p1", "p2")}

    assert {"p1": "p3", "p2": None} == {key: each.undone_by for key, each in found.items() if each is not None}


def test_an_unknown_push_is_none(database: None) -> None:
    """And has no numbers."""
    assert (None, {}) == (push_detail("p9"), planned_receipts("p9"))


def test_what_was_decided_says_when(database: None) -> None:
    """By a person who is not known any more, only when."""
    shops()
    keep(push("p1", "con_a", decided_at=NOON + timedelta(minutes=1), decided_by="per_gone"))
    (line,) = push_page(PushFilter()).lines

    assert (NOON + timedelta(minutes=1), None) == (line.decided_at, line.decided_by)
