"""The simulated Zalando: refuses what Zalando refuses, in its shapes, and keeps to its limits."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.world import Options, World
from nexus_ui.sandbox.zalando.merchant import CHANNELS, HOST, MERCHANT_ID, ean, is_ean, place_of

GERMANY, AUSTRIA = CHANNELS[0].id, CHANNELS[1].id
ORDERS, STOCKS = f"/merchants/{MERCHANT_ID}/orders", f"/merchants/{MERCHANT_ID}/stocks"
NARROW = """{ psr { product_models(input: { merchant_ids: ["%s"], status_clusters: [%s], season_codes: [],
  brand_codes: [], country_codes: [%s], limit: %d %s }) { cursor items { zalando_product_model_id product_configs {
  product_simples { ean offers { country { code } stock { amount } } } } } } } }"""


def shop_of(running: Running) -> Shop:
    """The merchant's shop."""
    shop = running.world.shop("zalando", HOST)
    assert shop is not None
    return shop


def token(running: Running, **more: Any) -> httpx.Response:
    """An answer of the token endpoint to the right credentials."""
    keys = shop_of(running).credentials
    how: dict[str, Any] = {
        "data": {"grant_type": "client_credentials", "scope": "access_token_only"},
        "auth": (keys["client_id"], keys["client_secret"]),
    }
    return httpx.post(f"{running.url}/zalando/{HOST}/auth/token", **(how | more))


def report(client: httpx.Client, clusters: str = "", countries: str = "", limit: int = 10, more: str = "") -> Any:
    """The answer to a question about products."""
    query = NARROW % (MERCHANT_ID, clusters, countries, limit, more)
    return client.post("/graphql", json={"query": query}).json()


def models(told: Any) -> Any:
    """The page in such an answer."""
    return told["data"]["psr"]["product_models"]


@pytest.fixture
def running() -> Iterator[Running]:
    """A small sandbox of its own."""
    with run_in_thread(World(Options(products=60, orders=40))) as found:
        yield found


@pytest.fixture
def zalando(running: Running) -> Iterator[httpx.Client]:
    """A client of the merchant, signed in."""
    headers = {"Authorization": f"Bearer {token(running).json()['access_token']}"}
    with httpx.Client(base_url=f"{running.url}/zalando/{HOST}", headers=headers) as client:
        yield client


def test_a_token_lives_two_hours() -> None:
    """Once its time is over, the API refuses it."""
    now = [1_790_000_000.0]
    with run_in_thread(World(Options(products=5, orders=0, clock=lambda: now[0]))) as running:
        told = token(running).json()
        headers = {"Authorization": f"Bearer {told['access_token']}"}
        address = f"{running.url}/zalando/{HOST}/auth/me"
        before = httpx.get(address, headers=headers).status_code
        now[0] += 7201
        after = httpx.get(address, headers=headers).status_code

    assert {"token_type": "Bearer", "expires_in": 7200}.items() <= told.items()
    assert (200, 401) == (before, after)


@pytest.mark.parametrize(
    ("how", "status"),
    [({"auth": ("someone", "else")}, 401), ({"auth": None}, 401), ({"data": {"grant_type": "password"}}, 400)],
)
def test_the_token_endpoint_refuses(running: Running, how: dict[str, Any], status: int) -> None:
    """Wrong or no credentials, and other grants."""
    assert status == token(running, **how).status_code


@pytest.mark.parametrize(
    ("method", "path", "how", "status"),
    [
        ("GET", "/auth/me", {"headers": {"Authorization": "Bearer nonsense"}}, 401),
        ("GET", "/sales-channels", {}, 400),
        ("GET", "/sales-channels", {"params": {"merchant_ids": "another"}}, 403),
        ("GET", "/sales-channels", {"params": {"merchant_ids": MERCHANT_ID, "zalando_only": "yes"}}, 400),
        ("GET", "/merchants/another/orders", {}, 403),
        ("GET", ORDERS, {"headers": {"Accept": "application/json"}}, 406),
        ("GET", ORDERS, {"params": {"page[size]": 1001}}, 400),
        ("GET", ORDERS, {"params": {"page[number]": -1}}, 400),
        ("GET", ORDERS, {"params": {"include": "buyer"}}, 400),
        ("GET", ORDERS, {"params": {"include": "shipments"}}, 501),
        ("GET", ORDERS, {"params": {"sort": "price"}}, 400),
        ("GET", ORDERS, {"params": {"last_updated_after": "yesterday"}}, 400),
        ("GET", ORDERS, {"params": {"limit": 5}}, 400),
        ("GET", ORDERS, {"params": {"locale": "de-DE"}}, 501),
        ("DELETE", ORDERS, {}, 405),
        ("GET", "/nothing", {}, 404),
        ("POST", STOCKS, {"content": "{", "headers": {"Content-Type": "application/json"}}, 400),
        ("POST", STOCKS, {"content": "{}"}, 415),
        ("POST", STOCKS, {"json": {"items": [{"ean": ean(0, 0), "quantity": 1}]}}, 400),
        ("POST", "/graphql", {"json": {}}, 400),
        ("GET", f"/zfs/item-quantities/{MERCHANT_ID}", {}, 400),
    ],
)
def test_a_refusal_has_the_shape_of_its_operation(
    zalando: httpx.Client, method: str, path: str, how: dict[str, Any], status: int
) -> None:
    """JSON:API errors for orders, plain errors for channels, else a problem document."""
    answer = zalando.request(method, path, **how)
    told = answer.json()

    assert status == answer.status_code
    if answer.headers["content-type"] == "application/problem+json":
        assert {"type", "title", "status", "detail"} == told.keys()
    else:
        assert str(status) == told["errors"][0]["status"]


