"""What people do with the stock: one number in place, and many from a file."""

import pytest
from sqlalchemy import text

from nexus_ui.errors import BadInput, NotAllowed
from nexus_ui.flows import stock
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.flows.stock import Change
from nexus_ui.storage.database import writing
from nexus_ui.storage.pages import write_products
from nexus_ui.storage.stock import (
    Only,
    StockFilter,
    StockSort,
    export_stock,
    on_hand_of,
    stock_detail,
    stock_page,
)
from tests.databases import Database
from tests.storage.stream import held, move, page, product, variant


def person(role: Role = Role.OWNER) -> Who:
    """Somebody with that role."""
    return Who("per_a", "Anna", "anna@example.com", role, "UTC", "ses")


@pytest.fixture
def shop(database: Database) -> None:
    """MUG with seven, CUP unknown, PLATE at zero; a second shop shows nine mugs."""
    mug = variant("mug", "m", sku="MUG", stock=7)
    cup = variant("cup", "c", sku="CUP", stock=None)
    plate = variant("plate", "p", sku="PLATE", stock=0)
    pages = [product("mug", 0, mug, title="Blue mug"), product("cup", 0, cup, title="Cup"), product("plate", 0, plate)]
    write_products(held(), page(pages), move("products"))
    other = product("x", 0, variant("x", "y", sku="MUG", stock=9), title="Mug, blue")
    write_products(held("con_b", "cyc_b"), page([other]), move("products"))


def listed(wanted: StockFilter = StockFilter(), **how: object) -> list[str]:
    """The SKUs of the first page."""
    return [line.sku for line in stock_page(wanted, **how).lines]  # type: ignore[arg-type]  # the words of stock_page


def test_the_list_shows_filters_sorts_and_counts(shop: None) -> None:
    """Unknown sorts last either way; a connection whose number is another one makes a SKU differ."""
    assert ["CUP", "MUG", "PLATE"] == listed()
    assert ["MUG", "PLATE", "CUP"] == listed(sort=StockSort.AVAILABLE, descending=True)
    assert ["PLATE", "MUG", "CUP"] == listed(sort=StockSort.ON_HAND)
    assert (["MUG"], ["CUP"], ["PLATE"]) == tuple(listed(StockFilter(only=only)) for only in Only)
    assert (["MUG"], ["MUG"]) == (listed(StockFilter("con_b")), listed(StockFilter(search="blue")))
    assert (1, 3) == (stock_page(StockFilter(search="cu")).paging.matching, stock_page(StockFilter()).paging.total)
    [line] = stock_page(StockFilter("con_b")).lines
    assert ("Blue mug", 7, [("con_a", 7), ("con_b", 9)]) == (
        line.title,
        line.available,
        [(one.origin.connection_id, one.available) for one in line.shown],
    )
    assert ["CUP", "MUG", "PLATE"] == [line.sku for line in export_stock(StockFilter())]


def test_a_number_is_set_with_a_reason_and_only_if_it_is_still_what_was_seen(shop: None) -> None:
    """The same form sent twice counts once; who looked at an older number is told."""
    stock.change("MUG", False, "12", 7, " counted  twice ", person(), once="form")
    stock.change("MUG", False, "12", 7, "counted twice", person(), once="form")
    with pytest.raises(BadInput, match="meanwhile"):
        stock.change("MUG", False, "9", 7, "counted", person())
    stock.change("CUP", False, "0", None, "none left", person())
    detail = stock_detail("MUG", sandbox=False)

    assert {"MUG": 12, "CUP": 0} == on_hand_of(["MUG", "CUP", "nothing"], sandbox=False)
    assert detail is not None
    assert {("edit", 5, "counted twice"), ("first_sight", 7, "")} == {
        (one.kind.value, one.quantity, one.note) for one in detail.movements
    }


