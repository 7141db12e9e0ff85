"""Every switch of the simulated Shopify spoils calls the way the vendor does."""

from email.utils import parsedate_to_datetime

import httpx
import pytest

from nexus_ui.sandbox.faults import KNOWN
from tests.sandbox.admin_api import PRODUCTS, App
from tests.sandbox.test_shopify_access import decided, with_token

SHOP = "{ shop { name } }"
SET = """
mutation { inventorySetQuantities(input: {name: "available", reason: "correction", quantities: []})
  @idempotent(key: "k") { userErrors { code } } }
"""
PAGE = "{ products(first: 50) { nodes { id } } }"


def test_429_comes_with_the_wait_in_seconds_as_a_date_or_without(app: App) -> None:
    """Both spellings of Retry-After, none, and one that makes no sense."""
    found = {}
    for spelling in ("seconds", "date", "none", "absurd"):
        app.control("faults", fault="rate_limited", retry_after=spelling, seconds=30, times=1)
        answer = app.post(SHOP)
        assert 429 == answer.status_code
        found[spelling] = answer.headers.get("Retry-After")
    wait = parsedate_to_datetime(found["date"] or "") - app.sandbox.world.now()

    assert ("30", None, "soon") == (found["seconds"], found["none"], found["absurd"])
    assert 20 < wait.total_seconds() <= 30
    assert 200 == app.post(SHOP).status_code


def test_a_fault_begins_after_some_calls_and_ends_after_some(app: App) -> None:
    """Two good calls, three bad ones, then good again."""
    app.control("faults", fault="outage", after_calls=2, times=3)

    assert [200, 200, 503, 503, 503, 200] == [app.post(SHOP).status_code for _ in range(6)]


def test_a_fault_can_be_kept_to_some_calls(app: App) -> None:
    """Orders fail while products arrive."""
    app.control("faults", fault="outage", match="orders(")

    assert 200 == app.post(PAGE).status_code
    assert 503 == app.post("{ orders(first: 1) { nodes { id } } }").status_code


@pytest.mark.parametrize("on", ["api", "auth", "all"])
def test_a_fault_can_be_kept_to_api_or_token_calls(app: App, on: str) -> None:
    """An outage of one of both, or of both."""
    app.control("faults", fault="outage", on=on)
    seen = (app.post(SHOP).status_code, app.token_for(grant_type="client_credentials").status_code)

    assert {"api": (503, 200), "auth": (200, 503), "all": (503, 503)}[on] == seen


def test_throttled_is_said_at_200(app: App) -> None:
    """With the cost, and without data."""
    app.control("faults", fault="throttled", times=1)
    answer = app.post(PAGE)

    assert (200, "THROTTLED") == (answer.status_code, answer.json()["errors"][0]["extensions"]["code"])
    assert answer.json()["extensions"]["cost"]["actualQueryCost"] is None
    assert 200 == app.post(PAGE).status_code


def test_an_expired_token_can_be_renewed_and_a_pasted_one_not(app: App) -> None:
    """Tokens from before the switch are dead, those from after it live."""
    pair = app.token_for(code=decided(app)["code"], expiring="1").json()
    app.control("faults", fault="expired_token")
    old = with_token(app, pair["access_token"]).post(SHOP).status_code
    fresh = app.token_for(grant_type="refresh_token", refresh_token=pair["refresh_token"]).json()

    assert 401 == old
    assert 200 == with_token(app, fresh["access_token"]).post(SHOP).status_code
    assert 401 == app.post(SHOP).status_code


def test_revoked_consent_ends_everything(app: App) -> None:
    """Calls, renewals, and credentials of the app itself."""
    pair = app.token_for(code=decided(app)["code"], expiring="1").json()
    app.control("faults", fault="revoked_consent")
    renewal = app.token_for(grant_type="refresh_token", refresh_token=pair["refresh_token"])
    own = app.token_for(grant_type="client_credentials")

    assert [401, 401] == [app.post(SHOP).status_code, with_token(app, pair["access_token"]).post(SHOP).status_code]
    assert (400, "invalid_grant") == (renewal.status_code, renewal.json()["error"])
    assert (400, "shop_not_permitted") == (own.status_code, own.json()["error"])


