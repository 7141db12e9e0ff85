"""Finding one thing of a shop by its global id."""

from nexus_ui.sandbox.shop import DAY, Shop
from nexus_ui.sandbox.shopify import ids
from nexus_ui.sandbox.shopify.sources import LevelSource, LocationSource, OrderSource, ProductSource, VariantSource

ORDERS_REACH = 60 * DAY
_KINDS = {"ProductVariant": ids.VARIANT, "InventoryItem": ids.ITEM}


def product_of(shop: Shop, text: str) -> ProductSource | None:
    """The product that an id names, or None."""
    number = ids.number(text, "Product")
    index = -1 if number is None else number - ids.PRODUCT
    return ProductSource(shop, index) if index in shop.products else None


def order_of(shop: Shop, text: str, everything: bool) -> OrderSource | None:
    """The order that an id names, or None; old ones only with `everything`."""
    number = ids.number(text, "Order")
    index = -1 if number is None else number - ids.ORDER
    if index not in shop.orders:
        return None
    return OrderSource(shop, index) if everything or shop.placed(index) >= shop.now() - ORDERS_REACH else None


def variant_of(shop: Shop, text: str, kind: str) -> VariantSource | None:
    """The variant that an id of a ProductVariant or InventoryItem names, or None."""
    number = ids.number(text, kind)
    if number is None or number < _KINDS[kind]:
        return None
    index, place = divmod(number - _KINDS[kind], ids.PLACES)
    return variant_at(shop, index, place)


def variant_at(shop: Shop, index: int, place: int) -> VariantSource | None:
    """The variant at a place of a product, or None."""
    if index not in shop.products:
        return None
    variants = ProductSource(shop, index).variants()
    return variants[place] if place < len(variants) else None


def location_of(shop: Shop, text: str) -> LocationSource | None:
    """The location that an id names, or None."""
    number = ids.number(text, "Location")
    place = -1 if number is None else number - ids.LOCATION
    return LocationSource(shop, place) if 0 <= place < len(shop.locations) else None


def level_of(shop: Shop, text: str) -> LevelSource | None:
    """The inventory level that an id names, or None."""
    parts = ids.parse(text)
    if parts is None or parts[0] != "InventoryLevel" or parts[2] is None:
        return None
    variant = variant_of(shop, ids.gid("InventoryItem", parts[2]), "InventoryItem")
    levels = variant.levels() if variant else []
    return next((level for level in levels if ids.LOCATION + level.place == parts[1]), None)
