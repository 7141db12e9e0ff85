"""What the sandbox serves from a real catalogue is what the file says: every product, variant, price and quantity.

The files are read here by plain csv, not by the loaders, so that both are held to the same source.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World

Row = dict[str, str]


@contextmanager
def serving(marketplace: str, path: Path) -> Iterator[Running]:
    """A sandbox that serves this file."""
    with run_in_thread(World(Options(catalogs={marketplace: path}))) as running:
        yield running


def rows_of(path: Path) -> list[Row]:
    """The records of a file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def woo_client(running: Running) -> httpx.Client:
    """A client of the demo shop."""
    state = httpx.get(f"{running.url}/_sandbox/state").json()
    (keys,) = [each["credentials"] for each in state["shops"] if each["shop"] == "demo-shop.example"]
    base = f"{running.url}/woocommerce/demo-shop.example/wp-json/wc/v3"
    return httpx.Client(base_url=base, auth=(keys["consumer_key"], keys["consumer_secret"]))


def woo_walk(client: httpx.Client, path: str) -> dict[int, dict[str, Any]]:
    """All records of a collection by id, in pages of three."""
    found: dict[int, dict[str, Any]] = {}
    while True:
        answer = client.get(path, params={"per_page": 3, "page": len(found) // 3 + 1, "orderby": "id", "order": "asc"})
        found |= {record["id"]: record for record in answer.json()}
        if "next" not in answer.links:
            return found


def amount(text: str) -> Decimal | None:
    """A price, None where there is none."""
    return Decimal(text) if text else None


def woo_said(record: dict[str, Any]) -> dict[str, Any]:
    """What an answer says, in the file's terms."""
    return {
        "sku": record["sku"],
        "regular": amount(record["regular_price"]),
        "sale": amount(record["sale_price"]),
        "counted": record["manage_stock"],
        "quantity": record["stock_quantity"],
        "there": record["stock_status"] == "instock",
        "description": record["description"],
    }


def woo_written(row: Row) -> dict[str, Any]:
    """The same from the file."""
    return {
        "sku": row["SKU"],
        "regular": amount(row["Regular price"]),
        "sale": amount(row["Sale price"]),
        "counted": row["Stock"] != "",
        "quantity": int(row["Stock"]) if row["Stock"] else None,
        "there": row["In stock?"] == "1",
        "description": row["Description"],
    }


def test_the_woocommerce_sample_comes_out_as_it_went_in(data: Path) -> None:
    """Simple, variable, grouped, external and downloadable products with all their variations."""
    path = data / "woocommerce" / "sample_products.csv"
    rows = {int(row["ID"]): row for row in rows_of(path)}
    tops = {number: row for number, row in rows.items() if row["Type"] != "variation"}
    with serving("woocommerce", path) as running, woo_client(running) as client:
        served = woo_walk(client, "/products")
        children = {n: woo_walk(client, f"/products/{n}/variations") for n in served}
    assert {n: woo_written(row) for n, row in tops.items()} == {n: woo_said(record) for n, record in served.items()}
    assert {n: row["Name"] for n, row in tops.items()} == {n: record["name"] for n, record in served.items()}
    kinds = {n: (record["type"], record["virtual"], record["downloadable"]) for n, record in served.items()}
    expected = {n: row["Type"].split(", ") for n, row in tops.items()}
    assert {n: (words[0], "virtual" in words, "downloadable" in words) for n, words in expected.items()} == kinds
    pictures = {n: [image["src"] for image in record["images"]] for n, record in served.items()}
    assert {n: row["Images"].split(", ") for n, row in tops.items()} == pictures
    by_sku = {row["SKU"]: n for n, row in tops.items()}
    below: dict[int, dict[int, dict[str, Any]]] = {n: {} for n in tops}
    for number, row in rows.items():
        if row["Type"] == "variation":
            below[by_sku[row["Parent"]]][number] = woo_written(row)
    assert below == {n: {v: woo_said(record) for v, record in found.items()} for n, found in children.items()}
    grouped = {n: [rows[m]["SKU"] for m in record["grouped_products"]] for n, record in served.items()}
    wanted = {n: [sku for sku in row["Grouped products"].split(", ") if sku] for n, row in tops.items()}
    assert wanted == grouped


def test_options_and_prices_of_every_real_variation_are_kept(data: Path) -> None:
    """An option the file leaves open is left open: any size."""
    path = data / "woocommerce" / "sample_products.csv"
    with serving("woocommerce", path) as running, woo_client(running) as client:
        red = client.get("/products/44/variations/76").json()
        hoodie = client.get("/products/79").json()
    assert [{"id": 0, "name": "Color", "option": "Red"}] == red["attributes"]
    assert ("42", "45", True, 45) == (hoodie["price"], hoodie["regular_price"], hoodie["on_sale"], hoodie["parent_id"])


def test_a_real_shop_still_sells(data: Path) -> None:
    """Orders come from the file's own products, never from a grouped one."""
    path = data / "woocommerce" / "sample_products.csv"
    skus = {row["SKU"] for row in rows_of(path) if row["Type"] not in ("grouped", "variable")}
    with serving("woocommerce", path) as running, woo_client(running) as client:
        orders = client.get("/orders", params={"per_page": 100}).json()
    assert 100 == len(orders)
    assert {line["sku"] for order in orders for line in order["line_items"]} <= skus


PRODUCTS = """query Walk($after: String) { products(first: 7, after: $after) {
  pageInfo { hasNextPage endCursor }
  nodes { handle title descriptionHtml vendor productType tags status
    media(first: 10) { nodes { ... on MediaImage { image { url } } } }
    variants(first: 20) { nodes {
      sku price compareAtPrice inventoryQuantity inventoryPolicy barcode selectedOptions { name value }
      inventoryItem { tracked } } } } } }"""


def shopify_walk(running: Running) -> list[dict[str, Any]]:
    """All products of the demo store, in pages of seven."""
    state = httpx.get(f"{running.url}/_sandbox/state").json()
    shop = next(each for each in state["shops"] if each["marketplace"] == "shopify")
    url = f"{running.url}/shopify/{shop['shop']}/admin/api/2026-10/graphql.json"
    headers = {"X-Shopify-Access-Token": shop["credentials"]["access_token"]}
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        body = {"query": PRODUCTS, "variables": {"after": after}}
        answer = httpx.post(url, json=body, headers=headers).json()
        assert "errors" not in answer, answer
        page = answer["data"]["products"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def shopify_said(product: dict[str, Any]) -> dict[str, Any]:
    """What an answer says of a product, in the file's terms."""
    return {
        "title": product["title"],
        "body": product["descriptionHtml"],
        "vendor": product["vendor"],
        "type": product["productType"],
        "tags": set(product["tags"]),
        "published": product["status"] == "ACTIVE",
        "images": [image["image"]["url"] for image in product["media"]["nodes"]],
        "variants": [
            {
                "options": [option["value"] for option in variant["selectedOptions"]],
                "sku": variant["sku"] or "",
                "price": Decimal(variant["price"]),
                "before": None if variant["compareAtPrice"] is None else Decimal(variant["compareAtPrice"]),
                "quantity": variant["inventoryQuantity"],
                "tracked": variant["inventoryItem"]["tracked"],
                "policy": variant["inventoryPolicy"].lower(),
                "barcode": variant["barcode"] or "",
            }
            for variant in product["variants"]["nodes"]
        ],
    }


def shopify_written(rows: list[Row]) -> dict[str, Any]:
    """The same from the rows of one handle."""
    top = rows[0]
    return {
        "title": top["Title"],
        "body": top["Body (HTML)"],
        "vendor": top["Vendor"],
        "type": top["Type"],
        "tags": {tag.strip() for tag in top["Tags"].split(",") if tag.strip()},
        "published": top["Published"] == "true",
        "images": [row["Image Src"] for row in rows if row["Image Src"]],
        "variants": [
            {
                "options": [row[f"Option{n} Value"] for n in (1, 2, 3) if top[f"Option{n} Name"]],
                "sku": row["Variant SKU"],
                "price": Decimal(row["Variant Price"]),
                "before": amount(row["Variant Compare At Price"]),
                "quantity": int(row["Variant Inventory Qty"]),
                "tracked": row["Variant Inventory Tracker"] != "",
                "policy": row["Variant Inventory Policy"],
                "barcode": row["Variant Barcode"],
            }
            for row in rows
            if row["Variant Price"]
        ],
    }


@pytest.mark.parametrize("name", ["apparel.csv", "home-and-garden.csv", "jewelery.csv"])
def test_every_shopify_sample_comes_out_as_it_went_in(data: Path, name: str) -> None:
    """Products over several rows, variants without SKU, image rows, HTML, quantities that nobody tracks."""
    path = data / "shopify" / name
    written: dict[str, list[Row]] = {}
    for row in rows_of(path):
        written.setdefault(row["Handle"], []).append(row)
    with serving("shopify", path) as running:
        served = {product["handle"]: product for product in shopify_walk(running)}
    expected = {handle: shopify_written(rows) for handle, rows in written.items()}
    assert expected == {handle: shopify_said(product) for handle, product in served.items()}
