"""Products of the simulated Shopify: pages, searches, changes, and what it refuses to read."""

from datetime import UTC, datetime

import pytest

from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.sandbox.admin_api import PRODUCTS, SECOND, App

VARIANTS = """
query Variants($id: ID!, $first: Int!, $after: String) {
  product(id: $id) { variants(first: $first, after: $after) { nodes { sku } pageInfo { hasNextPage endCursor } } }
}
"""


def titles(nodes: list[dict[str, str]]) -> list[str]:
    """Titles, in the order they came."""
    return [node["title"] for node in nodes]


@pytest.mark.parametrize("first", [1, 7, 60, 250])
def test_pages_of_any_size_hold_every_product_once_in_the_order_of_change(own_app: App, first: int) -> None:
    """Nothing is lost or doubled at the seams."""
    nodes = own_app.walk(PRODUCTS, "products", first)

    assert 60 == len({node["id"] for node in nodes}) == len(nodes)
    assert sorted(node["updatedAt"] for node in nodes) == [node["updatedAt"] for node in nodes]


def test_reversed_pages_are_the_same_backwards(own_app: App) -> None:
    """`reverse: true` walks from the latest change to the oldest."""
    forwards = own_app.walk(PRODUCTS, "products", 7)

    assert forwards == own_app.walk(PRODUCTS, "products", 7, reverse=True)[::-1]


def test_what_changes_while_somebody_reads_comes_again_at_the_end(own_app: App) -> None:
    """A cursor stands for a moment, not for a place: the rest is neither shifted nor skipped."""
    first = own_app.ask(PRODUCTS, first=20)["products"]
    moved = first["nodes"][3]["variants"]["nodes"][0]["sku"]
    own_app.control("touch", skus=[moved])
    rest = own_app.walk(PRODUCTS, "products", 20)
    after = own_app.ask(PRODUCTS, first=250, after=first["pageInfo"]["endCursor"])["products"]["nodes"]

    assert first["nodes"][3]["id"] == rest[-1]["id"]
    assert 41 == len(after)
    assert f"{first['nodes'][3]['title']} (revision 1)" == after[-1]["title"]


def test_only_what_changed_since_is_read_again(own_app: App) -> None:
    """The boundary second belongs to both sides of >=, and not to >."""
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    touched = own_app.control("touch", percent=10)["touched"]
    since = own_app.walk(PRODUCTS, "products", 50, query=f"updated_at:>='{moment}'")
    latest = since[-1]["updatedAt"]

    assert 6 == touched == len(since)
    assert since == own_app.walk(PRODUCTS, "products", 2, query=f"updated_at:>='{moment}'")
    assert [] == own_app.walk(PRODUCTS, "products", 50, query=f"updated_at:>'{latest}'")
    assert 60 == len(own_app.walk(PRODUCTS, "products", 50, query=f"updated_at:<='{latest}'"))
    assert 54 == len(own_app.walk(PRODUCTS, "products", 50, query=f"updated_at:<'{moment}'"))


def test_a_removed_product_is_gone_everywhere(own_app: App) -> None:
    """From lists, counts, and by its id."""
    node = own_app.ask(PRODUCTS, first=1)["products"]["nodes"][0]
    own_app.control("remove", sku=node["variants"]["nodes"][0]["sku"])

    assert (
        59
        == len(own_app.walk(PRODUCTS, "products", 50))
        == own_app.ask("{ productsCount { count } }")["productsCount"]["count"]
    )
    assert own_app.ask(VARIANTS, id=node["id"], first=1)["product"] is None


def test_nested_pages_go_on_where_they_stopped(app: App) -> None:
    """Variants of one product, one at a time."""
    node = next(node for node in app.walk(PRODUCTS, "products", 250) if len(node["variants"]["nodes"]) == 3)
    found, after = [], None
    for _ in range(3):
        page = app.ask(VARIANTS, id=node["id"], first=1, after=after)["product"]["variants"]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]

    assert [{"sku": variant["sku"]} for variant in node["variants"]["nodes"]] == found
    assert page["pageInfo"]["hasNextPage"] is False


def test_aliases_edges_fragments_and_directives_are_understood(app: App) -> None:
    """The same thing asked in every way GraphQL offers."""
    query = """
    query Ways($with: Boolean!) {
      plain: products(first: 1) { edges { cursor node { ...Named } } }
      again: products(first: 1) { nodes { ... on Product { name: title } handle @include(if: $with) } }
    }
    fragment Named on Product { name: title handle @skip(if: $with) }
    """
    answer = app.ask(query, **{"with": True})

    assert answer["plain"]["edges"][0]["node"] == {"name": answer["again"]["nodes"][0]["name"]}
    assert {"name", "handle"} == set(answer["again"]["nodes"][0])
    assert answer["plain"]["edges"][0]["cursor"]


