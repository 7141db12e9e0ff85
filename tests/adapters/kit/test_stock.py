"""A stock write in batches: what goes out together, and which receipts are there when it breaks off."""

import pytest

from nexus_ui.adapters.kit.stock import Receipts, batches
from nexus_ui.errors import LeaseLost, NexusError, PermissionMissing, RateLimited, Surprise, Unavailable
from nexus_ui.records import StockAnswer, StockChange, StockReceipt


def change(ref: str, key: str = "", place: str = "here") -> StockChange:
    """A change of one thing."""
    return StockChange(ref, ref, place, 5, None, key or ref)


def taken(key: str) -> StockReceipt:
    """The receipt of something that was written."""
    return StockReceipt(key, StockAnswer.ACCEPTED)


def keys(found: list[dict[str, StockChange]]) -> list[list[str]]:
    """The keys in each batch."""
    return [[one.key for one in batch.values()] for batch in found]


def test_a_batch_holds_no_more_than_allowed() -> None:
    """The last one holds what is left; nothing makes no batch."""
    many = [change(str(number)) for number in range(60)]

    assert [25, 25, 10] == [len(batch) for batch in batches(many, lambda one: one.variant_ref, 25)]
    assert [60] == [len(batch) for batch in batches(many, lambda one: one.variant_ref)]
    assert [] == list(batches([], lambda one: one.variant_ref, 25))


def test_a_second_change_of_the_same_thing_waits() -> None:
    """So that they are written in order; what is the same is said by the caller."""
    changes = [change("A", "1"), change("B", "2"), change("A", "3"), change("A", "4", "there"), change("A", "5")]

    assert [["1", "2"], ["3"], ["4"], ["5"]] == keys(list(batches(changes, lambda one: one.variant_ref)))
    assert [["1", "2"], ["3", "4"], ["5"]] == keys(
        [
            {str(spot): one for spot, one in batch.items()}
            for batch in batches(changes, lambda one: (one.variant_ref, one.location_ref))
        ]
    )


def test_receipts_come_in_the_order_of_the_changes() -> None:
    """In whatever order they were had; a later one takes the place of an earlier one."""
    receipts = Receipts([change("A"), change("B")])
    receipts.add([taken("B"), taken("A")])
    receipts.add([StockReceipt("A", StockAnswer.STALE)])

    assert [StockReceipt("A", StockAnswer.STALE), taken("B")] == receipts.in_order()


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (RateLimited("Slow down.", retry_after=600), "rate_limited"),
        (Unavailable("Away."), "unavailable"),
        (PermissionMissing("Grant it."), "scope_missing"),
        (Surprise("Odd."), "surprise"),
    ],
)
def test_a_failure_after_the_first_receipt_is_told_in_the_others(failure: NexusError, kind: str) -> None:
    """What is not answered says why, with the word the failure is known by."""
    receipts = Receipts([change("A"), change("B"), change("C")])
    with receipts.kept():
        receipts.add([taken("B")])
        raise failure

    unanswered = [StockReceipt(key, StockAnswer.UNANSWERED, failure.message, kind) for key in "AC"]
    assert [unanswered[0], taken("B"), unanswered[1]] == receipts.in_order()


def test_a_failure_before_the_first_receipt_is_raised() -> None:
    """Then nothing is lost with it."""
    receipts = Receipts([change("A")])

    with pytest.raises(Unavailable), receipts.kept():
        raise Unavailable("Away.")


@pytest.mark.parametrize("failure", [LeaseLost("Gone."), ValueError("a mistake of ours")])
def test_what_is_not_the_marketplaces_failure_is_raised(failure: Exception) -> None:
    """A lost lease ends the cycle, and a mistake must be seen."""
    receipts = Receipts([change("A"), change("B")])

    with pytest.raises(type(failure)), receipts.kept():
        receipts.add([taken("A")])
        raise failure


def test_what_has_no_receipt_yet_is_known() -> None:
    """In the order of the changes."""
    receipts = Receipts([change("C"), change("A"), change("B")])
    receipts.add([taken("A")])

    assert ["C", "B"] == [one.key for one in receipts.missing()]