def test_a_wrong_key_is_unknown_everywhere(app: App) -> None:
    """401 for calls, invalid_client for tokens."""
    app.control("faults", fault="wrong_key")

    assert 401 == app.post(SHOP).status_code
    assert "invalid_client" == app.token_for(grant_type="client_credentials").json()["error"]


@pytest.mark.parametrize(
    ("scope", "document", "field"),
    [
        ("read_products", PAGE, "products"),
        ("read_orders", "{ orders(first: 1) { nodes { id } } }", "orders"),
        ("read_locations", "{ locations(first: 1) { nodes { id } } }", "locations"),
        ("read_inventory", PRODUCTS.replace("($first: Int!", "($first: Int = 1"), "inventoryItem"),
    ],
)
def test_a_missing_scope_is_named(app: App, scope: str, document: str, field: str) -> None:
    """ACCESS_DENIED at 200; the installation's own list lacks it too; the rest works."""
    app.control("faults", fault="missing_scope", scope=scope)
    error = app.refused(document)
    told = app.ask("{ currentAppInstallation { accessScopes { handle } } }")["currentAppInstallation"]

    assert "ACCESS_DENIED" == error["extensions"]["code"]
    assert f"`{scope}`" in error["message"]
    assert field in error["message"]
    assert scope not in [entry["handle"] for entry in told["accessScopes"]]
    assert 200 == app.post(SHOP).status_code


def test_a_missing_scope_also_closes_the_way_by_id(app: App) -> None:
    """`node` is no back door."""
    app.control("faults", fault="missing_scope", scope="read_orders")
    error = app.refused('{ node(id: "gid://shopify/Order/5500000000399") { id } }')

    assert "ACCESS_DENIED" == error["extensions"]["code"]


def test_a_token_without_a_scope_may_not_write(app: App) -> None:
    """The consent did not include it."""
    pair = app.token_for(code=decided(app, scope="read_products")["code"]).json()
    reader = with_token(app, pair["access_token"])

    assert "ACCESS_DENIED" == reader.refused("{ orders(first: 1) { nodes { id } } }")["extensions"]["code"]
    assert "`write_inventory`" in reader.refused(SET)["message"]
    assert reader.ask(PAGE)["products"]["nodes"]


@pytest.mark.parametrize(("status", "answered"), [(0, 402), (402, 402), (423, 423)])
def test_a_suspended_shop_says_so(app: App, status: int, answered: int) -> None:
    """Frozen or locked."""
    app.control("faults", fault="suspended", status=status)

    assert answered == app.post(SHOP).status_code


def test_a_shop_can_vanish(app: App) -> None:
    """404 on its host."""
    app.control("faults", fault="shop_not_found")

    assert 404 == app.post(SHOP).status_code


def test_a_slow_answer_is_late(app: App) -> None:
    """And still right."""
    app.control("faults", fault="slow", seconds=0.2, times=1)
    answer = app.post(SHOP)

    assert "Demo Store" == answer.json()["data"]["shop"]["name"]
    assert answer.elapsed.total_seconds() >= 0.2


