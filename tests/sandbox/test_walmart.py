"""The simulated Walmart: refuses what Walmart refuses, in its shapes, and keeps to its own budget."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.walmart.account import CREDENTIALS, HOST, SHIP_NODE, account_of, sku_of
from nexus_ui.sandbox.world import Options, World

NAMED = {"WM_QOS.CORRELATION_ID": "b3261d2d-028a-4ef7-8602-633c23200af6", "WM_SVC.NAME": "Walmart Marketplace"}
KEYS = (CREDENTIALS["client_id"], CREDENTIALS["client_secret"])


def token(running: Running, **more: Any) -> httpx.Response:
    """An answer of the token endpoint to the right credentials."""
    how: dict[str, Any] = {"data": {"grant_type": "client_credentials"}, "auth": KEYS, "headers": NAMED} | more
    return httpx.post(f"{running.url}/walmart/{HOST}/v3/token", **how)


@pytest.fixture
def running() -> Iterator[Running]:
    """A small sandbox of its own."""
    with run_in_thread(World(Options(products=130, orders=40))) as found:
        yield found


@pytest.fixture
def walmart(running: Running) -> Iterator[httpx.Client]:
    """A client of the account, signed in."""
    headers = NAMED | {"WM_SEC.ACCESS_TOKEN": token(running).json()["access_token"]}
    with httpx.Client(base_url=f"{running.url}/walmart/{HOST}/v3", headers=headers) as client:
        yield client


def code(answer: httpx.Response) -> str:
    """The code of a refusal, whatever its list is called."""
    told = answer.json()
    found: str = (told.get("errors") or told["error"])[0]["code"]
    return found


def sku(running: Running, index: int) -> str:
    """The SKU of an item."""
    shop = running.world.shop("walmart", HOST)
    assert shop is not None
    return str(sku_of(shop, index))


def test_a_token_lives_a_quarter_of_an_hour() -> None:
    """Once its time is over, the API refuses it."""
    now = [1_790_000_000.0]
    with run_in_thread(World(Options(products=5, orders=0, clock=lambda: now[0]))) as running:
        answer = token(running)
        headers = NAMED | {"WM_SEC.ACCESS_TOKEN": answer.json()["access_token"]}
        address = f"{running.url}/walmart/{HOST}/v3/items"
        before = httpx.get(address, headers=headers).status_code
        now[0] += 901
        after = httpx.get(address, headers=headers)

    assert {"token_type": "Bearer", "expires_in": 900}.items() <= answer.json().items()
    assert (200, 401) == (before, after.status_code)
    assert "UNAUTHORIZED.GMP_GATEWAY_API" == code(after)


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"auth": ("someone", "else")}, 401),
        ({"auth": None}, 401),
        ({"data": {"grant_type": "password"}}, 400),
        ({"headers": {"WM_SVC.NAME": "x"}}, 400),
    ],
)
def test_the_token_endpoint_refuses(running: Running, how: dict[str, Any], status: int) -> None:
    """Wrong or no credentials, other grants, a call without a name."""
    assert status == token(running, **how).status_code


@pytest.mark.parametrize(
    ("method", "path", "how", "status"),
    [
        ("GET", "/items", {"headers": {"WM_SEC.ACCESS_TOKEN": "nonsense"}}, 401),
        ("GET", "/items", {"headers": {"WM_QOS.CORRELATION_ID": ""}}, 400),
        ("GET", "/items", {"params": {"limit": 1001}}, 400),
        ("GET", "/items", {"params": {"offset": 10001}}, 400),
        ("GET", "/items", {"params": {"nextCursor": "unknown"}}, 400),
        ("GET", "/items", {"params": {"page": 2}}, 400),
        ("GET", "/inventories", {"params": {"limit": 51}}, 400),
        ("GET", "/inventories", {"params": {"nextCursor": "unknown"}}, 404),
        ("GET", "/inventories/NONE-1", {}, 404),
        ("GET", "/orders", {"params": {"limit": 201}}, 400),
        ("GET", "/orders", {"params": {"shipNodeType": "Elsewhere"}}, 400),
        ("GET", "/orders", {"params": {"lastModifiedStartDate": "soon"}}, 400),
        ("GET", "/orders", {"params": {"status": "Created"}}, 501),
        ("GET", "/price", {}, 404),
        ("DELETE", "/items", {}, 405),
        ("PUT", "/inventory", {"params": {"sku": "A"}, "json": {"sku": "B", "quantity": {}}}, 400),
        ("PUT", "/inventory", {"params": {"sku": "A"}, "content": b"<inventory/>"}, 415),
        ("GET", "/feeds/unknown", {}, 404),
        ("POST", "/feeds", {"params": {"feedType": "MP_INVENTORY"}, "json": {}}, 415),
        ("POST", "/feeds", {"params": {"feedType": "price"}}, 400),
    ],
)
def test_what_the_vendors_files_do_not_allow_is_refused(
    walmart: httpx.Client, method: str, path: str, how: dict[str, Any], status: int
) -> None:
    """With a code that names the service."""
    answer = walmart.request(method, path, **how)

    assert status == answer.status_code
    assert "_API" in code(answer)


def test_items_are_paged_by_offset_within_a_session_of_two_minutes() -> None:
    """The cursor stays the same, and ends."""
    now = [1_790_000_000.0]
    with run_in_thread(World(Options(products=30, orders=0, clock=lambda: now[0]))) as running:
        headers = NAMED | {"WM_SEC.ACCESS_TOKEN": token(running).json()["access_token"]}
        with httpx.Client(base_url=f"{running.url}/walmart/{HOST}/v3", headers=headers) as client:
            first = client.get("/items", params={"nextCursor": "*", "limit": 20}).json()
            asked = {"nextCursor": first["nextCursor"], "limit": 20, "offset": 20}
            second = client.get("/items", params=asked).json()
            now[0] += 121
            late = client.get("/items", params=asked)

    assert (20, 10, 30) == (len(first["ItemResponse"]), len(second["ItemResponse"]), second["totalItems"])
    assert first["nextCursor"] == second["nextCursor"]
    assert 400 == late.status_code


def test_an_empty_catalogue_is_not_found() -> None:
    """Walmart answers 404 where others answer an empty list."""
    with run_in_thread(World(Options(products=0, orders=0))) as running:
        headers = NAMED | {"WM_SEC.ACCESS_TOKEN": token(running).json()["access_token"]}
        answer = httpx.get(f"{running.url}/walmart/{HOST}/v3/items", headers=headers)

    assert (404, "CONTENT_NOT_FOUND.GMP_ITEM_QUERY_API") == (answer.status_code, code(answer))


def test_a_cursor_of_the_stock_counts_once(walmart: httpx.Client) -> None:
    """Its second use is refused, and so is the page behind it."""
    first = walmart.get("/inventories", params={"limit": 50}).json()
    asked = {"limit": 50, "nextCursor": first["meta"]["nextCursor"]}
    answers = [walmart.get("/inventories", params=asked).status_code for _ in range(2)]

    assert [200, 404] == answers
    assert 109 == first["meta"]["totalCount"]


def test_what_is_written_includes_what_is_sold(running: Running, walmart: httpx.Client) -> None:
    """The input less what is reserved can be sold."""
    shop = running.world.shop("walmart", HOST)
    assert shop is not None
    shop.place_order([(0, 0, 1)])
    reserved = account_of(shop).reserved(0)
    body = {"sku": sku(running, 0), "quantity": {"unit": "EACH", "amount": 50}}
    answer = walmart.put("/inventory", params={"sku": body["sku"], "shipNode": SHIP_NODE}, json=body)
    (node,) = walmart.get(f"/inventories/{body['sku']}").json()["nodes"]

    assert (200, body) == (answer.status_code, answer.json())
    assert (50, 50 - reserved, reserved) == tuple(
        node[name]["amount"] for name in ("inputQty", "availToSellQty", "reservedQty")
    )
    assert reserved >= 1


def test_what_walmart_holds_cannot_be_written(running: Running, walmart: httpx.Client) -> None:
    """Its SKU has no inventory of the seller's."""
    body = {"sku": sku(running, 5), "quantity": {"unit": "EACH", "amount": 5}}

    assert 404 == walmart.put("/inventory", params={"sku": body["sku"]}, json=body).status_code


