"""The orders list: what it finds, in which order, and its lines."""

from datetime import timedelta
from decimal import Decimal

import pytest

from nexus_ui.storage.listing import PAGE_SIZE
from nexus_ui.storage.orders import OrderedLine, OrderFilter, OrderSort, order_lines, order_page
from tests.storage import shelves
from tests.storage.counting import statements
from tests.storage.shelves import NOON, connection, keep, order_line

DAY = timedelta(days=1)


@pytest.fixture
def book(database: None) -> None:
    """Two shops and four orders on three days."""
    keep(connection("con_a", "Berlin"), connection("con_b", "Oslo", removed_at=NOON, live_key=None))
    keep(
        shelves.order("con_a", "1", "#1001", placed_at=NOON - 2 * DAY, total=Decimal("99.00")),
        shelves.order("con_a", "2", "#1002", placed_at=NOON - DAY, status="shipped", total=Decimal("5.00")),
        shelves.order("con_a", "3", "#1003", placed_at=NOON, total=None),
        shelves.order("con_b", "1", "1001", placed_at=NOON - DAY / 2, updated_at=NOON + DAY, currency="NOK"),
    )
    keep(
        order_line("con_a", "1", "a", "MUG", 2),
        order_line("con_a", "1", "b", None, 3),
        order_line("con_b", "1", "a", "MUG-50%"),
    )


def numbers(wanted: OrderFilter | None = None, sort: OrderSort = OrderSort.PLACED, down: bool = True) -> list[str]:
    """The order numbers on the first page."""
    return [item.number for item in order_page(wanted or OrderFilter(), sort, down).items]


@pytest.mark.parametrize(
    ("sort", "down", "expected"),
    [
        (OrderSort.PLACED, True, ["#1003", "1001", "#1002", "#1001"]),
        (OrderSort.NUMBER, False, ["#1001", "#1002", "#1003", "1001"]),
        (OrderSort.TOTAL, True, ["#1001", "1001", "#1002", "#1003"]),
        (OrderSort.TOTAL, False, ["#1002", "1001", "#1001", "#1003"]),
        (OrderSort.UPDATED, True, ["1001", "#1001", "#1002", "#1003"]),
    ],
)
def test_every_header_sorts_and_the_unknown_comes_last(
    book: None, sort: OrderSort, down: bool, expected: list[str]
) -> None:
    """The newest order is first unless another header was pressed."""
    assert expected == numbers(sort=sort, down=down)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (OrderFilter(connection_id="con_a"), ["#1003", "#1002", "#1001"]),
        (OrderFilter(status="shipped"), ["#1002"]),
        (OrderFilter(search="1001"), ["1001", "#1001"]),
        (OrderFilter(search="mug"), ["1001", "#1001"]),
        (OrderFilter(search="50%"), ["1001"]),
        (OrderFilter(search="mug", connection_id="con_a"), ["#1001"]),
        (OrderFilter(since=NOON - DAY), ["#1003", "1001", "#1002"]),
        (OrderFilter(since=NOON - DAY, until=NOON), ["1001", "#1002"]),
        (OrderFilter(search="nobody"), []),
    ],
)
def test_filters_and_search(book: None, wanted: OrderFilter, expected: list[str]) -> None:
    """Number and SKU are searched as plain text; the end of a date range is not part of it."""
    assert expected == numbers(wanted)


def test_an_order_counts_its_lines_and_units(book: None) -> None:
    """Two lines, five units; an order without lines has none."""
    counted = {(item.origin.name, item.number): (item.lines, item.units) for item in order_page(OrderFilter()).items}

    assert {
        ("Berlin", "#1001"): (2, 5),
        ("Berlin", "#1002"): (0, 0),
        ("Berlin", "#1003"): (0, 0),
        ("Oslo", "1001"): (1, 1),
    } == counted


def test_the_lines_of_an_order(book: None) -> None:
    """Only its own lines; a line without SKU or price says neither."""
    expected = (
        OrderedLine("a", "MUG", "Line a", 2, None, None),
        OrderedLine("b", None, "Line b", 3, None, None),
    )

    assert expected == order_lines("con_a", "1")


def test_the_page_says_how_many_of_how_many_match(book: None) -> None:
    """One of four."""
    found = order_page(OrderFilter(status="shipped")).paging

    assert (1, 4) == (found.matching, found.total)


def test_a_page_costs_the_same_number_of_statements_however_full_it_is(book: None) -> None:
    """No statement per row."""
    with statements() as few:
        order_page(OrderFilter())
    keep(*(shelves.order("con_a", f"x{n}", f"#2{n:03}") for n in range(PAGE_SIZE + 1)))
    with statements() as many:
        page = order_page(OrderFilter())

    assert (3, 3) == (len(few), len(many))
    assert (PAGE_SIZE, 2) == (len(page.items), page.paging.pages)
