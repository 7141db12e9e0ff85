"""What an order line does to the stock: its end never depends on the way there."""

from hypothesis import given
from hypothesis import strategies as some

from nexus_ui.records import OrderStatus
from nexus_ui.rules.ledger import Kind, Line, Posting, effect, line_key, turned

OPEN, SHIPPED, CANCELLED, REFUNDED = (
    OrderStatus.OPEN,
    OrderStatus.SHIPPED,
    OrderStatus.CANCELLED,
    OrderStatus.REFUNDED,
)
LINES = some.builds(
    lambda sku, effects: Line(sku, *effects),
    some.sampled_from("AB"),
    some.builds(effect, some.sampled_from(OrderStatus), some.integers(-2, 5), some.booleans(), some.booleans()),
)


def test_each_status_has_one_effect() -> None:
    """Open reserves, shipped and refunded took away, cancelled does nothing; nobody invents units that came back."""
    assert [(3, 0, 0), (0, 3, 0), (0, 3, 0), (0, 0, 0)] == [
        effect(status, 3, False, False) for status in (OPEN, SHIPPED, REFUNDED, CANCELLED)
    ]


def test_an_order_from_before_the_first_sight_leaves_available_as_it_was_seen() -> None:
    """What it reserves or took was left out of that number; a later cancellation gives it back, an earlier one did."""
    for status in (OPEN, SHIPPED, REFUNDED):
        reserved, sold, included = effect(status, 3, True, False)
        assert 0 == included - sold - reserved
    assert (3, 0) == (effect(CANCELLED, 3, True, False)[2], effect(CANCELLED, 3, True, True)[2])


def test_a_sale_and_its_cancellation_are_two_movements_with_causes_of_their_own() -> None:
    """The same step asked for again moves nothing."""
    first, sold = turned("k", None, Line("A", sold=2))
    again, nothing = turned("k", first, Line("A", sold=2))
    _, back = turned("k", first, Line("A"))

    assert [Posting("A", "sale:k", -2, Kind.SALE)] == sold
    assert (first, []) == (again, nothing)
    assert [Posting("A", "return:k:1", 2, Kind.RETURN)] == back


@given(some.lists(LINES, max_size=8), LINES)
def test_whatever_a_line_was_its_movements_add_up_to_what_it_is(path: list[Line], end: Line) -> None:
    """Through any states and SKUs: per SKU the sum is what the last state took and had included; no cause twice."""
    line, postings = None, []
    for step in [*path, end, end]:
        line, more = turned("k", line, step)
        postings += more
    sums = {sku: sum(each.quantity for each in postings if each.sku == sku) for sku in "AB"}

    assert {"A": 0, "B": 0} | {end.sku: end.included - end.sold} == sums
    assert len({(each.sku, each.cause) for each in postings}) == len(postings)


@given(some.tuples(some.text(), some.text(), some.text()), some.tuples(some.text(), some.text(), some.text()))
def test_two_lines_never_share_a_cause(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    """Whatever the marketplaces put into their ids."""
    assert (one == other) == (line_key(*one) == line_key(*other))
