"""Zalando's answers as far as they are read; field names as in the vendor's API files, and never a buyer's data."""

from datetime import datetime
from decimal import Decimal

import msgspec


class Money(msgspec.Struct):
    """An amount in whole units of its currency."""

    amount: Decimal
    currency: str


class Me(msgspec.Struct):
    """Whose token this is: the merchants it may act for, and what it may do."""

    bpids: list[str] = []
    scopes: list[str] = []


class Channel(msgspec.Struct):
    """A country's shop in which the merchant may sell."""

    sales_channel_id: str
    country_code: str = ""
    country_name: str = ""
    live: bool = True


class Channels(msgspec.Struct):
    """All of them."""

    items: list[Channel] = []


class Status(msgspec.Struct):
    """Where a product or an offer stands: live, blocked, rejected ..."""

    status_cluster: str | None = None
    status_detail_code: str | None = None


class Country(msgspec.Struct):
    """Where an offer is made."""

    code: str | None = None


class Stock(msgspec.Struct):
    """How much of an offer is left."""

    amount: int | None = None


class Price(msgspec.Struct):
    """What an offer costs."""

    regular_price: Money | None = None
    discounted_price: Money | None = None


class Offer(msgspec.Struct):
    """What is sold of an article in one country."""

    country: Country | None = None
    offer_status: Status | None = None
    stock: Stock | None = None
    price: Price | None = None


class Sizes(msgspec.Struct):
    """The size of an article, and its length where trousers have one."""

    size: str | None = None
    length: str | None = None


class Simple(msgspec.Struct):
    """An article: one size of one colour, with the number on its label."""

    ean: str | None = None
    merchant_product_simple_id: str | None = None
    zalando_product_simple_id: str | None = None
    size_codes: Sizes | None = None
    offers: list[Offer] | None = None


class Config(msgspec.Struct):
    """One colour of a model."""

    zalando_product_config_id: str | None = None
    product_simples: list[Simple] | None = None


class Model(msgspec.Struct):
    """What Zalando reports of a product."""

    zalando_product_model_id: str | None = None
    merchant_product_model_id: str | None = None
    name: str | None = None
    brand_name: str | None = None
    product_configs: list[Config] | None = None


class Identifier(msgspec.Struct):
    """A resource that belongs to another one."""

    id: str


class Related(msgspec.Struct):
    """The resources that belong to another one."""

    data: list[Identifier] | None = None


class OrderAttributes(msgspec.Struct):
    """An order without its buyer."""

    order_date: datetime
    status: str
    order_number: str = ""
    order_type: str = ""
    created_at: datetime | None = None
    modified_at: datetime | None = None
    order_lines_price_amount: Decimal | None = None
    order_lines_price_currency: str | None = None
    shipping_costs: Money | None = None


class OrderParts(msgspec.Struct):
    """What belongs to an order."""

    order_items: Related | None = None


class Order(msgspec.Struct):
    """An order as a resource."""

    id: str
    attributes: OrderAttributes
    relationships: OrderParts | None = None


class ItemAttributes(msgspec.Struct):
    """What was ordered of one article."""

    quantity_initial: int
    order_id: str | None = None
    article_id: str = ""
    external_id: str | None = None
    description: str | None = None


class ItemParts(msgspec.Struct):
    """What belongs to an item."""

    order_lines: Related | None = None


class Item(msgspec.Struct):
    """An item of an order as a resource."""

    id: str
    attributes: ItemAttributes
    relationships: ItemParts | None = None


class LineAttributes(msgspec.Struct):
    """One piece of an item."""

    status: str
    price: Money | None = None
    order_item_id: str | None = None


class Line(msgspec.Struct):
    """One piece as a resource."""

    id: str
    attributes: LineAttributes


class Kind(msgspec.Struct):
    """What a resource is."""

    type: str


class Orders(msgspec.Struct):
    """A page of orders, each of which is looked at for itself, and what belongs to them."""

    data: list[msgspec.Raw] = []
    included: list[msgspec.Raw] = []


class Holding(msgspec.Struct):
    """What Zalando's warehouses hold of one article."""

    ean: str
    total_quantity: int | None = None


class Holdings(msgspec.Struct):
    """What they hold of several articles."""

    item_quantities: list[Holding]


class Snapshot(msgspec.Struct):
    """What they hold of all articles, up to a day old."""

    item_quantity_snapshot: Holdings


class StockItem(msgspec.Struct):
    """Which offer a stock update was about."""

    sales_channel_id: str
    ean: str


class StockResult(msgspec.Struct):
    """What became of it."""

    status: str
    code: int = 0
    description: str = ""


class StockAnswered(msgspec.Struct):
    """The answer to one stock update."""

    item: StockItem
    result: StockResult


class StockAnswers(msgspec.Struct):
    """The answers to a batch."""

    results: list[StockAnswered]
