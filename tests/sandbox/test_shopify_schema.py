"""The simulated Shopify speaks the vendor's own schema, no more and nothing else."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_client_schema,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from nexus_ui.sandbox.shopify.documents import Documents
from tests.sandbox.admin_api import App

PROJECT = Path(__file__).resolve().parents[2]
SPEC = "shopify/admin_2026-10.json.gz"
OURS = Documents().schema
OWN_TYPES = sorted(name for name in OURS.type_map if not name.startswith("__"))


@pytest.fixture(scope="module")
def theirs() -> GraphQLSchema:
    """The vendor's schema, or a skip that says where it was looked for."""
    file = Path(os.environ.get("NEXUS_SPECS") or PROJECT.parent / "shared" / "specs") / SPEC
    if not file.is_file():
        pytest.skip(f"no vendor schema at {file}; set NEXUS_SPECS")
    with gzip.open(file) as unpacked:
        return build_client_schema(json.load(unpacked)["data"], assume_valid=True)


@pytest.mark.conformance
@pytest.mark.parametrize("name", OWN_TYPES)
def test_the_type_is_a_part_of_the_vendors(theirs: GraphQLSchema, name: str) -> None:
    """Each field, argument, default, input field, enum value and interface stands there with the same type."""
    assert [] == foreign(OURS.type_map[name], theirs.type_map.get(name))


@pytest.mark.conformance
def test_directives_and_roots_are_the_vendors(theirs: GraphQLSchema) -> None:
    """Roots by the same name, directives with the same arguments at the same places."""
    known = {directive.name: directive for directive in theirs.directives}

    assert theirs.query_type is not None and theirs.mutation_type is not None
    assert ("QueryRoot", "Mutation") == (theirs.query_type.name, theirs.mutation_type.name)
    for directive in OURS.directives:
        if directive.name in ("skip", "include", "deprecated", "specifiedBy", "oneOf"):
            continue
        assert {name: str(arg.type) for name, arg in known[directive.name].args.items()} == {
            name: str(arg.type) for name, arg in directive.args.items()
        }
        assert set(directive.locations) <= set(known[directive.name].locations)


def foreign(ours: Any, theirs: Any) -> list[str]:
    """What our type has that the vendor's has not."""
    if type(ours) is not type(theirs):
        return [f"{ours} is {type(theirs).__name__} there"]
    if isinstance(ours, GraphQLEnumType):
        return [value for value in ours.values if value not in theirs.values]
    if isinstance(ours, GraphQLInputObjectType):
        missing = [
            name for name, part in theirs.fields.items() if name not in ours.fields and is_non_null_type(part.type)
        ]
        return missing + unlike(ours.fields, theirs.fields)
    if isinstance(ours, GraphQLObjectType | GraphQLInterfaceType):
        found = unlike(ours.fields, theirs.fields)
        for name, field in ours.fields.items():
            if name in theirs.fields:
                found += [f"{name}({part})" for part in unlike(field.args, theirs.fields[name].args)]
        known = {interface.name for interface in theirs.interfaces}
        return found + [interface.name for interface in ours.interfaces if interface.name not in known]
    return []


