"""The simulated Kaufland: who may call, what its lists tell, and what its writes do."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.kaufland.seller import HOST, MARKETPLACE, keys_of
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.world import Options, World
from tests.sandbox.kaufland_client import Client


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A small sandbox."""
    with run_in_thread(World(Options(products=250, orders=30, limits=False))) as found:
        yield found


@pytest.fixture
def shop(running: Running) -> Iterator[Shop]:
    """The German storefront's shop, without faults."""
    found = running.world.shop(MARKETPLACE, HOST)
    assert found is not None
    yield found
    found.faults.switch_off()


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    """A seller's program with good keys."""
    with Client(f"{running.url}/{MARKETPLACE}/{HOST}/v2", **keys_of(HOST)) as found:
        yield found


def kind_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and type of a refusal."""
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def test_a_signed_call_is_answered(client: Client) -> None:
    """The status page tells what it always tells."""
    assert {"data": {"message": "Never tell me the odds"}} == client.get("/status/ping").json()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Shop-Signature": "00"}, "corrupted-signature"),
        ({"Shop-Client-Key": "0" * 32}, "invalid-credentials"),
        ({"Shop-Timestamp": "soon"}, "missing-or-invalid-request-header"),
        ({"Shop-Signature": ""}, "missing-or-invalid-request-header"),
        ({"User-Agent": ""}, "missing-or-invalid-request-header"),
    ],
)
def test_a_call_without_good_headers_is_refused(client: Client, changes: dict[str, str], expected: str) -> None:
    """Each by its own type."""
    assert (401, expected) == kind_of(client.get("/units", {"storefront": "de"}, headers=changes))


@pytest.mark.parametrize(("off", "accepted"), [(-310, False), (-290, True), (290, True), (310, False)])
def test_a_signature_counts_for_five_minutes(client: Client, off: int, accepted: bool) -> None:
    """Before and after."""
    assert accepted == client.get("/status/ping", at=time.time() + off).is_success


def test_the_address_is_signed_as_it_was_sent(client: Client) -> None:
    """Another spelling of the same query is another address."""
    good = client.get("/orders", {"storefront": "de", "ts_units_updated_from_iso": "2026-01-01T00:00:00Z"})
    forged = client.get("/orders?storefront=de", signed_url=f"{client.base}/orders?storefront=cz")

    assert good.is_success
    assert (401, "corrupted-signature") == kind_of(forged)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/units", {}),
        ("/units", {"storefront": "xx"}),
        ("/units", {"storefront": "de", "limit": "101"}),
        ("/units", {"storefront": "de", "offset": "-1"}),
        ("/units", {"storefront": "de", "embedded": "everything"}),
        ("/units", {"storefront": "de", "fulfillment_type": "nobody"}),
        ("/units/0", {"storefront": "de"}),
        ("/units/one", {"storefront": "de"}),
        ("/orders", {"ts_units_updated_from_iso": "2026-01-01"}),
        ("/orders", {"ts_units_updated_from_iso": "2026-13-01T00:00:00Z"}),
        ("/orders", {"limit": "0"}),
        ("/orders", {"storefront": "DE"}),
        ("/warehouses", {"limit": "31"}),
    ],
)
def test_what_the_vendors_file_does_not_allow_is_refused(client: Client, path: str, query: dict[str, str]) -> None:
    """With the name of what is wrong."""
    answer = client.get(path, query)

    assert (400, "validation-error") == kind_of(answer)
    assert answer.json()["errors"]


def test_units_can_be_found_by_offer_product_and_kind(client: Client) -> None:
    """Each way leads to the same unit."""
    first = client.get("/units", {"storefront": "de", "limit": "1"}).json()["data"][0]
    ways: list[dict[str, Any]] = [{"id_offer": first["id_offer"]}, {"id_product": first["id_product"]}]
    held = client.get("/units", {"storefront": "de", "fulfillment_type": "fulfilled_by_kaufland"}).json()

    for way in ways:
        assert [first] == client.get("/units", {"storefront": "de", **way}).json()["data"]
    assert 250 // 40 == held["pagination"]["total"]
    assert 0 == client.get("/units", {"storefront": "de", "id_offer": "nothing"}).json()["pagination"]["total"]


def test_storefronts_are_worlds_of_their_own(client: Client) -> None:
    """Numbers, currency and orders; without one named, orders of all are told."""
    german, czech = (client.get("/units", {"storefront": code}).json()["data"][0] for code in ("de", "cz"))
    both = client.get("/orders", {"limit": "1"}).json()["pagination"]["total"]
    one = [client.get("/orders", {"limit": "1", "storefront": c}).json()["pagination"]["total"] for c in ("de", "cz")]
    lost = client.get(f"/units/{german['id_unit']}", {"storefront": "cz"})

    assert ("EUR", "CZK") == (german["currency"], czech["currency"])
    assert sum(one) == both
    assert (404, "not-found") == kind_of(lost)
    assert (400, "storefront-not-configured") == kind_of(client.get("/units", {"storefront": "at"}))


def test_orders_tell_what_was_bought_one_by_one(client: Client, shop: Shop) -> None:
    """As many order units as pieces, the shipping once."""
    shop.place_order([(3, 0, 2), (5, 0, 1)], cancelled=shop.now())
    newest = client.get("/orders", {"storefront": "de", "limit": "1"}).json()["data"][0]
    told = client.get(f"/orders/{newest['id_order']}").json()["data"]

    assert 3 == newest["order_units_count"] == len(told["order_units"])
    assert {"cancelled"} == {piece["status"] for piece in told["order_units"]}
    assert 3 == len({piece["id_order_unit"] for piece in told["order_units"]})
    for name in ("MDEFFFFFF", "MDEzzz", "X", "MCZ"):
        assert (404, "not-found") == kind_of(client.get(f"/orders/{name}"))


def test_a_patch_changes_a_unit_and_its_date(client: Client, shop: Shop) -> None:
    """The answer repeats the unit as it stands now."""
    before = client.get("/units", {"storefront": "de", "limit": "1"}).json()["data"][0]
    told = client.send("PATCH", f"/units/{before['id_unit']}", {"storefront": "de"}, {"amount": 7, "note": "x"})
    after = client.get(f"/units/{before['id_unit']}", {"storefront": "de"}).json()["data"]

    assert after == told.json()["data"]
    assert (7, "x") == (after["amount"], after["note"])
    assert before["date_lastchange_iso"] < after["date_lastchange_iso"]
    assert 7 == shop.stock(0, 0)


@pytest.mark.parametrize(
    "wrong",
    [{"amount": -1}, {"amount": "5"}, {"amount": 2**31}, {"amount": True}, {"listing_price": 0}, {"colour": 1}, []],
)
def test_a_patch_that_makes_no_sense_changes_nothing(client: Client, shop: Shop, wrong: Any) -> None:
    """It is refused with the field's name."""
    stock = shop.stock(1, 0)
    unit = client.get("/units", {"storefront": "de", "limit": "1", "offset": "1"}).json()["data"][0]["id_unit"]

    assert (400, "validation-error") == kind_of(client.send("PATCH", f"/units/{unit}", {"storefront": "de"}, wrong))
    assert stock == shop.stock(1, 0)


