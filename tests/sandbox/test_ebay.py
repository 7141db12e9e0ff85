"""The simulated eBay: who may call, what its lists tell, what its writes do, and what it counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from nexus_ui.sandbox.ebay.access import CREDENTIALS, REFRESH_LIFE
from nexus_ui.sandbox.ebay.account import BRITISH_HOST, HOST, MARKETPLACE
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.world import Options, World
from tests.sandbox.ebay_client import SCOPE, Client, came_back

ITEMS, OFFERS = "/sell/inventory/v1/inventory_item", "/sell/inventory/v1/offer"
SOME, UPDATE = "/sell/inventory/v1/bulk_get_inventory_item", "/sell/inventory/v1/bulk_update_price_quantity"
ORDERS = "/sell/fulfillment/v1/order"
LIMITS = "/developer/analytics/v1_beta/rate_limit/"
USER = "/commerce/identity/v1/user/"


@dataclass
class Moment:
    """A clock that is moved by hand."""

    now: float

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def moment() -> Moment:
    """Noon in Berlin, four in the morning in California."""
    return Moment(datetime(2026, 11, 23, 12, 0, tzinfo=UTC).timestamp())


@pytest.fixture(scope="module")
def running(moment: Moment) -> Iterator[Running]:
    """A small sandbox with limits."""
    with run_in_thread(World(Options(products=60, orders=40, limits=True, clock=moment))) as found:
        yield found


@pytest.fixture
def shop(running: Running, moment: Moment) -> Iterator[Shop]:
    """The German site's shop, without faults; the clock is back afterwards."""
    found, now = running.world.shop(MARKETPLACE, HOST), moment.now
    assert found is not None
    yield found
    found.faults.switch_off()
    moment.now = now


@pytest.fixture
def client(running: Running, shop: Shop) -> Iterator[Client]:
    """A seller's program that is signed in."""
    with Client(f"{running.url}/{MARKETPLACE}", CREDENTIALS) as found:
        found.sign_in()
        yield found


def number_of(answer: httpx.Response) -> tuple[int, int]:
    """Status and number of a refusal."""
    return answer.status_code, answer.json()["errors"][0]["errorId"]


def stamp(moment: datetime) -> str:
    """A time as eBay writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def test_a_consent_leads_to_tokens(client: Client) -> None:
    """The code comes with the state, works once, and brings tokens of two hours and of 18 months."""
    back = came_back(client.consent())
    form = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": CREDENTIALS["ru_name"]}
    won = client.exchange(**form).json()
    seller = client.get(USER, "apiz.ebay.com").json()

    assert ("abc", "299") == (back["state"], back["expires_in"])
    assert (7_200, REFRESH_LIFE) == (won["expires_in"], won["refresh_token_expires_in"])
    assert "demo_seller" == seller["username"]
    assert "invalid_grant" == client.exchange(**form).json()["error"]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "somebody"},
        {"redirect_uri": "http://127.0.0.1:4321/oauth/ebay/callback"},
        {"response_type": "token"},
        {"scope": f"{SCOPE}/everything"},
        {"scope": ""},
    ],
)
def test_a_consent_that_is_asked_for_wrongly_is_an_error_page(client: Client, changes: dict[str, str]) -> None:
    """Nobody is led anywhere."""
    assert 400 == client.consent(**changes).status_code


@pytest.mark.parametrize("target", ["https://evil.example/cb", "ftp://127.0.0.1/", "http://127.0.0.1/?a=b", "http://["])
def test_the_browser_is_led_to_this_machine_only(client: Client, target: str) -> None:
    """The address behind the RuName can be set, but not to anywhere."""
    url = f"{client.base}/auth.ebay.com/oauth2/authorize"
    asked = {"client_id": CREDENTIALS["client_id"], "redirect_uri": CREDENTIALS["ru_name"], "response_type": "code"}
    answer = httpx.post(url, data={**asked, "scope": SCOPE, "decision": "agree", "accepted_url": target})

    assert 400 == answer.status_code


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "other"}, "invalid_grant"),
        ({"grant_type": "client_credentials"}, "invalid_scope"),
        ({"grant_type": "authorization_code", "code": "x", "redirect_uri": "http://here"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x", "redirect_uri": CREDENTIALS["ru_name"]}, "invalid_grant"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(client: Client, form: dict[str, str], error: str) -> None:
    """In OAuth's words."""
    answer = client.exchange(**form)

    assert (400, error) == (answer.status_code, answer.json()["error"])


