"""The simulated Amazon: refuses what Amazon refuses, in Amazon's words, and keeps to its own budgets."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nexus_ui.sandbox.amazon.account import CLIENT_ID, CLIENT_SECRET, REGIONS
from nexus_ui.sandbox.amazon.orders import ref_of
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.world import Options, World

NA, EU, FE = (region.host for region in REGIONS)
STORE, SELLER = REGIONS[0].store, REGIONS[0].seller
LISTINGS = f"listings/2021-08-01/items/{SELLER}"
ORDERS = "orders/2026-01-01/orders"
HELD = "fba/inventory/v1/summaries"
WHOLE = {"granularityType": "Marketplace", "granularityId": STORE, "marketplaceIds": STORE}


def shop_at(running: Running, host: str = NA) -> Shop:
    """The shop of a region."""
    found = running.world.shop("amazon", host)
    assert found is not None
    return found


def token(running: Running, host: str = NA, **changes: str) -> httpx.Response:
    """An answer of Login with Amazon to a region's refresh token."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": shop_at(running, host).credentials["refresh_token"],
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    return httpx.post(f"{running.url}/amazon/api.amazon.com/auth/o2/token", data=form | changes)


@pytest.fixture
def running() -> Iterator[Running]:
    """A small sandbox of its own, with Amazon's limits."""
    with run_in_thread(World(Options(products=60, orders=240))) as found:
        yield found


@pytest.fixture
def amazon(running: Running) -> Iterator[httpx.Client]:
    """A client of the account, signed in."""
    with client(running) as found:
        yield found


def client(running: Running, host: str = NA) -> httpx.Client:
    """A client of a region's account, signed in."""
    headers = {"x-amz-access-token": token(running, host).json()["access_token"]}
    return httpx.Client(base_url=f"{running.url}/amazon/{host}/", headers=headers)


def test_a_token_lives_an_hour_and_the_refresh_token_stays(running: Running) -> None:
    """Login with Amazon gives the same refresh token back."""
    told = token(running).json()

    assert ("bearer", 3600) == (told["token_type"], told["expires_in"])
    assert shop_at(running).credentials["refresh_token"] == told["refresh_token"]


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"refresh_token": "Atzr|unknown"}, 400, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "used"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_wrong_token_request_is_refused(running: Running, changes: dict[str, str], status: int, error: str) -> None:
    """In the words of OAuth."""
    answer = token(running, **changes)

    assert (status, error) == (answer.status_code, answer.json()["error"])


def test_each_regions_token_opens_that_region_only(running: Running) -> None:
    """One consent is for one region's account."""
    with client(running, EU) as european:
        assert 200 == european.get("sellers/v1/marketplaceParticipations").status_code
        abroad = httpx.get(
            f"{running.url}/amazon/{NA}/sellers/v1/marketplaceParticipations", headers=dict(european.headers)
        )
    assert 403 == abroad.status_code


def test_a_token_ends() -> None:
    """After its hour Amazon says so in the details."""
    now = [1_790_000_000.0]
    with (
        run_in_thread(World(Options(products=5, orders=0, clock=lambda: now[0]))) as running,
        client(running) as amazon,
    ):
        before = amazon.get("sellers/v1/marketplaceParticipations").status_code
        now[0] += 3_601
        after = amazon.get("sellers/v1/marketplaceParticipations")

    assert (200, 403) == (before, after.status_code)
    assert "expired" in after.json()["errors"][0]["details"]