def test_a_torn_page_breaks_the_connection_or_the_document(app: App) -> None:
    """Half a body, with and without the rest promised."""
    app.control("faults", fault="torn", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        app.post(PAGE)
    app.control("faults", fault="torn", cut="json", times=1)
    half = app.post(PAGE)

    assert 200 == half.status_code
    assert half.content and not half.content.endswith(b"}")
    assert 200 == app.post(PAGE).status_code


def test_html_and_nothing_come_where_json_was_due(app: App) -> None:
    """Both with 200."""
    app.control("faults", fault="html", times=1)
    html = app.post(PAGE)
    app.control("faults", fault="empty", times=1)
    nothing = app.post(PAGE)

    assert (200, True) == (html.status_code, html.text.startswith("<!DOCTYPE html>"))
    assert (200, b"") == (nothing.status_code, nothing.content)


def test_a_cursor_can_lead_back_to_where_it_came_from(app: App) -> None:
    """A vendor's bug that would keep a careless reader busy for ever."""
    good = app.ask(PRODUCTS, first=5)["products"]
    app.control("faults", fault="cursor_loop")
    stuck = [app.ask(PRODUCTS, first=5, after=good["pageInfo"]["endCursor"])["products"] for _ in range(2)]

    assert stuck[0] == stuck[1]
    assert {"hasNextPage": True, "endCursor": good["pageInfo"]["endCursor"]} == stuck[0]["pageInfo"]


def test_switches_go_off_one_by_one_and_all_at_once(app: App) -> None:
    """Each has its name; clear forgets them all."""
    app.control("faults", fault="outage")
    app.control("faults", fault="slow", seconds=0)
    one_left = app.control("faults", fault="outage", state="off")["faults"]
    none_left = app.control("faults", clear=True)["faults"]

    assert ["slow"] == [fault["fault"] for fault in one_left]
    assert [] == none_left
    assert {"outage", "slow"} < set(KNOWN)


def test_nobody_is_spoiled_on_the_consent_page(app: App) -> None:
    """People see it; what fails are the calls of programs."""
    app.control("faults", fault="outage", on="all")

    assert "code" in decided(app)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"query": 5}', b"{", b"\xff\xfe"])
def test_a_body_that_is_no_question_is_a_bad_request(app: App, body: bytes) -> None:
    """400, never 500."""
    answer = httpx.post(
        f"{app.base}/admin/api/2026-10/graphql.json", content=body, headers={"X-Shopify-Access-Token": app.token}
    )

    assert 400 == answer.status_code


@pytest.mark.parametrize(
    "document",
    [
        "{" * 5_000,
        "{ shop " * 2_000 + "}" * 2_000,
        "subscription { shop { name } }",
        "{ shop { name } __schema { queryType { name } } }",
        '{ products(first: 1, query: "id:many") { nodes { id } } }',
        "{ productsCount(limit: -1) { count } }",
        '{ products(first: 1, query: "updated_at:>=0000-00-00") { nodes { id } } }',
        '{ products(first: 1, query: "title:a OR title:b") { nodes { id } } }',
        '{ products(first: 1, after: "eyJsYXN0X3ZhbHVlIjoiYSJ9") { nodes { id } } }',
        '{ products(first: 1, after: "é") { nodes { id } } }',
        "query A { shop { name } } query B { shop { name } }",
        "fragment F on Shop { name }",
        "",
    ],
)
def test_odd_documents_are_refused_in_words(app: App, document: str) -> None:
    """Nested without end, subscriptions, several operations, senseless searches: `errors`, never a crash."""
    assert app.refused(document)["message"]


@pytest.mark.parametrize(
    "gid", ["", "gid://shopify/Product/" + "9" * 5_000, "gid://shopify/Product/-1", "8000000000000"]
)
def test_odd_ids_name_nothing(app: App, gid: str) -> None:
    """Null, as for anything that is not there."""
    assert app.ask("query One($id: ID!) { node(id: $id) { id } }", id=gid)["node"] is None


def test_the_schema_can_be_asked_for(app: App) -> None:
    """Introspection works, as tools expect."""
    answer = app.ask('{ __type(name: "Product") { fields { name } } }')

    assert {"title", "variants"} < {field["name"] for field in answer["__type"]["fields"]}


def test_an_odd_way_back_is_refused(app: App) -> None:
    """An address that cannot be read is not an address."""
    asked = {"client_id": app.shop.credentials["client_id"], "redirect_uri": "http://[", "scope": "read_products"}
    answer = httpx.get(f"{app.base}/admin/oauth/authorize", params=asked)

    assert 400 == answer.status_code
