"""What Zalando's API files say of the operations used here beside stocks: orders, sales channels, who signed in.

Orders API 1.1.1 and Sales Channels API 0.1.0 as the vendor publishes them, Authentication API as its pages show it
(read 2026-11-23): parameters, answers and required fields, in our words. What is left out there is left out here.
"""

from typing import Any

JSON_API = "application/vnd.api+json"
UUID = {"type": "string", "format": "uuid"}
MOMENT = {"type": "string", "format": "date-time"}
WORD, NUMBER = {"type": "string"}, {"type": "integer", "format": "int32"}


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"type": "object", "properties": properties}
    return told | ({"required": required.split()} if required else {})


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _query(name: str, schema: Any, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _answers(kind: str, schema: Any, errors: Any, *statuses: str) -> dict[str, Any]:
    good = {"200": {"content": {kind: {"schema": schema}}}}
    return good | {status: {"content": {kind: {"schema": errors}}} for status in statuses}


MONEY = _object("amount currency", amount={"type": "number"}, currency=WORD)
POINTERS = _object("", links=_object("", related=WORD), data=_list(_object("type id", type=WORD, id=WORD)))
LINKS = _object("", self=WORD, related=WORD, first=WORD, last=WORD, prev=WORD, next=WORD)
ERRORS = _object("", errors=_list(_object("", status=WORD, code=WORD, title=WORD, detail=WORD, source=_object())))
ADDRESS = _object(
    "first_name last_name address_type address_line_1 city country_code",
    first_name=WORD, last_name=WORD, address_type=WORD, address_line_1=WORD, address_line_2=WORD, address_line_3=WORD,
    zip_code=WORD, city=WORD, country_code=WORD,
)  # fmt: skip
ORDER = _object(
    "order_number order_date sales_channel_id customer_number status shipping_address shipment_number billing_address",
    merchant_id=UUID, logistics_provider_id=UUID, order_id=UUID, order_number=WORD, order_date=MOMENT,
    merchant_order_id=WORD, exported={"type": "boolean"}, sales_channel_id=UUID, locale=WORD, customer_number=WORD,
    customer_email=WORD, order_type={"type": "string", "enum": ["ZalandoFulfilled", "PartnerFulfilled"]},
    status={"type": "string", "enum": ["initial", "approved", "fulfilled"]}, shipping_address=ADDRESS,
    billing_address=ADDRESS, shipment_number=WORD, order_lines_count=NUMBER,
    order_lines_price_amount={"type": "number"}, order_lines_price_currency=WORD, delivery_end_date=MOMENT,
    created_by=WORD, created_at=MOMENT, modified_by=WORD, modified_at=MOMENT, tracking_number=WORD,
    return_tracking_number=WORD, shipping_costs=MONEY, stock_location_id=UUID,
)  # fmt: skip
ITEM = _object(
    "article_id quantity_initial quantity_reserved quantity_shipped quantity_returned quantity_canceled",
    order_item_id=UUID, order_id=UUID, article_id=WORD, external_id=WORD, description=WORD, quantity_initial=NUMBER,
    quantity_reserved=NUMBER, quantity_shipped=NUMBER, quantity_returned=NUMBER, quantity_canceled=NUMBER,
    created_by=WORD, created_at=MOMENT, modified_by=WORD, modified_at=MOMENT,
)  # fmt: skip
LINE = _object(
    "status price",
    order_line_id=UUID, order_item_id=UUID, price=MONEY,
    status={"type": "string", "enum": ["initial", "reserved", "shipped", "returned", "canceled"]},
    created_by=WORD, created_at=MOMENT, modified_by=WORD, modified_at=MOMENT,
)  # fmt: skip


def _resource(attributes: Any, **relationships: Any) -> dict[str, Any]:
    return _object(
        "", type=WORD, id=WORD, attributes=attributes, links=LINKS, relationships=_object("", **relationships)
    )


ORDERS = _object(
    "",
    links=LINKS,
    data=_list(_resource(ORDER, order_items=POINTERS, order_transitions=POINTERS)),
    meta=_object("copyright", copyright=WORD, number_of_results=NUMBER),
    included=_list(
        {"oneOf": [_resource(ITEM, order_lines=POINTERS), _resource(LINE, order_line_transitions=POINTERS)]}
    ),
)
CHANNELS = _object(
    "", items=_list(_object("", sales_channel_id=UUID, country_name=WORD, country_code=WORD, live={"type": "boolean"}))
)

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "servers": [{"url": "https://api.merchants.zalando.com"}],
    "components": {"securitySchemes": {"merchant_platform": {"type": "oauth2"}}},
    "security": [{"merchant_platform": []}],
    "paths": {
        "/merchants/{merchant-id}/orders": {
            "get": {
                "operationId": "orders",
                "parameters": [
                    {"name": "merchant-id", "in": "path", "required": True, "schema": UUID},
                    *(_query(name, WORD) for name in ("include", "sort", "order_status", "order_number", "order_type")),
                    *(_query(f"page[{name}]", {"type": "integer"}) for name in ("number", "size")),
                    *(_query(f"created_{edge}", MOMENT) for edge in ("after", "before")),
                    *(_query(f"last_updated_{edge}", MOMENT) for edge in ("after", "before")),
                    _query("sales_channel_id", UUID),
                    _query("locale", WORD),
                    _query("exported", {"type": "boolean"}),
                ],
                "responses": _answers(JSON_API, ORDERS, ERRORS, "403", "404", "default")
                | {"429": {"content": {JSON_API: {"schema": _object("", message=WORD)}}}},
            }
        },
        "/sales-channels": {
            "get": {
                "operationId": "sales-channels",
                "parameters": [
                    _query("merchant_ids", WORD, required=True),
                    _query("zalando_only", {"type": "boolean"}),
                ],
                "responses": _answers("application/json", CHANNELS, ERRORS, "default"),
            }
        },
        "/auth/me": {
            "get": {
                "operationId": "me",
                "responses": _answers("application/json", _object("", bpids=_list(UUID), scopes=_list(WORD)), ERRORS),
            }
        },
    },
}
