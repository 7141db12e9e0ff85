"""The simulated bol: refuses what bol refuses, in bol's words, and keeps to its own budget."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nexus_ui.sandbox.bol.account import HOST, LOGIN_HOST, ean, offer_id
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World

V10, V11 = "application/vnd.retailer.v10+json", "application/vnd.retailer.v11+json"


def token(running: Running, **more: Any) -> httpx.Response:
    """An answer of the token endpoint to the right credentials."""
    shop = running.world.shop("bol", HOST)
    assert shop is not None
    keys = (shop.credentials["client_id"], shop.credentials["client_secret"])
    how: dict[str, Any] = {"data": {"grant_type": "client_credentials"}, "auth": keys} | more
    return httpx.post(f"{running.url}/bol/{LOGIN_HOST}/token", **how)


@pytest.fixture
def running() -> Iterator[Running]:
    """A small sandbox of its own."""
    with run_in_thread(World(Options(products=60, orders=40))) as found:
        yield found


@pytest.fixture
def bol(running: Running) -> Iterator[httpx.Client]:
    """A client of the account, signed in, that asks for offers."""
    headers = {"Authorization": f"Bearer {token(running).json()['access_token']}", "Accept": V11}
    with httpx.Client(base_url=f"{running.url}/bol/{HOST}/retailer", headers=headers) as client:
        yield client


def test_a_token_lives_299_seconds(running: Running) -> None:
    """The grant may stand in the form or in the query."""
    answer = token(running)
    in_query = token(running, data=None, params={"grant_type": "client_credentials"})

    assert {"token_type": "Bearer", "expires_in": 299, "scope": "RETAILER"}.items() <= answer.json().items()
    assert 200 == in_query.status_code
    assert answer.json()["access_token"] != in_query.json()["access_token"]


def test_a_token_ends() -> None:
    """Once its time is over, the API refuses it."""
    now = [1_790_000_000.0]
    with run_in_thread(World(Options(products=5, orders=0, clock=lambda: now[0]))) as running:
        headers = {"Authorization": f"Bearer {token(running).json()['access_token']}", "Accept": V11}
        address = f"{running.url}/bol/{HOST}/retailer/offers"
        before = httpx.get(address, headers=headers).status_code
        now[0] += 300
        after = httpx.get(address, headers=headers).status_code

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
        ("GET", "/offers", {"headers": {"Authorization": "Bearer nonsense"}}, 401),
        ("GET", "/offers", {"headers": {"Accept": V10}}, 406),
        ("GET", "/orders", {}, 406),
        ("GET", "/offers", {"params": {"page-size": 101}}, 400),
        ("GET", "/offers", {"params": {"page": 2}}, 400),
        ("GET", "/offers", {"params": {"cursor": "!"}}, 400),
        ("GET", "/offers", {"params": {"offer-ids": "7"}}, 400),
        ("GET", "/offers", {"params": {"last-modified-date-time": "yesterday"}}, 400),
        ("GET", "/orders", {"headers": {"Accept": V10}, "params": {"change-interval-minute": 61}}, 400),
        ("GET", "/orders", {"headers": {"Accept": V10}, "params": {"latest-change-date": "2020-01-01"}}, 400),
        ("GET", "/orders", {"headers": {"Accept": V10}, "params": {"status": "CLOSED"}}, 400),
        ("GET", "/orders/A000009999", {"headers": {"Accept": V10}}, 404),
        ("GET", "/inventory", {"headers": {"Accept": V10}, "params": {"page": 0}}, 400),
        ("GET", "/nothing", {}, 404),
        ("DELETE", "/orders", {"headers": {"Accept": V10}}, 405),
        ("PATCH", f"/offers/{offer_id(3)}", {"json": {"stock": {"amount": 1}}}, 415),
        ("PATCH", f"/offers/{offer_id(3)}", {"content": "{", "headers": {"Content-Type": V11}}, 400),
        ("PATCH", f"/offers/{offer_id(3)}", {"content": '{"stok": 1}', "headers": {"Content-Type": V11}}, 400),
        (
            "PATCH",
            f"/offers/{offer_id(3)}",
            {"content": '{"stock": {"amount": -1}}', "headers": {"Content-Type": V11}},
            400,
        ),
        (
            "PATCH",
            f"/offers/{offer_id(2)}",
            {"content": '{"stock": {"amount": 1}}', "headers": {"Content-Type": V11}},
            400,
        ),
        ("PATCH", f"/offers/{offer_id(99)}", {"content": "{}", "headers": {"Content-Type": V11}}, 404),
    ],
)
def test_a_refusal_is_bols_problem_document(
    bol: httpx.Client, method: str, path: str, how: dict[str, Any], status: int
) -> None:
    """Status, title, detail and violations, in the media type of the version."""
    answer = bol.request(method, path, **how)

    assert status == answer.status_code
    assert {"type", "title", "status", "detail", "violations"} <= answer.json().keys()
    assert status == answer.json()["status"]
    assert answer.headers["content-type"] in (V10, V11)


def test_offers_are_found_by_id_article_and_date(bol: httpx.Client) -> None:
    """Filters repeat their name for each value; pages follow a cursor to the end."""
    pages, cursor = [], None
    while True:
        page = bol.get("/offers", params={"page-size": 25} | ({"cursor": cursor} if cursor else {})).json()
        pages.append(page["offers"])
        cursor = page["page"]["nextCursor"]
        if cursor is None:
            break
    some = bol.get("/offers", params={"offer-ids": [offer_id(4), offer_id(9)]}).json()["offers"]
    by_ean = bol.get("/offers", params={"eans": [ean(4), ean(9), "0"]}).json()["offers"]
    late = bol.get("/offers", params={"last-modified-date-time": "2999-01-01T00:00:00Z"}).json()["offers"]

    assert [25, 25, 10] == [len(page) for page in pages]
    assert 60 == len({offer["offerId"] for page in pages for offer in page})
    assert [offer_id(4), offer_id(9)] == [offer["offerId"] for offer in some] == [offer["offerId"] for offer in by_ean]
    assert [] == late


def test_stock_is_set_at_once_and_read_back(bol: httpx.Client) -> None:
    """A 204 without a body; with managedByRetailer nothing is taken off, without it open orders are."""
    body = '{"stock": {"amount": 7, "managedByRetailer": true}}'
    answer = bol.patch(f"/offers/{offer_id(3)}", content=body, headers={"Content-Type": V11})
    stock = bol.get(f"/offers/{offer_id(3)}").json()["stock"]

    assert (204, b"") == (answer.status_code, answer.content)
    assert {"amount": 7, "correctedStock": 7, "managedByRetailer": True} == stock


def test_open_orders_are_taken_off_where_bol_manages_the_stock(running: Running, bol: httpx.Client) -> None:
    """Corrected stock is the amount less what is sold and not yet shipped."""
    shop = running.world.shop("bol", HOST)
    assert shop is not None
    shop.place_order([(3, 0, 2)])
    body = '{"stock": {"amount": 50, "managedByRetailer": false}}'
    bol.patch(f"/offers/{offer_id(3)}", content=body, headers={"Content-Type": V11})
    stock = bol.get(f"/offers/{offer_id(3)}").json()["stock"]

    assert 50 == stock["amount"]
    assert stock["correctedStock"] <= 48


def test_a_spent_window_is_refused_with_the_time_to_come_back(bol: httpx.Client) -> None:
    """Every answer tells limit, rest and seconds; the twenty-first look at the inventory in a minute is too much."""
    answers = [bol.get("/inventory", headers={"Accept": V10}) for _ in range(21)]

    assert [200] * 20 + [429] == [answer.status_code for answer in answers]
    assert ("20", "19") == tuple(answers[0].headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining"))
    assert answers[-1].headers["retry-after"] == answers[-1].headers["x-ratelimit-reset"]


@pytest.mark.parametrize(
    ("fault", "at_login", "at_api"),
    [("suspended", 403, 403), ("wrong_key", 401, 401), ("expired_token", 200, 401), ("missing_scope", 200, 403)],
)
def test_faults_show_where_bol_shows_them(
    running: Running, bol: httpx.Client, fault: str, at_login: int, at_api: int
) -> None:
    """At the sign-in, at the API, or both."""
    shop = running.world.shop("bol", LOGIN_HOST)
    assert shop is not None
    shop.faults.switch_on(Fault(fault=fault))

    assert (at_login, at_api) == (token(running).status_code, bol.get("/offers").status_code)