def test_bulk_answers_unit_by_unit(client: Client, shop: Shop) -> None:
    """Good ones are written, the others told why not; what Kaufland stores is not ours to write."""
    units = client.get("/units", {"storefront": "de", "limit": "100"}).json()["data"]
    asked = [units[2]["id_unit"], units[39]["id_unit"], 5, 0]
    body = [{"id_unit": number, "unit_data": {"amount": 4}} for number in asked]
    told = client.send("POST", "/units/bulk", {"storefront": "de"}, body)

    assert 207 == told.status_code
    assert [200, 400, 404, 400] == [one["status_code"] for one in told.json()["data"]]
    assert "fulfilled_by_kaufland" == units[39]["fulfillment_type"]
    assert 4 == shop.stock(2, 0)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ([{"id_unit": n + 1, "unit_data": {}} for n in range(151)], "units/bulk-too-many-units"),
        ([{"id_unit": 1, "unit_data": {}}] * 2, "units/bulk-duplicate-units"),
        ({"id_unit": 1}, "validation-error"),
        ([{"id_unit": "1", "unit_data": {}}], "validation-error"),
        ([1], "validation-error"),
    ],
)
def test_bulk_is_refused_as_a_whole(client: Client, body: Any, kind: str) -> None:
    """Too many, one twice, or no list of units."""
    assert (400, kind) == kind_of(client.send("POST", "/units/bulk", {"storefront": "de"}, body))


def test_an_update_of_nothing_is_accepted(client: Client) -> None:
    """And answers nothing."""
    assert {"data": []} == client.send("POST", "/units/bulk", {"storefront": "de"}, []).json()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"fault": "wrong_key"}, (401, "invalid-credentials")),
        ({"fault": "revoked_consent"}, (401, "invalid-credentials")),
        ({"fault": "suspended"}, (403, "inactive-account")),
        ({"fault": "missing_scope", "scope": "units"}, (403, "forbidden")),
        ({"fault": "throttled"}, (429, "service-unavailable")),
        ({"fault": "shop_not_found"}, (400, "storefront-not-configured")),
    ],
)
def test_the_switches_play_the_vendors_refusals(
    client: Client, shop: Shop, fault: dict[str, str], expected: tuple[int, str]
) -> None:
    """Each in the vendor's shape."""
    shop.faults.switch_on(Fault(**fault))  # type: ignore[arg-type]  # texts only

    assert expected == kind_of(client.get("/units", {"storefront": "de"}))


@pytest.mark.parametrize(("path", "expected"), [("/tickets", (501, "server-error")), ("/nothing", (404, "not-found"))])
def test_what_is_not_played_is_told_from_what_is_not_there(
    client: Client, path: str, expected: tuple[int, str]
) -> None:
    """A real operation that the sandbox lacks says so."""
    assert expected == kind_of(client.get(path))


def test_the_budget_of_a_seller_runs_out(settable_seconds: Callable[[], float]) -> None:
    """111 calls at once, then one in nine milliseconds, over all storefronts."""
    with (
        run_in_thread(World(Options(products=5, orders=2, clock=settable_seconds))) as limited,
        Client(f"{limited.url}/{MARKETPLACE}/{HOST}/v2", **keys_of(HOST)) as client,
    ):
        answers = [client.get("/status/ping").status_code for _ in range(115)]

    assert [200] * 111 + [429] * 4 == answers


@pytest.fixture
def settable_seconds() -> Callable[[], float]:
    """A clock that stands still."""
    now = time.time()
    return lambda: now