def test_stock_is_set_per_channel_and_reported(running: Running, zalando: httpx.Client) -> None:
    """Each update has its answer; what Zalando holds does not change."""
    items = [
        {"sales_channel_id": GERMANY, "ean": ean(0, 0), "quantity": 7},
        {"sales_channel_id": AUSTRIA, "ean": ean(0, 0), "quantity": 9},
        {"sales_channel_id": GERMANY, "ean": ean(3, 0), "quantity": 1},
        {"sales_channel_id": GERMANY, "ean": "4006381333932", "quantity": 1},
        {"sales_channel_id": "00000000-0000-4000-8000-000000000000", "ean": ean(0, 0), "quantity": 1},
        {"sales_channel_id": GERMANY, "ean": ean(999, 0), "quantity": 1},
        {"sales_channel_id": GERMANY, "ean": ean(1, 0), "quantity": -1},
    ]
    held = shop_of(running).stock(3, 0)
    answer = zalando.post(STOCKS, json={"items": items})
    results = [(one["result"]["status"], one["result"]["code"]) for one in answer.json()["results"]]
    first = models(report(zalando, limit=1))["items"][0]["product_configs"][0]["product_simples"][0]

    assert 207 == answer.status_code
    assert [one["item"] for one in answer.json()["results"]] == items
    rejected = ("REJECTED", 101)
    assert [("ACCEPTED", 0)] * 3 + [rejected, rejected, ("ACCEPTED", 104), rejected] == results
    assert [("DE", 7), ("AT", 9)] == [(one["country"]["code"], one["stock"]["amount"]) for one in first["offers"]]
    assert held == shop_of(running).stock(3, 0)


@pytest.mark.parametrize(
    "items",
    [
        [{"sales_channel_id": GERMANY, "ean": ean(0, 0), "quantity": 1}] * 2,
        [{"sales_channel_id": GERMANY, "ean": ean(index, 0), "quantity": 1} for index in range(1001)],
        [{"sales_channel_id": GERMANY, "ean": ean(0, 0), "quantity": 2**31}],
        [{"sales_channel_id": GERMANY, "ean": ean(0, 0), "quantity": 1, "note": "x"}],
    ],
)
def test_a_batch_that_breaks_the_rules_is_refused_as_a_whole(zalando: httpx.Client, items: list[Any]) -> None:
    """One offer twice, more than a thousand, a number too large, a field nobody knows."""
    assert 400 == zalando.post(STOCKS, json={"items": items}).status_code


def test_reports_are_paged_by_cursor_and_filtered(zalando: httpx.Client) -> None:
    """To the end, which has no cursor."""
    pages, more = [], ""
    while True:
        page = models(report(zalando, limit=25, more=more))
        pages.append([one["zalando_product_model_id"] for one in page["items"]])
        if page["cursor"] is None:
            break
        more = f', cursor: "{page["cursor"]}"'
    blocked = models(report(zalando, "BLOCKED", limit=60))["items"]
    austria = models(report(zalando, countries='"AT"', limit=1))["items"][0]

    assert [25, 25, 10] == [len(page) for page in pages]
    assert 60 == len({ref for page in pages for ref in page})
    assert 0 < len(blocked) < 60
    simples = [simple for config in austria["product_configs"] for simple in config["product_simples"]]
    assert {"AT"} == {offer["country"]["code"] for simple in simples for offer in simple["offers"]}


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"limit": 101}, "limit must be"),
        ({"more": ', cursor: "?"'}, "cursor is not known"),
        ({"more": ', search_value: "shirt"'}, "does not filter by search_value"),
        ({"more": ", colour: 3"}, "colour"),
        ({"clusters": "SLEEPING"}, "SLEEPING"),
    ],
)
def test_a_report_is_refused_with_graphql_errors(zalando: httpx.Client, how: dict[str, Any], words: str) -> None:
    """At 200, without data."""
    told = report(zalando, **how)

    assert words in told["errors"][0]["message"]
    assert not told.get("data")


