"""Publishing stock at Amazon: own stock only, item by item, by patch or by feed, and never over a sale."""

import gzip
import json
from typing import Any

import httpx
import msgspec
import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.amazon import feeds, stock, wire
from nexus_ui.adapters.amazon.api import Api
from nexus_ui.adapters.amazon.stores import STORES
from nexus_ui.adapters.amazon.usage import FEED, LISTING, LISTINGS, PATCH
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.limits import Budget
from nexus_ui.adapters.kit.stock import Receipts
from nexus_ui.errors import Surprise, Unavailable
from nexus_ui.records import StockAnswer, StockChange, StockReceipt
from nexus_ui.sandbox.amazon.account import held_by_amazon
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import QUICK, Counterpart, Journal, Ring, counterpart_of

OWN, HELD = 3, 2


def sku(counterpart: Counterpart, index: int) -> str:
    """The SKU of a listing."""
    found = counterpart.shop.product(index).variants[0].sku
    assert found
    return found


def change(ref: str, quantity: int, expected: int | None = None, key: str = "", place: str = "DEFAULT") -> StockChange:
    """A change of one SKU."""
    return StockChange(ref, ref, place, quantity, expected, key or ref)


async def written(
    counterpart: Counterpart, changes: list[StockChange], journal: Journal | None = None
) -> list[StockReceipt]:
    """What Amazon says to some changes."""
    async with counterpart.open(journal=journal) as adapter:
        receipts: list[StockReceipt] = await adapter.set_stock(changes)
    return receipts


def bodies(counterpart: Counterpart, method: str, after: int) -> list[Any]:
    """The JSON bodies of recorded calls."""
    return [json.loads(c.body) for c in counterpart.sandbox.world.calls.find(after=after) if c.method == method]


async def test_stock_held_by_amazon_is_refused_before_it_is_sent(amazon: Counterpart) -> None:
    """FBA is read and never written, whatever place the change names."""
    journal = Journal()
    held, own = sku(amazon, HELD), sku(amazon, OWN)
    changes = [change(held, 5), change(own, 5), change(own, 6, key="fba place", place="AMAZON_NA")]
    receipts = await written(amazon, changes, journal)

    assert [StockAnswer.REFUSED, StockAnswer.ACCEPTED, StockAnswer.REFUSED] == [one.answer for one in receipts]
    assert "FBA" in receipts[0].said
    assert [own] == [call.url.partition("?")[0].rpartition("/")[2] for call in journal.calls if call.method == "PATCH"]


async def test_a_sale_in_between_is_not_written_over(amazon: Counterpart) -> None:
    """What stands there differs from what was expected, so the change is stale."""
    amazon.shop.set_stock(OWN, 0, 40)
    receipts = await written(amazon, [change(sku(amazon, OWN), 9, expected=41)])

    assert [StockAnswer.STALE] == [receipt.answer for receipt in receipts]
    assert 40 == amazon.shop.stock(OWN, 0)


async def test_a_write_merges_the_quantity_and_leaves_the_rest(amazon: Counterpart) -> None:
    """A replace would drop the lead time; the product type is the listing's own."""
    account = amazon.shop.private["account"]
    account.lead_days[OWN] = 9
    before = amazon.sandbox.world.calls.total
    receipts = await written(amazon, [change(sku(amazon, OWN), 12)])
    (body,) = bodies(amazon, "PATCH", before)

    assert [StockAnswer.ACCEPTED] == [receipt.answer for receipt in receipts]
    assert amazon.shop.product(OWN).type.upper() == body["productType"]
    assert [
        {
            "op": "merge",
            "path": "/attributes/fulfillment_availability",
            "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": 12}],
        }
    ] == body["patches"]
    assert 9 == account.lead_days[OWN]


async def test_a_200_that_says_invalid_refuses_that_one(amazon: Counterpart) -> None:
    """With Amazon's words and code; the others are written."""
    receipts = await written(amazon, [change(sku(amazon, OWN), 10**8), change(sku(amazon, 4), 8)])

    assert [StockAnswer.REFUSED, StockAnswer.ACCEPTED] == [receipt.answer for receipt in receipts]
    assert "99024" == receipts[0].code
    assert "is not valid" in receipts[0].said
    assert 8 == amazon.shop.stock(4, 0)


