"""Pure: Zalando's answers to our records. One model is one product; each offer of an article in a country a variant."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

from nexus_ui.adapters.zalando.channels import Channels, country
from nexus_ui.adapters.zalando.purchases import Purchase
from nexus_ui.adapters.zalando.wire import Item, Line, Model, Offer, Simple
from nexus_ui.adapters.zalando.wire import Money as Told
from nexus_ui.errors import SkipRecord
from nexus_ui.records import (
    Fulfilment,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Product,
    ProductStatus,
    StockLevel,
    Variant,
)

LIVE = "LIVE"
BY_ZALANDO = "ZalandoFulfilled"
AT_ZALANDO = "zfs"
"""The location of what lies in Zalando's own warehouses."""

LARGEST_AMOUNT = Decimal(1_000_000)
LARGEST_QUANTITY = 1_000_000_000
YEARS = range(2000, 2200)
_GONE = {"returned", "canceled"}
_SENT = {"shipped", "returned"}

Held = Callable[[str], bool]
"""Whether Zalando itself holds the article with this EAN."""


def product(model: Model, channels: Channels, held: Held) -> Product:
    """A model as a product; raises SkipRecord when it makes no sense."""
    ref = model_ref(model)
    variants = [variant for simple in _simples(model) for variant in _variants(simple, ref, channels, held)]
    live = any(_is_live(offer) for simple in _simples(model) for offer in simple.offers or ())
    return Product(
        ref=ref,
        title=(model.name or "").strip() or model.merchant_product_model_id or ref,
        status=ProductStatus.ACTIVE if live else ProductStatus.DRAFT,
        updated_at=None,
        variants=tuple(variants),
        kind="variable" if len(variants) > 1 else "simple",
        vendor=model.brand_name or None,
    )


def model_ref(model: Model) -> str:
    """The id of a model: Zalando's own, or the merchant's while Zalando has given none; raises SkipRecord."""
    ref = model.zalando_product_model_id or model.merchant_product_model_id
    if not ref:
        raise SkipRecord("It has no id.", "")
    return ref


def offers(model: Model) -> Iterator[tuple[str, str, Offer]]:
    """The offers of a model: EAN, the variant each is here, and the offer; raises SkipRecord."""
    for simple in _simples(model):
        ean = _ean(simple, model_ref(model))
        for offer in simple.offers or ():
            yield ean, _variant_ref(ean, offer), offer


def holding(variant_ref: str, offer: Offer, on_hand: int | None) -> StockLevel:
    """What Zalando holds for an offer; raises SkipRecord."""
    left = _quantity(offer.stock.amount if offer.stock else None, variant_ref)
    return StockLevel(variant_ref, AT_ZALANDO, left, on_hand=_quantity(on_hand, variant_ref))


def order(purchase: Purchase) -> Order:
    """An order without personal data; raises SkipRecord when it makes no sense."""
    ref, told = purchase.order.id, purchase.order.attributes
    if not ref:
        raise SkipRecord("It has no id.", "")
    if not purchase.items:
        raise SkipRecord("It has no items.", ref)
    placed = moment(told.order_date, ref)
    statuses = [line.attributes.status.lower() for line in purchase.lines]
    return Order(
        ref=ref,
        number=told.order_number or ref,
        status=_order_status(statuses, told.status),
        placed_at=placed,
        updated_at=moment(told.modified_at or told.created_at or told.order_date, ref),
        total=_total(purchase),
        lines=tuple([_line(item, purchase.pieces[item.id], ref) for item in purchase.items]),
        marketplace_status=f"{told.status}, {BY_ZALANDO}" if told.order_type == BY_ZALANDO else told.status,
    )


def moment(value: datetime, ref: str) -> datetime:
    """A time of Zalando's as aware UTC; raises SkipRecord when it is absurd."""
    if value.year not in YEARS:
        raise SkipRecord(f"Its date {value.isoformat()} makes no sense.", ref)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _simples(model: Model) -> list[Simple]:
    return [simple for config in model.product_configs or () for simple in config.product_simples or ()]


