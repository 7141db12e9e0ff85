"""Publishing quantities: up to 200 offers a call, each with an answer of its own (207).

Zalando has no compare-and-set, and what its reports tell of stock is minutes to hours old, so nothing is compared.
"""

import re
from collections.abc import Mapping, Sequence

import msgspec

from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.stock import Receipts, batches
from nexus_ui.adapters.zalando.api import STOCKS, Api
from nexus_ui.adapters.zalando.refusals import WRITE, ThisOneRefused
from nexus_ui.adapters.zalando.wire import StockAnswered, StockAnswers, StockResult
from nexus_ui.adapters.zalando.zfs import BOTH, ZALANDO, held_among
from nexus_ui.records import StockAnswer, StockChange, StockReceipt

MOST = 200
"""Zalando takes 1000 updates a call and 2000 a minute: smaller calls spend a minute's budget more evenly."""
LEAST_COST = 34
"""Zalando also takes no more than 60 calls a minute, so each costs at least a sixtieth of a minute's updates."""
LARGEST = 2**31 - 1

HELD_BY_ZALANDO = "Zalando holds this article itself (ZFS), so its stock cannot be set here."
NO_EAN = "Zalando knows articles by an EAN of 13 digits, which this one lacks."
NO_CHANNEL = "This merchant has no sales channel for the country of this offer."
TOO_MUCH = "Zalando takes quantities from 0 to 2147483647."
UNMENTIONED = "Zalando's answer does not mention this offer."
LATER = "Zalando could not take this just now. It can be published again."

ACCEPTED, REJECTED = "ACCEPTED", "REJECTED"
_EAN = re.compile(r"\d{13}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_answers = msgspec.json.Decoder(StockAnswers)

Offer = tuple[str, str]
"""Sales channel and EAN."""


async def write_stock(api: Api, changes: Sequence[StockChange], shipping: str) -> list[StockReceipt]:
    """Write every change and return its receipt; `shipping` says who ships. For what is raised, see `Receipts.kept`."""
    receipts = Receipts(changes)
    objections = {change.key: _no(change, why) for change in changes if (why := _objection(change, shipping))}
    wanted = [change for change in changes if change.key not in objections]
    with receipts.kept():
        doubtful = {change.inventory_ref for change in wanted} if shipping == BOTH else set()
        held = await held_among(api, sorted(doubtful))
        receipts.add(_no(change, HELD_BY_ZALANDO) for change in wanted if change.inventory_ref in held)
        free = [change for change in wanted if change.inventory_ref not in held]
        for batch in batches(free, _offer, MOST):
            failed = await _send(api, batch, receipts)
            if failed:
                await _send(api, failed, receipts)
    receipts.add(objections.values())
    return receipts.in_order()


async def _send(api: Api, batch: Mapping[Offer, StockChange], receipts: Receipts) -> dict[Offer, StockChange]:
    """Send a batch and return what failed inside Zalando, which is worth sending once more.

    A batch refused as a whole is halved until the offer at fault stands alone.
    """
    items = [
        {"sales_channel_id": change.location_ref, "ean": change.inventory_ref, "quantity": change.quantity}
        for change in batch.values()
    ]
    cost = max(len(items), LEAST_COST)
    exchange = Exchange("POST", f"/merchants/{api.merchant}/stocks", STOCKS, json={"items": items}, cost=cost)
    try:
        told = await api.ask(exchange, lambda answer: _answers.decode(answer.body).results, WRITE)
    except ThisOneRefused as refusal:
        if len(batch) == 1:
            receipts.add(_no(change, refusal.message) for change in batch.values())
            return {}
        half, pairs = len(batch) // 2, list(batch.items())
        return await _send(api, dict(pairs[:half]), receipts) | await _send(api, dict(pairs[half:]), receipts)
    results = {_answered(one): one.result for one in told}
    receipts.add(_receipt(change, results.get(offer)) for offer, change in batch.items())
    return {offer: change for offer, change in batch.items() if _failed(results.get(offer))}


def _objection(change: StockChange, shipping: str) -> str:
    """Why a change is not even tried; empty when it is."""
    if shipping == ZALANDO:
        return HELD_BY_ZALANDO
    if not _EAN.fullmatch(change.inventory_ref):
        return NO_EAN
    if not _UUID.fullmatch(change.location_ref):
        return NO_CHANNEL
    return "" if 0 <= change.quantity <= LARGEST else TOO_MUCH


def _receipt(change: StockChange, result: StockResult | None) -> StockReceipt:
    if result is None:
        return _no(change, UNMENTIONED)
    answer = StockAnswer.ACCEPTED if result.status == ACCEPTED else StockAnswer.REFUSED
    said = result.description or (LATER if _failed(result) else "")
    return StockReceipt(change.key, answer, said, str(result.code) if result.code else "")


def _failed(result: StockResult | None) -> bool:
    """True for what failed inside Zalando; also a status nobody knows counts as failed, as the vendor asks."""
    return result is not None and result.status not in (ACCEPTED, REJECTED)


def _no(change: StockChange, why: str) -> StockReceipt:
    return StockReceipt(change.key, StockAnswer.REFUSED, why)


def _offer(change: StockChange) -> Offer:
    return change.location_ref.lower(), change.inventory_ref


def _answered(one: StockAnswered) -> Offer:
    return one.item.sales_channel_id.lower(), one.item.ean
