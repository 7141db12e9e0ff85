"""Many changes at once: a JSON listings feed is uploaded, worked off within minutes, and reports on each message.

https://developer-docs.amazon.com/sp-api/docs/feeds-api-v2021-06-30-use-case-guide (read 2026-11-23)
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlsplit

import msgspec

from nexus_ui.adapters.amazon import wire
from nexus_ui.adapters.amazon.api import Api, Seller
from nexus_ui.adapters.amazon.refusals import judge_document
from nexus_ui.adapters.amazon.translate import receipt
from nexus_ui.adapters.amazon.usage import FEED, FEED_STATE, RESULT, UPLOAD
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.http import MAX_BYTES, Http
from nexus_ui.errors import Surprise, Unavailable
from nexus_ui.records import StockAnswer, StockChange, StockReceipt

Message = tuple[StockChange, str, Mapping[str, Any]]
KIND, CONTENT = "JSON_LISTINGS_FEED", "application/json; charset=UTF-8"
MOST_MESSAGES = 25_000
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
PAUSE, LOOKS = 30.0, 40
"""Between looks at a feed; after so many looks (twenty minutes) it is left alone."""

STORAGE = (".amazonaws.com", ".cloudfront.net")
_upload = msgspec.json.Decoder(wire.Upload)
_submitted = msgspec.json.Decoder(wire.Submitted)
_state = msgspec.json.Decoder(wire.FeedState)
_download = msgspec.json.Decoder(wire.Download)
_report = msgspec.json.Decoder(wire.Report)


async def write(
    api: Api, seller: Seller, messages: Sequence[Message], pauses: Iterable[float] = PAUSES
) -> AsyncIterator[list[StockReceipt]]:
    """Write all of them and tell their receipts, feed by feed; raises Unavailable for one that does not end."""
    for start in range(0, len(messages), MOST_MESSAGES):
        lot = messages[start : start + MOST_MESSAGES]
        feed = await _handed_over(api, seller, lot)
        ended = await _worked_off(api, feed, pauses)
        report = await _reported(api, ended.result_feed_document_id) if ended.result_feed_document_id else None
        yield judged([change for change, _, _ in lot], ended.processing_status, report)


def judged(changes: Sequence[StockChange], status: str, report: wire.Report | None) -> list[StockReceipt]:
    """The receipt of each message, which are numbered from one. Without a report nothing was taken."""
    if report is None or status != "DONE":
        said = f"Amazon did not work this feed off ({status.lower()})."
        return [StockReceipt(change.key, StockAnswer.REFUSED, said, status) for change in changes]
    errors: dict[int | None, list[wire.Issue]] = {}
    for issue in report.issues:
        if issue.severity == "ERROR":
            errors.setdefault(issue.message_id, []).append(issue)
    whole = errors.get(None, []) if report.summary.messages_accepted == 0 else []
    return [receipt(change.key, errors.get(number, whole)) for number, change in enumerate(changes, start=1)]


def body(seller: Seller, messages: Sequence[Message]) -> bytes:
    """The feed's document."""
    return msgspec.json.encode(
        {
            "header": {"sellerId": seller.id, "version": "2.0", "issueLocale": "en_US"},
            "messages": [
                {
                    "messageId": number,
                    "sku": change.inventory_ref,
                    "operationType": "PATCH",
                    "productType": product_type,
                    "patches": [patch],
                }
                for number, (change, product_type, patch) in enumerate(messages, start=1)
            ],
        }
    )


async def _handed_over(api: Api, seller: Seller, messages: Sequence[Message]) -> str:
    """Upload the document and submit the feed; returns its id."""
    place = Exchange("POST", "/feeds/2021-06-30/documents", UPLOAD, json={"contentType": CONTENT}, confidential=True)
    upload = await api.ask(place, lambda answer: _upload.decode(answer.body))
    document = _document(api, "PUT", upload.url, content=body(seller, messages), headers={"Content-Type": CONTENT})
    await _storage(api).fetch(document, lambda answer: None)
    specification = {
        "feedType": KIND,
        "marketplaceIds": [seller.store.id],
        "inputFeedDocumentId": upload.feed_document_id,
    }
    submission = Exchange("POST", "/feeds/2021-06-30/feeds", FEED, json=specification)
    return (await api.ask(submission, lambda answer: _submitted.decode(answer.body))).feed_id


async def _worked_off(api: Api, feed: str, pauses: Iterable[float]) -> wire.FeedState:
    """Look at a feed until it is done, cancelled or failed; raises Unavailable when that takes too long."""
    for pause in chain(pauses, repeat(PAUSE, LOOKS)):
        await asyncio.sleep(pause)
        state = await api.get(f"/feeds/2021-06-30/feeds/{feed}", FEED_STATE, lambda it: _state.decode(it.body))
        if state.processing_status not in ("IN_QUEUE", "IN_PROGRESS"):
            return state
    raise Unavailable(f"Amazon is still working on feed {feed}. What it made of it shows with the next sync.")


async def _reported(api: Api, document: str) -> wire.Report:
    """What became of the messages."""
    place = Exchange("GET", f"/feeds/2021-06-30/documents/{document}", RESULT, confidential=True)
    told = await api.ask(place, lambda answer: _download.decode(answer.body))
    packed = told.compression_algorithm == "GZIP"
    report = _document(api, "GET", told.url, headers={"Accept": "*/*"})
    return await _storage(api).fetch(report, lambda it: _report.decode(_unpacked(it.body) if packed else it.body))


def _document(api: Api, method: str, url: str, **parts: Any) -> Exchange:
    """A call to Amazon's storage; raises Surprise for an address that is not there.

    An operator who sent the API elsewhere has sent its documents there too.
    """
    target, base = urlsplit(url), urlsplit(api.http.base_url)
    is_storage = target.scheme == "https" and (target.hostname or "").endswith(STORAGE)
    if not is_storage and (target.scheme, target.netloc) != (base.scheme, base.netloc):
        raise Surprise("Amazon named a strange place for a document, which was not used.", target.hostname or "")
    return Exchange(method, "", "document", cost=0, media_type="", url=url, **parts)


def _storage(api: Api) -> Http:
    """The storage asks for no token, and gets none: its addresses are signed."""
    return api.http.without_auth().using(judge=judge_document)


def _unpacked(packed: bytes) -> bytes:
    """The text of a gzip file of a sane size; raises msgspec.DecodeError."""
    reader = zlib.decompressobj(wbits=31)
    try:
        text = reader.decompress(packed, MAX_BYTES)
    except zlib.error as error:
        raise msgspec.DecodeError(f"not a gzip file: {error}") from error
    if not reader.eof:
        raise msgspec.DecodeError("a gzip file that is cut or too large")
    return text
