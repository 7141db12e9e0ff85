"""Publishing quantities. WooCommerce has no compare-and-set, so what stands there is read just before it is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.stock import Receipts
from nexus_ui.adapters.woocommerce.collection import API
from nexus_ui.adapters.woocommerce.refusals import judge_write
from nexus_ui.errors import SkipRecord
from nexus_ui.records import StockAnswer, StockChange, StockReceipt

BATCH = 100
"""The most objects one batch may carry; more is answered with 413."""

NOT_MANAGED = "The shop does not count stock for this item. Switch on 'Stock management' for it there."
NOT_OURS = "This is no item of a WooCommerce shop."
GONE = "The shop does not know this item any more."


class Problem(msgspec.Struct):
    """Why one item of a batch was refused."""

    code: str | int = ""
    message: str = ""


class Item(msgspec.Struct):
    """One item as a batch or a list answers it."""

    id: int
    stock_quantity: int | float | str | None = None
    error: Problem | None = None


class Batch(msgspec.Struct):
    """What a batch answers."""

    update: list[Item] = []


@dataclass(frozen=True, slots=True)
class Batched:
    """Changes to write together: each item once, at most as many as a batch takes."""

    path: str
    changes: dict[int, StockChange]


_batch = msgspec.json.Decoder(Batch)
_items = msgspec.json.Decoder(list[Item])


async def write_stock(http: Http, changes: Sequence[StockChange]) -> list[StockReceipt]:
    """Write every change and return their receipts in the same order; for what is raised, see `Receipts.kept`."""
    writing = http.using(judge=judge_write)
    receipts = Receipts(changes)
    addressed = [(_address(change.inventory_ref), change) for change in changes]
    with receipts.kept():
        for batch in batches([(*address, change) for address, change in addressed if address]):
            receipts.add(await _write(http, writing, batch))
    receipts.add(
        StockReceipt(change.key, StockAnswer.REFUSED, NOT_OURS) for address, change in addressed if not address
    )
    return receipts.in_order()


def batches(addressed: Iterable[tuple[str, int, StockChange]]) -> Iterator[Batched]:
    """Changes in the batches to send, in order: a second change of the same item waits for a later one."""
    filling: dict[str, Batched] = {}
    for path, item, change in addressed:
        batch = filling.setdefault(path, Batched(path, {}))
        if item in batch.changes or len(batch.changes) == BATCH:
            yield batch
            batch = filling[path] = Batched(path, {})
        batch.changes[item] = change
    yield from filling.values()


async def _write(http: Http, writing: Http, batch: Batched) -> list[StockReceipt]:
    try:
        standing = await _standing(http, batch)
        refused = {
            item: receipt
            for item, change in batch.changes.items()
            if item in standing and (receipt := _unfit(change, standing[item]))
        }
        wanted = {item: change for item, change in batch.changes.items() if item not in refused}
        answered = await _send(writing, batch.path, wanted) if wanted else {}
    except SkipRecord as gone:
        return [StockReceipt(change.key, StockAnswer.REFUSED, GONE, gone.kind) for change in batch.changes.values()]
    return [*refused.values(), *(_receipt(change, answered.get(item)) for item, change in wanted.items())]


async def _standing(http: Http, batch: Batched) -> dict[int, int | float | str | None]:
    """What the shop holds of the items whose change says what it expects."""
    items = [item for item, change in batch.changes.items() if change.expected is not None]
    if not items:
        return {}
    query = {"include": ",".join(map(str, items)), "per_page": BATCH, "status": "any", "_fields": "id,stock_quantity"}
    exchange = Exchange("GET", batch.path, "stock", params=query)
    found = await http.fetch(exchange, lambda answer: _items.decode(answer.body))
    return {item.id: item.stock_quantity for item in found}


async def _send(http: Http, path: str, wanted: Mapping[int, StockChange]) -> dict[int, Item]:
    body = {"update": [{"id": item, "stock_quantity": change.quantity} for item, change in wanted.items()]}
    return await http.fetch(Exchange("POST", f"{path}/batch", "set_stock", json=body), _decode_batch)


def _decode_batch(answer: Answer) -> dict[int, Item]:
    return {item.id: item for item in _batch.decode(answer.body).update}


def _unfit(change: StockChange, holds: int | float | str | None) -> StockReceipt | None:
    """Why a change must not be sent, seen from what the shop holds; None when it may."""
    if holds is None:
        return StockReceipt(change.key, StockAnswer.REFUSED, NOT_MANAGED)
    if holds != change.expected:
        return StockReceipt(change.key, StockAnswer.STALE, f"It holds {holds} by now.")
    return None


def _receipt(change: StockChange, item: Item | None) -> StockReceipt:
    """Accepted only when the shop repeats the quantity back."""
    if item is None:
        return StockReceipt(change.key, StockAnswer.REFUSED, "The shop's answer does not mention this item.")
    if item.error:
        return StockReceipt(change.key, StockAnswer.REFUSED, item.error.message, str(item.error.code))
    if item.stock_quantity is None:
        return StockReceipt(change.key, StockAnswer.REFUSED, NOT_MANAGED)
    if item.stock_quantity != change.quantity:
        return StockReceipt(change.key, StockAnswer.REFUSED, f"The shop answered with {item.stock_quantity}.")
    return StockReceipt(change.key, StockAnswer.ACCEPTED)


def _address(inventory_ref: str) -> tuple[str, int] | None:
    """The collection an item is written through and its id there: products, or the variations of one product."""
    parent, slash, variation = inventory_ref.partition("/")
    if not parent.isdecimal() or (slash and not variation.isdecimal()):
        return None
    return (f"{API}/products/{int(parent)}/variations", int(variation)) if slash else (f"{API}/products", int(parent))
