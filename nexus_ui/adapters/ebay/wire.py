"""What eBay answers, as far as it is read. Names as in the vendor's files; never a buyer's data.

Inventory API 1.18, Fulfillment API 1.20, Identity API 1.0.
"""

from datetime import datetime
from decimal import Decimal

import msgspec

from nexus_ui.adapters.ebay.refusals import Problem


class Amount(msgspec.Struct, gc=False):
    """Money: eBay writes the number as text."""

    value: Decimal
    currency: str


class Distribution(msgspec.Struct, rename="camel", gc=False):
    """What one warehouse holds."""

    merchant_location_key: str = ""


class ShipToHome(msgspec.Struct, rename="camel"):
    """What can be sent to buyers."""

    quantity: int | None = None
    availability_distributions: list[Distribution] = []


class Availability(msgspec.Struct, rename="camel"):
    """What there is of an item."""

    ship_to_location_availability: ShipToHome | None = None


class Ware(msgspec.Struct, rename="camel"):
    """The product of an item."""

    title: str = ""
    brand: str = ""
    ean: list[str] = []
    upc: list[str] = []
    isbn: list[str] = []


class Item(msgspec.Struct, rename="camel"):
    """An inventory item: what is sold, whichever site it is offered on."""

    sku: str
    product: Ware | None = None
    availability: Availability | None = None
    inventory_item_group_keys: list[str] = []


class Items(msgspec.Struct, rename="camel"):
    """A page of inventory items; `next` is the address of the one behind it."""

    inventory_items: list[msgspec.Raw] = []
    total: int | None = None
    next: str | None = None


class Listing(msgspec.Struct, rename="camel"):
    """What buyers see of a published offer."""

    listing_id: str = ""
    listing_status: str = ""
    listing_on_hold: bool = False


class Pricing(msgspec.Struct, rename="camel"):
    """What an offer asks for."""

    price: Amount | None = None


class Offer(msgspec.Struct, rename="camel"):
    """An item for sale on one site."""

    offer_id: str
    sku: str = ""
    marketplace_id: str = ""
    format: str = ""
    status: str = ""
    available_quantity: int | None = None
    pricing_summary: Pricing | None = None
    listing: Listing | None = None


class Offers(msgspec.Struct):
    """The offers of one item: 25 at the most."""

    offers: list[Offer] = []


class ForSale(msgspec.Struct):
    """An item with its offer on the connection's site."""

    item: Item
    offer: Offer


class Line(msgspec.Struct, rename="camel"):
    """What was bought of one listing."""

    line_item_id: str
    quantity: int
    line_item_cost: Amount
    title: str = ""
    sku: str = ""
    listing_marketplace_id: str = ""


class CancelStatus(msgspec.Struct, rename="camel"):
    """Whether an order was taken back."""

    cancel_state: str = ""


class Totals(msgspec.Struct):
    """What an order costs."""

    total: Amount


class Order(msgspec.Struct, rename="camel"):
    """An order without its buyer."""

    order_id: str
    creation_date: datetime
    last_modified_date: datetime
    pricing_summary: Totals
    line_items: list[Line]
    order_fulfillment_status: str = ""
    order_payment_status: str = ""
    cancel_status: CancelStatus | None = None


class Orders(msgspec.Struct):
    """Orders of one answer."""

    total: int
    orders: list[msgspec.Raw] = []


class Business(msgspec.Struct):
    """A company that sells."""

    name: str = ""


class User(msgspec.Struct, rename="camel"):
    """Who signed in. The name may change, the id never does."""

    user_id: str
    username: str = ""
    status: str = ""
    registration_marketplace_id: str = ""
    business_account: Business | None = None


class Standing(msgspec.Struct):
    """An item as far as a write needs it."""

    availability: Availability | None = None


class FoundItem(msgspec.Struct, rename="camel"):
    """An item asked for by its SKU, or why there is none."""

    status_code: int
    sku: str = ""
    inventory_item: Standing | None = None
    errors: list[Problem] = []


class NamedItem(msgspec.Struct, rename="camel"):
    """An item asked for by its SKU, whole."""

    status_code: int
    sku: str = ""
    inventory_item: msgspec.Raw = msgspec.Raw()


class NamedItems(msgspec.Struct):
    """The whole items of one bulk call."""

    responses: list[NamedItem]


class FoundItems(msgspec.Struct):
    """The items of one bulk call."""

    responses: list[FoundItem]


class Written(msgspec.Struct, rename="camel"):
    """What came of one offer or item of an update."""

    status_code: int
    sku: str = ""
    offer_id: str = ""
    errors: list[Problem] = []


class Updates(msgspec.Struct):
    """What came of one update: an entry for each offer, and one for an item without any."""

    responses: list[Written]
