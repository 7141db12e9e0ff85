"""Feeds as version 2021-06-30 of Amazon's Feeds API works them off: queued, in progress, done, one step a look."""

import gzip
import secrets
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from nexus_ui.sandbox.amazon import asking
from nexus_ui.sandbox.amazon.account import MARKETPLACE, Account
from nexus_ui.sandbox.amazon.refusals import Refusal, invalid, unknown
from nexus_ui.sandbox.amazon.stock import Patch, carry_out, found_wrong
from nexus_ui.sandbox.amazon.storage import Document, signature
from nexus_ui.sandbox.gate import Call

T = TypeVar("T")
KIND = "JSON_LISTINGS_FEED"
STEPS = ("IN_QUEUE", "IN_PROGRESS", "DONE")
MOST_MESSAGES = 25_000


@dataclass(slots=True)
class Feed:
    """One feed and how far it is."""

    document: str
    created: int
    looks: int = 0
    result: str = ""


class Wish(msgspec.Struct, rename="camel"):
    """The body that submits a feed."""

    feed_type: str
    marketplace_ids: list[str]
    input_feed_document_id: str


class Message(msgspec.Struct, rename="camel"):
    """One message of a feed."""

    message_id: int
    sku: str
    operation_type: str
    product_type: str = ""
    patches: list[Patch] = []


class Header(msgspec.Struct, rename="camel"):
    """Whose feed it is."""

    seller_id: str
    version: str


class Content(msgspec.Struct):
    """The document of a feed."""

    header: Header
    messages: list[Message]


def place(account: Account, call: Call) -> dict[str, Any]:
    """POST: an address to put a document at."""
    kind = _decoded(call, dict[str, str]).get("contentType")
    if not kind:
        raise invalid("contentType is missing.")
    name = f"amzn1.tortuga.4.{account.region.code}.{secrets.token_hex(16)}"
    account.documents[name] = Document(kind, account.shop.clock())
    return {"feedDocumentId": name, "url": _address(account, call, name)}


def create(account: Account, call: Call) -> dict[str, Any]:
    """POST: submit a feed."""
    wish = _decoded(call, Wish)
    if wish.feed_type != KIND:
        raise invalid(f"The feed type {wish.feed_type} is not supported.")
    if wish.marketplace_ids != [account.region.store]:
        raise invalid("The seller does not sell in these marketplaces.")
    document = account.documents.get(wish.input_feed_document_id)
    if document is None or not document.content:
        raise invalid("The input feed document has no content.")
    ref = str(50_000_000_000 + len(account.feeds))
    account.feeds[ref] = Feed(wish.input_feed_document_id, account.shop.now())
    return {"feedId": ref}


def state(account: Account, call: Call, ref: str) -> dict[str, Any]:
    """GET: how far a feed is; it goes a step on with each look."""
    feed: Feed | None = account.feeds.get(ref)
    if feed is None:
        raise unknown(f"Feed {ref}")
    step = STEPS[min(feed.looks, len(STEPS) - 1)]
    feed.looks += 1
    if step == "DONE" and not feed.result:
        feed.result = _work_off(account, ref, account.documents[feed.document])
    told = {
        "feedId": ref,
        "feedType": KIND,
        "marketplaceIds": [account.region.store],
        "createdTime": asking.written(feed.created),
        "processingStatus": step,
    }
    return told | ({"resultFeedDocumentId": feed.result} if feed.result else {})


def result(account: Account, call: Call, name: str) -> dict[str, Any]:
    """GET: an address to get a document from."""
    if name not in account.documents:
        raise unknown(f"Document {name}")
    account.documents[name].signed = account.shop.clock()
    told = {"feedDocumentId": name, "url": _address(account, call, name)}
    return told | ({"compressionAlgorithm": "GZIP"} if account.documents[name].packed else {})


def _work_off(account: Account, ref: str, document: Document) -> str:
    """Carry out what is good, and write the report; returns its document."""
    issues: list[dict[str, Any]] = []
    accepted = processed = 0
    try:
        content = msgspec.json.decode(document.content, type=Content)
    except msgspec.MsgspecError as error:
        issues.append({"severity": "ERROR", "message": f"The document cannot be read: {error}"})
        content = Content(Header(account.region.seller, "2.0"), [])
    if content.header.seller_id != account.region.seller or len(content.messages) > MOST_MESSAGES:
        issues.append({"severity": "ERROR", "message": "The header does not fit this seller, or there is too much."})
        content.messages = []
    for message in content.messages:
        processed += 1
        wrong = _carried_out(account, message)
        issues += wrong
        accepted += not wrong
    report = {
        "header": {"sellerId": account.region.seller, "version": "2.0", "feedId": ref},
        "issues": issues,
        "summary": {
            "errors": len(issues),
            "warnings": 0,
            "messagesProcessed": processed,
            "messagesAccepted": accepted,
            "messagesInvalid": processed - accepted,
        },
    }
    name = f"amzn1.tortuga.4.{account.region.code}.{secrets.token_hex(16)}"
    packed = gzip.compress(msgspec.json.encode(report))
    account.documents[name] = Document("application/json", account.shop.clock(), packed, packed=True)
    return name


def _carried_out(account: Account, message: Message) -> list[dict[str, Any]]:
    """Do what a message says; returns what is wrong with it."""
    found = account.shop.find_sku(message.sku)
    if found is None or found[0] not in account.shop.products:
        return [_issue(message, "13013", f"The SKU {message.sku} is not in your catalogue.")]
    if message.operation_type != "PATCH" or not message.product_type or not message.patches:
        return [_issue(message, "4000003", "This simulation takes patches only.")]
    try:
        wrong = [issue for patch in message.patches for issue in found_wrong(found[0], patch)]
    except Refusal as refusal:
        return [_issue(message, "BAD_REQUEST", refusal.message)]
    if wrong:
        return [_issue(message, issue["code"], issue["message"]) for issue in wrong]
    for patch in message.patches:
        carry_out(account, found[0], patch)
    return []


def _issue(message: Message, code: str, words: str) -> dict[str, Any]:
    return {
        "messageId": message.message_id,
        "sku": message.sku,
        "code": code,
        "severity": "ERROR",
        "message": words,
        "attributeName": "fulfillment_availability",
    }


def _address(account: Account, call: Call, name: str) -> str:
    """A signed address at this very server."""
    host = call.headers.get("host", "")
    path = f"/{MARKETPLACE}/{account.region.storage}/documents/{name}"
    return f"http://{host}{path}?X-Amz-Expires=300&X-Amz-Signature={signature(name)}"


def _decoded(call: Call, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(call.body, type=kind)
    except msgspec.MsgspecError as error:
        raise invalid(f"The body cannot be read. {error}") from None
