"""Product status reports over GraphQL, with a schema of the fields that are known from public use."""

import base64
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from graphql import ExecutionResult, GraphQLError, build_schema, graphql_sync

from nexus_ui.sandbox.catalog_records import Product, Variant
from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.zalando.merchant import (
    MERCHANT_ID,
    SELLING,
    Channel,
    Merchant,
    ean,
    held_by_zalando,
    model_id,
    simple_id,
)
from nexus_ui.sandbox.zalando.refusals import Refusal

MOST = 100
LIVE, BLOCKED = "LIVE", "BLOCKED"
SCHEMA = build_schema("""
scalar Decimal
scalar Quantity
enum StatusCluster { LIVE BLOCKED REJECTED }
input ModelsInputType {
  merchant_ids: [String!]!  status_clusters: [StatusCluster!]  status_detail_codes: [String!]
  season_codes: [String!]!  brand_codes: [String!]!  country_codes: [String!]!
  limit: Int!  cursor: String  search_value: String
}
type Query { psr: Reports! }
type Reports { product_models(input: ModelsInputType!): ProductModels! }
type ProductModels { cursor: String  items: [ProductModel!]! }
type ProductModel {
  merchant_product_model_id: String  zalando_product_model_id: String  name: String  brand_name: String
  product_configs: [Config!]!
}
type Config {
  merchant_product_config_id: String  zalando_product_config_id: String  season_code: String
  product_simples: [Simple!]!
}
type Simple {
  ean: String!  merchant_product_simple_id: String  zalando_product_simple_id: String
  size_codes: SizeCodes  status: [Status!]!  offers: [Offer!]!
}
type SizeCodes { size: String  length: String }
type Status { status_cluster: StatusCluster!  status_detail_code: String! }
type Offer { country: Country!  offer_status: Status!  stock: Stock  price: Price }
type Country { code: String! }
type Stock { amount: Quantity }
type Price { regular_price: Money  discounted_price: Money }
type Money { amount: Decimal!  currency: String! }
""")


class Asked(msgspec.Struct):
    """A GraphQL request."""

    query: str
    variables: dict[str, Any] | None = None


def answer(merchant: Merchant, call: Call) -> dict[str, Any]:
    """POST /graphql."""
    try:
        asked = msgspec.json.decode(call.body, type=Asked)
    except msgspec.MsgspecError as error:
        raise Refusal(400, f"The body does not fit: {error}") from None

    def models(_: Any, input: dict[str, Any]) -> dict[str, Any]:  # the schema's own name
        return _models(merchant, input)

    root = {"psr": {"product_models": models}}
    told: ExecutionResult = graphql_sync(SCHEMA, asked.query, root, variable_values=asked.variables)
    return dict(told.formatted)


def _models(merchant: Merchant, asked: dict[str, Any]) -> dict[str, Any]:
    if asked["merchant_ids"] != [MERCHANT_ID]:
        raise GraphQLError("This merchant is not yours.", extensions={"code": "FORBIDDEN"})
    for name in ("season_codes", "brand_codes", "status_detail_codes", "search_value"):
        if asked.get(name):
            raise GraphQLError(f"This simulated Zalando does not filter by {name}.")
    if not 1 <= asked["limit"] <= MOST:
        raise GraphQLError(f"limit must be from 1 to {MOST}.")
    places: list[int] = []
    for index in _from(merchant, asked.get("cursor")):
        if len(places) == asked["limit"]:
            return {"cursor": _cursor(index), "items": _told(merchant, places, asked)}
        places.append(index)
    return {"cursor": None, "items": _told(merchant, places, asked)}


def _from(merchant: Merchant, cursor: str | None) -> Iterator[int]:
    """Indices of the models from a cursor on."""
    start = 0
    if cursor is not None:
        try:
            start = int(base64.urlsafe_b64decode(cursor).decode().removeprefix("from:"))
        except ValueError:
            raise GraphQLError("This cursor is not known.") from None
    return (index for index in range(start, merchant.shop.products.size) if index in merchant.shop.products)


def _cursor(index: int) -> str:
    return base64.urlsafe_b64encode(f"from:{index}".encode()).decode()


def _told(merchant: Merchant, places: Sequence[int], asked: dict[str, Any]) -> list[dict[str, Any]]:
    codes = {code.lower() for code in asked["country_codes"]}
    channels = [channel for channel in SELLING if not codes or channel.code in codes]
    told = [_model(merchant, index, channels) for index in places]
    wanted = asked.get("status_clusters")
    return [model for model in told if not wanted or _clusters(model) & set(wanted)]


def _clusters(model: dict[str, Any]) -> set[str]:
    simples = [simple for config in model["product_configs"] for simple in config["product_simples"]]
    return {simple["status"][0]["status_cluster"] for simple in simples}


def _model(merchant: Merchant, index: int, channels: Sequence[Channel]) -> dict[str, Any]:
    """A model; every article has a colour of its own here, and so a config of its own."""
    product = merchant.shop.product(index)
    return {
        "merchant_product_model_id": product.handle,
        "zalando_product_model_id": model_id(index),
        "name": product.title,
        "brand_name": product.vendor,
        "product_configs": [
            {
                "merchant_product_config_id": f"{product.handle}-{place}",
                "zalando_product_config_id": simple_id(index, place)[:15],
                "season_code": "fs26",
                "product_simples": [_simple(merchant, index, place, product, variant, channels)],
            }
            for place, variant in enumerate(product.variants)
        ],
    }


def _simple(
    merchant: Merchant, index: int, place: int, product: Product, variant: Variant, channels: Sequence[Channel]
) -> dict[str, Any]:
    cluster = LIVE if product.status == "active" else BLOCKED
    status = {"status_cluster": cluster, "status_detail_code": f"ZAPRO_{'01' if cluster == LIVE else '17'}"}
    return {
        "ean": ean(index, place),
        "merchant_product_simple_id": variant.sku,
        "zalando_product_simple_id": simple_id(index, place),
        "size_codes": {"size": variant.options[1] if len(variant.options) > 1 else None, "length": None},
        "status": [status],
        "offers": [
            {
                "country": {"code": channel.code.upper()},
                "offer_status": status,
                "stock": {"amount": _stock(merchant, index, place, channel)},
                "price": _price(variant, merchant.shop.currency),
            }
            for channel in channels
        ],
    }


def _stock(merchant: Merchant, index: int, place: int, channel: Channel) -> int | None:
    """What is left for a channel; what Zalando holds is left for all of them."""
    return merchant.shop.stock(index, place, 0 if held_by_zalando(index) else channel.location)


def _price(variant: Variant, currency: str) -> dict[str, Any] | None:
    if variant.price is None:
        return None
    today = {"amount": float(variant.price), "currency": currency}
    if variant.compare_at is None:
        return {"regular_price": today, "discounted_price": None}
    return {"regular_price": today | {"amount": float(variant.compare_at)}, "discounted_price": today}
