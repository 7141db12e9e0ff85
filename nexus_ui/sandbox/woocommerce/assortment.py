"""Generated products in WooCommerce's kinds: simple and variable, a few grouped, a few external."""

from dataclasses import replace

from nexus_ui.sandbox.catalog_records import Attribute, Product
from nexus_ui.sandbox.woocommerce.numbering import Numbering

GROUPED_EVERY, EXTERNAL_EVERY = 97, 89
NUMBERS = Numbering(None)


def reshaped(product: Product, index: int) -> Product:
    """The product at an index as a WooCommerce shop would carry it."""
    if index % GROUPED_EVERY == GROUPED_EVERY - 1:
        members = tuple(NUMBERS.product(index - step) for step in (3, 2, 1))
        return replace(product, kind="grouped", variants=(), option_names=(), grouped=members)
    first = product.variants[0]
    if index % EXTERNAL_EVERY == EXTERNAL_EVERY - 1:
        sold_elsewhere = replace(first, options=(), tracked=False, qty=None)
        address = f"https://partner.example/{product.handle}"
        return replace(
            product, kind="external", variants=(sold_elsewhere,), option_names=(), sku=first.sku, external_url=address
        )
    if len(product.variants) == 1:
        alone = replace(first, options=())
        return replace(product, kind="simple", variants=(alone,), option_names=(), sku=first.sku)
    return replace(product, kind="variable", sku=None, attributes=_attributes(product))


def _attributes(product: Product) -> tuple[Attribute, ...]:
    return tuple(
        Attribute(name, tuple(dict.fromkeys(variant.options[place] for variant in product.variants)))
        for place, name in enumerate(product.option_names)
    )
