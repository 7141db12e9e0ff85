"""The bare reference: httpx with prefetch, fast JSON, INSERT … ON CONFLICT per page with the cursor in the transaction.

Stands alone (`python reference.py plan.json`): no validation, quarantine, fencing or history. Prints one JSON line.
"""

import asyncio
import json
import resource
import sqlite3
import sys
import time
from decimal import Decimal
from pathlib import Path

import httpx
import msgspec

AHEAD = 4
SCHEMA = """
CREATE TABLE IF NOT EXISTS products (id TEXT PRIMARY KEY, title TEXT, status TEXT, vendor TEXT, updated_at TEXT)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS variants (id TEXT PRIMARY KEY, product_id TEXT, sku TEXT, title TEXT, price INTEGER,
  barcode TEXT, tracked INTEGER, inventory_id TEXT, position INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS variants_product ON variants (product_id);
CREATE INDEX IF NOT EXISTS variants_sku ON variants (sku);
CREATE TABLE IF NOT EXISTS levels (variant_id TEXT, location_id TEXT, available INTEGER, on_hand INTEGER,
  PRIMARY KEY (variant_id, location_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, number TEXT, status TEXT, placed_at TEXT, updated_at TEXT,
  total INTEGER, currency TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS orders_placed ON orders (placed_at);
CREATE TABLE IF NOT EXISTS lines (order_id TEXT, id TEXT, sku TEXT, title TEXT, quantity INTEGER, price INTEGER,
  variant_id TEXT, PRIMARY KEY (order_id, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cursors (stream TEXT PRIMARY KEY, cursor TEXT);
"""


def upsert(table: str, columns: str, key: str) -> str:
    """An upsert that replaces every other column."""
    names = columns.split()
    rest = ", ".join(f"{name}=excluded.{name}" for name in names if name not in key.split())
    marks = ", ".join("?" * len(names))
    listed = ", ".join(names)
    return (
        f"INSERT INTO {table} ({listed}) VALUES ({marks}) ON CONFLICT ({', '.join(key.split())}) DO UPDATE SET {rest}"
    )


PRODUCT = upsert("products", "id title status vendor updated_at", "id")
VARIANT = upsert("variants", "id product_id sku title price barcode tracked inventory_id position", "id")
LEVEL = upsert("levels", "variant_id location_id available on_hand", "variant_id location_id")
ORDER = upsert("orders", "id number status placed_at updated_at total currency", "id")
LINE = upsert("lines", "order_id id sku title quantity price variant_id", "order_id id")


def micros(text: str) -> int:
    """An amount as whole millionths."""
    return int(Decimal(text).scaleb(6))


def product_rows(nodes: list[dict]) -> list[tuple[str, list[tuple]]]:
    """Rows of a page of products."""
    products, variants, levels = [], [], []
    for node in nodes:
        products.append((node["id"], node["title"], node["status"], node["vendor"], node["updatedAt"]))
        for one in node["variants"]["nodes"]:
            item = one["inventoryItem"]
            variants.append(
                (one["id"], node["id"], one["sku"], one["title"], micros(one["price"]), one["barcode"],
                 item["tracked"], item["id"], one["position"])
            )  # fmt: skip
            for level in item["inventoryLevels"]["nodes"]:
                held = {quantity["name"]: quantity["quantity"] for quantity in level["quantities"]}
                levels.append((one["id"], level["location"]["id"], held.get("available"), held.get("on_hand")))
    return [(PRODUCT, products), (VARIANT, variants), (LEVEL, levels)]


def order_rows(nodes: list[dict]) -> list[tuple[str, list[tuple]]]:
    """Rows of a page of orders."""
    orders, lines = [], []
    for node in nodes:
        total = node["totalPriceSet"]["shopMoney"]
        orders.append(
            (node["id"], node["name"], node["displayFulfillmentStatus"], node["processedAt"], node["updatedAt"],
             micros(total["amount"]), total["currencyCode"])
        )  # fmt: skip
        for line in node["lineItems"]["nodes"]:
            price = line["originalUnitPriceSet"]["shopMoney"]
            variant = line["variant"]
            lines.append(
                (node["id"], line["id"], line["sku"], line["title"], line["quantity"], micros(price["amount"]),
                 variant and variant["id"])
            )  # fmt: skip
    return [(ORDER, orders), (LINE, lines)]


async def fetch(client: httpx.AsyncClient, plan: dict, stream: str, queue: asyncio.Queue) -> None:
    """Read every page of a stream into the queue; None ends it."""
    part = plan["streams"][stream]
    after = None
    while True:
        body = msgspec.json.encode({"query": part["query"], "variables": {**part["variables"], "after": after}})
        reply = await client.post(plan["url"], content=body)
        page = msgspec.json.decode(reply.content)["data"]["page"]
        await queue.put((page["nodes"], page["pageInfo"]["endCursor"]))
        if not page["pageInfo"]["hasNextPage"]:
            await queue.put(None)
            return
        after = page["pageInfo"]["endCursor"]


async def store(database: sqlite3.Connection, stream: str, queue: asyncio.Queue) -> int:
    """Write each page with its cursor in one transaction; the number of records."""
    count = 0
    rows = product_rows if stream == "products" else order_rows
    while (page := await queue.get()) is not None:
        nodes, cursor = page
        database.execute("BEGIN IMMEDIATE")
        for statement, values in rows(nodes):
            database.executemany(statement, values)
        database.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (stream, cursor))
        database.execute("COMMIT")
        count += len(nodes)
        await asyncio.sleep(0)
    return count


async def run(plan: dict) -> dict:
    """Import everything and say how fast."""
    database = sqlite3.connect(plan["database"], isolation_level=None)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + SCHEMA)
    headers = {**plan["headers"], "Content-Type": "application/json"}
    began = time.perf_counter()
    async with httpx.AsyncClient(headers=headers, timeout=60, trust_env=False) as client:
        queues = {stream: asyncio.Queue(AHEAD) for stream in plan["streams"]}
        readers = [asyncio.create_task(fetch(client, plan, stream, queue)) for stream, queue in queues.items()]
        counts = await asyncio.gather(*(store(database, stream, queue) for stream, queue in queues.items()))
        await asyncio.gather(*readers)
    seconds = time.perf_counter() - began
    database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"records": sum(counts), "seconds": round(seconds, 3), "peak_mb": round(peak, 1)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.loads(Path(sys.argv[1]).read_text())))))
