"""What flows between marketplaces and our memory: neutral records, made in bulk, so slotted and frozen structs.

Unknown is None, never zero. Money is Decimal with a currency. Times are aware UTC. `ref` is the marketplace's own id.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec


class Fulfilment(StrEnum):
    """Who holds the stock: `marketplace` stock (FBA, LVB, WFS, ZFS) is read-only and never pushed."""

    MERCHANT = "merchant"
    MARKETPLACE = "marketplace"


class OrderStatus(StrEnum):
    """Our few words for an order; the marketplace's own word is kept beside it."""

    OPEN = "open"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class ProductStatus(StrEnum):
    """Whether buyers can see the product."""

    ACTIVE = "active"
    DRAFT = "draft"
    ARCHIVED = "archived"


class Money(msgspec.Struct, frozen=True, gc=False):
    """An exact amount in one currency (ISO 4217 code)."""

    amount: Decimal
    currency: str


class StockLevel(msgspec.Struct, frozen=True, gc=False):
    """How many units one location holds of one variant; None where the marketplace does not say."""

    variant_ref: str
    location_ref: str
    available: int | None
    on_hand: int | None = None
    updated_at: datetime | None = None


class Variant(msgspec.Struct, frozen=True, gc=False):
    """One thing that can be sold. `inventory_ref` is what a stock write addresses (default: the variant itself)."""

    ref: str
    product_ref: str
    sku: str | None
    title: str
    price: Money | None
    barcode: str | None = None
    tracked: bool = True
    inventory_ref: str | None = None
    fulfilment: Fulfilment = Fulfilment.MERCHANT
    position: int = 0
    levels: tuple[StockLevel, ...] = ()


class Product(msgspec.Struct, frozen=True, gc=False):
    """A listing with its variants. `kind` is the marketplace's word (simple, variable, grouped, external ...).

    `updated_at` is None where the marketplace does not tell when a product changed.
    """

    ref: str
    title: str
    status: ProductStatus
    updated_at: datetime | None
    variants: tuple[Variant, ...]
    kind: str = "simple"
    vendor: str | None = None
    url: str | None = None


class OrderLine(msgspec.Struct, frozen=True, gc=False):
    """One line of an order; `quantity` is what was ordered, cancelled units included."""

    ref: str
    sku: str | None
    title: str
    quantity: int
    unit_price: Money | None
    variant_ref: str | None = None


class Order(msgspec.Struct, frozen=True, gc=False):
    """An order without personal data. `total` is None where the marketplace does not tell it (yet)."""

    ref: str
    number: str
    status: OrderStatus
    placed_at: datetime
    updated_at: datetime
    total: Money | None
    lines: tuple[OrderLine, ...]
    marketplace_status: str = ""


class BadRecord(msgspec.Struct, frozen=True):
    """A record set aside: its id there (or its place), the reason in a sentence, the raw text, capped and masked."""

    ref: str
    reason: str
    raw: str = ""


T = TypeVar("T")


class Page(msgspec.Struct, Generic[T]):
    """One answer's worth of records. `resume` continues after this page; None when the stream has ended."""

    records: list[T]
    bad: list[BadRecord]
    resume: str | None
    newest: datetime | None = None
    total: int | None = None


class StockChange(msgspec.Struct, frozen=True):
    """Publish `quantity` for one variant. `expected` is what we believe stands there (None: do not compare)."""

    variant_ref: str
    inventory_ref: str
    location_ref: str
    quantity: int
    expected: int | None
    key: str


class StockAnswer(StrEnum):
    """What the marketplace said to one stock change."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    STALE = "stale"
    UNANSWERED = "unanswered"
    """Nothing: it failed before this change had its answer. It may have been written; publishing it again is safe."""


class StockReceipt(msgspec.Struct, frozen=True):
    """The answer to one `StockChange`, found again by its `key`; `said` keeps the marketplace's words."""

    key: str
    answer: StockAnswer
    said: str = ""
    code: str = ""