async def test_twenty_skus_are_looked_at_with_one_call(amazon: Counterpart) -> None:
    """And a SKU with a comma, which no list can hold, with one of its own."""
    journal = Journal()
    own = [index for index in range(70) if not held_by_amazon(index)][:40]
    changes = [change(sku(amazon, index), index) for index in own]
    receipts = await written(amazon, [*changes, change("a,b", 1), change("a b/c", 1)], journal)

    assert [one.key for one in changes] == [receipt.key for receipt in receipts][:-2]
    assert {StockAnswer.ACCEPTED} == {receipt.answer for receipt in receipts[:-2]}
    assert {StockAnswer.REFUSED} == {receipt.answer for receipt in receipts[-2:]}
    assert (3, 1, 40) == tuple(sum(call.operation == op for call in journal.calls) for op in (LISTINGS, LISTING, PATCH))


async def test_many_changes_go_in_one_feed_that_answers_for_each() -> None:
    """No patch is sent; what the report calls wrong is refused, the rest is there when read back."""
    with run_in_thread(World(Options(products=400, orders=0, limits=False))) as running:
        amazon, journal = counterpart_of_amazon(running), Journal()
        own = [index for index in range(400) if not held_by_amazon(index)][: stock.BULK_FROM + 5]
        changes = [change(sku(amazon, index), 10_000_000 + 1 if index == 4 else index + 1) for index in own]
        receipts = await written(amazon, [*changes, change(sku(amazon, HELD), 3), change("GHO-999999-9", 1)], journal)
        stands = [amazon.shop.stock(index, 0) for index in own if index != 4]
    answers = {receipt.key: receipt for receipt in receipts}

    assert [index + 1 for index in own if index != 4] == stands
    assert len(changes) + 2 == len(receipts)
    refused = {key for key, one in answers.items() if one.answer is StockAnswer.REFUSED}
    assert {changes[own.index(4)].key, sku(amazon, HELD), "GHO-999999-9"} == refused
    assert "99024" == answers[changes[own.index(4)].key].code
    operations = [call.operation for call in journal.calls]
    assert (1, 0) == (operations.count(FEED), operations.count(PATCH))


async def test_documents_carry_no_token_and_their_signatures_stay_out_of_the_journal() -> None:
    """Amazon's storage signs its addresses; whoever reads the journal must not be able to use them."""
    with run_in_thread(World(Options(products=400, orders=0, limits=False))) as running:
        amazon, journal = counterpart_of_amazon(running), Journal()
        own = [index for index in range(400) if not held_by_amazon(index)][: stock.BULK_FROM]
        await written(amazon, [change(sku(amazon, index), 5) for index in own], journal)
        stored = [call for call in running.world.calls.find("amazon") if "/documents/amzn1" in call.path]
    documents = [call for call in stored if "s3" in call.path]

    assert ["PUT", "GET"] == [call.method for call in documents]
    assert all("x-amz-access-token" not in call.headers for call in documents)
    assert "Signature" not in repr(journal.calls)


CHANGES = [change(f"sku-{place}", place, key=f"k{place}") for place in (1, 2, 3)]


def report(*issues: dict[str, Any], accepted: int) -> wire.Report:
    """A processing report."""
    told = {"issues": list(issues), "summary": {"messagesAccepted": accepted}}
    return msgspec.convert(told, wire.Report)


