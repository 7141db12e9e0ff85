"""Whatever the order in which versions arrive, alone or repeated, the tables end alike; also from two processes."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import text

from nexus_ui import settings as product_settings
from nexus_ui.records import Order, OrderLine, Product, StockLevel
from nexus_ui.storage.consistency import contradictions
from nexus_ui.storage.database import writing
from nexus_ui.storage.pages import write_orders, write_products
from tests.databases import Database
from tests.storage.stream import at, everything, held, move, order, page, product, table, variant

PROJECT = Path(__file__).resolve().parents[2]
LATEST = 4


def shop(seed: Sequence[int]) -> tuple[list[Product], list[Order]]:
    """Every version of three products and two orders; `seed` decides which children each version has."""
    products = [_product(ref, version, seed) for ref in range(3) for version in range(LATEST + 1)]
    orders = [_order(ref, version, seed) for ref in range(2) for version in range(LATEST + 1)]
    return products, orders


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.data())
def test_any_order_of_arrival_ends_in_the_newest_versions(database: Database, data: some.DataObject) -> None:
    """Versions shuffled, repeated and cut into pages at random; the newest of each is always among them."""
    _empty()
    hold = held()
    products, orders = shop(data.draw(some.lists(some.integers(0, 255), min_size=12, max_size=12)))
    newest_products = [one for one in products if one.updated_at == at(LATEST)]
    newest_orders = [one for one in orders if one.updated_at == at(LATEST)]
    write_products(hold, page(newest_products), move("products"))
    write_orders(hold, page(newest_orders), move("orders"))
    expected = everything()
    _empty()
    hold = held()

    arrivals = data.draw(some.permutations([*products, *data.draw(some.lists(some.sampled_from(products)))]))
    for start in range(0, len(arrivals), size := data.draw(some.integers(1, 7))):
        write_products(hold, page(arrivals[start : start + size]), move("products"))
    arrived = data.draw(some.permutations(orders))
    for start in range(0, len(arrived), size):
        write_orders(hold, page(arrived[start : start + size]), move("orders"))

    assert expected == everything()
    assert [] == contradictions()


def test_two_processes_write_their_pages_into_one_database(database: Database) -> None:
    """Neither loses a page to the other, and nobody meets a locked database."""
    script = (
        "import sys; from tests.storage.stream import *; from nexus_ui.storage.pages import write_products\n"
        "name = sys.argv[1]; hold = Hold(f'con_{name}', f'cyc_{name}', at(9))\n"
        "for number in range(40):\n"
        "    found = [product(f'{number}-{place}') for place in range(25)]\n"
        "    write_products(hold, page(found), move('products', str(number)))\n"
    )
    for name in "ab":
        held(f"con_{name}", f"cyc_{name}")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, name],
            cwd=PROJECT,
            env=product_settings.child_environment(),
            stderr=subprocess.PIPE,
        )
        for name in "ab"
    ]

    ends = [(process.communicate(timeout=120)[1].decode(), process.returncode) for process in processes]

    assert [("", 0), ("", 0)] == ends
    assert [("con_a", 1000), ("con_b", 1000)] == table("connections", "id, products_count")
    assert [] == contradictions()


def test_two_streams_of_one_connection_store_side_by_side(database: Database) -> None:
    """Products and orders of one cycle come from two threads; both count into the same cycle."""
    hold = held()
    failures: list[BaseException] = []

    def run(write: object, make: object, stream: str) -> None:
        try:
            for number in range(20):
                write(hold, page([make(f"{number}-{place}") for place in range(10)]), move(stream))
        except BaseException as failure:
            failures.append(failure)

    threads = [
        threading.Thread(target=run, args=(write_products, product, "products")),
        threading.Thread(target=run, args=(write_orders, order, "orders")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert [] == failures
    assert [(200, 200, 40)] == table("cycles", "products, orders, pages")


def _product(ref: int, version: int, seed: Sequence[int]) -> Product:
    bits = seed[(ref * (LATEST + 1) + version) % len(seed)]
    variants = [
        variant(
            f"p{ref}",
            f"p{ref}v{place}",
            f"{version}.{place}",
            levels=(StockLevel(f"p{ref}v{place}", f"loc{bits >> 6}", bits, None, at(version)),),
            sku=f"S{bits >> 4}" if bits & 8 else None,
        )
        for place in range(3)
        if bits >> place & 1
    ]
    made = product(f"p{ref}", version, *variants, title=f"v{version}")
    return made if variants else Product(made.ref, made.title, made.status, made.updated_at, ())


def _order(ref: int, version: int, seed: Sequence[int]) -> Order:
    bits = seed[(ref + version) % len(seed)]
    lines = [OrderLine(f"l{place}", None, f"v{version}", bits, None) for place in range(3) if bits >> place & 1]
    return order(f"o{ref}", version, *lines, total=f"{version}.00")


def _empty() -> None:
    with writing() as session:
        for name in (*everything(), "connections", "cycles", "stream_cursors", "quarantine"):
            session.execute(text(f"DELETE FROM {name}"))
