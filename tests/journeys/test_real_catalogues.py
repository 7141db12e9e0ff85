"""The vendors' own sample catalogues, from connecting to the Products page, compared with the file piece by piece.

The files are read here by plain csv, so that sandbox, adapter, engine, storage and query are all held to the source.
NEXUS_DATA names their folder; it is `../shared/data` beside the repository otherwise.
"""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count, takewhile
from pathlib import Path

import pytest

from nexus_ui import children
from nexus_ui.flows import connect, sync
from nexus_ui.flows.sign_in import Role
from nexus_ui.rules.outcome import Outcome
from nexus_ui.sandbox.server import run_in_thread
from nexus_ui.sandbox.world import Options, World
from nexus_ui.storage import connections
from nexus_ui.storage.product import ProductDetail, product
from nexus_ui.storage.products import ProductFilter, ProductLine, product_page
from tests import databases
from tests.flows.conftest import admit

DATA = Path(os.environ.get("NEXUS_DATA") or Path(__file__).parents[3] / "shared" / "data")
FILES = (
    "shopify/apparel.csv",
    "shopify/home-and-garden.csv",
    "shopify/jewelery.csv",
    "woocommerce/sample_products.csv",
)
Row = dict[str, str]


@dataclass(frozen=True, order=True)
class Sold:
    """One variant as both sides are asked for it; a product without variants would be missing, and so be found."""

    product: str
    variant: str
    sku: str
    status: str
    price: str
    tracked: bool
    available: str


@pytest.mark.parametrize("counted", [False, True], ids=["as published", "with stock counted"])
@pytest.mark.parametrize("name", FILES)
async def test_every_product_variant_price_and_quantity_arrives_as_the_file_says(
    sqlite_database: databases.Database, tmp_path: Path, name: str, counted: bool
) -> None:
    """Connect, run one real cycle, then read what the Products page reads.

    The published files count no stock; so each also runs as a copy that does, with a quantity in every row.
    """
    path, slug = DATA / name, name.partition("/")[0]
    if not path.exists():
        pytest.skip(f"{path} is not here; NEXUS_DATA can name the folder")
    path = with_stock_counted(path, tmp_path, slug) if counted else path
    person = admit(Role.OWNER, "olga@example.com").person_id
    with run_in_thread(World(Options(orders=25, limits=False, catalogs={slug: path}))) as running:
        children.remember_port(sqlite_database.home, int(running.url.rpartition(":")[2]))
        await connect.explore_sandbox(person, slug)
        (claim,) = sync.claim("journey", 5)
        outcome = await sync.run(claim.connection_id, claim.cycle_id)
    currency = connections.get(claim.connection_id).currency or ""
    expected = {"shopify": shopify_file, "woocommerce": woocommerce_file}[slug](rows_of(path), currency)
    details = [product(line.origin.connection_id, line.ref) for line in every_line()]

    assert Outcome.SUCCESS is outcome
    assert sorted(expected) == sorted(sold for detail in details for sold in on_our_side(detail))
    assert len({sold.product for sold in expected}) == len(details)


def test_every_file_of_the_folder_is_tried() -> None:
    """A file that is added there is tested here, or this fails."""
    if not DATA.exists():
        pytest.skip(f"{DATA} is not here; NEXUS_DATA can name the folder")

    assert sorted(FILES) == sorted(str(path.relative_to(DATA)) for path in DATA.glob("*/*.csv"))


def rows_of(path: Path) -> list[Row]:
    """The records of a file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def with_stock_counted(path: Path, folder: Path, slug: str) -> Path:
    """A copy of the file in which the marketplace counts the stock of every row that can have any."""
    rows = rows_of(path)
    for number, row in enumerate(rows):
        if slug == "shopify" and row["Variant Price"]:
            row["Variant Inventory Tracker"] = "shopify"
        if slug == "woocommerce" and row["Type"].split(",")[0] in {"simple", "variation"}:
            row["Stock"] = str(number * 7 % 23)
    with (folder / path.name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder / path.name


def every_line() -> list[ProductLine]:
    """All lines of the Products page, page after page."""
    pages = (product_page(ProductFilter(), number=number) for number in count(1))
    seen = takewhile(lambda page: page[0] <= page[1].paging.pages, enumerate(pages, 1))
    return [line for _, page in seen for line in page.lines]


def on_our_side(detail: ProductDetail) -> Iterator[Sold]:
    """A product as the page shows it."""
    for one in detail.variants:
        price = f"{one.price} {one.currency}" if one.price is not None else ""
        available = "" if one.available is None else str(one.available)
        yield Sold(detail.line.title, one.title, one.sku or "", detail.line.status, price, one.tracked, available)


def shopify_file(rows: list[Row], currency: str) -> list[Sold]:
    """A product takes the rows of one handle; a row without price is only a picture; what is not counted is unknown."""
    found: list[Sold] = []
    head: dict[str, Row] = {}
    for row in rows:
        first = head.setdefault(row["Handle"], row)
        if not row["Variant Price"]:
            continue
        options = [row[f"Option{n} Value"] for n in (1, 2, 3)]
        counted = row["Variant Inventory Tracker"] == "shopify"
        found.append(
            Sold(
                first["Title"],
                " / ".join(option for option in options if option not in ("", "Default Title")),
                row["Variant SKU"],
                "active" if first["Published"] == "true" else "draft",
                price_of(row["Variant Price"], currency),
                counted,
                row["Variant Inventory Qty"] if counted else "",
            )
        )
    return found


def woocommerce_file(rows: list[Row], currency: str) -> list[Sold]:
    """A variable product is its variations; every other kind, grouped and external too, is one thing by itself."""
    named = {row["SKU"]: row for row in rows}
    found: list[Sold] = []
    for row in rows:
        kind = row["Type"].split(",")[0]
        if kind == "variable":
            continue
        parent = named[row["Parent"]] if kind == "variation" else row
        options = [row[f"Attribute {n} value(s)"] for n in (1, 2)] if kind == "variation" else [row["Name"]]
        found.append(
            Sold(
                parent["Name"],
                " / ".join(option for option in options if option),
                row["SKU"],
                "active" if parent["Published"] == "1" else "draft",
                price_of(row["Sale price"] or row["Regular price"], currency),
                row["Stock"] != "",
                row["Stock"],
            )
        )
    return found


def price_of(text: str, currency: str) -> str:
    """A price as both sides write it."""
    return f"{Decimal(text).quantize(Decimal('0.01'))} {currency}" if text else ""