def test_a_feeds_report_is_read_message_by_message() -> None:
    """Errors refuse their message, warnings do not, and what has no error was taken."""
    told = report(
        {"messageId": 2, "code": "90220", "severity": "ERROR", "message": "'[batteries]' is required."},
        {"messageId": 3, "code": "18448", "severity": "WARNING", "message": "Attributes are incomplete."},
        accepted=2,
    )
    receipts = feeds.judged(CHANGES, "DONE", told)

    assert [StockAnswer.ACCEPTED, StockAnswer.REFUSED, StockAnswer.ACCEPTED] == [one.answer for one in receipts]
    assert ("90220", "'[batteries]' is required.") == (receipts[1].code, receipts[1].said)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("FATAL", None),
        ("CANCELLED", None),
        ("DONE", None),
        ("DONE", report({"severity": "ERROR", "message": "The document cannot be read."}, accepted=0)),
    ],
)
def test_a_feed_that_failed_as_a_whole_refuses_everything(status: str, told: wire.Report | None) -> None:
    """Nothing is called written that was not."""
    receipts = feeds.judged(CHANGES, status, told)

    assert ["k1", "k2", "k3"] == [one.key for one in receipts]
    assert {StockAnswer.REFUSED} == {one.answer for one in receipts}
    assert all(one.said.endswith(".") for one in receipts)


def test_the_vendors_example_report_is_understood() -> None:
    """Two of four messages failed, one of them twice."""
    example = {
        "issues": [
            {"messageId": 2, "sku": "B", "code": "90220", "severity": "ERROR", "message": "One."},
            {"messageId": 2, "sku": "B", "code": "90220", "severity": "ERROR", "message": "Two."},
            {"messageId": 3, "sku": "C", "code": "99022", "severity": "ERROR", "message": "Three."},
        ],
        "summary": {"errors": 3, "warnings": 0, "messagesProcessed": 4, "messagesAccepted": 1, "messagesInvalid": 2},
    }
    receipts = feeds.judged(CHANGES, "DONE", msgspec.convert(example, wire.Report))

    assert ["", "One. Two.", "Three."] == [one.said for one in receipts]


class Scripted:
    """An Amazon that answers from a script, to stand where the sandbox cannot: other storage, endless feeds."""

    def __init__(self, url: str, states: list[dict[str, Any]], document: bytes = b"{}", packed: bool = True) -> None:
        self.url, self.states, self.document, self.packed = url, states, document, packed
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.host}{request.url.path}")
        path = request.url.path
        if request.url.host == "api.amazon.com":
            return httpx.Response(200, json={"access_token": "Atza|x", "expires_in": 3600})
        if not request.url.host.startswith("sellingpartnerapi"):
            return httpx.Response(200, content=b"" if request.method == "PUT" else self.document)
        if path.endswith("/documents"):
            return httpx.Response(201, json={"feedDocumentId": "d1", "url": self.url})
        if path.endswith("/feeds"):
            return httpx.Response(202, json={"feedId": "f1"})
        if "/feeds/f1" in path:
            return httpx.Response(200, json=self.states.pop(0) if len(self.states) > 1 else self.states[0])
        packing = {"compressionAlgorithm": "GZIP"} if self.packed else {}
        return httpx.Response(200, json={"feedDocumentId": "d2", "url": self.url, **packing})


async def fed(script: Scripted, pauses: tuple[float, ...] = (0.0, 0.0)) -> list[StockReceipt]:
    """The receipts of three changes sent as a feed to a scripted Amazon."""
    fields = {"marketplace_id": "ATVPDKIKX0DER", "seller_id": "A1", "client_id": "i", "client_secret": "s"}
    async with httpx.AsyncClient(transport=httpx.MockTransport(script)) as client:
        http = Http(
            client=client,
            base_url="https://sellingpartnerapi-na.amazon.com",
            hosts={"login": "https://api.amazon.com"},
            watcher=Journal(),
            limiter=Budget({}),
            mask=str,
            retry=QUICK,
        )
        api = Api(http, Ring({**fields, "refresh_token": "Atzr|r"}))
        messages = [(one, "PRODUCT", stock.Wanted(one, "PRODUCT").patch) for one in CHANGES]
        receipts = Receipts(CHANGES)
        with receipts.kept():
            async for told in feeds.write(api, await api.seller(), messages, pauses):
                receipts.add(told)
        return receipts.in_order()