def test_orders_are_of_one_kind_of_node_and_a_week_old_unless_asked_for_more(walmart: httpx.Client) -> None:
    """The seller's own by default; the cursor keeps the question."""
    week = walmart.get("/orders").json()["list"]
    asked = {"createdStartDate": "2020-01-01", "limit": 10}
    both = [
        walmart.get("/orders", params=asked | {"shipNodeType": f"{who}Fulfilled"}).json() for who in ("Seller", "WFS")
    ]
    counts = [one["list"]["meta"]["totalCount"] for one in both]
    following = walmart.get(f"/orders{both[0]['list']['meta']['nextCursor']}").json()["list"]

    assert 40 == sum(counts)
    assert week["meta"]["totalCount"] < counts[0]
    assert counts[0] == following["meta"]["totalCount"]
    assert both[0]["list"]["elements"]["order"][-1] != following["elements"]["order"][0]


def test_a_feed_takes_effect_after_a_while(running: Running, walmart: httpx.Client) -> None:
    """Each entry has its own outcome."""
    shop = running.world.shop("walmart", HOST)
    assert shop is not None
    account_of(shop).feed_seconds = 60
    quantity = {"unit": "EACH", "amount": 7}
    entries = [
        {"sku": name, "shipNodes": [{"shipNode": node, "quantity": quantity}]}
        for name, node in ((sku(running, 0), SHIP_NODE), ("NONE-1", SHIP_NODE), (sku(running, 1), "1"))
    ]
    file = json.dumps({"inventoryHeader": {"version": "1.5"}, "inventory": entries}).encode()
    sent = walmart.post("/feeds", params={"feedType": "MP_INVENTORY"}, files={"file": ("a.json", file)}).json()
    asked = {"includeDetails": "true"}
    before = walmart.get(f"/feeds/{sent['feedId']}", params=asked).json()
    account_of(shop).feeds[sent["feedId"]].ready = 0
    after = walmart.get(f"/feeds/{sent['feedId']}", params=asked).json()

    assert ("INPROGRESS", {"INPROGRESS"}) == (before["feedStatus"], outcomes(before))
    assert ("PROCESSED", 1, 2) == (after["feedStatus"], after["itemsSucceeded"], after["itemsFailed"])
    assert {"SUCCESS", "DATA_ERROR"} == outcomes(after)


