"""Writing many quantities at once: a feed is handed in, worked off there, and asked for what became of each entry.

Feed MP_INVENTORY, version 1.5: JSON, ship node by ship node, a megabyte at the most. The answer to handing it in
accepts nothing yet. Quantities are absolute, so handing the same feed in twice does no harm.
https://developer.walmart.com/us-marketplace/reference/updatebulkinventory (read 2026-11-23)
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import msgspec

from nexus_ui import clock
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.http import ANNOUNCED_WAIT
from nexus_ui.adapters.walmart import wire
from nexus_ui.adapters.walmart.api import Api, address
from nexus_ui.adapters.walmart.refusals import FEEDS, INVENTORY, ThisOneRefused

MOST = 1_000
"""SKUs in one feed: well under a megabyte."""
DETAILS = 50
"""So many entries one answer tells of."""
LOOKS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, *[60.0] * 9)
"""Seconds between looks, ten minutes in all."""
DONE, FAILED = "PROCESSED", "ERROR"
SUCCESS, WORKING = "SUCCESS", "INPROGRESS"
UNDER_WAY = "Walmart has taken this in and not yet said what became of it. Look again later."

_submitted = msgspec.json.Decoder(wire.Submitted)
_feed = msgspec.json.Decoder(wire.Feed)


@dataclass(frozen=True, slots=True)
class Entry:
    """So much of a SKU at a ship node."""

    sku: str
    node: str
    amount: int


async def publish(api: Api, entries: Sequence[Entry]) -> AsyncIterator[dict[tuple[str, str], str]]:
    """Why each entry was refused, by SKU and node, feed by feed: an empty text where it was taken."""
    for chunk in _chunks(entries):
        try:
            told = await _outcome(api, await _hand_in(api, chunk))
        except ThisOneRefused as refusal:
            told = {entry.sku: refusal.message for entry in chunk}
        yield {(entry.sku, entry.node): told.get(entry.sku, UNDER_WAY) for entry in chunk}


def _chunks(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries for one feed each; all of a SKU go together, because the answer is by SKU."""
    by_sku: dict[str, list[Entry]] = {}
    for entry in entries:
        by_sku.setdefault(entry.sku, []).append(entry)
    groups = list(by_sku.values())
    for start in range(0, len(groups), MOST):
        yield [entry for group in groups[start : start + MOST] for entry in group]


async def _hand_in(api: Api, entries: Sequence[Entry]) -> str:
    """Hand a feed in; its id."""
    nodes: dict[str, list[dict[str, object]]] = {}
    for entry in entries:
        told: dict[str, object] = {"shipNode": entry.node, "quantity": {"unit": "EACH", "amount": entry.amount}}
        nodes.setdefault(entry.sku, []).append(told)
    told_by_sku = [{"sku": sku, "shipNodes": told} for sku, told in nodes.items()]
    body = msgspec.json.encode({"inventoryHeader": {"version": "1.5"}, "inventory": told_by_sku})
    content, kind = _multipart(body)
    exchange = Exchange(
        "POST",
        address("/v3/feeds", {"feedType": "MP_INVENTORY"}),
        "feed",
        content=content,
        headers={"Content-Type": kind},
    )
    return await api.ask(exchange, INVENTORY, lambda answer: _submitted.decode(answer.body).feed_id)


async def _outcome(api: Api, feed_id: str) -> dict[str, str]:
    """What became of each SKU of a feed, as far as Walmart says within ten minutes; raises ThisOneRefused."""
    for seconds in LOOKS:
        await _rest(api, seconds)
        feed = await _look(api, feed_id, details=False)
        if feed.feed_status == FAILED:
            raise ThisOneRefused(f"Walmart refused the feed: {_words(feed.ingestion_errors)}")
        if feed.feed_status == DONE:
            return await _details(api, feed_id, feed.items_received)
    return await _details(api, feed_id, feed.items_received)


async def _details(api: Api, feed_id: str, count: int) -> dict[str, str]:
    told: dict[str, str] = {}
    for offset in range(0, max(count, 1), DETAILS):
        feed = await _look(api, feed_id, details=True, offset=offset)
        told |= {
            one.sku: "" if one.ingestion_status == SUCCESS else _words(one.ingestion_errors)
            for one in feed.item_details.item_ingestion_status
            if one.ingestion_status != WORKING
        }
    return told


async def _look(api: Api, feed_id: str, *, details: bool, offset: int = 0) -> wire.Feed:
    """How far a feed is; the id holds characters that have to be escaped."""
    asked = {"includeDetails": "true", "offset": offset, "limit": DETAILS} if details else {"includeDetails": "false"}
    path = f"/v3/feeds/{quote(feed_id, safe='')}"
    return await api.get(path, "feed_status", FEEDS, lambda answer: _feed.decode(answer.body), asked)


async def _rest(api: Api, seconds: float) -> None:
    """Wait for the feed; longer waits are shown."""
    if seconds < ANNOUNCED_WAIT:
        await asyncio.sleep(seconds)
        return
    await api.http.watcher.waiting(clock.utcnow() + timedelta(seconds=seconds), "Walmart is working off a feed.")
    await asyncio.sleep(seconds)
    await api.http.watcher.resumed()


def _words(errors: wire.FeedErrors | None) -> str:
    """Walmart's words for a refusal."""
    told = (errors.ingestion_error or []) if errors else []
    said = "; ".join(one.description or one.code for one in told if one.description or one.code)
    return f"{said.rstrip('.') or 'It does not say why'}."


def _multipart(body: bytes) -> tuple[bytes, str]:
    """A form with one file, and its content type."""
    boundary = uuid4().hex
    head = 'Content-Disposition: form-data; name="file"; filename="inventory.json"\r\nContent-Type: application/json'
    return (
        b"".join([f"--{boundary}\r\n{head}\r\n\r\n".encode(), body, f"\r\n--{boundary}--\r\n".encode()]),
        f"multipart/form-data; boundary={boundary}",
    )
