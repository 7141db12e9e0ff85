"""Feeds of quantities: taken in, worked off after a while, and asked for what became of each entry."""

import secrets
from email.parser import BytesParser
from typing import Any
from urllib.parse import unquote

import msgspec

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.walmart import inventory, reading
from nexus_ui.sandbox.walmart.account import Account, Feed
from nexus_ui.sandbox.walmart.problems import FEEDS, Refusal, invalid, unreadable

SUBMIT_QUERY, STATUS_QUERY = ("feedType", "shipNode"), ("includeDetails", "offset", "limit")
MOST_BYTES = 1_048_576


class Header(msgspec.Struct, forbid_unknown_fields=True):
    """Which version of the feed it is."""

    version: str


class Node(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """So many pieces at a ship node."""

    ship_node: str
    quantity: inventory.Quantity


class Entry(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The quantities of a SKU."""

    sku: str
    ship_nodes: list[Node]


class File(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The file that is handed in."""

    inventory_header: Header
    inventory: list[Entry]


def submit(account: Account, call: Call) -> dict[str, Any]:
    """POST /v3/feeds, of quantities by ship node."""
    if reading.word(call, "feedType", "", "inventory", "MP_INVENTORY") != "MP_INVENTORY":
        raise Refusal(501, "NOT_SIMULATED", FEEDS, "This simulated Walmart takes feeds of type MP_INVENTORY.")
    content = _file(call)
    if len(content) > MOST_BYTES:
        raise Refusal(413, "PAYLOAD_TOO_LARGE", FEEDS, "The file is larger than 1 MB.")
    try:
        file = msgspec.json.decode(content, type=File)
    except msgspec.MsgspecError as error:
        raise unreadable(error) from None
    if file.inventory_header.version != "1.5":
        raise invalid("version", "must be 1.5.", FEEDS)
    entries = [(entry.sku, [(node.ship_node, node.quantity) for node in entry.ship_nodes]) for entry in file.inventory]
    feed_id = f"{secrets.token_hex(16).upper()}@AUoBAQA"
    account.feeds[feed_id] = Feed(entries, account.shop.clock() + account.feed_seconds)
    return {"feedId": feed_id}


def status(account: Account, call: Call) -> dict[str, Any]:
    """GET /v3/feeds/{feedId}."""
    feed = account.feeds.get(unquote(call.path_params["route"].partition("/")[2]))
    if feed is None:
        raise Refusal(404, "CONTENT_NOT_FOUND", FEEDS, "This feed is not known.")
    details = reading.word(call, "includeDetails", "false", "true", "false") == "true"
    offset, size = reading.number(call, "offset", 0, 0, 10**6), reading.number(call, "limit", 50, 1, 50)
    if feed.refusals is None and account.shop.clock() >= feed.ready:
        feed.refusals = [_apply(account, sku, nodes) for sku, nodes in feed.entries]
    refusals = feed.refusals
    failed = sum(1 for refusal in refusals or () if refusal)
    answer: dict[str, Any] = {
        "feedId": unquote(call.path_params["route"].partition("/")[2]),
        "feedStatus": "INPROGRESS" if refusals is None else "PROCESSED",
        "itemsReceived": len(feed.entries),
        "itemsSucceeded": 0 if refusals is None else len(feed.entries) - failed,
        "itemsFailed": failed,
        "itemsProcessing": len(feed.entries) if refusals is None else 0,
        "offset": offset,
        "limit": size,
    }
    if details:
        told = [_told(feed, place) for place in range(offset, min(offset + size, len(feed.entries)))]
        answer["itemDetails"] = {"itemIngestionStatus": told}
    return answer


def _apply(account: Account, sku: str, nodes: list[tuple[str, Any]]) -> str:
    """Take over the quantities of a SKU; why that is not possible, or an empty text."""
    for node, quantity in nodes:
        try:
            refusal = inventory.put(account, sku, node, quantity)
        except Refusal as unknown:
            refusal = unknown.words
        if refusal:
            return refusal
    return ""


def _told(feed: Feed, place: int) -> dict[str, Any]:
    one: dict[str, Any] = {"martId": 0, "sku": feed.entries[place][0], "index": place}
    if feed.refusals is None:
        return one | {"ingestionStatus": "INPROGRESS"}
    refusal = feed.refusals[place]
    if not refusal:
        return one | {"ingestionStatus": "SUCCESS"}
    error = {"type": "DATA_ERROR", "code": "ERR_EXT_DATA_0101", "description": refusal}
    return one | {"ingestionStatus": "DATA_ERROR", "ingestionErrors": {"ingestionError": [error]}}


def _file(call: Call) -> bytes:
    """The one file of the form; raises Refusal."""
    kind = call.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", FEEDS, "A feed is a form with a file.")
    form = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + call.body)
    for part in form.walk():
        if part.get_param("name", header="content-disposition") == "file":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content
    raise Refusal(400, "INVALID_REQUEST_CONTENT", FEEDS, "The form holds no field 'file'.")