def test_one_sku_is_found_without_reading_the_catalogue(app: App) -> None:
    """`productVariants` with a SKU answers that variant."""
    query = "query One($q: String!) { productVariants(first: 5, query: $q) { nodes { sku product { title } } } }"
    sku = app.ask(PRODUCTS, first=1)["products"]["nodes"][0]["variants"]["nodes"][0]["sku"]

    assert [sku] == [node["sku"] for node in app.ask(query, q=f"sku:{sku}")["productVariants"]["nodes"]]
    assert [] == app.ask(query, q="sku:NOTHING-0")["productVariants"]["nodes"]


@pytest.mark.parametrize(
    ("document", "code", "says"),
    [
        ("{ products(first: 251) { nodes { id } } }", "INVALID_FIELD_ARGUMENTS", "250"),
        ("{ products(first: 0) { nodes { id } } }", "INVALID_FIELD_ARGUMENTS", "1"),
        ("{ products { nodes { id } } }", None, "first"),
        ('{ products(first: 1, after: "nonsense") { nodes { id } } }', "BAD_REQUEST", "cursor"),
        ("{ products(first: 1) { nodes { colour } } }", "undefinedField", "'colour' doesn't exist on type 'Product'"),
        ("{ products(first: 1, shade: 3) { nodes { id } } }", "argumentNotAccepted", "'shade'"),
        ("{ products(first: 1) { nodes ", None, "Syntax Error"),
        ("{ products(first: 1, sortKey: PRICE) { nodes { id } } }", None, "PRICE"),
        ("query Q($first: Int!) { products(first: $first) { nodes { id } } }", "INVALID_VARIABLE", "$first"),
        ('{ products(first: 1, query: "updated_at:>=yesterday") { nodes { id } } }', None, "yesterday"),
    ],
)
def test_what_the_schema_or_the_limits_forbid_is_refused(app: App, document: str, code: str | None, says: str) -> None:
    """Status 200 with `errors[]`, as GraphQL does."""
    error = app.refused(document)

    assert says in error["message"]
    assert code == error.get("extensions", {}).get("code")


def test_a_search_field_nobody_knows_is_ignored_and_reported(app: App) -> None:
    """Shopify answers as if it were not there and warns in the extensions."""
    answer = app.post('{ products(first: 2, query: "flavour:sweet") { nodes { id } } }').json()

    assert 2 == len(answer["data"]["products"]["nodes"])
    assert "flavour" == answer["extensions"]["search"][0]["warnings"][0]["field"]


def test_shops_differ_in_currency_places_and_stock(sandbox: Running) -> None:
    """Two shops of one marketplace side by side, with the same articles."""
    query = "{ shop { name currencyCode } locations(first: 5) { nodes { name } } productsCount { count } }"
    demo, second = App(sandbox).ask(query), App(sandbox, SECOND).ask(query)

    assert ("EUR", "USD") == (demo["shop"]["currencyCode"], second["shop"]["currencyCode"])
    assert (1, 2) == (len(demo["locations"]["nodes"]), len(second["locations"]["nodes"]))
    assert demo["productsCount"]["count"] > second["productsCount"]["count"]


def test_the_same_seed_makes_the_same_shop(own_app: App) -> None:
    """A sandbox started again tells the same story."""
    with run_in_thread(World(Options(products=60, orders=40))) as again:
        assert own_app.walk(PRODUCTS, "products", 60) == App(again).walk(PRODUCTS, "products", 60)


def test_bad_records_can_be_switched_on(own_app: App) -> None:
    """No SKU, a negative price, an enormous price, an absurd quantity; the rest stays as it is."""
    good = own_app.walk(PRODUCTS, "products", 60)
    own_app.control("faults", fault="bad_records", every=2)
    bad = own_app.walk(PRODUCTS, "products", 60)
    spoiled = [node["variants"]["nodes"][0] for node, before in zip(bad, good, strict=True) if node != before]
    own_app.control("faults", clear=True)

    assert 30 == len(spoiled)
    assert any(variant["sku"] is None for variant in spoiled)
    assert any(variant["price"].startswith("-") for variant in spoiled)
    assert any(len(variant["price"]) > 15 for variant in spoiled)
    assert any(variant["inventoryQuantity"] > 10**12 for variant in spoiled)
    assert good == own_app.walk(PRODUCTS, "products", 60)


def test_a_hundred_thousand_products_are_there_at_once(sandbox: Running) -> None:
    """Nothing is made before it is asked for: the last page comes as quickly as the first."""
    with run_in_thread(World(Options(products=300_000, orders=50_000))) as huge:
        app = App(huge)
        last = app.ask(PRODUCTS, first=5, reverse=True)["products"]["nodes"]

        assert 300_000 == app.ask("{ productsCount(limit: null) { count } }")["productsCount"]["count"]
        assert "gid://shopify/Product/8000000299999" == last[0]["id"]
