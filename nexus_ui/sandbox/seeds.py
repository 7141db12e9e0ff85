"""A believable catalogue and order book made from an index alone, so that any size costs no memory."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from nexus_ui.sandbox.catalog_records import Product, Variant
from nexus_ui.sandbox.sales import Sale, SaleLine

_STYLES = ("Classic", "Relaxed", "Nordic", "Everyday", "Heritage", "Lightweight", "Organic", "Urban",
           "Alpine", "Coastal", "Studio", "Vintage", "Slim", "Quilted", "Ribbed", "Handmade")  # fmt: skip
_MATERIALS = ("Linen", "Cotton", "Merino", "Oak", "Ceramic", "Leather", "Bamboo", "Canvas", "Steel", "Cork",
              "Wool", "Walnut", "Glass", "Denim", "Brass")  # fmt: skip
_THINGS = (
    ("Shirt", "Apparel"), ("Throw", "Home"), ("Mug", "Kitchen"), ("Backpack", "Bags"), ("Lamp", "Lighting"),
    ("Notebook", "Stationery"), ("Sweater", "Apparel"), ("Bowl", "Kitchen"), ("Wallet", "Accessories"),
    ("Cushion", "Home"), ("Tray", "Kitchen"), ("Scarf", "Accessories"), ("Planter", "Garden"), ("Apron", "Kitchen"),
    ("Belt", "Accessories"), ("Blanket", "Home"), ("Jacket", "Apparel"), ("Clock", "Home"), ("Tote", "Bags"),
)  # fmt: skip
_VENDORS = ("Fjell & Co", "Harbour Goods", "Atelier Nord", "Maison Verte", "Kiln Street", "Loom House", "Oak & Thread")
_COLOURS = ("Black", "Sand", "Navy", "Olive", "Rust", "Ivory", "Slate", "Moss", "Clay")
_SIZES = ("S", "M", "L", "XL")
_VARIANTS = (1, 2, 2, 3)
_BUYERS = ("Anna Berg", "Luca Moretti", "Sofie Jansen", "Tom Hughes", "Ines Costa", "Jonas Keller", "Marie Dubois",
           "Piotr Nowak", "Emma Lind", "Carlos Ruiz", "Hanna Virtanen", "Noah Smit")  # fmt: skip
_CITIES = (("Hamburg", "DE"), ("Utrecht", "NL"), ("Lyon", "FR"), ("Leeds", "GB"), ("Porto", "PT"), ("Malmö", "SE"),
           ("Graz", "AT"), ("Gent", "BE"))  # fmt: skip
_PAYMENTS = ("paid", "paid", "paid", "paid", "paid", "pending", "paid", "refunded")
_SKU = re.compile(r"[A-Z]{3}-(\d+)-(\d)")


def scatter(*parts: int) -> int:
    """Mix a few numbers into one that looks random and is always the same (32 bits)."""
    mixed = 0x9E3779B9
    for part in parts:
        mixed = ((mixed ^ part) * 0x85EBCA6B) & 0xFFFFFFFF
        mixed ^= mixed >> 13
    mixed = (mixed * 0xC2B2AE35) & 0xFFFFFFFF
    return mixed ^ (mixed >> 16)


@lru_cache(maxsize=4096)
def product(seed: int, index: int, version: int = 0) -> Product:
    """The product at this index; a higher version has other prices and a revised title."""
    dice = scatter(seed, index)
    thing, kind = _THINGS[dice % len(_THINGS)]
    material = _MATERIALS[(dice >> 5) % len(_MATERIALS)]
    style = _STYLES[(dice >> 9) % len(_STYLES)]
    number = f"{index:06d}"
    title = f"{style} {material} {thing} {number}"
    prefix = thing[:3].upper()
    cents = 490 + (dice >> 3) % 18_000 + version
    colours = (dice >> 13) % len(_COLOURS)
    variants = tuple(
        Variant(
            sku=f"{prefix}-{number}-{place}",
            price=Decimal(cents + 250 * place).scaleb(-2),
            options=(_COLOURS[(colours + place) % len(_COLOURS)], _SIZES[place]),
            compare_at=Decimal(cents + 1000).scaleb(-2) if dice & 7 == 0 else None,
            qty=(dice >> (4 + place)) % 140,
            barcode=f"4{(index * 4 + place) % 10**12:012d}",
            tracked=True,
            grams=120 + (dice >> 7) % 1800,
        )
        for place in range(_VARIANTS[dice & 3])
    )
    return Product(
        handle=f"{style}-{material}-{thing}-{number}".lower(),
        title=f"{title} (revision {version})" if version else title,
        body_html=f"<p>{style} {thing.lower()} in {material.lower()}, made in small batches.</p>",
        vendor=_VENDORS[(dice >> 17) % len(_VENDORS)],
        type=kind,
        tags=(kind.lower(), material.lower()),
        status="draft" if dice % 61 == 0 else "archived" if dice % 83 == 0 else "active",
        option_names=("Colour", "Size"),
        variants=variants,
        images=(f"https://cdn.sandbox.invalid/{number}.jpg",),
    )


def place_of(sku: str) -> tuple[int, int] | None:
    """Product index and variant place that a generated SKU names, or None."""
    found = _SKU.fullmatch(sku)
    return (int(found[1]), int(found[2])) if found else None


def sale(seed: int, index: int, placed: int, products: int, product_at: Callable[[int], Product]) -> Sale:
    """The order at this index, for products of the shop; `placed` is its time in microseconds."""
    dice = scatter(seed, index, 77)
    buyer = _BUYERS[dice % len(_BUYERS)]
    city, country = _CITIES[(dice >> 4) % len(_CITIES)]
    payment = _PAYMENTS[(dice >> 8) % len(_PAYMENTS)]
    lines = []
    for step in range(1 + (dice >> 12) % 3):
        chosen = _sellable(scatter(seed, index, step) % products, products, product_at)
        lines.append(line(chosen, product_at(chosen), (dice >> (14 + step)) % 3, 1 + (dice >> (17 + step)) % 3))
    return Sale(
        number=1001 + index,
        placed=placed,
        lines=tuple(lines),
        shipping=Decimal("4.95") if dice & 1 else Decimal("0.00"),
        buyer=buyer,
        email=f"{buyer.split()[0].lower()}.{dice % 9973}@example.com",
        city=city,
        country=country,
        payment=payment,
        fulfilment="fulfilled" if payment == "paid" and dice & 6 else "unfulfilled",
    )


def _sellable(first: int, products: int, product_at: Callable[[int], Product]) -> int:
    """The first product from here on that has something to sell (a grouped one has not)."""
    return next((n % products for n in range(first, first + products) if product_at(n % products).variants), first)


def line(index: int, chosen: Product, variant: int, quantity: int) -> SaleLine:
    """One line of an order for a variant of a product (counted round when there are fewer)."""
    place = variant % len(chosen.variants)
    version = chosen.variants[place]
    return SaleLine(
        product=index,
        variant=place,
        sku=version.sku,
        title=chosen.title,
        quantity=quantity,
        unit_price=version.price if version.price is not None else Decimal("0.00"),
    )