def test_orders_are_listed_by_change(running: Running, zalando: httpx.Client) -> None:
    """Later than a moment, oldest first, page by page, with what belongs to them."""
    asked = {"sort": "modified_at", "page[size]": "30", "include": "order_items,order_lines"}
    first = zalando.get(ORDERS, params=asked).json()
    second = zalando.get(ORDERS, params=asked | {"page[number]": "1"}).json()
    last = first["data"][-1]["attributes"]["modified_at"]
    later = zalando.get(ORDERS, params=asked | {"last_updated_after": last}).json()
    latest = zalando.get(ORDERS).json()
    number = latest["data"][0]["attributes"]["order_number"]
    one = zalando.get(ORDERS, params={"order_number": number}).json()["data"]

    assert (30, 10) == (len(first["data"]), len(second["data"]))
    assert "next" in first["links"]
    assert "next" not in second["links"]
    assert [order["id"] for order in second["data"]] == [order["id"] for order in later["data"]]
    assert latest["data"][0]["id"] == second["data"][-1]["id"] == one[0]["id"]
    assert {"OrderItem", "OrderLine"} == {resource["type"] for resource in first["included"]}
    assert "included" not in latest


def test_a_spent_window_tells_its_limit_and_when_the_next_begins(zalando: httpx.Client) -> None:
    """Forty lists of orders a minute; a bare message, as the vendor's file has it."""
    answers = [zalando.get(ORDERS, params={"page[size]": 1}) for _ in range(82)]
    refused = next(answer for answer in answers if answer.status_code == 429)

    assert "40" == refused.headers["x-rate-limit"]
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert {"message"} == refused.json().keys()


def test_stock_is_limited_by_updates_too() -> None:
    """Two thousand a minute: the third thousand has to wait, however few the calls."""
    now = [1_790_000_040.0]
    items = [{"sales_channel_id": GERMANY, "ean": ean(index, 0), "quantity": 1} for index in range(1000)]
    with run_in_thread(World(Options(products=5, orders=0, clock=lambda: now[0]))) as running:
        headers = {"Authorization": f"Bearer {token(running).json()['access_token']}"}
        address = f"{running.url}/zalando/{HOST}{STOCKS}"
        answers = [httpx.post(address, json={"items": items}, headers=headers).status_code for _ in range(3)]
        now[0] += 60
        answers.append(httpx.post(address, json={"items": items}, headers=headers).status_code)

    assert [207, 207, 429, 207] == answers


def test_what_zalando_holds_is_told_apart(running: Running, zalando: httpx.Client) -> None:
    """A snapshot leaves out what is sold out, a look at chosen articles does not."""
    shop_of(running).set_stock(3, 0, 0)
    shop_of(running).set_stock(7, 0, 12)
    snapshot = zalando.get(f"/zfs/item-quantity-snapshots/{MERCHANT_ID}").json()["item_quantity_snapshot"]
    asked = ",".join([ean(3, 0), ean(7, 0), ean(0, 0), "nonsense"])
    chosen = zalando.get(f"/zfs/item-quantities/{MERCHANT_ID}", params={"eans": asked}).json()["item_quantities"]
    amounts = {one["ean"]: one["total_quantity"] for one in snapshot["item_quantities"]}

    assert 12 == amounts[ean(7, 0)]
    assert not {ean(3, 0), ean(0, 0)} & amounts.keys()
    assert [(ean(3, 0), 0), (ean(7, 0), 12)] == [(one["ean"], one["total_quantity"]) for one in chosen]


@pytest.mark.parametrize(
    ("fault", "at_login", "at_api"),
    [("suspended", 200, 403), ("wrong_key", 401, 401), ("expired_token", 200, 401), ("missing_scope", 200, 403)],
)
def test_faults_show_where_zalando_shows_them(
    running: Running, zalando: httpx.Client, fault: str, at_login: int, at_api: int
) -> None:
    """At the sign-in, at the API, or both."""
    shop_of(running).faults.switch_on(Fault(fault=fault, scope="orders/read"))

    assert (at_login, at_api) == (token(running).status_code, zalando.get(ORDERS).status_code)


def test_article_numbers_check_and_lead_back() -> None:
    """The last digit is right, and a number names its article."""
    assert all(is_ean(ean(index, place)) for index in (0, 7, 99_999) for place in range(3))
    assert (99_999, 2) == place_of(ean(99_999, 2))
    assert is_ean("4006381333931")
    assert place_of("9780679762881") is None
    assert not any(is_ean(text) for text in ("", "4006381333932", "400638133393", "40063813339３1"))
