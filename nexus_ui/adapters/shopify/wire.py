"""Shopify's answers as typed structs, decoded straight from the bytes.

None can be part of a cycle, so the garbage collector need not look at them.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")


class PageInfo(msgspec.Struct, rename="camel", gc=False):
    """Where a connection goes on."""

    has_next_page: bool
    end_cursor: str | None = None


class Connection(msgspec.Struct, Generic[T], rename="camel", gc=False):
    """A page of nodes."""

    nodes: list[T]
    page_info: PageInfo


class Reference(msgspec.Struct, gc=False):
    """Something known by its id alone."""

    id: str


class Quantity(msgspec.Struct, gc=False):
    """A named quantity."""

    name: str
    quantity: int


class Level(msgspec.Struct, gc=False):
    """What one location holds."""

    location: Reference
    quantities: list[Quantity]


class InventoryItem(msgspec.Struct, rename="camel", gc=False):
    """What is counted for a variant."""

    id: str
    tracked: bool
    inventory_levels: Connection[Level]


class Variant(msgspec.Struct, rename="camel", gc=False):
    """A variant of a product."""

    id: str
    title: str
    price: Decimal
    position: int
    inventory_item: InventoryItem
    sku: str | None = None
    barcode: str | None = None


class Product(msgspec.Struct, rename="camel", gc=False):
    """A product with its first variants."""

    id: str
    title: str
    status: str
    updated_at: datetime
    variants: Connection[Variant]
    vendor: str | None = None


class CountedVariant(msgspec.Struct, rename="camel", gc=False):
    """A variant, asked only for what is held of it."""

    id: str
    inventory_item: InventoryItem


class CountedProduct(msgspec.Struct, rename="camel", gc=False):
    """A product, asked only for what is held of its variants."""

    id: str
    updated_at: datetime
    variants: Connection[CountedVariant]


class Amount(msgspec.Struct, rename="camel", gc=False):
    """An amount in one currency."""

    amount: Decimal
    currency_code: str


class PriceSet(msgspec.Struct, rename="camel", gc=False):
    """An amount in the shop's currency."""

    shop_money: Amount


class LineItem(msgspec.Struct, rename="camel", gc=False):
    """A line of an order."""

    id: str
    title: str
    quantity: int
    original_unit_price_set: PriceSet
    sku: str | None = None
    variant: Reference | None = None


class Order(msgspec.Struct, rename="camel", gc=False):
    """An order with its first lines."""

    id: str
    name: str
    processed_at: datetime
    updated_at: datetime
    total_price_set: PriceSet
    line_items: Connection[LineItem]
    display_fulfillment_status: str
    display_financial_status: str | None = None
    cancelled_at: datetime | None = None


class Count(msgspec.Struct, gc=False):
    """How many there are."""

    count: int


class Walked(msgspec.Struct, Generic[T], gc=False):
    """One page of a root connection."""

    page: Connection[T]
    total: Count | None = None


class ThrottleStatus(msgspec.Struct, rename="camel", gc=False):
    """The bucket as it stands."""

    maximum_available: float
    currently_available: float
    restore_rate: float


class QueryCost(msgspec.Struct, rename="camel", gc=False):
    """What a query cost."""

    throttle_status: ThrottleStatus
    requested_query_cost: float | None = None
    actual_query_cost: float | None = None


class Extensions(msgspec.Struct, gc=False):
    """What comes beside the data."""

    cost: QueryCost | None = None


class GraphError(msgspec.Struct, gc=False):
    """One entry of `errors`."""

    message: str = ""
    extensions: dict[str, Any] = {}

    @property
    def code(self) -> str:
        """Shopify's code for it, or an empty string."""
        return str(self.extensions.get("code", ""))


class Reply(msgspec.Struct, Generic[T], gc=False):
    """Every answer of the GraphQL endpoint. `errors` is a bare string where the request never reached GraphQL."""

    data: T | None = None
    errors: list[GraphError] | str = []
    extensions: Extensions | None = None


