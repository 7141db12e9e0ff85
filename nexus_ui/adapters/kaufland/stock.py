"""Publishing quantities. Kaufland has no compare-and-set, so what stands there is read just before it is written."""

from collections.abc import Mapping, Sequence
from functools import partial

import msgspec

from nexus_ui.adapters.kaufland.lists import PARALLEL
from nexus_ui.adapters.kaufland.refusals import UNITS, WRITE, Detail, judging_one
from nexus_ui.adapters.kaufland.translate import BY_KAUFLAND
from nexus_ui.adapters.kaufland.wire import One
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.adapters.kit.stock import Receipts, batches
from nexus_ui.errors import SkipRecord
from nexus_ui.records import StockAnswer, StockChange, StockReceipt

BATCH = 150
"""The most units one bulk call may carry; more of them, or one unit twice, is refused as a whole."""
LARGEST_ID = 2**63 - 1

NOT_OURS = "This is no unit of a Kaufland storefront."
GONE = "Kaufland does not know this unit any more."
HELD_BY_KAUFLAND = "Kaufland holds this stock itself; it can only be read."


class Standing(msgspec.Struct):
    """A unit as far as a write needs it."""

    id_unit: int
    amount: int | None = None
    fulfillment_type: str = ""


class Answered(msgspec.Struct):
    """What a bulk call says of one unit."""

    id_unit: int
    status_code: float
    unit: Standing | None = None
    message: str = ""
    key: str = ""
    errors: list[Detail] = []


class Bulk(msgspec.Struct):
    """What a bulk call answers."""

    data: list[Answered]


_one = msgspec.json.Decoder(One[Standing])
_bulk = msgspec.json.Decoder(Bulk)


class Stockroom:
    """Writes stock on one storefront."""

    def __init__(self, http: Http, storefront: str) -> None:
        """Write through `http`."""
        self._reading, self._writing = http.using(judge=judging_one(UNITS)), http.using(judge=judging_one(WRITE))
        self._asked = {"storefront": storefront}

    async def write(self, changes: Sequence[StockChange]) -> list[StockReceipt]:
        """Write every change and return their receipts in the same order; for what is raised, see `Receipts.kept`."""
        receipts = Receipts(changes)
        units = {change.key: unit for change in changes if (unit := _unit(change)) is not None}
        with receipts.kept():
            ours = [change for change in changes if change.key in units]
            for batch in batches(ours, lambda change: units[change.key], BATCH):
                await self._write(batch, receipts)
        receipts.add(
            StockReceipt(change.key, StockAnswer.REFUSED, NOT_OURS) for change in changes if change.key not in units
        )
        return receipts.in_order()

    async def _write(self, batch: Mapping[int, StockChange], receipts: Receipts) -> None:
        standing = await side_by_side([partial(self._standing, unit) for unit in batch], PARALLEL)
        unfit = [_unfit(change, found) for change, found in zip(batch.values(), standing, strict=True)]
        refused = {receipt.key: receipt for receipt in unfit if receipt}
        receipts.add(refused.values())
        wanted = {unit: change for unit, change in batch.items() if change.key not in refused}
        if len(wanted) == 1:
            receipts.add([await self._send_one(*next(iter(wanted.items())))])
        elif wanted:
            receipts.add(await self._send(wanted))

    async def _standing(self, unit: int) -> Standing | None:
        """A unit as it stands now; None when there is none."""
        exchange = Exchange("GET", f"/units/{unit}", "unit", params=self._asked)
        try:
            return await self._reading.fetch(exchange, lambda answer: _one.decode(answer.body).data)
        except SkipRecord:
            return None

    async def _send_one(self, unit: int, change: StockChange) -> StockReceipt:
        body = {"amount": change.quantity}
        exchange = Exchange("PATCH", f"/units/{unit}", "set_stock", params=self._asked, json=body)
        try:
            found = await self._writing.fetch(exchange, lambda answer: _one.decode(answer.body).data)
        except SkipRecord as refused:
            return StockReceipt(change.key, StockAnswer.REFUSED, refused.message)
        return _confirmed(change, found)

    async def _send(self, wanted: Mapping[int, StockChange]) -> list[StockReceipt]:
        body = [{"id_unit": unit, "unit_data": {"amount": change.quantity}} for unit, change in wanted.items()]
        exchange = Exchange("POST", "/units/bulk", "set_stock", params=self._asked, json=body)
        try:
            told = await self._writing.fetch(exchange, lambda answer: _bulk.decode(answer.body).data)
        except SkipRecord as refused:
            return [StockReceipt(change.key, StockAnswer.REFUSED, refused.message) for change in wanted.values()]
        answered = {one.id_unit: one for one in told}
        return [_receipt(change, answered.get(unit)) for unit, change in wanted.items()]


def _unfit(change: StockChange, found: Standing | None) -> StockReceipt | None:
    """Why a change must not be sent, seen from what stands there; None when it may."""
    if found is None:
        return StockReceipt(change.key, StockAnswer.REFUSED, GONE)
    if found.fulfillment_type == BY_KAUFLAND:
        return StockReceipt(change.key, StockAnswer.REFUSED, HELD_BY_KAUFLAND)
    if change.expected is not None and found.amount != change.expected:
        return StockReceipt(change.key, StockAnswer.STALE, f"It holds {found.amount} by now.")
    return None


def _receipt(change: StockChange, one: Answered | None) -> StockReceipt:
    if one is None:
        return StockReceipt(change.key, StockAnswer.REFUSED, "Kaufland's answer does not mention this unit.")
    if one.unit is None or one.status_code >= 300:
        said = " ".join([one.message, *(f"{detail.field}: {detail.message}" for detail in one.errors)]).strip()
        return StockReceipt(change.key, StockAnswer.REFUSED, said, one.key or f"{one.status_code:.0f}")
    return _confirmed(change, one.unit)


def _confirmed(change: StockChange, found: Standing) -> StockReceipt:
    """Accepted only when Kaufland repeats the quantity back."""
    if found.amount != change.quantity:
        return StockReceipt(change.key, StockAnswer.REFUSED, f"Kaufland answered with {found.amount}.")
    return StockReceipt(change.key, StockAnswer.ACCEPTED)


def _unit(change: StockChange) -> int | None:
    """The unit a change is about; None for what cannot be one."""
    ref = change.inventory_ref
    return int(ref) if ref.isascii() and ref.isdecimal() and 0 < int(ref) <= LARGEST_ID else None
