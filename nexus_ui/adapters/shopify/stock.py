"""Publishing quantities: absolute, compared with what we believe stands there, and safe to repeat."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from nexus_ui.adapters.kit.stock import Receipts, batches
from nexus_ui.adapters.shopify import wire
from nexus_ui.adapters.shopify.documents import SET_STOCK
from nexus_ui.adapters.shopify.graph import Graph
from nexus_ui.errors import Unavailable
from nexus_ui.records import StockAnswer, StockChange, StockReceipt

MOST = 250
"""Shopify takes at most 250 entries in an array. https://shopify.dev/docs/api/usage/limits (read 2026-11-23)"""
_STALE = {"CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE"}
_BUSY, _FAILED = "IDEMPOTENCY_CONCURRENT_REQUEST", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"
_MOST_ROUNDS = 4


async def set_stock(graph: Graph, changes: Sequence[StockChange]) -> list[StockReceipt]:
    """Publish all changes, `MOST` at a time; one receipt each. For what is raised, see `Receipts.kept`."""
    receipts = Receipts(changes)
    with receipts.kept():
        for batch in batches(changes, lambda change: (change.inventory_ref, change.location_ref), MOST):
            await _publish(graph, list(batch.values()), receipts)
    return receipts.in_order()


async def _publish(graph: Graph, batch: list[StockChange], receipts: Receipts) -> None:
    """One entry that is refused refuses its whole batch, so the rest is sent again without it."""
    rounds = attempt = 0
    while batch:
        errors = await _send(graph, batch, attempt)
        if not errors:
            receipts.add(StockReceipt(change.key, StockAnswer.ACCEPTED) for change in batch)
            return
        codes = {error.code for error in errors}
        if codes & {_BUSY, _FAILED}:
            rounds += 1
            attempt += _FAILED in codes
            await _pause(rounds, errors[0].message)
            continue
        refused = _receipts(batch, errors)
        receipts.add(refused.values())
        batch = [change for change in batch if change.key not in refused]


async def _pause(rounds: int, said: str) -> None:
    """Let an earlier attempt come to its end; raises Unavailable when it does not."""
    if rounds >= _MOST_ROUNDS:
        raise Unavailable("Shopify is still busy with an earlier stock change.", said)
    await asyncio.sleep(rounds * 0.5)


async def _send(graph: Graph, batch: list[StockChange], attempt: int) -> list[wire.UserError]:
    key = _batch_key(batch, attempt)
    variables = {"key": key, "input": set_quantities_input([_entry(change) for change in batch], key)}
    answer = await graph.ask(wire.Reply[wire.StockWritten], "set stock", SET_STOCK, variables)
    return answer.inventory_set_quantities.user_errors


def set_quantities_input(entries: list[dict[str, Any]], key: str) -> dict[str, Any]:
    """The input of a stock write."""
    return {
        "name": "available",
        "reason": "correction",
        "referenceDocumentUri": f"nexus-connections://stock/{key}",
        "quantities": entries,
    }


def _entry(change: StockChange) -> dict[str, Any]:
    return {
        "inventoryItemId": change.inventory_ref,
        "locationId": change.location_ref,
        "quantity": change.quantity,
        "changeFromQuantity": change.expected,
    }


def _receipts(batch: list[StockChange], errors: list[wire.UserError]) -> dict[str, StockReceipt]:
    """The receipt of every entry an error names; an error that names none refuses them all."""
    found: dict[str, StockReceipt] = {}
    for error in errors:
        answer = StockAnswer.STALE if error.code in _STALE else StockAnswer.REFUSED
        place = _place(error.field, len(batch))
        for change in batch if place is None else batch[place : place + 1]:
            found.setdefault(change.key, StockReceipt(change.key, answer, error.message, error.code or ""))
    return found


def _place(path: list[str] | None, size: int) -> int | None:
    """The index in `["input", "quantities", "3", ...]`, or None."""
    numbers = [int(part) for part in path or [] if part.isdigit()]
    return numbers[0] if numbers and numbers[0] < size else None


def _batch_key(batch: list[StockChange], attempt: int) -> str:
    """The same batch has the same key, so that sending it twice has one effect; a later attempt has another one."""
    text = "\n".join(f"{change.key} {change.quantity} {change.expected}" for change in batch)
    return hashlib.sha256(f"{text}\n{attempt}".encode()).hexdigest()[:40]
