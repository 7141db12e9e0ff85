"""Amazon's answers as far as they are read. Field names as in the vendor's models. Buyers are never asked for."""

from datetime import datetime
from decimal import Decimal

import msgspec


class Wire(msgspec.Struct, rename="camel", kw_only=True, gc=False):
    """Named in camel case there."""


class Money(Wire):
    """An amount, written as text."""

    amount: Decimal
    currency_code: str


class Pagination(Wire):
    """Where the next page begins; nothing on the last one."""

    next_token: str | None = None


class Summary(Wire):
    """What one store shows of a listing."""

    marketplace_id: str
    product_type: str
    last_updated_date: datetime
    created_date: datetime | None = None
    status: list[str] = []
    asin: str | None = None
    item_name: str | None = None


class Offer(Wire):
    """A price of a listing in one store."""

    marketplace_id: str
    offer_type: str
    price: Money


class Availability(Wire):
    """How many units one channel offers: DEFAULT and supply sources are the seller's, AMAZON_* are Amazon's."""

    fulfillment_channel_code: str
    quantity: int | None = None


class Listing(Wire):
    """What a seller lists under one SKU."""

    sku: str
    summaries: list[Summary] = []
    offers: list[Offer] = []
    fulfillment_availability: list[Availability] = []


class Listings(Wire):
    """A page of listings, each of which is looked at for itself."""

    number_of_results: int
    items: list[msgspec.Raw]
    pagination: Pagination | None = None


class Price(Wire):
    """The price of one unit."""

    unit_price: Money | None = None


class Sold(Wire):
    """The product an item of an order is."""

    title: str = ""
    seller_sku: str | None = None
    price: Price | None = None


class Item(Wire):
    """A line of an order."""

    order_item_id: str
    quantity_ordered: int
    product: Sold


class Proceeds(Wire):
    """What the seller gets for an order."""

    grand_total: Money | None = None


class Fulfillment(Wire):
    """How far an order is, and who sends it."""

    fulfillment_status: str
    fulfilled_by: str = ""


class Channel(Wire):
    """Where an order was placed."""

    marketplace_id: str | None = None


class Order(Wire):
    """An order with its lines."""

    order_id: str
    created_time: datetime
    last_updated_time: datetime
    order_items: list[Item]
    proceeds: Proceeds | None = None
    fulfillment: Fulfillment | None = None
    sales_channel: Channel | None = None


class Orders(Wire):
    """A page of orders, each of which is looked at for itself."""

    orders: list[msgspec.Raw]
    pagination: Pagination | None = None


class OneOrder(Wire):
    """A single order, looked at for itself."""

    order: msgspec.Raw


class Details(Wire):
    """Where the units are that Amazon holds."""

    fulfillable_quantity: int | None = None


class Held(Wire):
    """What Amazon holds of one SKU."""

    seller_sku: str
    inventory_details: Details | None = None
    total_quantity: int | None = None
    last_updated_time: datetime | None = None


class HeldPage(Wire):
    """The SKUs of a page."""

    inventory_summaries: list[msgspec.Raw] = []


class HeldPages(Wire):
    """A page of what Amazon holds."""

    payload: HeldPage
    pagination: Pagination | None = None


class StoreFacts(Wire):
    """A store as the account's list tells it."""

    id: str
    default_currency_code: str


class Participation(Wire):
    """Whether the account sells there."""

    is_participating: bool
    has_suspended_listings: bool


class Participant(Wire):
    """The account in one store."""

    marketplace: StoreFacts
    participation: Participation
    store_name: str = ""


class Participations(Wire):
    """Every store of the account's region."""

    payload: list[Participant]


class Issue(Wire):
    """What Amazon finds wrong with a listing or a feed's message."""

    message: str
    severity: str
    code: str = ""
    message_id: int | None = None


class Submission(Wire):
    """The answer to one write: ACCEPTED, VALID or INVALID, all of them with status 200."""

    status: str
    issues: list[Issue] = []


class Upload(Wire):
    """Where to put a document."""

    feed_document_id: str
    url: str


class Submitted(Wire):
    """A feed that was handed over."""

    feed_id: str


class FeedState(Wire):
    """How far a feed is."""

    processing_status: str
    result_feed_document_id: str | None = None


class Download(Wire):
    """Where to get a document."""

    url: str
    compression_algorithm: str | None = None


class ReportSummary(Wire):
    """How many messages of a feed were taken."""

    messages_accepted: int
    messages_invalid: int = 0


class Report(Wire):
    """What became of a feed."""

    issues: list[Issue]
    summary: ReportSummary
