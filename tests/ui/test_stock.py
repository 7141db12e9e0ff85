"""The states of the Stock page: the list, a number changed in place, and a file looked at before it counts."""

from typing import Any

import pytest

from nexus_ui.storage.pages import write_products
from nexus_ui.storage.stock import on_hand_of
from nexus_ui.ui.stock.importing import StockImport
from nexus_ui.ui.stock.sku_state import StockSku
from nexus_ui.ui.stock.state import Stock
from tests.storage.stream import held, move, page, product, variant
from tests.ui.conftest import StateOf


@pytest.fixture
def shop(owner_cookie: str) -> None:
    """MUG with 1,200 and CUP unknown; a second shop shows nine mugs."""
    mug, cup = variant("mug", "m", sku="MUG", stock=1200), variant("cup", "c", sku="CUP", stock=None)
    first = [product("mug", 0, mug, title="Blue mug"), product("cup", 0, cup, title="Cup")]
    write_products(held(), page(first), move("products"))
    other = product("x", 0, variant("x", "y", sku="MUG", stock=9), title="Mug, blue")
    write_products(held("con_b", "cyc_b"), page([other]), move("products"))


async def opened(state_of: StateOf, address: str = "/stock", *cookie: str) -> Any:
    """The page, loaded."""
    state = state_of(Stock, address, *cookie)
    await Stock.load.fn(state)
    return state


async def test_the_address_holds_the_filters(state_of: StateOf, shop: None) -> None:
    """A shared address shows the same SKUs; nonsense in it shows all; the export is of what is shown."""
    state = await opened(state_of, "/stock?only=differing&connection=con_b")
    nonsense = await opened(state_of, "/stock?only=stolen&sort=password")

    assert (["MUG"], "1 of 2 SKUs") == ([row.sku for row in state.rows], state.shown)
    assert "/api/export/stock.csv?connection=con_b&only=differing" == state.export_address
    assert "2 SKUs" == nonsense.shown


async def test_a_row_says_what_is_unknown_and_what_differs(state_of: StateOf, shop: None) -> None:
    """The connection with another number stands first, and only that one is marked."""
    cup, mug = (await opened(state_of)).rows

    assert ("Unknown", "", "Unknown") == (cup.on_hand, cup.seen, cup.available)
    assert ("1,200", "1200", True) == (mug.on_hand, mug.seen, mug.differs)
    assert [("con_b", "9", True), ("con_a", "1,200", False)] == [
        (one.place.id, one.number, one.differs) for one in mug.shown
    ]


async def test_a_number_is_changed_in_place(state_of: StateOf, shop: None) -> None:
    """What is wrong is said at its box; once saved, the row and the movements show it."""
    state = await opened(state_of)
    await Stock.edit.fn(state, "MUG")
    await Stock.save.fn(state, {"on_hand": "twelve", "reason": "counted"})
    wrong = dict(state.wrong)
    await Stock.save.fn(state, {"on_hand": "12", "reason": "counted"})
    sku = state_of(StockSku, "/stock")
    await StockSku.open_sku.fn(sku, "MUG")

    assert wrong["on_hand"]
    assert ("", "12", {"MUG": 12}) == (state.editing, state.rows[1].on_hand, on_hand_of(["MUG"], sandbox=False))
    assert [("Set by hand", "counted", "−1,188", "Olga"), ("First seen", "on Shop", "+1,200", "")] == sorted(
        ((one.what, one.why, one.quantity, one.by) for one in sku.panel.movements), reverse=True
    )


async def test_an_edit_can_be_left_and_only_starts_on_a_row_that_is_there(state_of: StateOf, shop: None) -> None:
    """Nothing is kept of it."""
    state = await opened(state_of)
    await Stock.edit.fn(state, "GHOST")
    ghost = state.editing
    await Stock.edit.fn(state, "MUG")
    await Stock.leave.fn(state)
    await Stock.save.fn(state, {"on_hand": "1", "reason": "x"})

    assert ("", "", {"MUG": 1200}) == (ghost, state.editing, on_hand_of(["MUG"], sandbox=False))


async def test_a_viewer_changes_nothing(state_of: StateOf, viewer_cookie: str, shop: None) -> None:
    """Neither in place nor by a file, whatever the browser sends."""
    state = await opened(state_of, "/stock", viewer_cookie)
    state.editing, state.seen = "MUG", "1200"
    await Stock.save.fn(state, {"on_hand": "1", "reason": "x"})
    importing = state_of(StockImport, "/stock", viewer_cookie)
    importing.looked, importing.count = True, 1
    await StockImport.send.fn(importing, {"text": "sku,on_hand\nMUG,1"})

    assert {"MUG": 1200} == on_hand_of(["MUG"], sandbox=False)


