"""Walmart's answers as far as they are read. Field names as in the vendor's API files."""

from decimal import Decimal
from typing import Any

import msgspec


class Wire(msgspec.Struct, rename="camel", kw_only=True):
    """Named in camel case there."""


class Price(Wire):
    """What an item costs."""

    amount: Decimal
    currency: str = "USD"


class Item(Wire):
    """One item of the seller's catalogue, named by the seller's SKU."""

    sku: str
    product_name: str = ""
    gtin: str | None = None
    upc: str | None = None
    price: Price | None = None
    condition: str = ""
    published_status: str = ""
    lifecycle_status: str = ""


class Items(Wire):
    """A page of items, each of which is looked at for itself."""

    items: list[msgspec.Raw] = msgspec.field(name="ItemResponse")
    total_items: int | None = None
    next_cursor: str | None = None


class Quantity(Wire):
    """So many pieces."""

    amount: Decimal


class Node(Wire):
    """What one ship node (a seller's warehouse) holds. The input includes what is sold and not yet shipped."""

    ship_node: str
    input_qty: Quantity | None = None
    avail_to_sell_qty: Quantity | None = None
    reserved_qty: Quantity | None = None


class Shelf(Wire):
    """What the seller's ship nodes hold of one SKU."""

    sku: str
    nodes: list[Node] = []


class Shelves(Wire):
    """The elements of a page of inventory."""

    inventories: list[msgspec.Raw] | None = None


class Meta(Wire):
    """How a list goes on. For orders the cursor is a whole query string."""

    total_count: int | None = None
    next_cursor: str | None = None


class Inventories(Wire):
    """A page of inventory."""

    elements: Shelves | None = None
    meta: Meta | None = None


class HeldNode(Wire):
    """What lies in Walmart's own warehouses (WFS)."""

    avail_to_sell_qty: Decimal | None = None
    on_hand_qty: Decimal | None = None
    modified_date: str | int | None = None
    ship_node_type: str = ""


class Held(Wire):
    """One SKU that Walmart holds, as the older list tells it."""

    sku: str
    ship_nodes: list[HeldNode] = []


class HeldItem(Wire):
    """Which item an entry of the newer list is about."""

    sku: str


class HeldUnits(Wire):
    """How many of it Walmart holds. Both names are spelled like this there."""

    available_units: Decimal | None = None
    onhand_units: Decimal | None = None


class NewlyHeld(Wire):
    """One SKU that Walmart holds, as the newer list tells it."""

    item_information: HeldItem
    inventory_data: HeldUnits = msgspec.field(default_factory=HeldUnits)


class HeldCount(Wire):
    """How many there are."""

    total_count: int | None = None


class HeldPayload(Wire):
    """The entries of a page of what Walmart holds."""

    inventory: list[msgspec.Raw] | None = None


class HeldPage(Wire):
    """A page of what Walmart holds; older and newer list alike."""

    headers: HeldCount | None = None
    payload: HeldPayload | None = None


class Money(Wire):
    """An amount of an order."""

    amount: Decimal
    currency: str


class Tax(Wire):
    """The tax on a charge."""

    tax_amount: Money


class Charge(Wire):
    """Something an order line costs: the goods (PRODUCT), or their way (SHIPPING)."""

    charge_type: str
    charge_amount: Money
    tax: Tax | None = None


class Charges(Wire):
    """All that a line costs."""

    charge: list[Charge] = []


class Count(Wire):
    """A number of pieces, which orders write as text."""

    amount: Decimal


class Status(Wire):
    """How far so many pieces of a line are."""

    status: str
    status_quantity: Count


class Statuses(Wire):
    """How far the pieces of a line are."""

    order_line_status: list[Status] = []


class Sold(Wire):
    """What was bought."""

    sku: str = ""
    product_name: str = ""


class Line(Wire):
    """A line of an order. `refund` is there when it was paid back, in part at least."""

    line_number: str
    item: Sold
    charges: Charges
    order_line_quantity: Count
    status_date: int | None = None
    order_line_statuses: Statuses = msgspec.field(default_factory=Statuses)
    refund: dict[str, Any] | None = None


class Lines(Wire):
    """The lines of an order."""

    order_line: list[Line] = []


class Order(Wire):
    """A purchase order. Buyer and address are not read."""

    purchase_order_id: str
    order_date: int
    order_lines: Lines
    customer_order_id: str = ""


class Orders(Wire):
    """The elements of a page of orders."""

    order: list[msgspec.Raw] | None = None


class OrderList(Wire):
    """A page of orders."""

    meta: Meta | None = None
    elements: Orders | None = None


class OrderPage(Wire):
    """The answer to a question for orders."""

    list: OrderList


class Submitted(Wire):
    """A feed that was taken in."""

    feed_id: str


class FeedError(Wire):
    """Why an entry of a feed was refused."""

    code: str = ""
    description: str = ""


class FeedErrors(Wire):
    """Why an entry of a feed, or all of it, was refused."""

    ingestion_error: list[FeedError] | None = None


class Ingested(Wire):
    """What became of one entry of a feed."""

    ingestion_status: str
    sku: str = ""
    ingestion_errors: FeedErrors | None = None


class Ingestion(Wire):
    """What became of the entries of a feed."""

    item_ingestion_status: list[Ingested] = []


class Feed(Wire):
    """How far a feed is: RECEIVED, INPROGRESS, PROCESSED or ERROR."""

    feed_status: str
    items_received: int = 0
    item_details: Ingestion = msgspec.field(default_factory=Ingestion)
    ingestion_errors: FeedErrors | None = None


class Partner(Wire):
    """Whose account this is."""

    partner_id: str
    partner_name: str = ""
    partner_display_name: str = ""


class Setting(Wire):
    """The values of one group of settings, of which only the account's status is read."""

    status: str = ""


class Settings(Wire):
    """One group of settings: ACCOUNT, FEED ..."""

    configuration_name: str
    configuration: Setting = msgspec.field(default_factory=Setting)


class Profile(Wire):
    """The seller's profile."""

    partner: Partner
    configurations: list[Settings] = []


class TokenDetail(msgspec.Struct):
    """What a token may do: full_access, view_only or no_access by area."""

    scopes: dict[str, str] = {}
