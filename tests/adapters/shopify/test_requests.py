"""Shopify, first step: the requests it makes are the vendor's own."""

import gzip
import json
import os
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_client_schema, parse, validate

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.shopify import documents
from tests.adapters.counterparts import Counterpart, Journal, collect, counterpart_of
from tests.adapters.test_contract import LONG_AGO

SPECS = Path(os.environ.get("NEXUS_SPECS") or Path(__file__).resolve().parents[4] / "shared" / "specs")


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The vendor's 2026-10 schema, or a skip that says where it was looked for."""
    found = SPECS / "shopify" / "admin_2026-10.json.gz"
    if not found.is_file():
        pytest.skip(f"no vendor schema at {found}; set NEXUS_SPECS")
    return build_client_schema(json.loads(gzip.decompress(found.read_bytes()))["data"], assume_valid=True)


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
