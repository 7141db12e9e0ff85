"""The products list: what it finds, in which order, and at which price."""

from datetime import timedelta
from decimal import Decimal

import pytest

from nexus_ui.errors import NotFound
from nexus_ui.storage.listing import PAGE_SIZE
from nexus_ui.storage.product import Level, product
from nexus_ui.storage.products import Missing, ProductFilter, ProductSort, Quantity, product_page
from tests.storage import shelves
from tests.storage.counting import statements
from tests.storage.shelves import NOON, connection, keep, stock, variant


@pytest.fixture
def shelf(database: None) -> None:
    """Two shops, one of them removed; five products between them."""
    keep(connection("con_a", "Berlin"), connection("con_b", "Oslo", removed_at=NOON, live_key=None))
    keep(
        shelves.product("con_a", "1", "Zinc mug", updated_at=NOON + timedelta(hours=2)),
        shelves.product("con_a", "2", "apron 100%", status="draft"),
        shelves.product("con_a", "3", "Bowl_set", updated_at=NOON + timedelta(hours=1)),
        shelves.product("con_b", "1", "Mug of zinc"),
        shelves.product("con_b", "9", "Gift list", kind="grouped"),
    )
    keep(
        variant("con_a", "1", "11", "MUG", price=Decimal("4.50"), barcode="4006381333931"),
        variant("con_a", "2", "21", None, price=Decimal("30")),
        variant("con_a", "2", "22", "APRON-L", price=Decimal("31")),
        variant("con_a", "3", "31", "BOWL", price=None, tracked=False),
        variant("con_b", "1", "11", "MUG", price=Decimal("50"), currency="NOK"),
    )
    keep(
        stock("con_a", "11", 3),
        stock("con_a", "11", 4, "loft"),
        stock("con_a", "21", 0),
        stock("con_b", "11", 9),
        stock("con_b", "11", None, "loft"),
    )


def titles(wanted: ProductFilter | None = None, sort: ProductSort = ProductSort.TITLE, down: bool = False) -> list[str]:
    """The titles on the first page."""
    return [line.title for line in product_page(wanted or ProductFilter(), sort, down).lines]


def test_titles_sort_without_regard_to_case(shelf: None) -> None:
    """A small letter is not the end of the alphabet."""
    assert ["apron 100%", "Bowl_set", "Gift list", "Mug of zinc", "Zinc mug"] == titles()


@pytest.mark.parametrize(
    ("sort", "down", "expected"),
    [
        (ProductSort.SKU, False, ["apron 100%", "Bowl_set", "Mug of zinc", "Zinc mug", "Gift list"]),
        (ProductSort.PRICE, False, ["Zinc mug", "apron 100%", "Mug of zinc", "Bowl_set", "Gift list"]),
        (ProductSort.PRICE, True, ["Mug of zinc", "apron 100%", "Zinc mug", "Bowl_set", "Gift list"]),
        (ProductSort.QUANTITY, False, ["apron 100%", "Zinc mug", "Bowl_set", "Gift list", "Mug of zinc"]),
        (ProductSort.QUANTITY, True, ["Zinc mug", "apron 100%", "Bowl_set", "Gift list", "Mug of zinc"]),
        (ProductSort.UPDATED, True, ["Zinc mug", "Bowl_set", "apron 100%", "Gift list", "Mug of zinc"]),
    ],
)
def test_every_header_sorts_and_the_unknown_comes_last(
    shelf: None, sort: ProductSort, down: bool, expected: list[str]
) -> None:
    """Neither direction puts what is unknown first."""
    assert expected == titles(sort=sort, down=down)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ProductFilter(connection_id="con_b"), ["Gift list", "Mug of zinc"]),
        (ProductFilter(status="draft"), ["apron 100%"]),
        (ProductFilter(missing=Missing.SKU), ["apron 100%"]),
        (ProductFilter(missing=Missing.STOCK), ["apron 100%", "Mug of zinc"]),
        (ProductFilter(search="ZINC"), ["Mug of zinc", "Zinc mug"]),
        (ProductFilter(search=" apron-l "), ["apron 100%"]),
        (ProductFilter(search="638133"), ["Zinc mug"]),
        (ProductFilter(search="%"), ["apron 100%"]),
        (ProductFilter(search="_"), ["Bowl_set"]),
        (ProductFilter(search="mug", connection_id="con_a"), ["Zinc mug"]),
        (ProductFilter(search="'; DROP TABLE products; --"), []),
    ],
)
def test_filters_and_search(shelf: None, wanted: ProductFilter, expected: list[str]) -> None:
    """Title, SKU and barcode are searched, as plain text; filters add up."""
    assert expected == titles(wanted)