def test_a_wrong_cert_id_is_refused(running: Running) -> None:
    """With 401."""
    with Client(f"{running.url}/{MARKETPLACE}", {**CREDENTIALS, "client_secret": "other"}) as stranger:
        answer = stranger.exchange(grant_type="client_credentials", scope=SCOPE)

    assert (401, "invalid_client") == (answer.status_code, answer.json()["error"])


def test_a_token_ends_after_two_hours(client: Client, moment: Moment) -> None:
    """To the second."""
    moment.now += 7_199
    assert 200 == client.get(ITEMS).status_code
    moment.now += 1
    assert (401, 1001) == number_of(client.get(ITEMS))


def test_a_token_reaches_as_far_as_it_was_granted(client: Client) -> None:
    """A wide scope includes reading; another one does not; the app's own token is no seller's."""
    client.sign_in(f"{SCOPE}/sell.inventory")
    assert 200 == client.get(ITEMS).status_code
    assert (403, 1100) == number_of(client.get(ORDERS))
    client.sign_in(f"{SCOPE}/sell.inventory.readonly")
    assert 200 == client.get(ITEMS).status_code
    assert (403, 1100) == number_of(client.post(UPDATE, {"requests": []}))
    client.exchange(grant_type="client_credentials", scope=SCOPE)
    assert (403, 1100) == number_of(client.get(ITEMS))
    assert 200 == client.get(LIMITS).status_code


def test_each_api_lives_at_its_address(client: Client) -> None:
    """Elsewhere it is unknown."""
    assert 404 == client.get(USER).status_code
    assert 404 == client.get(ITEMS, "apiz.ebay.com").status_code
    assert 404 == client.get("/sell/nothing/v1").status_code
    client.token = ""
    assert (401, 1002) == number_of(client.get(ITEMS))


def test_items_come_by_pages_of_all_sites(client: Client) -> None:
    """`offset` counts pages, and the address of the next one is told until the last."""
    seen: list[str] = []
    page = client.get(ITEMS, limit="40").json()
    while True:
        seen += [item["sku"] for item in page["inventoryItems"]]
        if "next" not in page:
            break
        page = client.get(page["next"]).json()

    assert 90 == page["total"] == len(seen) == len(set(seen))
    assert 30 == sum(sku.endswith("-GB") for sku in seen)


@pytest.mark.parametrize(
    ("path", "query", "number"),
    [
        (ITEMS, {"limit": "201"}, 25_706),
        (ITEMS, {"limit": "0"}, 25_706),
        (ITEMS, {"offset": "-1"}, 25_706),
        (ITEMS, {"site": "EBAY_DE"}, 2004),
        (OFFERS, {}, 25_707),
        (OFFERS, {"sku": "x" * 51}, 25_707),
        (ORDERS, {"limit": "201"}, 31_100),
        (ORDERS, {"offset": "x"}, 31_000),
        (ORDERS, {"fieldGroups": "ALL"}, 32_800),
        (ORDERS, {"filter": "modified:[2026-11-01T00:00:00.000Z..]"}, 30_700),
        (ORDERS, {"filter": "lastmodifieddate"}, 30_700),
        (ORDERS, {"filter": "lastmodifieddate:[2026-11-01..]"}, 30_810),
        (ORDERS, {"filter": "lastmodifieddate:[..2026-11-01T00:00:00.000Z]"}, 30_820),
        (ORDERS, {"filter": "lastmodifieddate:[2020-11-01T00:00:00.000Z..]"}, 30_830),
        (ORDERS, {"filter": "lastmodifieddate:[2026-11-02T00:00:00.000Z..2026-11-01T00:00:00.000Z]"}, 30_840),
        (ORDERS, {"filter": "lastmodifieddate:[2027-11-02T00:00:00.000Z..]"}, 30_850),
        (ORDERS, {"filter": "orderfulfillmentstatus:{DONE}"}, 30_800),
        (ORDERS, {"orderIds": ",".join("x" * 51)}, 30_900),
    ],
)
def test_what_the_vendors_files_do_not_allow_is_refused(
    client: Client, path: str, query: dict[str, str], number: int
) -> None:
    """With the number that stands there."""
    assert (400, number) == number_of(client.get(path, **query))


def test_an_item_has_one_offer_on_its_site(client: Client) -> None:
    """With the item's SKU; a SKU nobody knows has none."""
    item = client.get(ITEMS, limit="1").json()["inventoryItems"][0]
    (offer,) = client.get(OFFERS, sku=item["sku"]).json()["offers"]

    assert (item["sku"], "EBAY_DE") == (offer["sku"], offer["marketplaceId"])
    assert offer == client.get(f"{OFFERS}/{offer['offerId']}").json()
    assert [] == client.get(OFFERS, sku=item["sku"], marketplace_id="EBAY_GB").json()["offers"]
    assert (404, 25_713) == number_of(client.get(OFFERS, sku="NOBODY"))
    assert (404, 25_713) == number_of(client.get(f"{OFFERS}/1"))


