"""What the shop answers, as far as it is read. Field names as in the vendor's REST v3 schema; never a buyer's data."""

from datetime import UTC, datetime
from functools import cache

import msgspec

PARENT = "parent"
"""The word in `manage_stock` of a variation whose stock its product keeps."""

YEARS = range(1990, 2200)


class Attribute(msgspec.Struct, gc=False):
    """One option of a variation, e.g. Colour: Blue."""

    option: str | None = None


class Stocked(msgspec.Struct, kw_only=True, gc=False):
    """What products and variations share."""

    id: int
    sku: str | None = None
    price: str | int | float | None = None
    manage_stock: bool | str = False
    stock_quantity: int | float | None = None
    global_unique_id: str | None = None


class Variation(Stocked, kw_only=True):
    """A variation of a variable product."""

    attributes: list[Attribute] = []
    menu_order: int = 0


class Item(Stocked, kw_only=True):
    """A product; `variations` holds the ids of its variations, if it has any."""

    name: str
    type: str = "simple"
    status: str = "publish"
    date_created_gmt: datetime | None = None
    date_modified_gmt: datetime | None = None
    permalink: str | None = None
    variations: object = None

    @property
    def varies(self) -> bool:
        """True when its variations are sold, not itself."""
        return self.type == "variable" or bool(self.variations)


class Line(msgspec.Struct, gc=False):
    """A line of an order. `price` is a number there, unlike everywhere else."""

    id: int
    name: str | None = None
    product_id: int | None = None
    variation_id: int | None = None
    quantity: int | float = 0
    sku: str | None = None
    price: str | int | float | None = None


class Sale(msgspec.Struct, kw_only=True, gc=False):
    """An order."""

    id: int
    number: str | int
    status: str
    currency: str
    total: str | int | float
    date_created_gmt: datetime | None = None
    date_modified_gmt: datetime | None = None
    line_items: list[Line] = []


@cache
def fields(kind: type[msgspec.Struct]) -> str:
    """The `_fields` argument that asks for just what is read: it spares the shop work and keeps buyers' data there.

    https://developer.wordpress.org/rest-api/using-the-rest-api/global-parameters/#_fields (read 2026-11-23)
    """
    return ",".join(kind.__struct_fields__)


def aware(moment: datetime) -> datetime | None:
    """A `…_gmt` time, which carries no zone, as aware UTC; None when its year makes no sense."""
    if moment.year not in YEARS:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