def test_the_page_says_how_many_of_how_many_match(shelf: None) -> None:
    """Two of five: what the filter hides stays visible as a number."""
    found = product_page(ProductFilter(search="zinc")).paging

    assert (2, 5, 1) == (found.matching, found.total, found.pages)


def test_unknown_stock_is_never_zero(shelf: None) -> None:
    """A variant is unknown when a location does not say, or no location is known; zero is a real zero."""
    found = {line.title: line.quantity for line in product_page(ProductFilter()).lines}

    assert {
        "Zinc mug": Quantity(available=7),
        "apron 100%": Quantity(available=0, unknown=1),
        "Bowl_set": Quantity(untracked=1),
        "Mug of zinc": Quantity(unknown=1),
        "Gift list": Quantity(),
    } == found


def test_a_product_of_a_removed_connection_keeps_naming_it(shelf: None) -> None:
    """Removing a connection leaves its products, with its name."""
    found = product_page(ProductFilter(connection_id="con_b")).lines[0].origin

    assert ("Oslo", True) == (found.name, found.removed)


def test_variants_add_up_to_one_line(shelf: None) -> None:
    """Prices as a range, the lowest SKU, how many have none; no shared currency, no currency."""
    keep(variant("con_b", "1", "12", None, price=Decimal("3"), currency="EUR"))
    lines = {line.title: line for line in product_page(ProductFilter()).lines}
    apron, mug = lines["apron 100%"], lines["Mug of zinc"]

    assert (2, "APRON-L", 1, Decimal("30.00"), Decimal("31.00"), "EUR") == (
        *(apron.variants, apron.sku, apron.without_sku),
        *(apron.price_low, apron.price_high, apron.currency),
    )
    assert mug.currency is None


def test_one_sku_shows_its_quantity_on_every_connection(shelf: None) -> None:
    """The mug in Berlin knows the mug in Oslo, whose quantity is unknown."""
    mug = product("con_a", "1").variants[0]

    assert (7, (Level("loft", 4), Level("main", 3))) == (mug.available, mug.levels)
    assert [("Oslo", "Mug of zinc", Decimal("50.00"), None)] == [
        (other.origin.name, other.title, other.price, other.available) for other in mug.elsewhere
    ]


def test_a_product_that_is_gone_says_so(shelf: None) -> None:
    """The link to it may be older than the product."""
    with pytest.raises(NotFound):
        product("con_a", "nothing")


def test_a_page_costs_the_same_number_of_statements_however_full_it_is(shelf: None) -> None:
    """No statement per row."""
    with statements() as few:
        product_page(ProductFilter())
    keep(*(shelves.product("con_a", f"x{n}", f"Plate {n:03}") for n in range(PAGE_SIZE)))
    keep(*(variant("con_a", f"x{n}", f"v{n}", f"PLATE-{n}") for n in range(PAGE_SIZE)))
    with statements() as many:
        page = product_page(ProductFilter())
    with statements() as detail:
        product("con_a", "1")

    assert (4, 4, 7) == (len(few), len(many), len(detail))
    assert PAGE_SIZE == len(page.lines)


def test_pages_share_no_product_and_miss_none(shelf: None) -> None:
    """Equal titles do not make rows jump between pages; a number too high shows the last page."""
    keep(*(shelves.product("con_a", f"x{n}", "Plate") for n in range(2 * PAGE_SIZE)))
    pages = [product_page(ProductFilter(), number=number) for number in (1, 2, 3)]
    refs = [(line.origin.connection_id, line.ref) for page in pages for line in page.lines]

    assert 2 * PAGE_SIZE + 5 == len(refs) == len(set(refs))
    assert pages[2] == product_page(ProductFilter(), number=99)