DONE = {"processingStatus": "DONE", "resultFeedDocumentId": "d2"}
GOOD = gzip.compress(msgspec.json.encode({"issues": [], "summary": {"messagesAccepted": 3}}))
REAL = "https://tortuga-prod-na.s3-external-1.amazonaws.com/x?X-Amz-Signature=abc"


@pytest.mark.parametrize("url", [REAL, "https://d34o8swod1owfl.cloudfront.net/Feed_101.json"])
async def test_a_feed_goes_through_amazons_own_storage(url: str) -> None:
    """Both places Amazon's models name."""
    script = Scripted(url, [{"processingStatus": "IN_QUEUE"}, DONE], GOOD)
    receipts = await fed(script)

    assert {StockAnswer.ACCEPTED} == {one.answer for one in receipts}
    assert httpx.URL(url).host in " ".join(script.asked)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "http://tortuga.s3.amazonaws.com/x",
        "https://amazonaws.com.evil.example/x",
        "https://evilamazonaws.com/x",
        "http://127.0.0.1:1/x",
        "file:///etc/passwd",
    ],
)
async def test_a_document_goes_nowhere_else(url: str) -> None:
    """An address that is not Amazon's storage is not used."""
    script = Scripted(url, [DONE], GOOD)
    with pytest.raises(Surprise):
        await fed(script)

    assert not [one for one in script.asked if one.startswith("PUT")]


async def test_a_feed_that_never_ends_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last look the caller hears that it may work later."""
    monkeypatch.setattr(feeds, "PAUSE", 0.0)
    script = Scripted(REAL, [{"processingStatus": "IN_PROGRESS"}], GOOD)
    with pytest.raises(Unavailable) as raised:
        await fed(script)

    assert "f1" in raised.value.message
    assert 2 + feeds.LOOKS == sum("/feeds/f1" in one for one in script.asked)


async def test_a_later_feed_that_never_ends_leaves_the_receipts_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first feed wrote is known; the rest is not answered."""
    monkeypatch.setattr(feeds, "PAUSE", 0.0)
    monkeypatch.setattr(feeds, "MOST_MESSAGES", 2)
    receipts = await fed(Scripted(REAL, [DONE, {"processingStatus": "IN_PROGRESS"}], GOOD))

    assert [StockAnswer.ACCEPTED] * 2 + [StockAnswer.UNANSWERED] == [one.answer for one in receipts]
    assert ("unavailable", True) == (receipts[2].code, "f1" in receipts[2].said)


@pytest.mark.parametrize("document", [b"not gzip", GOOD[:-9], gzip.compress(b"{")])
async def test_a_report_that_cannot_be_read_is_no_success(document: bytes) -> None:
    """Cut, not packed, not JSON: tried again, then told."""
    with pytest.raises(Surprise):
        await fed(Scripted(REAL, [DONE], document))


async def test_a_report_that_is_not_packed_is_read_as_it_is() -> None:
    """The compression is told beside the address."""
    script = Scripted(REAL, [DONE], gzip.decompress(GOOD), packed=False)

    assert {StockAnswer.ACCEPTED} == {one.answer for one in await fed(script)}


async def test_the_test_of_a_write_changes_nothing_and_says_what_amazon_would(amazon: Counterpart) -> None:
    """A preview of the quantity that stands there."""
    before, calls = amazon.shop.products.revision, amazon.sandbox.world.calls.total
    async with amazon.open() as adapter:
        account = await adapter.verify()
    previews = [c for c in amazon.sandbox.world.calls.find(after=calls) if "VALIDATION_PREVIEW" in c.query]

    assert before == amazon.shop.products.revision
    assert 1 == len(previews)
    assert any(check.name == "set_stock" and "would take" in check.proof for check in account.checks)


def test_every_store_has_an_id_of_its_own() -> None:
    """Twenty-three stores in three regions."""
    assert 23 == len({store.id for store in STORES.values()})
    assert {"na", "eu", "fe"} == {store.region for store in STORES.values()}


def counterpart_of_amazon(running: Running) -> Counterpart:
    """Amazon's counterpart in a sandbox."""
    return counterpart_of(CATALOGUE["amazon"], running)