def test_orders_of_all_sites_are_found_by_change(client: Client, running: Running, shop: Shop, moment: Moment) -> None:
    """A new order and a changed one; the bounds belong to the stretch."""
    british = running.world.shop(MARKETPLACE, BRITISH_HOST)
    assert british is not None
    moment.now += 60
    now = datetime.fromtimestamp(moment.now, UTC)
    shop.place_order([(3, 0, 2)])
    british.change_order(0, cancelled=british.now())
    moment.now += 60
    found = client.get(ORDERS, filter=f"lastmodifieddate:[{stamp(now)}..]").json()
    none = client.get(ORDERS, filter=f"lastmodifieddate:[{stamp(now + timedelta(seconds=1))}..]").json()
    exact = client.get(ORDERS, filter=f"lastmodifieddate:[{stamp(now)}..{stamp(now)}]").json()
    named = client.get(ORDERS, orderIds=found["orders"][0]["orderId"]).json()

    assert 2 == found["total"] == exact["total"]
    assert 0 == none["total"]
    assert {"EBAY_DE", "EBAY_GB"} == {order["lineItems"][0]["listingMarketplaceId"] for order in found["orders"]}
    assert {"NONE_REQUESTED", "CANCELED"} == {order["cancelStatus"]["cancelState"] for order in found["orders"]}
    assert [found["orders"][0]] == named["orders"]


def test_a_filter_may_have_several_parts(client: Client) -> None:
    """Two dates: only that of creation counts."""
    since = "creationdate:[2026-10-01T00:00:00.000Z..],lastmodifieddate:[2026-11-23T11:00:00.000Z..]"
    some = client.get(ORDERS, filter=f"{since},orderfulfillmentstatus:{{NOT_STARTED|IN_PROGRESS}}").json()
    all_of_them = client.get(ORDERS, filter=since).json()

    assert 0 < some["total"] < all_of_them["total"]
    assert {"NOT_STARTED"} == {order["orderFulfillmentStatus"] for order in some["orders"]}


def written(client: Client, *entries: dict[str, Any]) -> list[tuple[int, int]]:
    """Status and number of the answers to an update's entries."""
    answer = client.post(UPDATE, {"requests": list(entries)})
    told = answer.json()["responses"]
    assert answer.status_code == (200 if all(one["statusCode"] == 200 for one in told) else 207)
    return [(one["statusCode"], one.get("errors", [{"errorId": 0}])[0]["errorId"]) for one in told]


def offers_of(client: Client, status: str = "PUBLISHED") -> list[dict[str, Any]]:
    """The offers of a state, of both sites."""
    items = client.get(ITEMS, limit="200").json()["inventoryItems"]
    offers = [client.get(OFFERS, sku=item["sku"]).json()["offers"][0] for item in items]
    return [offer for offer in offers if offer["status"] == status]


def test_an_update_is_answered_entry_by_entry(client: Client) -> None:
    """Good ones are written, the others told why not."""
    first, second, third = offers_of(client)[:3]
    found = written(
        client,
        {
            "sku": first["sku"],
            "shipToLocationAvailability": {"quantity": 41},
            "offers": [{"offerId": first["offerId"], "availableQuantity": 41}],
        },
        {"offers": [{"offerId": second["offerId"], "price": {"value": "9.99", "currency": "EUR"}}]},
        {"offers": [{"offerId": third["offerId"]}]},
        {"offers": [{"offerId": third["offerId"], "availableQuantity": -1}]},
        {"offers": [{"offerId": third["offerId"], "price": {"value": "0", "currency": "EUR"}}]},
        {"offers": [{"offerId": "1", "availableQuantity": 1}]},
        {"sku": "NOBODY", "shipToLocationAvailability": {"quantity": 1}},
        {
            "sku": second["sku"],
            "shipToLocationAvailability": {"quantity": 1},
            "offers": [{"offerId": first["offerId"], "availableQuantity": 1}],
        },
    )
    (after,) = client.get(OFFERS, sku=first["sku"]).json()["offers"]

    assert [0, 0, 25_709, 25_004, 25_003, 25_713, 25_702, 25_709] == [number for _, number in found]
    assert 41 == after["availableQuantity"]


