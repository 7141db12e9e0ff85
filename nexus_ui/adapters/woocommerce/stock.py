"""Publishing quantities. WooCommerce has no compare-and-set, so what stands there is read just before it is written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.records import StockAnswer, StockChange, StockReceipt

API = "/wp-json/wc/v3"
BATCH = 100
"""The most objects one batch may carry; more is answered with 413."""

NOT_MANAGED = "The shop does not manage stock for this item. Switch on 'Manage stock' there."


class Problem(msgspec.Struct):
    """Why one item of a batch was refused."""

    code: str = ""
    message: str = ""


class Item(msgspec.Struct):
    """One item as a batch or a list answers it."""

    id: int
    stock_quantity: int | float | None = None
    error: Problem | None = None


class Batch(msgspec.Struct):
    """What a batch answers."""

    update: list[Item] = []


_batch = msgspec.json.Decoder(Batch)
_items = msgspec.json.Decoder(list[Item])


async def write_stock(http: Http, changes: Sequence[StockChange]) -> list[StockReceipt]:
    """Write every change and return its receipt; raises what the transport raises."""
    receipts: list[StockReceipt] = []
    for path, group in _by_collection(changes).items():
        for batch in _chunks(group):
            receipts += await _write(http, path, batch)
    return receipts


async def _write(http: Http, path: str, batch: Mapping[int, StockChange]) -> list[StockReceipt]:
    standing = await _standing(http, path, [item for item, change in batch.items() if change.expected is not None])
    stale = {item for item, quantity in standing.items() if quantity != batch[item].expected}
    receipts = [
        StockReceipt(batch[item].key, StockAnswer.STALE, f"It holds {standing[item]} by now.") for item in sorted(stale)
    ]
    wanted = {item: change for item, change in batch.items() if item not in stale}
    if wanted:
        receipts += await _send(http, path, wanted)
    return receipts


async def _standing(http: Http, path: str, items: list[int]) -> dict[int, int | float | None]:
    if not items:
        return {}
    query = {"include": ",".join(map(str, items)), "per_page": BATCH}
    found = await http.fetch(Exchange("GET", path, "stock", params=query), lambda answer: _items.decode(answer.body))
    return {item.id: item.stock_quantity for item in found}


async def _send(http: Http, path: str, wanted: Mapping[int, StockChange]) -> list[StockReceipt]:
    body = {"update": [{"id": item, "stock_quantity": change.quantity} for item, change in wanted.items()]}
    answered = await http.fetch(Exchange("POST", f"{path}/batch", "set_stock", json=body), _decode_batch)
    return [_receipt(change, answered.get(item)) for item, change in wanted.items()]


def _decode_batch(answer: Answer) -> dict[int, Item]:
    return {item.id: item for item in _batch.decode(answer.body).update}


def _receipt(change: StockChange, item: Item | None) -> StockReceipt:
    """Accepted only when the shop repeats the quantity back."""
    if item is None:
        return StockReceipt(change.key, StockAnswer.REFUSED, "The shop's answer does not mention this item.")
    if item.error:
        return StockReceipt(change.key, StockAnswer.REFUSED, item.error.message, item.error.code)
    if item.stock_quantity is None:
        return StockReceipt(change.key, StockAnswer.REFUSED, NOT_MANAGED)
    if item.stock_quantity != change.quantity:
        return StockReceipt(change.key, StockAnswer.REFUSED, f"The shop answered with {item.stock_quantity}.")
    return StockReceipt(change.key, StockAnswer.ACCEPTED)


def _by_collection(changes: Iterable[StockChange]) -> dict[str, dict[int, StockChange]]:
    """Changes by the collection they are written through: products, or the variations of one product."""
    groups: dict[str, dict[int, StockChange]] = defaultdict(dict)
    for change in changes:
        parent, _, variation = change.inventory_ref.partition("/")
        path = f"{API}/products/{parent}/variations" if variation else f"{API}/products"
        groups[path][int(variation or parent)] = change
    return groups


def _chunks(group: Mapping[int, StockChange]) -> Iterator[dict[int, StockChange]]:
    items = list(group.items())
    for start in range(0, len(items), BATCH):
        yield dict(items[start : start + BATCH])
