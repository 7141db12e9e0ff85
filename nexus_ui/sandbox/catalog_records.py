"""What a catalogue file holds, in words both vendors' files can be told in."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Variant:
    """One sellable thing. None is always "the file does not say", never zero."""

    sku: str | None
    options: tuple[str, ...] = ()  # in the order of Product.option_names; "" is "any"
    price: Decimal | None = None  # what a customer pays today
    compare_at: Decimal | None = None  # the price before a reduction
    qty: int | None = None  # kept as the file has it, also when tracked is False
    tracked: bool = False  # does the shop keep count of this variant
    policy: str = "deny"  # sell below zero: deny or continue
    barcode: str | None = None
    grams: int | None = None
    image: str | None = None
    title: str = ""
    body_html: str = ""  # a WooCommerce variation has its own
    id: int | None = None  # WooCommerce's number
    in_stock: bool = True  # WooCommerce's own word where nothing is counted
    row: int = 0


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a WooCommerce product with all values it offers."""

    name: str
    values: tuple[str, ...]
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Product:
    """One product with its variants; the lower half is filled from WooCommerce's file only."""

    handle: str
    title: str
    variants: tuple[Variant, ...]
    body_html: str = ""
    vendor: str = ""
    type: str = ""
    tags: tuple[str, ...] = ()
    status: str = "active"  # active, draft, archived; private only from WooCommerce
    option_names: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    row: int = 0
    kind: str = "simple"  # simple, variable, grouped, external
    id: int | None = None
    sku: str | None = None  # of a variable or grouped product itself
    tracked: bool = False  # a variable product that counts for all its variations together
    qty: int | None = None
    short_html: str = ""
    virtual: bool = False
    downloadable: bool = False
    featured: bool = False
    visibility: str = "visible"
    attributes: tuple[Attribute, ...] = ()
    grouped: tuple[int, ...] = ()  # ids of the products a grouped product shows
    external_url: str = ""
    button_text: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All products of one file, and whose export it is."""

    marketplace: str
    products: tuple[Product, ...]