async def test_a_file_counts_only_when_applied(state_of: StateOf, shop: None) -> None:
    """The first press shows what it would do, row by row; a changed text has to be looked at again."""
    state = state_of(StockImport, "/stock")
    text = {"text": "sku,on_hand\nMUG,5\nGHOST,1\n"}
    await StockImport.send.fn(state, text)
    seen = ([(row.sku, row.before, row.after) for row in state.changes], [row.number for row in state.wrong])
    looked = (state.summary, on_hand_of(["MUG"], sandbox=False))
    await StockImport.forget.fn(state)
    await StockImport.send.fn(state, text)
    unchanged = on_hand_of(["MUG"], sandbox=False)
    await StockImport.send.fn(state, text)

    assert ([("MUG", "1,200", "5")], ["3"]) == seen
    assert ("1 number would change, 1 row cannot be used.", {"MUG": 1200}) == looked
    assert ({"MUG": 1200}, {"MUG": 5}) == (unchanged, on_hand_of(["MUG"], sandbox=False))


async def test_what_is_no_file_of_numbers_is_said_in_a_sentence(state_of: StateOf, shop: None) -> None:
    """And nothing can be applied."""
    state = state_of(StockImport, "/stock")
    await StockImport.send.fn(state, {"text": "hello"})

    assert (False, 0, False) == (state.looked, state.count, state.busy)
    assert "sku and on_hand" in state.problem


async def test_a_sku_says_what_each_connection_shows_and_should(state_of: StateOf, shop: None) -> None:
    """By which rule, in words; the one that shows another number first."""
    state = state_of(StockSku, "/stock")
    await StockSku.open_sku.fn(state, "MUG")

    assert [
        ("con_b", "9", "1,200", True, "All 1,200 available"),
        ("con_a", "1,200", "1,200", False, "All 1,200 available"),
    ] == [(one.place.id, one.number, one.wanted, one.differs, one.rule) for one in state.panel.row.shown]


async def test_a_rule_is_weighed_while_it_is_typed(state_of: StateOf, shop: None) -> None:
    """What it would publish, before anything is kept; nonsense gives nothing."""
    state = state_of(StockSku, "/stock")
    await StockSku.open_sku.fn(state, "MUG")
    await StockSku.rule.fn(state, "con_b")
    await StockSku.weigh.fn(state, "50")
    half = state.said
    await StockSku.weigh.fn(state, "90")
    nonsense = state.said
    await StockSku.keep_off.fn(state, True)
    await StockSku.weigh.fn(state, "")

    assert "600 units would be published: 1,200 available, 50 % held back, this SKU's own buffer." == half
    assert ("", "0 units would be published: Kept off this connection.") == (nonsense, state.said)


async def test_a_rule_is_only_begun_where_the_sku_is_listed(state_of: StateOf, shop: None) -> None:
    """A second press leaves it."""
    state = state_of(StockSku, "/stock")
    await StockSku.open_sku.fn(state, "MUG")
    await StockSku.rule.fn(state, "con_x")
    nowhere = state.ruling
    await StockSku.rule.fn(state, "con_a")
    begun = state.ruling
    await StockSku.rule.fn(state, "con_a")

    assert ("", "con_a", "") == (nowhere, begun, state.ruling)


async def test_a_rule_is_kept_or_what_is_wrong_is_said_at_its_box(state_of: StateOf, shop: None) -> None:
    """The panel shows it at once; emptied, the SKU follows the connection again."""
    state = state_of(StockSku, "/stock")
    await StockSku.open_sku.fn(state, "MUG")
    await StockSku.rule.fn(state, "con_b")
    await StockSku.save_rule.fn(state, {"own_buffer": "51"})
    wrong, still = state.wrong, state.ruling
    await StockSku.save_rule.fn(state, {"own_buffer": "50 %"})
    (kept,) = [one for one in state.panel.row.shown if one.place.id == "con_b"]
    await StockSku.rule.fn(state, "con_b")
    await StockSku.save_rule.fn(state, {"own_buffer": ""})
    (freed,) = [one for one in state.panel.row.shown if one.place.id == "con_b"]

    assert ("Choose a buffer from 0 to 50 percent, or leave it empty.", "con_b") == (wrong, still)
    assert (True, "50", "600", "") == (kept.fixed, kept.own_buffer, kept.wanted, state.ruling)
    assert (False, "", "1,200") == (freed.fixed, freed.own_buffer, freed.wanted)


async def test_a_viewer_makes_no_rule(state_of: StateOf, viewer_cookie: str, shop: None) -> None:
    """Whatever the browser sends."""
    state = state_of(StockSku, "/stock", viewer_cookie)
    await StockSku.open_sku.fn(state, "MUG")
    state.ruling = "con_b"
    await StockSku.save_rule.fn(state, {"own_buffer": "50"})
    await StockSku.open_sku.fn(state, "MUG")

    assert [False, False] == [one.fixed for one in state.panel.row.shown]
