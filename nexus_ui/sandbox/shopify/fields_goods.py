"""How each field of products, variants, inventory items and levels is answered."""

from collections.abc import Callable, Mapping
from operator import attrgetter, itemgetter
from typing import Any

from nexus_ui.sandbox.shopify import ids
from nexus_ui.sandbox.shopify.paging import page_of_list
from nexus_ui.sandbox.shopify.sources import (
    LevelSource,
    LocationSource,
    ProductSource,
    Typed,
    VariantSource,
    iso,
    money,
)

Fields = Mapping[str, Callable[..., Any]]
_DEFAULT_TITLE = "Default Title"


def _options(product: ProductSource, args: dict[str, Any]) -> list[tuple[ProductSource, int]]:
    names = product.item.option_names or ("Title",)
    return [(product, place) for place in range(len(names))][: args.get("first")]


def _option_values(option: tuple[ProductSource, int]) -> list[str]:
    product, place = option
    values = [_selected(variant)[place][1] for variant in product.variants()]
    return list(dict.fromkeys(values))


def _selected(variant: VariantSource) -> list[tuple[str, str]]:
    names, values = variant.product.item.option_names, variant.item.options
    if not names or not values:
        return [("Title", _DEFAULT_TITLE)]
    return list(zip(names, values, strict=False))


def _variant_title(variant: VariantSource) -> str:
    return " / ".join(variant.item.options) or _DEFAULT_TITLE


def _display_name(variant: VariantSource) -> str:
    return f"{variant.product.item.title} - {_variant_title(variant)}"


def _media(product: ProductSource) -> list[Typed]:
    return [Typed("MediaImage", (product, place)) for place in range(len(product.item.images))]


def _image(media: tuple[ProductSource, int]) -> tuple[ProductSource, int]:
    return media


def _image_number(media: tuple[ProductSource, int]) -> int:
    return ids.IMAGE + media[0].index * ids.PLACES + media[1]


def _total(product: ProductSource) -> int:
    return sum(variant.quantity() or 0 for variant in product.variants() if variant.item.tracked)


def _level(variant: VariantSource, args: dict[str, Any]) -> LevelSource | None:
    wanted = ids.number(args["locationId"], "Location")
    return next((level for level in variant.levels() if ids.LOCATION + level.place == wanted), None)


def _quantities(level: LevelSource, args: dict[str, Any]) -> list[tuple[LevelSource, str, int]]:
    named = ((name, level.quantity(name)) for name in args["names"])
    return [(level, name, count) for name, count in named if count is not None]


def _counted(count: int) -> dict[str, Any]:
    return {"count": count, "precision": "EXACT"}


PRODUCT: Fields = {
    "id": lambda product: ids.gid("Product", ids.PRODUCT + product.index),
    "legacyResourceId": lambda product: str(ids.PRODUCT + product.index),
    "handle": attrgetter("item.handle"),
    "title": attrgetter("item.title"),
    "vendor": attrgetter("item.vendor"),
    "productType": attrgetter("item.type"),
    "tags": lambda product: list(product.item.tags),
    "status": lambda product: product.item.status.upper(),
    "description": lambda product, args: _plain(product.item.body_html)[: args.get("truncateAt")],
    "descriptionHtml": attrgetter("item.body_html"),
    "isGiftCard": lambda _: False,
    "createdAt": lambda product: iso(product.created),
    "updatedAt": lambda product: iso(product.stamp),
    "publishedAt": lambda product: iso(product.created) if product.item.status == "active" else None,
    "hasOnlyDefaultVariant": lambda product: not product.item.option_names,
    "totalInventory": _total,
    "tracksInventory": lambda product: any(variant.tracked for variant in product.item.variants),
    "options": _options,
    "variantsCount": lambda product: _counted(len(product.item.variants)),
    "variants": lambda product, args: page_of_list(product.variants(), args, "variants"),
    "media": lambda product, args: page_of_list(_media(product), args, "media"),
    "featuredMedia": lambda product: next(iter(_media(product)), None),
}

OPTION: Fields = {
    "id": lambda option: ids.gid("ProductOption", (ids.PRODUCT + option[0].index) * 4 + option[1]),
    "name": lambda option: (option[0].item.option_names or ("Title",))[option[1]],
    "position": lambda option: option[1] + 1,
    "values": _option_values,
}

