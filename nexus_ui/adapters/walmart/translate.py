"""Pure: Walmart's answers to our records. One item is one product with one variant, named by the seller's SKU."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from nexus_ui.adapters.walmart import wire
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

WALMARTS_STOCK = "WFS"
"""Where stock lies that Walmart holds. The seller's own lies in ship nodes, which have ids."""

LARGEST_PRICE = Decimal(1_000_000)
LARGEST_QUANTITY = 1_000_000_000
GOODS = "PRODUCT"
_SENT = {"Shipped", "Delivered", "Refund"}
_CENT = Decimal("0.01")


def product(
    item: wire.Item,
    shelf: wire.Shelf | None = None,
    odd: str = "",
    held: tuple[StockLevel, ...] | None = None,
) -> Product:
    """An item with what lies on its shelf, or is `odd` about that, and at Walmart; raises SkipRecord.

    What Walmart holds is the marketplace's, also where a ship node of the seller's is named for it: it is not written.
    """
    sku = item.sku
    if not sku:
        raise SkipRecord("It has no SKU.", sku)
    if odd:
        raise SkipRecord(f"Its stock makes no sense: {odd}.", sku)
    title = item.product_name or sku
    own = levels(shelf) if shelf else ()
    variant = Variant(
        ref=sku,
        product_ref=sku,
        sku=sku,
        title=title,
        price=_price(item),
        barcode=item.gtin or item.upc or None,
        inventory_ref=sku,
        fulfilment=Fulfilment.MERCHANT if held is None else Fulfilment.MARKETPLACE,
        levels=(*own, *(held or ())),
    )
    kind = item.condition.lower() or "item"
    return Product(sku, title, _status(item), None, (variant,), kind=kind)


def levels(shelf: wire.Shelf) -> tuple[StockLevel, ...]:
    """What each ship node can sell and holds; raises SkipRecord."""
    return tuple(
        StockLevel(
            shelf.sku,
            node.ship_node,
            available=_left(_pieces(node.avail_to_sell_qty, shelf.sku)),
            on_hand=_pieces(node.input_qty, shelf.sku),
        )
        for node in shelf.nodes
    )


def held_level(told: wire.Held) -> StockLevel:
    """What Walmart holds of a SKU, in all its warehouses together; raises SkipRecord."""
    if not told.sku:
        raise SkipRecord("It has no SKU.", told.sku)
    changed = [at for node in told.ship_nodes if (at := moment(node.modified_date))]
    return StockLevel(
        told.sku,
        WALMARTS_STOCK,
        available=_left(_sum([node.avail_to_sell_qty for node in told.ship_nodes], told.sku)),
        on_hand=_sum([node.on_hand_qty for node in told.ship_nodes], told.sku),
        updated_at=max(changed, default=None),
    )


def newly_held_level(told: wire.NewlyHeld) -> StockLevel:
    """The same from the newer list; raises SkipRecord."""
    units = told.inventory_data
    node = wire.HeldNode(avail_to_sell_qty=units.available_units, on_hand_qty=units.onhand_units)
    return held_level(wire.Held(sku=told.item_information.sku, ship_nodes=[node]))


def order(told: wire.Order) -> Order:
    """A purchase order without personal data; raises SkipRecord."""
    ref, lines = told.purchase_order_id, told.order_lines.order_line
    if not ref:
        raise SkipRecord("It has no id.", ref)
    if not lines:
        raise SkipRecord("It has no lines.", ref)
    placed = _time(told.order_date, ref)
    changed = [_time(line.status_date, ref) for line in lines if line.status_date is not None]
    return Order(
        ref=ref,
        number=told.customer_order_id or ref,
        status=_order_status(lines),
        placed_at=placed,
        updated_at=max([placed, *changed]),
        total=_total(lines, ref),
        lines=tuple(_line(line, ref) for line in lines),
        marketplace_status="/".join(sorted({one.status for line in lines for one in _states(line)})),
    )