def unlike(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Names of fields or arguments that are not there, have another type or another default."""
    return [name for name, part in ours.items() if name not in theirs or kind(part) != kind(theirs[name])]


def kind(part: GraphQLField | GraphQLArgument | GraphQLInputField) -> tuple[str, object]:
    """The type of a field or argument with its default, to compare."""
    return str(part.type), None if isinstance(part, GraphQLField) else part.default_value


ARGUMENTS = {
    "names": '["available", "on_hand", "committed", "incoming"]',
    "locationId": '"gid://shopify/Location/90000000001"',
    "first": "3",
}


def selection(holder: Any, depth: int, alias: str = "") -> str:
    """Everything that can be asked of a type, a few levels deep; aliases keep the fields of a union's types apart."""
    if isinstance(holder, GraphQLInterfaceType | GraphQLUnionType):
        possible = OURS.get_possible_types(holder)
        return " ".join(f"... on {part.name} {{ {selection(part, depth, part.name)} }}" for part in possible)
    parts = ["__typename"]
    for name, field in holder.fields.items():
        target = get_named_type(field.type)
        args = ", ".join(f"{arg}: {ARGUMENTS[arg]}" for arg in field.args if arg in ARGUMENTS)
        asked = f"{alias}_{name}: {name}" if alias else name
        asked = f"{asked}({args})" if args else asked
        if is_leaf_type(target):
            parts.append(asked)
        elif depth > 0:
            parts.append(f"{asked} {{ {selection(target, depth - 1)} }}")
    return " ".join(parts)


def misfits(kind: Any, value: Any, path: str) -> list[str]:
    """Where a value is not of its type."""
    if is_non_null_type(kind):
        return [f"{path} is null"] if value is None else misfits(kind.of_type, value, path)
    if value is None:
        return []
    if is_list_type(kind):
        return [wrong for n, item in enumerate(value) for wrong in misfits(kind.of_type, item, f"{path}[{n}]")]
    if isinstance(kind, GraphQLInterfaceType):
        kind = OURS.type_map[value["__typename"]]
    if isinstance(kind, GraphQLObjectType):
        return [
            wrong
            for name, part in value.items()
            if name != "__typename"
            for wrong in misfits(kind.fields[name.split("_")[-1]].type, part, f"{path}.{name}")
        ]
    if isinstance(kind, GraphQLEnumType):
        return [] if value in kind.values else [f"{path} is {value}"]
    wanted = {"Int": int, "Float": float, "Boolean": bool}.get(kind.name, str)
    return [] if type(value) is wanted else [f"{path} is {value!r}"]


ROOTS = {
    "shop": "shop",
    "currentAppInstallation": "currentAppInstallation",
    "publicApiVersions": "publicApiVersions",
    "location": "location",
    "locations": "locations(first: 5)",
    "product": 'product(id: "gid://shopify/Product/8000000000003")',
    "productVariant": 'productVariant(id: "gid://shopify/ProductVariant/44000000006144")',
    "inventoryItem": 'inventoryItem(id: "gid://shopify/InventoryItem/46000000006144")',
    "order": 'order(id: "gid://shopify/Order/5500000000390")',
    "products": "products(first: 3)",
    "productVariants": "productVariants(first: 3)",
    "orders": "orders(first: 3)",
    "productsCount": "productsCount",
    "ordersCount": "ordersCount",
    "node": 'node(id: "gid://shopify/Product/8000000000003")',
    "nodes": 'nodes(ids: ["gid://shopify/Product/8000000000003", "gid://shopify/Order/5500000000390", "gid://x/Y/1"])',
    "inventoryLevel": 'inventoryLevel(id: "gid://shopify/InventoryLevel/90000000001?inventory_item_id=46000000006144")',
    "appInstallation": "appInstallation",
    "webhookSubscription": 'webhookSubscription(id: "gid://shopify/WebhookSubscription/1100000000001")',
    "webhookSubscriptions": "webhookSubscriptions(first: 3)",
}


def test_every_root_field_is_asked_below() -> None:
    """A root field added to the schema must be added here."""
    assert OURS.query_type is not None
    assert set(OURS.query_type.fields) == set(ROOTS)


@pytest.mark.parametrize("root", sorted(ROOTS))
def test_every_field_is_answered_with_a_value_of_its_type(app: App, root: str) -> None:
    """All that can be asked three levels deep, held against the schema."""
    assert OURS.query_type is not None
    webhooks = app.sandbox.world.hooks.of(app.shop)
    if not webhooks.all():
        webhooks.add("ORDERS_CREATE", "https://panel.example/")
    field = OURS.query_type.fields[root]
    answer = app.ask(f"{{ {ROOTS[root]} {{ {selection(get_named_type(field.type), 3)} }} }}")

    assert answer[root]
    assert [] == misfits(field.type, answer[root], root)
