"""What Kaufland answers, as far as it is read. Field names as in the vendor's API 2.27.0; never a buyer's data."""

from datetime import UTC, datetime
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Pagination(msgspec.Struct, gc=False):
    """How many there are in all."""

    total: int | None = None


class Listed(msgspec.Struct, Generic[T]):
    """A list's answer."""

    data: list[T]
    pagination: Pagination | None = None


class One(msgspec.Struct, Generic[T]):
    """A single record's answer."""

    data: T


class Ware(msgspec.Struct, gc=False):
    """The product behind a unit: Kaufland's own, shared by all who sell it."""

    title: str = ""
    eans: list[str] = []
    manufacturer: str | None = None
    url: str | None = None


class Unit(msgspec.Struct, kw_only=True, gc=False):
    """An offer of ours on a product. Prices are whole cents of the storefront's currency."""

    id_unit: int
    id_product: int
    storefront: str
    status: str
    currency: str
    price: int | None = None
    listing_price: int | None = None
    id_offer: str | None = None
    amount: int | None = None
    fulfillment_type: str = ""
    date_lastchange_iso: datetime
    product: Ware | None = None


class Listing(msgspec.Struct, kw_only=True, gc=False):
    """An order as the list tells it: without what was bought."""

    id_order: str
    ts_units_updated_iso: datetime


class OrderUnit(msgspec.Struct, kw_only=True, gc=False):
    """One piece that was bought. Two pieces of one offer are two order units."""

    id_order_unit: int
    status: str
    currency: str
    price: int
    shipping_rate: int = 0
    id_offer: str | None = None
    ts_updated_iso: datetime
    product: Ware | None = None


class Purchase(msgspec.Struct, kw_only=True, gc=False):
    """An order with everything that was bought."""

    id_order: str
    ts_created_iso: datetime
    order_units: list[OrderUnit]


class Warehouse(msgspec.Struct, gc=False):
    """Where a seller sends from; its address is not read."""

    id_warehouse: int


def aware(moment: datetime) -> datetime:
    """A time of Kaufland's as aware UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def written(moment: datetime) -> str:
    """A time as Kaufland asks for it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