def pieces(amount: Decimal, ref: str) -> int:
    """A number of pieces; raises SkipRecord for what cannot be one."""
    if not amount.is_finite() or amount != amount.to_integral_value() or abs(amount) > LARGEST_QUANTITY:
        raise SkipRecord(f"Its quantity of {amount} makes no sense.", ref)
    return int(amount)


def moment(text: str | int | None) -> datetime | None:
    """When an entry changed, however it is written; None when it does not say."""
    try:
        if isinstance(text, int) or (isinstance(text, str) and text.isdecimal()):
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        found = datetime.fromisoformat(text) if text else None
    except (ValueError, OverflowError, OSError):
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found and found.astimezone(UTC)


def _price(item: wire.Item) -> Money | None:
    if item.price is None:
        return None
    amount = item.price.amount
    if not amount.is_finite() or not 0 <= amount <= LARGEST_PRICE:
        raise SkipRecord(f"Its price {amount} makes no sense.", item.sku)
    return Money(amount, item.price.currency)


def _status(item: wire.Item) -> ProductStatus:
    if item.lifecycle_status in ("RETIRED", "ARCHIVED"):
        return ProductStatus.ARCHIVED
    return ProductStatus.ACTIVE if item.published_status == "PUBLISHED" else ProductStatus.DRAFT


def _pieces(quantity: wire.Quantity | None, ref: str) -> int | None:
    return None if quantity is None else pieces(quantity.amount, ref)


def _left(available: int | None) -> int | None:
    """What can be sold: oversold is nothing left."""
    return None if available is None else max(0, available)


def _sum(amounts: Sequence[Decimal | None], ref: str) -> int | None:
    known = [pieces(amount, ref) for amount in amounts if amount is not None]
    return sum(known) if known else None


def _states(line: wire.Line) -> list[wire.Status]:
    return line.order_line_statuses.order_line_status


def _order_status(lines: Sequence[wire.Line]) -> OrderStatus:
    """Open while a piece is left to send; refunded when all that was not cancelled is; cancelled when all is."""
    known = {one.status for line in lines for one in _states(line)}
    if not known or known - _SENT - {"Cancelled"}:
        return OrderStatus.OPEN
    if known == {"Cancelled"}:
        return OrderStatus.CANCELLED
    kept = [line for line in lines if any(one.status != "Cancelled" for one in _states(line))]
    if all(
        line.refund is not None or {one.status for one in _states(line)} <= {"Refund", "Cancelled"} for line in kept
    ):
        return OrderStatus.REFUNDED
    return OrderStatus.SHIPPED


def _total(lines: Sequence[wire.Line], ref: str) -> Money:
    """All charges with their taxes."""
    amounts = [charge.charge_amount for line in lines for charge in line.charges.charge]
    amounts += [charge.tax.tax_amount for line in lines for charge in line.charges.charge if charge.tax]
    currencies = {amount.currency for amount in amounts}
    if len(currencies) != 1:
        raise SkipRecord("It does not say what it costs, or in several currencies.", ref)
    for amount in amounts:
        if not amount.amount.is_finite() or abs(amount.amount) > LARGEST_PRICE:
            raise SkipRecord(f"Its amount {amount.amount} makes no sense.", ref)
    return Money(sum((amount.amount for amount in amounts), Decimal(0)), currencies.pop())


def _line(line: wire.Line, ref: str) -> OrderLine:
    count = pieces(line.order_line_quantity.amount, ref)
    goods = [charge.charge_amount for charge in line.charges.charge if charge.charge_type == GOODS]
    price = None
    if goods and count > 0:
        price = Money((sum((one.amount for one in goods), Decimal(0)) / count).quantize(_CENT), goods[0].currency)
    return OrderLine(
        ref=line.line_number,
        sku=line.item.sku or None,
        title=line.item.product_name,
        quantity=count,
        unit_price=price,
        variant_ref=line.item.sku or None,
    )


def _time(milliseconds: int | None, ref: str) -> datetime:
    try:
        return datetime.fromtimestamp((milliseconds or 0) / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SkipRecord("Its date makes no sense.", ref) from error
