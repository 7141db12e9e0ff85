"""POST /admin/api/{version}/graphql.json: who asks, what it costs, the answer."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from graphql import FieldNode, OperationDefinitionNode, OperationType

from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.gate import JSON, Call, Reply, json_reply
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.shopify import refusals, versions
from nexus_ui.sandbox.shopify.access import OFFERED_SCOPES, Access, Grant, readable
from nexus_ui.sandbox.shopify.compiling import Compiler
from nexus_ui.sandbox.shopify.cost import Cost
from nexus_ui.sandbox.shopify.documents import Documents, Prepared, Refused
from nexus_ui.sandbox.shopify.fields_goods import GOODS
from nexus_ui.sandbox.shopify.fields_orders import ORDERS
from nexus_ui.sandbox.shopify.fields_shop import SHOP_FIELDS
from nexus_ui.sandbox.shopify.meter import Meter
from nexus_ui.sandbox.shopify.pages import Pages, Rendered
from nexus_ui.sandbox.shopify.refusals import Refusal
from nexus_ui.sandbox.shopify.roots import QUERY, Root
from nexus_ui.sandbox.shopify.stock import FIELD, STOCK_FIELDS, StockDesk, idempotency_key
from nexus_ui.sandbox.shopify.subscriptions import SUBSCRIPTION_FIELDS, SubscriptionDesk

_NEEDED = {
    ("QueryRoot", "products"): "read_products",
    ("QueryRoot", "product"): "read_products",
    ("QueryRoot", "productsCount"): "read_products",
    ("QueryRoot", "productVariant"): "read_products",
    ("QueryRoot", "productVariants"): "read_products",
    ("QueryRoot", "inventoryItem"): "read_inventory",
    ("QueryRoot", "inventoryLevel"): "read_inventory",
    ("QueryRoot", "location"): "read_locations",
    ("QueryRoot", "locations"): "read_locations",
    ("QueryRoot", "orders"): "read_orders",
    ("QueryRoot", "order"): "read_orders",
    ("QueryRoot", "ordersCount"): "read_orders",
    ("ProductVariant", "inventoryItem"): "read_inventory",
    ("LineItem", "product"): "read_products",
    ("LineItem", "variant"): "read_products",
    ("Mutation", FIELD): "write_inventory",
}


class Body(msgspec.Struct):
    """What a GraphQL request carries."""

    query: str
    variables: dict[str, Any] | None = None
    operation: str | None = msgspec.field(default=None, name="operationName")


class GraphQL:
    """The Admin API of one shop."""

    def __init__(
        self, shop: Shop, access: Access, documents: Documents, meter: Meter, pages: Pages, webhooks: SubscriptionDesk
    ) -> None:
        """`documents` and `pages` are shared by all shops, `meter` and `webhooks` by all apps of this one."""
        self._shop, self._access, self._documents, self._meter, self._pages = shop, access, documents, meter, pages
        self._desk, self._webhooks = StockDesk(shop), webhooks

    def __call__(self, call: Call) -> Reply:
        """Answer one request."""
        version = versions.served(call.path_params["version"])
        if version is None:
            return json_reply({"errors": "Not Found"}, 404)
        reply = self._answer(call)
        reply.headers |= {"X-Shopify-API-Version": version, "x-request-id": str(uuid.uuid4())}
        return reply

    def _answer(self, call: Call) -> Reply:
        suspended = call.faults.get("suspended")
        if suspended is not None:
            return refusals.suspended(suspended.status or 402)
        grant = self._access.grant_of(call.headers.get("x-shopify-access-token", ""), call.faults)
        if grant is None:
            return refusals.unauthorized()
        try:
            body = msgspec.json.decode(call.body, type=Body)
        except msgspec.MsgspecError:
            return json_reply({"errors": {"query": "Required parameter missing or invalid"}}, 400)
        try:
            return self._run(body, grant, self._scopes(grant, call), call.faults)
        except Refused as refused:
            return json_reply({"errors": refused.errors})
        except Refusal as refusal:
            return json_reply({"errors": [refusal.error]})

    def _scopes(self, grant: Grant, call: Call) -> frozenset[str]:
        scopes = readable(grant.scopes)
        missing = call.faults.get("missing_scope")
        return scopes - {missing.scope or OFFERED_SCOPES[0]} if missing else scopes

    def _run(self, body: Body, grant: Grant, scopes: frozenset[str], faults: Mapping[str, Fault]) -> Reply:
        key = self._key(body, scopes)
        known = self._pages.get(key)
        drained, loops = "throttled" in faults, "cursor_loop" in faults
        if known is not None and not (drained or loops):
            return self._paid(grant.client_id, known.requested, lambda: known)
        prepared = self._documents.prepare(body.query)
        operation = prepared.operation(body.operation)
        variables = self._documents.variables(operation, body.variables or {})
        if _about_the_schema(operation):
            return json_reply({"data": self._documents.introspect(prepared, body.operation, variables)})
        root = Root(self._shop, grant, scopes, [], self._webhooks, loops)
        build, cost = self._compiled(prepared, operation, variables, root)
        requested = self._meter.allowed(cost.requested())
        if drained:
            return self._throttled(grant.client_id, requested)

        def render() -> Rendered:
            page = _rendered(build(root), requested, cost, root)
            if operation.operation is OperationType.QUERY and not loops:
                self._pages.put(key, page)
            return page

        return self._paid(grant.client_id, requested, render)

    def _compiled(
        self, prepared: Prepared, operation: OperationDefinitionNode, variables: dict[str, Any], root: Root
    ) -> tuple[Callable[[Any], Any], Cost]:
        schema = self._documents.schema
        mutations = self._mutations(operation, variables)
        compiler = Compiler(schema, {**RESOLVERS, "Mutation": mutations}, prepared.fragments, variables)
        kind = schema.get_root_type(operation.operation)
        if kind is None:
            raise Refusal(f"Schema is not configured for {operation.operation.value}s")
        cost = Cost()
        build = compiler.object(kind, operation.selection_set, cost)
        for place in compiler.touched:
            scope = _NEEDED.get(place)
            if scope is not None and scope not in root.scopes:
                raise refusals.access_denied(place[1], scope)
        return build, cost

    def _mutations(self, operation: OperationDefinitionNode, variables: dict[str, Any]) -> Mapping[str, Any]:
        nodes = [part for part in operation.selection_set.selections if isinstance(part, FieldNode)]
        keys = {node.name.value: idempotency_key(self._documents.schema, node, variables) for node in nodes}
        webhooks = self._webhooks
        return {
            FIELD: lambda _root, args: self._desk.set_quantities(args["input"], keys.get(FIELD)),
            "webhookSubscriptionCreate": lambda root, args: webhooks.create(args, root.scopes),
            "webhookSubscriptionUpdate": lambda _root, args: webhooks.update(args),
            "webhookSubscriptionDelete": lambda _root, args: webhooks.delete(args["id"]),
        }

    def _paid(self, client_id: str, requested: int, render: Callable[[], Rendered]) -> Reply:
        if not self._meter.reserve(client_id, requested):
            return self._throttled(client_id, requested)
        page = render()
        self._meter.settle(client_id, requested, page.actual)
        told = self._meter.told(client_id, requested, page.actual)
        warnings = b',"search":' + page.warnings if page.warnings else b""
        return Reply(200, b'{"data":%b,"extensions":{"cost":%b%b}}' % (page.data, told, warnings), JSON)

    def _throttled(self, client_id: str, requested: int) -> Reply:
        told = msgspec.Raw(self._meter.told(client_id, requested, None))
        return json_reply({"errors": [refusals.throttled()], "extensions": {"cost": told}})

    def _key(self, body: Body, scopes: frozenset[str]) -> tuple[Any, ...]:
        asked = msgspec.json.encode(body.variables or {})
        hour = self._shop.now() // 3_600_000_000
        revision = (self._shop.revision(), self._webhooks.desk.revision)
        return self._shop.host, scopes, body.query, body.operation, asked, revision, hour


def _about_the_schema(operation: OperationDefinitionNode) -> bool:
    """True when all that is asked is the schema (`__schema`, `__type`)."""
    asked = [part for part in operation.selection_set.selections if isinstance(part, FieldNode)]
    return bool(asked) and all(part.name.value in ("__schema", "__type") for part in asked)


def _rendered(data: Any, requested: int, cost: Cost, root: Root) -> Rendered:
    warnings = [
        {
            "path": [field],
            "query": " ".join(f"{term.name}:{term.comparison}{term.wanted}" for term in search.terms),
            "warnings": [
                {"field": name, "message": "Invalid search field for this query.", "code": "invalid_field"}
                for name in search.unknown
            ],
        }
        for field, search in root.searches
    ]
    told = msgspec.json.encode(warnings) if warnings else b""
    return Rendered(msgspec.json.encode(data), requested, cost.actual(), told)


RESOLVERS: Mapping[str, Mapping[str, Any]] = {
    "QueryRoot": QUERY,
    **GOODS,
    **ORDERS,
    **SHOP_FIELDS,
    **STOCK_FIELDS,
    **SUBSCRIPTION_FIELDS,
}
