"""Pulling an account's changes: products and orders side by side, then inventory."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from datetime import datetime
from typing import Any

from nexus_ui.adapters.contract import Adapter, ReadsInventory, ReadsOrders, ReadsProducts
from nexus_ui.clock import utcnow
from nexus_ui.errors import LeaseLost
from nexus_ui.flows.settling import Ending, ending
from nexus_ui.flows.streams import OVERLAP, Pass, Report, read_stream
from nexus_ui.flows.writing import stored
from nexus_ui.records import Order, Page
from nexus_ui.rules.lookback import oldest_order
from nexus_ui.rules.outcome import StreamEnd, stops_the_rest
from nexus_ui.storage import cursors, pages
from nexus_ui.storage.connections import Connected
from nexus_ui.storage.cursors import Cursor

Reading = Coroutine[Any, Any, Report]
PRODUCTS, ORDERS, INVENTORY = "products", "orders", "inventory"


async def pull(work: Pass, kept: Connected, adapter: Adapter, reports: list[Report]) -> Ending:
    """Read every stream the adapter has, add their reports to `reports`, and judge; raises LeaseLost."""
    known = await stored(cursors.of_connection, kept.id)
    notes: list[str] = []
    first: list[Reading] = []
    if isinstance(adapter, ReadsProducts):
        first.append(_products(work, adapter, known))
    if isinstance(adapter, ReadsOrders):
        first.append(_orders(work, kept, adapter, known, notes))
    reports.extend(await _side_by_side(first))
    if isinstance(adapter, ReadsInventory):
        reports.append(await _inventory(work, kept, adapter, known, reports))
    worst = work.watch.worst.excerpt if work.watch.worst else ""
    return ending(reports, work.watch.count, work.halt.reason, tuple(notes), worst)


def _products(work: Pass, adapter: ReadsProducts, known: dict[str, Cursor]) -> Reading:
    return read_stream(work, PRODUCTS, known.get(PRODUCTS, Cursor()), None, adapter.products, pages.write_products)


def _orders(work: Pass, kept: Connected, adapter: ReadsOrders, known: dict[str, Cursor], notes: list[str]) -> Reading:
    """The orders since the last look, or as far back as was asked for and the account reaches."""
    asked, reach = kept.settings.lookback_days, kept.orders_reach_days
    if reach is not None and reach < asked:
        notes.append(f"Orders of the last {asked} days were asked for; this account gives the last {reach} days.")
    oldest = oldest_order(utcnow(), asked, reach, kept.settings.time_zone)

    def read(since: datetime | None, resume: str | None) -> AsyncIterator[Page[Order]]:
        return adapter.orders(since or oldest, resume)

    return read_stream(work, ORDERS, known.get(ORDERS, Cursor()), oldest, read, pages.write_orders)


async def _inventory(
    work: Pass, kept: Connected, adapter: ReadsInventory, known: dict[str, Cursor], before: list[Report]
) -> Report:
    """Stock that changed. Where products bring all stock along, the first read begins when the connection did."""
    products = next((report for report in before if report.stream == PRODUCTS), None)
    whole_account = any(report.error is not None and stops_the_rest(report.error.kind) for report in before)
    unread = products is not None and products.end is not StreamEnd.DONE and PRODUCTS not in known
    if work.halt.event.is_set():
        return Report(INVENTORY, None, StreamEnd.DEFERRED)
    if whole_account or unread:
        return Report(INVENTORY, None)
    cursor = known.get(INVENTORY, Cursor())
    along = cursor.since is None and products is not None and await stored(cursors.stock_came_along, kept.id)
    since = kept.created_at - OVERLAP if along else None
    return await read_stream(work, INVENTORY, cursor, since, adapter.inventory, pages.write_inventory)


async def _side_by_side(reads: Sequence[Reading]) -> list[Report]:
    """Run the streams together; raises LeaseLost as soon as one of them finds it."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(read) for read in reads]
    except* LeaseLost as lost:
        raise LeaseLost(_sentence(lost)) from None
    return [task.result() for task in tasks]


def _sentence(group: BaseExceptionGroup[LeaseLost]) -> str:
    """The sentence of the first LeaseLost in a group."""
    first: BaseException = group
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return str(first)