@pytest.mark.parametrize(
    ("path", "body", "number"),
    [
        (UPDATE, {"requests": []}, 25_709),
        (UPDATE, {"requests": [{"quantity": 3}]}, 25_709),
        (UPDATE, [], 25_709),
        (UPDATE, {"requests": [{"sku": f"S{n}"} for n in range(26)]}, 25_727),
        (UPDATE, {"requests": [{"sku": "S1"}, {"sku": "S1"}]}, 25_734),
        (SOME, {"requests": [{"sku": f"S{n}"} for n in range(26)]}, 25_727),
        (SOME, {"requests": [{"sku": "S1"}, {"sku": "S1"}]}, 25_734),
    ],
)
def test_a_bulk_call_is_refused_as_a_whole(client: Client, path: str, body: Any, number: int) -> None:
    """Too many, one twice, or no list of requests."""
    assert (400, number) == number_of(client.post(path, body))


def test_an_unpublished_offer_is_not_for_this_call() -> None:
    """Its item is."""
    with (
        run_in_thread(World(Options(products=200, orders=2, limits=False))) as larger,
        Client(f"{larger.url}/{MARKETPLACE}", CREDENTIALS) as client,
    ):
        client.sign_in()
        offer = offers_of(client, "UNPUBLISHED")[0]
        alone = {"sku": offer["sku"], "shipToLocationAvailability": {"quantity": 77}}
        revised = written(client, {"offers": [{"offerId": offer["offerId"], "availableQuantity": 1}]})
        kept = written(client, alone)
        told = client.post(SOME, {"requests": [{"sku": offer["sku"]}, {"sku": "NOBODY"}]})
    found, missing = told.json()["responses"]

    assert ([(400, 25_002)], [(200, 0)], 207) == (revised, kept, told.status_code)
    assert 77 == found["inventoryItem"]["availability"]["shipToLocationAvailability"]["quantity"]
    assert (404, 25_702) == (missing["statusCode"], missing["errors"][0]["errorId"])


def test_a_listing_takes_250_revisions_a_day(client: Client, moment: Moment) -> None:
    """Until midnight in California."""
    offer = offers_of(client)[5]
    entry = {"offers": [{"offerId": offer["offerId"], "availableQuantity": 2}]}
    found = [written(client, entry)[0] for _ in range(252)]
    moment.now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC).timestamp()
    client.sign_in()

    assert [(200, 0)] * 250 + [(400, 25_002)] * 2 == found
    assert [(200, 0)] == written(client, entry)


def test_the_calls_of_an_app_are_counted(client: Client, shop: Shop, moment: Moment) -> None:
    """By API, and until midnight in California; the Analytics API tells what is left."""
    quotas = shop.private["seller"].quotas
    quotas.allowed["inventory"] -= quotas.left("inventory") - 2
    try:
        answers = [client.get(ITEMS).status_code for _ in range(3)]
        assert 200 == client.get(ORDERS).status_code
        client.exchange(grant_type="client_credentials", scope=SCOPE)
        (told,) = client.get(LIMITS, api_name="inventory").json()["rateLimits"]
        (rate,) = told["resources"][0]["rates"]
        moment.now = datetime.fromisoformat(rate["reset"]).timestamp()
        client.sign_in()
        after = client.get(ITEMS).status_code
    finally:
        quotas.allowed["inventory"] = 2_000_000

    assert [200, 200, 429] == answers
    assert (0, 86_400, "2026-11-24T08:00:00.000Z") == (rate["remaining"], rate["timeWindow"], rate["reset"])
    assert 200 == after


def test_other_quotas_are_no_content(client: Client) -> None:
    """Nothing of another context is known here."""
    client.exchange(grant_type="client_credentials", scope=SCOPE)

    assert 204 == client.get(LIMITS, api_context="buy").status_code
    assert 2 == len(client.get(LIMITS).json()["rateLimits"])


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"fault": "wrong_key"}, (401, 1001)),
        ({"fault": "revoked_consent"}, (401, 1001)),
        ({"fault": "expired_token"}, (401, 1001)),
        ({"fault": "suspended"}, (403, 25_019)),
        ({"fault": "missing_scope", "scope": f"{SCOPE}/sell.inventory"}, (403, 1100)),
        ({"fault": "throttled"}, (429, 2001)),
    ],
)
def test_the_switches_play_the_vendors_refusals(
    client: Client, shop: Shop, fault: dict[str, str], expected: tuple[int, int]
) -> None:
    """Each in the vendor's shape."""
    shop.faults.switch_on(Fault(**fault))  # type: ignore[arg-type]  # texts only

    assert expected == number_of(client.get(ITEMS))