class Problem(Reply[msgspec.Raw]):
    """An answer of which only the errors matter."""


class Token(msgspec.Struct, gc=False):
    """What the token endpoint hands out."""

    access_token: str
    scope: str = ""
    expires_in: float | None = None
    refresh_token: str = ""
    refresh_token_expires_in: float | None = None


class TokenRefusal(msgspec.Struct, gc=False):
    """What the token endpoint says instead."""

    error: str = ""
    error_description: str = ""


class Location(msgspec.Struct, gc=False):
    """A place that holds stock."""

    id: str
    name: str = ""


class ShopFacts(msgspec.Struct, rename="camel", gc=False):
    """Who a shop is."""

    id: str
    name: str
    myshopify_domain: str
    currency_code: str
    iana_timezone: str


class Setting(msgspec.Struct, gc=False):
    """What a walk needs to know of the shop first."""

    shop: ShopFacts
    locations: Connection[Reference]


class AccessScope(msgspec.Struct, gc=False):
    """A permission that was granted."""

    handle: str


class Installation(msgspec.Struct, rename="camel", gc=False):
    """This app in this shop."""

    access_scopes: list[AccessScope]


class Identity(msgspec.Struct, rename="camel", gc=False):
    """Who answered, and what it allows."""

    shop: ShopFacts
    current_app_installation: Installation


class UserError(msgspec.Struct, gc=False):
    """Why one part of a mutation was refused; `field` is the path into the input."""

    message: str
    code: str | None = None
    field: list[str] | None = None


class SetQuantities(msgspec.Struct, rename="camel", gc=False):
    """The answer to a stock write."""

    user_errors: list[UserError]


class StockWritten(msgspec.Struct, rename="camel", gc=False):
    """The answer's envelope."""

    inventory_set_quantities: SetQuantities


class MoreVariants(msgspec.Struct, gc=False):
    """Further variants of one product; None when it is gone."""

    product: "VariantsOf | None" = None


class VariantsOf(msgspec.Struct, gc=False):
    """A product's variants."""

    variants: Connection[Variant]


class MoreLevels(msgspec.Struct, rename="camel", gc=False):
    """Further levels of one item; None when it is gone."""

    inventory_item: "LevelsOf | None" = None


class LevelsOf(msgspec.Struct, rename="camel", gc=False):
    """An item's levels."""

    inventory_levels: Connection[Level]


class MoreLines(msgspec.Struct, gc=False):
    """Further lines of one order; None when it is gone."""

    order: "LinesOf | None" = None


class LinesOf(msgspec.Struct, rename="camel", gc=False):
    """An order's lines."""

    line_items: Connection[LineItem]


class CountedItem(InventoryItem):
    """An inventory item with the variants it is counted for: one at most today."""

    variants: Connection[Reference]


class Found(msgspec.Struct, Generic[T], gc=False):
    """Things asked for by their ids; None stands where there is none."""

    nodes: list[T | None]


class Subscription(msgspec.Struct, gc=False):
    """A webhook as it is registered."""

    id: str
    topic: str
    uri: str


class Subscriptions(msgspec.Struct, rename="camel", gc=False):
    """The webhooks this app has registered."""

    webhook_subscriptions: Connection[Subscription]


class Subscribed(msgspec.Struct, rename="camel", gc=False):
    """The answer to a registration."""

    user_errors: list[UserError]
    webhook_subscription: Subscription | None = None


class WebhookAdded(msgspec.Struct, rename="camel", gc=False):
    """The answer's envelope."""

    webhook_subscription_create: Subscribed


class Unsubscribed(msgspec.Struct, rename="camel", gc=False):
    """The answer to a removal."""

    user_errors: list[UserError]


class WebhookRemoved(msgspec.Struct, rename="camel", gc=False):
    """The answer's envelope."""

    webhook_subscription_delete: Unsubscribed