def test_the_rate_is_told_unless_access_was_denied_or_the_budget_spent(running: Running, amazon: httpx.Client) -> None:
    """As Amazon's models declare the header."""
    good = amazon.get(LISTINGS, params={"marketplaceIds": STORE})
    denied = amazon.get(LISTINGS, params={"marketplaceIds": STORE}, headers={"x-amz-access-token": "Atza|no"})
    spent = [amazon.get(LISTINGS, params={"marketplaceIds": STORE}) for _ in range(8)][-1]

    assert (200, "5") == (good.status_code, good.headers["x-amzn-ratelimit-limit"])
    assert (403, 429) == (denied.status_code, spent.status_code)
    assert "QuotaExceeded" == spent.json()["errors"][0]["code"]
    assert all("x-amzn-ratelimit-limit" not in answer.headers for answer in (denied, spent))
    assert all(answer.headers["x-amzn-requestid"] for answer in (good, denied, spent))


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (LISTINGS, {}),
        (LISTINGS, {"marketplaceIds": f"{STORE},A2EUQ1WTGCTBG2"}),
        (LISTINGS, {"marketplaceIds": STORE, "pageSize": "21"}),
        (LISTINGS, {"marketplaceIds": STORE, "includedData": "summaries,price"}),
        (LISTINGS, {"marketplaceIds": STORE, "sortOrder": "UP"}),
        (LISTINGS, {"marketplaceIds": STORE, "pageToken": "eHg="}),
        (LISTINGS, {"marketplaceIds": STORE, "lastUpdatedAfter": "2026-11-23"}),
        (LISTINGS, {"marketplaceIds": STORE, "updatedSince": "2026-11-23T00:00:00Z"}),
        (LISTINGS, {"marketplaceIds": STORE, "identifiers": ",".join("a" * 21), "identifiersType": "SKU"}),
        (ORDERS, {"marketplaceIds": STORE}),
        (ORDERS, {"lastUpdatedAfter": "2026-01-01T00:00:00Z", "createdAfter": "2026-01-01T00:00:00Z"}),
        (ORDERS, {"lastUpdatedAfter": "2026-01-01T00:00:00Z", "lastUpdatedBefore": "2099-01-01T00:00:00Z"}),
        (ORDERS, {"lastUpdatedAfter": "2026-01-01T00:00:00Z", "maxResultsPerPage": "101"}),
        (ORDERS, {"lastUpdatedAfter": "2026-01-01T00:00:00Z", "paginationToken": "bm8="}),
        (ORDERS, {"lastUpdatedAfter": "2026-01-01T00:00:00Z", "fulfillmentStatuses": "LOST"}),
        (HELD, {**WHOLE, "granularityType": "Country"}),
        (HELD, {**WHOLE, "nextToken": "bm8="}),
        (HELD, {"granularityType": "Marketplace", "granularityId": STORE}),
    ],
)
def test_what_amazons_models_do_not_allow_is_refused(amazon: httpx.Client, path: str, query: dict[str, str]) -> None:
    """With 400 and a list of errors."""
    answer = amazon.get(path, params=query)

    assert 400 == answer.status_code
    assert {"code", "message", "details"} == answer.json()["errors"][0].keys()


@pytest.mark.parametrize("part", ["BUYER", "RECIPIENT", "TAX", "PAYMENT"])
def test_who_bought_is_not_told(amazon: httpx.Client, part: str) -> None:
    """The app has no role for personal data, so asking for it is denied."""
    asked = {"lastUpdatedAfter": "2026-01-01T00:00:00Z", "includedData": f"PROCEEDS,{part}"}

    assert 403 == amazon.get(ORDERS, params=asked).status_code
    assert 403 == amazon.get(f"{ORDERS}/{ref_of(1)}", params={"includedData": part}).status_code


def test_another_seller_is_denied(amazon: httpx.Client) -> None:
    """Listings are asked for by the seller's own id."""
    answer = amazon.get("listings/2021-08-01/items/A9SOMEBODYELSE", params={"marketplaceIds": STORE})

    assert (403, "Unauthorized") == (answer.status_code, answer.json()["errors"][0]["code"])


def test_orders_are_paged_and_single_ones_found(amazon: httpx.Client) -> None:
    """A hundred a page; the token needs the same query; the last page has none."""
    asked = {"lastUpdatedAfter": "2020-01-01T00:00:00Z", "marketplaceIds": STORE}
    refs: list[str] = []
    page: dict[str, Any] = {}
    while not refs or "pagination" in page:
        token_of = {"paginationToken": page["pagination"]["nextToken"]} if page else {}
        page = amazon.get(ORDERS, params=asked | token_of).json()
        refs += [order["orderId"] for order in page["orders"]]
    single = amazon.get(f"{ORDERS}/{refs[0]}").json()["order"]

    assert 240 == len(refs) == len(set(refs))
    assert refs[0] == single["orderId"]
    assert "proceeds" not in single
    assert 404 == amazon.get(f"{ORDERS}/000-0000000-0000000").status_code


