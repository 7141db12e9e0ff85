"""Lists as CSV files."""

import csv
import io
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from nexus_ui.flows import sign_in
from nexus_ui.rules import stock_file
from nexus_ui.storage import audit, product_export
from nexus_ui.storage.audit import Action, Change, Subject
from nexus_ui.storage.database import writing
from nexus_ui.storage.pages import Hold, write_products
from nexus_ui.web import exports
from tests import databases
from tests.storage import shelves
from tests.storage.shelves import connection, cycle, keep, stock, variant
from tests.storage.stream import at, held, move, page
from tests.storage.stream import product as product_of
from tests.storage.stream import variant as variant_of


@pytest.fixture
async def browser(sqlite_database: databases.Database) -> AsyncIterator[AsyncClient]:
    """A signed-in browser in front of the export routes."""
    link = sign_in.new_owner_link().partition("link=")[2]
    cookie = sign_in.redeem(link, email="ada@example.com", name="Ada", password="correct horse battery")
    doors = Starlette(routes=[door.route() for door in exports.DOORS])
    async with AsyncClient(
        transport=ASGITransport(doors), base_url="http://panel.example", cookies={sign_in.COOKIE: cookie}
    ) as client:
        yield client


def table(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file by its heads."""
    return list(csv.DictReader(io.StringIO(text)))


async def test_cycles_come_as_csv_with_iso_times(browser: AsyncClient) -> None:
    """One row a cycle, newest first, no byte order mark."""
    keep(connection("con_a", "Berlin"), cycle("cyc_1", "con_a"), cycle("cyc_2", "con_a", 5, outcome="failed"))
    answer = await browser.get("/api/export/cycles.csv", params={"connection": "con_a"})

    assert "text/csv; charset=utf-8" == answer.headers["content-type"]
    assert b"cycle," == answer.content[:6]
    assert [
        ("cyc_2", "failed", "2026-11-23T12:05:00+00:00", "30.0"),
        ("cyc_1", "success", "2026-11-23T12:00:00+00:00", "30.0"),
    ] == [(row["cycle"], row["status"], row["start"], row["seconds"]) for row in table(answer.text)]


async def test_cycles_can_be_narrowed_to_one_status(browser: AsyncClient) -> None:
    """As in the dialog; a word that is no status is refused instead of ignored."""
    keep(connection("con_a", "Berlin"), cycle("cyc_1", "con_a"), cycle("cyc_2", "con_a", 5, outcome="failed"))
    failed = await browser.get("/api/export/cycles.csv", params={"connection": "con_a", "status": "failed"})
    nonsense = await browser.get("/api/export/cycles.csv", params={"status": "nonsense"})

    assert ["cyc_2"] == [row["cycle"] for row in table(failed.text)]
    assert 400 == nonsense.status_code


async def test_a_cell_that_looks_like_a_formula_is_plain_text(browser: AsyncClient) -> None:
    """A title from a marketplace must not run in somebody's spreadsheet; a price stays a number."""
    keep(
        connection("con_a", "Berlin"),
        shelves.product("con_a", "1", '=HYPERLINK("http://evil.example")'),
        shelves.product("con_a", "2", "+1"),
        shelves.product("con_a", "3", "@SUM(A1)"),
        variant("con_a", "1", "11", "-2+3", price=Decimal("-1.50")),
    )
    rows = table((await browser.get("/api/export/products.csv")).text)

    assert ['\'=HYPERLINK("http://evil.example")', "'+1", "'@SUM(A1)"] == [row["product"] for row in rows]
    assert ("'-2+3", "-1.50") == (rows[0]["sku"], rows[0]["price"])


async def test_unknown_and_untracked_quantities_are_empty_and_zero_is_zero(browser: AsyncClient) -> None:
    """Unknown is never zero, in a file neither."""
    keep(
        connection("con_a", "Berlin"),
        shelves.product("con_a", "1", "Mug"),
        variant("con_a", "1", "1", "ZERO", position=1),
        variant("con_a", "1", "2", "UNKNOWN", position=2),
        variant("con_a", "1", "3", "UNTRACKED", position=3, tracked=False),
        stock("con_a", "1", 0),
        stock("con_a", "3", 5),
    )
    rows = table((await browser.get("/api/export/products.csv")).text)

    assert [("ZERO", "0", "yes"), ("UNKNOWN", "", "yes"), ("UNTRACKED", "", "no")] == [
        (row["sku"], row["quantity"], row["tracked"]) for row in rows
    ]


async def test_a_long_list_comes_whole(browser: AsyncClient) -> None:
    """Over several chunks, each product once, those without variants too."""
    many = product_export.CHUNK + 7
    keep(connection("con_a", "Berlin"), *(shelves.product("con_a", f"{n:04}", f"Plate {n}") for n in range(many)))
    rows = table((await browser.get("/api/export/products.csv", params={"q": "plate"})).text)

    assert many == len(rows) == len({row["product"] for row in rows})


@pytest.mark.parametrize("path", [door.path for door in exports.DOORS])
async def test_nothing_is_exported_without_a_session(browser: AsyncClient, path: str) -> None:
    """A stranger gets 401 and no row."""
    browser.cookies.clear()

    assert 401 == (await browser.get(path)).status_code


async def test_stock_comes_as_csv_and_goes_back_in_as_it_came(browser: AsyncClient) -> None:
    """Unknown is empty, a filter narrows, and the file imported again changes nothing."""
    held()
    found = [variant_of("m", "m1", sku="-2+3", stock=7), variant_of("m", "m2", sku="CUP", stock=None)]
    write_products(Hold("con_a", "cyc_1", at(9)), page([product_of("m", 0, *found)]), move("products"))
    text = (await browser.get("/api/export/stock.csv")).text
    unknown = table((await browser.get("/api/export/stock.csv", params={"only": "unknown"})).text)

    assert [("'-2+3", "7", "0", "7", "Shop: 7"), ("CUP", "", "0", "", "Shop: ?")] == [
        (row["sku"], row["on_hand"], row["reserved"], row["available"], row["shown"]) for row in table(text)
    ]
    assert ["CUP"] == [row["sku"] for row in unknown]
    assert [("-2+3", 7)] == [(row.sku, row.on_hand) for row in stock_file.read(text).rows]


async def test_the_audit_log_comes_as_csv_with_a_row_per_change(browser: AsyncClient) -> None:
    """What tells of no change stands alone; filters narrow it, and no cell runs as a formula."""
    with writing() as session:
        told = [Change("name", "=1+1", "Shop"), Change("buffer", "0", "5")]
        audit.note(session, None, Action.RENAMED, Subject.CONNECTION, "con_a", "Shop", told, who="Anna")
        audit.note(session, None, Action.PAUSED, Subject.CONNECTION, "con_b", "Other", who="Anna")
    every = table((await browser.get("/api/export/audit.csv", params={"person": "Anna"})).text)
    renamed = table((await browser.get("/api/export/audit.csv", params={"connection": "con_a"})).text)

    assert {("paused", "", "", ""), ("renamed", "name", "'=1+1", "Shop"), ("renamed", "buffer", "0", "5")} == {
        (row["action"], row["field"], row["from"], row["to"]) for row in every
    }
    assert ["con_a", "con_a"] == [row["id"] for row in renamed]