@pytest.mark.parametrize(
    ("typed", "reason", "field"),
    [("", "x", "on_hand"), ("-1", "x", "on_hand"), ("1.5", "x", "on_hand"), ("3", " ", "reason")],
)
def test_what_cannot_be_set_is_said_at_its_box(shop: None, typed: str, reason: str, field: str) -> None:
    """Nothing moves."""
    with pytest.raises(BadInput) as refused:
        stock.change("MUG", False, typed, 7, reason, person())

    assert (field, {"MUG": 7}) == (refused.value.field, on_hand_of(["MUG"], sandbox=False))


def test_a_file_is_looked_at_first_and_counts_once(shop: None) -> None:
    """Unknown SKUs, bad numbers and doubles are named; applied twice, and after a change, it sets nothing again."""
    csv = "sku,on_hand\nMUG,5\nCUP,2\nPLATE,0\nGHOST,1\nMUG2,x\n"
    seen = stock.preview(csv, person())
    before = on_hand_of(["MUG", "CUP"], sandbox=False)
    first = stock.apply(csv, person())
    stock.change("PLATE", False, "4", 0, "found", person())
    second = stock.apply(csv, person())

    assert (Change(2, "MUG", False, 7, 5), Change(3, "CUP", False, None, 2)) == seen.changes
    assert [(5, "GHOST"), (6, "MUG2")] == [(one.number, one.sku) for one in seen.wrong]
    assert ({"MUG": 7, "CUP": None}, 1) == (before, seen.unchanged)
    assert (2, 0) == (first, second)
    assert {"MUG": 5, "CUP": 2, "PLATE": 4} == on_hand_of(["MUG", "CUP", "PLATE"], sandbox=False)
    assert ((), 3) == (stock.preview(csv, person()).changes, stock.preview(csv, person()).again)


def test_the_sandbox_has_lines_of_its_own_and_a_file_means_the_real_stock(shop: None) -> None:
    """A SKU that only the sandbox lists is counted there; a column says it where both list it."""
    tray = variant("tray", "t", sku="TRAY", stock=1)
    mug = variant("mug", "m", sku="MUG", stock=50)
    practice = [product("tray", 0, tray), product("mug", 0, mug, title="Practice mug")]
    write_products(held("con_s", "cyc_s", sandbox=True), page(practice), move("products"))
    stock.apply("sku,on_hand\nMUG,5\nTRAY,2\n", person())
    stock.apply("sku,sandbox,on_hand\nMUG,no,6\nMUG,yes,60\n", person())

    assert ["CUP", "MUG", "MUG", "PLATE", "TRAY"] == [line.sku for line in export_stock(StockFilter())]
    assert [("MUG", True), ("TRAY", True)] == [
        (line.sku, line.sandbox) for line in stock_page(StockFilter("con_s")).lines
    ]
    assert [("Practice mug", ["con_s"])] == [
        (line.title, [one.origin.connection_id for one in line.shown])
        for line in stock_page(StockFilter(search="practice")).lines
    ]
    assert (6, 60) == (on_hand_of(["MUG"], sandbox=False)["MUG"], on_hand_of(["MUG"], sandbox=True)["MUG"])
    assert ({}, {"TRAY": 2}) == (on_hand_of(["TRAY"], sandbox=False), on_hand_of(["TRAY"], sandbox=True))


def test_viewers_change_nothing(shop: None) -> None:
    """Neither by hand nor by file; they may not even look at what a file would do."""
    viewer = person(Role.VIEWER)
    for act in (
        lambda: stock.change("MUG", False, "1", 7, "x", viewer),
        lambda: stock.preview("sku,on_hand\nMUG,1", viewer),
        lambda: stock.apply("sku,on_hand\nMUG,1", viewer),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert {"MUG": 7} == on_hand_of(["MUG"], sandbox=False)


def test_a_removed_connection_shows_nothing_and_its_stock_stays(shop: None) -> None:
    """What was counted is not forgotten; what nobody counted goes."""
    with writing() as session:
        session.execute(text("UPDATE connections SET removed_at = created_at WHERE id = 'con_a'"))

    assert ["MUG", "PLATE"] == listed()
    assert (["con_b"], []) == tuple(
        [one.origin.connection_id for one in line.shown] for line in stock_page(StockFilter()).lines
    )
