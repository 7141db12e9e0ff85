"""bol's answers as far as they are read. Field names as in the vendor's specs: offers v11, the rest v10."""

from datetime import datetime
from decimal import Decimal

import msgspec


class Wire(msgspec.Struct, rename="camel", kw_only=True):
    """Named in camel case there."""


class Stock(Wire):
    """The seller's own stock of an offer; bol takes open orders off `amount`."""

    amount: int | None = None
    corrected_stock: int | None = None


class BundlePrice(Wire):
    """A price from a quantity on."""

    quantity: int
    unit_price: Decimal


class Pricing(Wire):
    """Prices by quantity."""

    bundle_prices: list[BundlePrice] = []


class Fulfilment(Wire):
    """FBR: the seller ships. FBB: bol holds the stock and ships."""

    method: str


class Condition(Wire):
    """New, second-hand or refurbished."""

    category: str = ""


class Country(Wire):
    """Whether an offer is for sale in one country."""

    for_sale: bool | None = None


class Offer(Wire):
    """One offer: what this seller sells of one product in one condition."""

    offer_id: str
    last_modified_date_time: datetime
    fulfilment: Fulfilment
    pricing: Pricing
    condition: Condition = msgspec.field(default_factory=Condition)
    on_hold_by_retailer: bool = False
    ean: str | None = None
    reference: str | None = None
    unknown_product_title: str | None = None
    stock: Stock | None = None
    country_availabilities: list[Country] = []


class Cursor(Wire):
    """Where the next page begins; nothing on the last one."""

    next_cursor: str | None = None


class Offers(Wire):
    """A page of offers, each of which is looked at for itself."""

    offers: list[msgspec.Raw]
    page: Cursor


class ListedItem(Wire):
    """An item of an order as the list tells it."""

    fulfilment_status: str = ""
    latest_changed_date_time: datetime | None = None


class ListedOrder(Wire):
    """An order as the list tells it."""

    order_id: str
    order_items: list[ListedItem] = []


class ListedOrders(Wire):
    """A page of orders."""

    orders: list[ListedOrder] = []


class SoldOffer(Wire):
    """The offer an item was sold by."""

    offer_id: str | None = None
    reference: str | None = None


class SoldProduct(Wire):
    """The product an item is."""

    title: str = ""


class OrderItem(Wire):
    """A line of an order."""

    order_item_id: str
    quantity: int
    quantity_shipped: int
    quantity_cancelled: int
    unit_price: Decimal
    total_price: Decimal
    offer: SoldOffer | None = None
    product: SoldProduct | None = None
    latest_changed_date_time: datetime | None = None


class Order(Wire):
    """An order with its lines. Addresses are not read."""

    order_id: str
    order_items: list[OrderItem]
    order_placed_date_time: datetime | None = None


class Held(Wire):
    """What bol holds of one product for this seller."""

    ean: str
    regular_stock: int


class Inventory(Wire):
    """A page of what bol holds."""

    inventory: list[msgspec.Raw] = []


class Retailer(Wire):
    """Whose account this is."""

    retailer_id: str
    display_name: str = ""