VARIANT: Fields = {
    "id": lambda variant: ids.gid("ProductVariant", ids.VARIANT + variant.number),
    "legacyResourceId": lambda variant: str(ids.VARIANT + variant.number),
    "title": _variant_title,
    "displayName": _display_name,
    "sku": attrgetter("item.sku"),
    "barcode": attrgetter("item.barcode"),
    "price": lambda variant: money(variant.item.price),
    "compareAtPrice": lambda variant: None if variant.item.compare_at is None else money(variant.item.compare_at),
    "position": lambda variant: variant.place + 1,
    "taxable": lambda _: True,
    "availableForSale": lambda variant: (
        not variant.item.tracked or variant.item.policy == "continue" or (variant.quantity() or 0) > 0
    ),
    "createdAt": lambda variant: iso(variant.product.created),
    "updatedAt": lambda variant: iso(variant.product.stamp),
    "inventoryPolicy": lambda variant: variant.item.policy.upper(),
    "inventoryQuantity": VariantSource.quantity,
    "inventoryItem": lambda variant: variant,
    "selectedOptions": _selected,
    "product": attrgetter("product"),
}

SELECTED_OPTION: Fields = {"name": lambda pair: pair[0], "value": lambda pair: pair[1]}

ITEM: Fields = {
    "id": lambda variant: ids.gid("InventoryItem", ids.ITEM + variant.number),
    "legacyResourceId": lambda variant: str(ids.ITEM + variant.number),
    "sku": attrgetter("item.sku"),
    "tracked": attrgetter("item.tracked"),
    "requiresShipping": lambda variant: bool(variant.item.grams),
    "createdAt": lambda variant: iso(variant.product.created),
    "updatedAt": lambda variant: iso(variant.product.stamp),
    "unitCost": lambda _: None,
    "measurement": lambda variant: variant,
    "locationsCount": lambda variant: _counted(len(variant.product.shop.locations)),
    "inventoryLevel": _level,
    "inventoryLevels": lambda variant, args: page_of_list(variant.levels(), args, "inventoryLevels"),
    "variant": lambda variant: variant,
    "variants": lambda variant, args: page_of_list([variant], args, "variants"),
}

MEASUREMENT: Fields = {
    "id": lambda variant: ids.gid("InventoryItemMeasurement", ids.ITEM + variant.number),
    "weight": lambda variant: None if variant.item.grams is None else variant,
}

WEIGHT: Fields = {"unit": lambda _: "GRAMS", "value": lambda variant: float(variant.item.grams)}

LEVEL: Fields = {
    "id": lambda level: ids.level_gid(ids.LOCATION + level.place, ids.ITEM + level.variant.number),
    "createdAt": lambda level: iso(level.variant.product.created),
    "updatedAt": lambda level: iso(level.variant.product.stamp),
    "isActive": lambda _: True,
    "item": attrgetter("variant"),
    "location": lambda level: LocationSource(level.variant.product.shop, level.place),
    "quantities": _quantities,
}

QUANTITY: Fields = {
    "id": lambda held: f"{LEVEL['id'](held[0])}&name={held[1]}",
    "name": itemgetter(1),
    "quantity": itemgetter(2),
    "updatedAt": lambda held: iso(held[0].variant.product.stamp),
}

MEDIA_IMAGE: Fields = {
    "id": lambda media: ids.gid("MediaImage", _image_number(media)),
    "alt": lambda media: media[0].item.title,
    "image": _image,
    "preview": _image,
}

IMAGE: Fields = {
    "id": lambda media: ids.gid("ImageSource", _image_number(media)),
    "altText": lambda media: media[0].item.title,
    "height": lambda _: 800,
    "width": lambda _: 800,
    "url": lambda media: media[0].item.images[media[1]],
}

GOODS: Mapping[str, Fields] = {
    "Product": PRODUCT,
    "ProductOption": OPTION,
    "ProductVariant": VARIANT,
    "SelectedOption": SELECTED_OPTION,
    "InventoryItem": ITEM,
    "InventoryItemMeasurement": MEASUREMENT,
    "Weight": WEIGHT,
    "InventoryLevel": LEVEL,
    "InventoryQuantity": QUANTITY,
    "MediaImage": MEDIA_IMAGE,
    "MediaPreviewImage": {"image": _image},
    "Image": IMAGE,
}


def _plain(html: str) -> str:
    text, inside = [], False
    for character in html:
        inside = character == "<" or (inside and character != ">")
        if not inside and character != ">":
            text.append(character)
    return "".join(text)
