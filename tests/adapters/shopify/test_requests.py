"""Shopify, first step: the requests it makes are the vendor's own."""

import re
from copy import copy

import pytest
from graphql import GraphQLSchema, parse, validate

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.shopify import documents
from tests.adapters.counterparts import Counterpart, Journal, collect, counterpart_of
from tests.adapters.graphql_judge import judge_graphql, load
from tests.adapters.recording import Traffic
from tests.adapters.shopify.conformance import SCHEMA, judged
from tests.adapters.test_contract import LONG_AGO
from tests.adapters.vendor import specs_of


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The vendor's 2026-10 schema, or a skip that says where it was looked for."""
    return load(specs_of("shopify") / SCHEMA)


@pytest.fixture
def shopify(sandbox) -> Counterpart:  # type: ignore[no-untyped-def]  # the fixture's type stands in conftest
    """Shopify and its demo shop."""
    return counterpart_of(CATALOGUE["shopify"], sandbox)


@pytest.mark.conformance
@pytest.mark.parametrize("document", documents.ALL, ids=lambda text: text.split("(")[0].split("{")[0].strip())
def test_a_document_is_valid_against_the_vendors_schema(schema: GraphQLSchema, document: str) -> None:
    """Every field, argument and type exists in 2026-10 and is not deprecated."""
    parsed = parse(document)

    assert [] == [error.message for error in validate(schema, parsed)]


@pytest.mark.conformance
async def test_every_request_and_answer_of_a_cycle_fits_the_vendors_schema() -> None:
    """No violation on either side, and every document was used and judged."""
    found = await judged(specs_of("shopify"))

    assert [] == found.violations
    assert {re.search(r"(?:query|mutation) (\w+)", document)[1] for document in documents.ALL} == set(found.operations)
    assert found.requests == found.answers + sum(found.undescribed.values())


@pytest.mark.conformance
def test_the_judge_can_say_no(schema: GraphQLSchema) -> None:
    """Fields, variables and values that the vendor does not know are violations."""
    good = Traffic(
        "POST", "/graphql.json", "", {}, b'{"query":"query One($n: Int!) { locations(first: $n) { nodes { id } } }",'
        b'"variables":{"n":1}}', 200, {}, b'{"data":{"locations":{"nodes":[{"id":"gid://shopify/Location/1"}]}}}',
    )  # fmt: skip

    def violations(**changed: bytes) -> list[str]:
        bad = copy(good)
        for name, value in changed.items():
            object.__setattr__(bad, name, getattr(good, name).replace(*value.split(b"|")))
        return judge_graphql([bad], schema, "/graphql.json").violations

    assert [] == violations()
    assert violations(body=b"{ id }|{ idd }")
    assert violations(body=b'"n":1|"n":"one"')
    assert violations(body=b'"n":1|"n":1,"m":2')
    assert violations(answer=b'"gid://shopify/Location/1"|null')
    assert violations(answer=b'"id"|"name"')
    assert violations(answer=b'"nodes":|"more":1,"nodes":')


def test_all_documents_are_listed() -> None:
    """No document escapes the test above."""
    written = {
        value
        for name, value in vars(documents).items()
        if isinstance(value, str) and name.isupper() and not name.startswith("_")
    }

    assert written == set(documents.ALL)


async def test_every_request_carries_version_and_token(shopify: Counterpart) -> None:
    """All calls go to the versioned endpoint with the access token in its header."""
    async with shopify.open() as adapter:
        before = shopify.sandbox.world.calls.total
        await collect(adapter.products(None, None))
    made = shopify.sandbox.world.calls.find("shopify", shopify.shop.host, before)

    assert made
    assert {"/shopify/demo.myshopify.com/admin/api/2026-10/graphql.json"} == {call.path for call in made}
    assert all("x-shopify-access-token" in call.headers for call in made)


async def test_orders_are_asked_since_and_of_any_status(shopify: Counterpart) -> None:
    """The search names the beginning and every status."""
    async with shopify.open() as adapter:
        before = shopify.sandbox.world.calls.total
        await collect(adapter.orders(LONG_AGO, None))
    made = shopify.sandbox.world.calls.find("shopify", shopify.shop.host, before)

    assert "status:any updated_at:>='2020-01-01T00:00:00Z'" in made[0].body


async def test_a_wrong_cursor_is_replaced_by_the_last_time_seen(shopify: Counterpart) -> None:
    """A cursor that Shopify does not know costs a repeat of one second, not the walk."""
    journal = Journal()
    broken = '{"after":"bm9uc2Vuc2U=","walked":25,"last":"2020-01-01T00:00:00Z"}'

    async with shopify.open(journal=journal) as adapter:
        records, _ = await collect(adapter.products(None, broken))

    assert len(shopify.shop.products) == len(records)
    assert 1 == sum(call.problem != "" for call in journal.calls)