def test_a_token_of_another_query_is_refused(amazon: httpx.Client) -> None:
    """All other parameters must stay as they were."""
    asked = {"lastUpdatedAfter": "2020-01-01T00:00:00Z", "marketplaceIds": STORE}
    following = amazon.get(ORDERS, params=asked).json()["pagination"]["nextToken"]
    changed = {**asked, "lastUpdatedAfter": "2020-01-02T00:00:00Z", "paginationToken": following}

    assert 400 == amazon.get(ORDERS, params=changed).status_code


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{}", 400, ""),
        (b'{"productType":"CUP","patches":[]}', 400, ""),
        (b'{"productType":"CUP","patches":[{"op":"put","path":"/attributes/fulfillment_availability"}]}', 400, ""),
        (b'{"productType":"CUP","patches":[{"op":"merge","path":"/attributes/fulfillment_availability"}]}', 400, ""),
        (b'{"productType":"CUP","patches":[{"op":"merge","path":"/attributes/price","value":[{}]}]}', 200, "INVALID"),
        (
            b'{"productType":"CUP","patches":[{"op":"merge","path":"/attributes/fulfillment_availability",'
            b'"value":[{"quantity":3}]}]}',
            200,
            "INVALID",
        ),
        (
            b'{"productType":"CUP","patches":[{"op":"merge","path":"/attributes/fulfillment_availability",'
            b'"value":[{"fulfillment_channel_code":"DEFAULT","quantity":-1}]}]}',
            200,
            "INVALID",
        ),
        (
            b'{"productType":"CUP","patches":[{"op":"merge","path":"/attributes/fulfillment_availability",'
            b'"value":[{"fulfillment_channel_code":"DEFAULT","quantity":3}]}]}',
            200,
            "ACCEPTED",
        ),
    ],
)
def test_a_patch_is_refused_or_called_invalid_as_amazon_does(
    running: Running, amazon: httpx.Client, body: bytes, status: int, said: str
) -> None:
    """A body that cannot be parsed is a 400; wrong attributes are a 200 that says INVALID."""
    sku = shop_at(running).product(4).variants[0].sku
    answer = amazon.patch(f"{LISTINGS}/{sku}", params={"marketplaceIds": STORE}, content=body)

    assert (status, said) == (answer.status_code, answer.json().get("status", ""))
    assert (said == "ACCEPTED") == (shop_at(running).stock(4, 0) == 3)


def test_feeds_want_their_document_first(running: Running, amazon: httpx.Client) -> None:
    """A feed without content, of another kind or for another store is refused; so is a forged address."""
    made = amazon.post("feeds/2021-06-30/documents", json={"contentType": "application/json; charset=UTF-8"})
    document = made.json()
    wish = {
        "feedType": "JSON_LISTINGS_FEED",
        "marketplaceIds": [STORE],
        "inputFeedDocumentId": document["feedDocumentId"],
    }
    empty = amazon.post("feeds/2021-06-30/feeds", json=wish)
    other_kind = httpx.put(document["url"], content=b"{}", headers={"Content-Type": "text/xml"})
    forged = httpx.put(document["url"][:-4] + "0000", content=b"{}")
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    with_token = httpx.put(document["url"], content=b"{}", headers=kind | {"x-amz-access-token": "Atza|x"})
    good = httpx.put(document["url"], content=b"{}", headers=kind)
    old = amazon.post("feeds/2021-06-30/feeds", json=wish | {"feedType": "POST_INVENTORY_AVAILABILITY_DATA"})
    abroad = amazon.post("feeds/2021-06-30/feeds", json=wish | {"marketplaceIds": ["A1PA6795UKMFR9"]})

    assert [201, 400, 403, 403, 403, 200, 400, 400] == [
        one.status_code for one in (made, empty, other_kind, forged, with_token, good, old, abroad)
    ]


def test_the_consent_page_wants_to_know_the_app_and_where_to_go(running: Running) -> None:
    """An unknown app, no state, and somebody else's address get no page."""
    page = f"{running.url}/amazon/sellercentral-europe.amazon.com/apps/authorize/consent"
    keys = shop_at(running, EU).credentials
    asked = {
        "application_id": keys["application_id"],
        "state": "s",
        "redirect_uri": "http://127.0.0.1:3000/oauth/amazon/callback",
    }
    refused = [
        asked | {"application_id": "amzn1.sp.solution.other"},
        asked | {"state": ""},
        asked | {"redirect_uri": "https://evil.example/"},
    ]

    assert "seller A3SANDBOXSELLR" in httpx.get(page, params=asked).text
    assert [400, 400, 400] == [httpx.get(page, params=one).status_code for one in refused]


def test_another_regions_faults_reach_the_common_login(running: Running) -> None:
    """Login with Amazon is one address for all regions; whose refresh token it is decides."""
    shop_at(running, FE).faults.switch_on(Fault(fault="revoked_consent"))

    assert 400 == token(running, FE).status_code
    assert 200 == token(running).status_code


def test_recorded_calls_hide_tokens_codes_and_signatures(running: Running, amazon: httpx.Client) -> None:
    """What /_sandbox/calls shows opens nothing, not even here."""
    amazon.get("sellers/v1/marketplaceParticipations")
    told = httpx.get(f"{running.url}/_sandbox/calls").text

    assert amazon.headers["x-amz-access-token"] not in told
    assert CLIENT_SECRET not in told
    assert shop_at(running).credentials["refresh_token"] not in told