def outcomes(feed: dict[str, Any]) -> set[str]:
    """What became of the entries of a feed."""
    return {one["ingestionStatus"] for one in feed["itemDetails"]["itemIngestionStatus"]}


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"{}",
        b'{"inventoryHeader": {"version": "1.4"}, "inventory": []}',
        b'{"InventoryHeader": {}}',
        b"x" * 2_000_000,
    ],
)
def test_a_feed_of_another_shape_is_refused(walmart: httpx.Client, file: bytes) -> None:
    """Another version, other names, no JSON, or too much of it."""
    answer = walmart.post("/feeds", params={"feedType": "MP_INVENTORY"}, files={"file": ("a.json", file)})

    assert answer.status_code in (400, 413)


def test_the_budget_is_told_and_kept_to(walmart: httpx.Client) -> None:
    """Fifty profiles a minute, then 429 with the time of the next, and no Retry-After."""
    answers = [walmart.get("/settings/partnerprofile") for _ in range(52)]
    refused = next(answer for answer in answers if answer.status_code == 429)

    assert "49" == answers[0].headers["x-current-token-count"]
    assert 50 <= sum(answer.status_code == 200 for answer in answers) <= 51
    assert "REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API" == code(refused)
    assert ("0", None) == (refused.headers["x-current-token-count"], refused.headers.get("retry-after"))
    assert refused.headers["x-next-replenishment-time"].isdecimal()


def test_a_closed_account_answers_only_who_it_is(running: Running, walmart: httpx.Client) -> None:
    """Everything else is forbidden."""
    shop = running.world.shop("walmart", HOST)
    assert shop is not None
    shop.faults.switch_on(Fault(fault="suspended"))
    profile, items = walmart.get("/settings/partnerprofile"), walmart.get("/items")

    assert {"status": "SUSPENDED"} == profile.json()["configurations"][0]["configuration"]
    assert (403, "FORBIDDEN.GMP_GATEWAY_API") == (items.status_code, code(items))


def test_the_record_of_calls_shows_no_token(running: Running, walmart: httpx.Client) -> None:
    """Neither the token nor the keys."""
    walmart.get("/items", headers={"WM_QOS.CORRELATION_ID": str(uuid4())})
    shown = httpx.get(f"{running.url}/_sandbox/calls").text

    assert walmart.headers["WM_SEC.ACCESS_TOKEN"] not in shown
    assert KEYS[1] not in shown
