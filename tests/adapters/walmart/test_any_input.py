"""Whatever Walmart sends, a page comes of it, or an error that says what happens next; and never a write by mistake."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexus_ui.adapters.contract import Account
from nexus_ui.errors import NexusError
from nexus_ui.records import StockAnswer, StockChange
from nexus_ui.sandbox.server import Running
from nexus_ui.sandbox.walmart.account import CREDENTIALS, HOST, account_of
from tests.adapters.counterparts import collect
from tests.adapters.walmart.scripted import adapter_over

MONEY = {"amount": 9.99, "currency": "USD"}
QUANTITY = {"unit": "EACH", "amount": 5}
LINE = {
    "lineNumber": "1",
    "item": {"sku": "A", "productName": "Mug"},
    "charges": {"charge": [{"chargeType": "PRODUCT", "chargeAmount": MONEY, "tax": {"taxAmount": MONEY}}]},
    "orderLineQuantity": {"amount": "1"},
    "statusDate": 1_568_466_571_000,
    "orderLineStatuses": {"orderLineStatus": [{"status": "Shipped", "statusQuantity": {"amount": "1"}}]},
}
ORDER = {"purchaseOrderId": "1", "orderDate": 1_568_466_571_000, "orderLines": {"orderLine": [LINE]}}
NODE = {"shipNode": "7", "inputQty": QUANTITY, "availToSellQty": QUANTITY, "reservedQty": {"unit": "EACH", "amount": 1}}
HELD = {"sku": "B", "shipNodes": [{"availToSellQty": 3, "onHandQty": 3, "modifiedDate": "2026-11-20T10:00:00Z"}]}
GOOD: dict[str, Any] = {
    "/v3/items": {"ItemResponse": [{"sku": "A", "price": MONEY, "publishedStatus": "PUBLISHED"}], "totalItems": 1},
    "/v3/inventories": {"meta": {"totalCount": 1}, "elements": {"inventories": [{"sku": "A", "nodes": [NODE]}]}},
    "/v3/inventories/A": {"sku": "A", "nodes": [NODE]},
    "/v3/inventory": {"sku": "A", "quantity": QUANTITY},
    "/v3/orders": {"list": {"meta": {"totalCount": 1}, "elements": {"order": [ORDER]}}},
    "/v3/fulfillment/inventory": {"headers": {"totalCount": 1}, "payload": {"inventory": [HELD]}},
    "/v3/settings/partnerprofile": {
        "partner": {"partnerId": "1"},
        "configurations": [{"configurationName": "ACCOUNT", "configuration": {"status": "ACTIVE"}}],
    },
    "/v3/token/detail": {"scopes": {"inventory": "full_access"}},
}
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8),
    st.sampled_from(["NaN", "Infinity", "-Infinity", "1e400", 10**30, -(10**30), 1e308, "\u0000", [], {}, [None]]),
)  # fmt: skip
ANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


def spoilt(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """The document with something odd in one place."""
    if not path:
        return odd
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = odd
    return changed


SPOILT = st.sampled_from([(name, place) for name, document in GOOD.items() for place in places(document)])


def account_that_tells(name: str, told: Any) -> Any:
    """An account with one odd answer among good ones."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = told if request.url.path == name else GOOD[request.url.path]
        if name == request.url.path == "/v3/inventory" or request.method == "PUT":
            body = told if name == "/v3/inventory" else json.loads(request.content)
        return httpx.Response(200, content=json.dumps(body), headers={"Content-Type": "application/json"})

    return adapter_over(answer)


@ANY
@given(SPOILT, ODD)
async def test_any_answer_is_a_page_or_an_error_that_says_what_next(where: tuple[str, Any], odd: Any) -> None:
    """One odd value anywhere in any answer: records, set-aside records with a reason, or one of our errors."""
    name, path = where
    adapter = account_that_tells(name, spoilt(GOOD[name], path, odd))
    since = datetime.now(UTC) - timedelta(days=1)

    for pages in (adapter.products(None, None), adapter.orders(since, None), adapter.inventory(None, None)):
        try:
            _, bad = await collect(pages)
        except NexusError as error:
            assert error.message.endswith(".")
        else:
            assert all(record.ref and record.reason.endswith(".") for record in bad)
    try:
        assert isinstance(await adapter.verify(), Account)
    except NexusError as error:
        assert error.message.endswith(".")


@ANY
@given(SPOILT, ODD, st.integers(0, 10**6), st.none() | st.integers(0, 9))
async def test_any_answer_leads_to_one_receipt(where: tuple[str, Any], odd: Any, quantity: int, expected: Any) -> None:
    """Or to one of our errors; nothing is called accepted that Walmart did not repeat back."""
    name, path = where
    told = spoilt(GOOD[name], path, odd)
    change = StockChange("A", "A", "7", quantity, expected, "key")

    try:
        (receipt,) = await account_that_tells(name, told).set_stock([change])
    except NexusError as error:
        assert error.message.endswith(".")
        return
    assert "key" == receipt.key
    assert (receipt.answer is StockAnswer.ACCEPTED) == (receipt.said == "")
    if name == "/v3/inventory" and receipt.answer is StockAnswer.ACCEPTED:
        assert told["quantity"]["amount"] == quantity + 1


PATHS = [
    "items",
    "orders",
    "inventories",
    "inventories/A",
    "fulfillment/inventory",
    "wfs/inventory",
    "feeds/x",
    "inventory",
]
NAMES = [
    "nextCursor", "limit", "offset", "poIndex", "createdStartDate", "lastModifiedStartDate", "lastModifiedEndDate",
    "shipNodeType", "fromModifiedDate", "sku", "includeDetails", "x",
]  # fmt: skip
TEXTS = st.text(max_size=8) | st.integers().map(str) | st.sampled_from(
    ["*", "1e9", "2026-13-45", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00", "WFSFulfilled", "true", "²"]
)  # fmt: skip


@ANY
@given(st.sampled_from(["GET", "PUT", "POST"]), st.sampled_from([*PATHS, "feeds"]),
       st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=3), st.binary(max_size=20))  # fmt: skip
def test_any_question_gets_an_answer(
    walmart_sandbox: Running, method: str, path: str, params: dict[str, str], body: bytes
) -> None:
    """The simulated Walmart never falls over: JSON, and a refusal in the vendor's shape."""
    shop = walmart_sandbox.world.shop("walmart", HOST)
    assert shop is not None
    token = account_of(shop).tokens.issue()
    headers = {"WM_SEC.ACCESS_TOKEN": token, "WM_QOS.CORRELATION_ID": "1", "WM_SVC.NAME": CREDENTIALS["client_id"]}
    kind = {"Content-Type": "application/json"} if method != "GET" else {}
    sent = httpx.request(
        method,
        f"{walmart_sandbox.url}/walmart/{HOST}/v3/{path}",
        params=params,
        content=body if method != "GET" else None,
        headers={**headers, **kind},
    )
    told = sent.json()

    assert 200 == sent.status_code or {"errors", "error"} & told.keys()
    assert sent.status_code != 500
