"""What calls cost at the simulated Shopify: estimates, refunds, the bucket, and the dearest query."""

from collections.abc import Iterator
from typing import Any

import pytest

from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.shopify.cost import multiplier
from nexus_ui.sandbox.world import Options, World
from tests.sandbox.admin_api import SECOND, App
from tests.sandbox.test_shopify_access import Hands

PAGE = """
query Page($first: Int!) { products(first: $first) { nodes { id variants(first: 10) { nodes { id
  inventoryItem { id inventoryLevels(first: 5) { nodes {
    location { id } quantities(names: ["available"]) { quantity }
  } } }
} } } } }
"""


@pytest.fixture
def hands() -> Hands:
    """A clock that stands until a test moves it."""
    return Hands()


@pytest.fixture
def metered(hands: Hands) -> Iterator[Running]:
    """A sandbox with limits whose time stands."""
    with run_in_thread(World(Options(products=300, orders=10, clock=hands))) as running:
        yield running


def cost(app: App, document: str, **variables: Any) -> dict[str, Any]:
    """What a reply says about its cost."""
    found: dict[str, Any] = app.post(document, variables).json()["extensions"]["cost"]
    return found


def test_the_one_published_reading_is_met() -> None:
    """250 variants with one object each below one product were charged 25."""
    assert 25 == 1 + 2 * multiplier(250)


def test_cost_grows_slower_than_the_page() -> None:
    """Never falling, and cheaper per record the larger the page."""
    sizes = [multiplier(size) for size in range(251)]

    assert sizes == sorted(sizes)
    assert multiplier(250) < 25 * multiplier(10) / 5


def test_an_object_costs_one_and_a_scalar_nothing(metered: Running) -> None:
    """The shop alone; the shop with its plan."""
    app = App(metered)

    assert 1 == cost(app, "{ shop { name currencyCode } }")["requestedQueryCost"]
    assert 2 == cost(app, "{ shop { name plan { shopifyPlus } } }")["requestedQueryCost"]


def test_what_did_not_come_back_is_refunded(metered: Running) -> None:
    """The estimate is for ten variants and five places; most products have two variants at one."""
    app = App(metered)
    told = cost(app, PAGE, first=50)

    assert told["actualQueryCost"] < told["requestedQueryCost"]
    assert {"maximumAvailable": 2000.0, "restoreRate": 100.0} == {
        name: told["throttleStatus"][name] for name in ("maximumAvailable", "restoreRate")
    }
    assert 2000 - told["actualQueryCost"] == told["throttleStatus"]["currentlyAvailable"]


@pytest.mark.parametrize("first", [50, 100])
def test_a_usual_page_with_variants_and_levels_fits(metered: Running, first: int) -> None:
    """As adapters read it."""
    assert cost(App(metered), PAGE, first=first)["requestedQueryCost"] <= 1000


def test_a_query_over_a_thousand_points_never_runs(metered: Running) -> None:
    """Refused before it starts, free of charge."""
    app = App(metered)
    dear = PAGE.replace("variants(first: 10)", "variants(first: 250)")
    error = app.refused(dear, first=250)

    assert ("MAX_COST_EXCEEDED", 1000) == (error["extensions"]["code"], error["extensions"]["maxCost"])
    assert 1999 == cost(app, "{ shop { name } }")["throttleStatus"]["currentlyAvailable"]


def test_an_empty_bucket_throttles_and_fills_again(metered: Running, hands: Hands) -> None:
    """At 200 with THROTTLED and no data; the wait is the missing points over the rate, no longer."""
    app = App(metered)
    answers = [app.post(PAGE, {"first": 50}).json() for _ in range(12)]
    throttled = next(answer for answer in answers if "errors" in answer)
    told = throttled["extensions"]["cost"]
    missing = told["requestedQueryCost"] - told["throttleStatus"]["currentlyAvailable"]
    hands.now += missing / told["throttleStatus"]["restoreRate"] - 0.05
    early = app.post(PAGE, {"first": 50}).json()
    hands.now += 0.06
    late = app.post(PAGE, {"first": 50}).json()

    assert ("Throttled", "THROTTLED") == (
        throttled["errors"][0]["message"],
        throttled["errors"][0]["extensions"]["code"],
    )
    assert "data" not in throttled
    assert told["actualQueryCost"] is None
    assert "errors" in early
    assert "data" in late


def test_a_page_read_twice_costs_twice(metered: Running) -> None:
    """Being quick to answer is our affair."""
    app = App(metered)
    first, second = cost(app, PAGE, first=20), cost(app, PAGE, first=20)

    assert first["actualQueryCost"] == second["actualQueryCost"]
    assert first["throttleStatus"]["currentlyAvailable"] > second["throttleStatus"]["currentlyAvailable"]


def test_shops_have_buckets_of_their_own_and_tokens_of_an_app_share_one(metered: Running) -> None:
    """App and shop together make a bucket."""
    demo = App(metered)
    again = App(metered, token=demo.token_for(grant_type="client_credentials").json()["access_token"])
    spent = cost(demo, PAGE, first=50)["throttleStatus"]["currentlyAvailable"]

    assert spent - 1 == cost(again, "{ shop { name } }")["throttleStatus"]["currentlyAvailable"]
    assert 1999 == cost(App(metered, SECOND), "{ shop { name } }")["throttleStatus"]["currentlyAvailable"]


def test_without_limits_nothing_is_dear(hands: Hands) -> None:
    """For measurements: the largest page, a small cost, a bucket without a bottom."""
    with run_in_thread(World(Options(products=300, orders=10, limits=False, clock=hands))) as running:
        app = App(running)
        dear = PAGE.replace("variants(first: 10)", "variants(first: 250)")
        told = [cost(app, dear, first=250) for _ in range(20)][-1]

        assert told["requestedQueryCost"] <= 10
        assert told["throttleStatus"]["currentlyAvailable"] > 1_000_000