def _variants(simple: Simple, product_ref: str, channels: Channels, held: Held) -> Iterator[Variant]:
    """An article's offers; the article itself where it is offered nowhere."""
    ean = _ean(simple, product_ref)
    at_zalando = held(ean)
    for offer in simple.offers or (None,):
        ref = _variant_ref(ean, offer)
        yield Variant(
            ref=ref,
            product_ref=product_ref,
            sku=simple.merchant_product_simple_id or None,
            title=_title(simple, channels, offer) or ean,
            price=_price(offer, ref),
            barcode=ean,
            inventory_ref=ean,
            fulfilment=Fulfilment.MARKETPLACE if at_zalando else Fulfilment.MERCHANT,
            levels=() if at_zalando or offer is None else (_own_stock(offer, ref, channels),),
        )


def _ean(simple: Simple, ref: str) -> str:
    if not simple.ean:
        raise SkipRecord("One of its articles has no EAN.", ref)
    return simple.ean


def _variant_ref(ean: str, offer: Offer | None) -> str:
    code = _country(offer)
    return f"{ean}@{code}" if code else ean


def _country(offer: Offer | None) -> str:
    return country(offer.country.code or "") if offer and offer.country else ""


def _own_stock(offer: Offer, ref: str, channels: Channels) -> StockLevel:
    left = _quantity(offer.stock.amount if offer.stock else None, ref)
    return StockLevel(ref, channels.id_of(_country(offer)), left)


def _title(simple: Simple, channels: Channels, offer: Offer | None) -> str:
    sizes = simple.size_codes
    size = " / ".join(part for part in (sizes.size, sizes.length) if part) if sizes else ""
    code = _country(offer)
    return " · ".join(part for part in (size, channels.name_of(code) if code else "") if part)


def _is_live(offer: Offer) -> bool:
    cluster = offer.offer_status.status_cluster if offer.offer_status else None
    return (cluster or "").upper() == LIVE


def _price(offer: Offer | None, ref: str) -> Money | None:
    """What a buyer pays today."""
    price = offer.price if offer else None
    told = (price.discounted_price or price.regular_price) if price else None
    return _money(told, ref) if told else None


def _money(told: Told, ref: str) -> Money:
    if not told.amount.is_finite() or not 0 <= told.amount <= LARGEST_AMOUNT:
        raise SkipRecord(f"Its amount of {told.amount!s:.40} makes no sense.", ref)
    if len(told.currency) != 3:
        raise SkipRecord(f"Its currency {told.currency[:40]!r} makes no sense.", ref)
    return Money(told.amount, told.currency.upper())


def _quantity(quantity: int | None, ref: str) -> int | None:
    if quantity is not None and not 0 <= quantity <= LARGEST_QUANTITY:
        raise SkipRecord(f"Its quantity of {quantity!s:.40} makes no sense.", ref)
    return quantity


def _order_status(pieces: list[str], whole: str) -> OrderStatus:
    """One word for an order from the words of its pieces; the order's own knows neither returns nor cancellations."""
    kept = {word for word in pieces if word != "canceled"}
    if not kept:
        return OrderStatus.CANCELLED if pieces else _unpieced(whole)
    if kept == {"returned"}:
        return OrderStatus.REFUNDED
    return OrderStatus.SHIPPED if kept <= _SENT else OrderStatus.OPEN


def _unpieced(whole: str) -> OrderStatus:
    return OrderStatus.SHIPPED if whole.lower() == "fulfilled" else OrderStatus.OPEN


def _total(purchase: Purchase) -> Money:
    """What the buyer pays: all pieces, and the shipping where there is any."""
    ref, told = purchase.order.id, purchase.order.attributes
    currency = told.order_lines_price_currency or next(
        (line.attributes.price.currency for line in purchase.lines if line.attributes.price), ""
    )
    pieces = [line.attributes.price.amount for line in purchase.lines if line.attributes.price]
    goods = told.order_lines_price_amount
    total = sum(pieces, Decimal(0)) if goods is None else goods
    shipping = told.shipping_costs
    if shipping is not None and shipping.currency == currency:
        total += shipping.amount
    return _money(Told(total, currency), ref)


def _line(item: Item, pieces: list[Line], ref: str) -> OrderLine:
    told = item.attributes
    prices = {(price.amount, price.currency) for piece in pieces if (price := piece.attributes.price)}
    only = Told(*prices.pop()) if len(prices) == 1 else None
    quantity = _quantity(told.quantity_initial, ref)
    return OrderLine(
        ref=item.id,
        sku=told.external_id or None,
        title=(told.description or "").strip() or told.article_id,
        quantity=quantity or 0,
        unit_price=_money(only, ref) if only else None,
    )
