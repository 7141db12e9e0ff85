"""How each field of orders and their lines is answered."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from nexus_ui.sandbox.shopify import ids
from nexus_ui.sandbox.shopify.paging import page_of_list
from nexus_ui.sandbox.shopify.sources import LineSource, OrderSource, ProductSource, VariantSource, iso, money

Fields = Mapping[str, Callable[..., Any]]
_NOTHING = Decimal("0.00")
_OPEN_PAYMENTS = ("pending", "authorized", "partially_paid")
_VAT = Decimal("0.21")


def _name(order: OrderSource, part: int) -> str:
    words = order.sale.buyer.split(" ", 1)
    return words[part] if part < len(words) else ""


def _product(line: LineSource) -> ProductSource | None:
    shop = line.order.shop
    return ProductSource(shop, line.line.product) if line.line.product in shop.products else None


def _variant(line: LineSource) -> VariantSource | None:
    product = _product(line)
    variants = product.variants() if product else []
    return variants[line.line.variant] if line.line.variant < len(variants) else None


def _variant_title(line: LineSource) -> str | None:
    variant = _variant(line)
    return " / ".join(variant.item.options) or None if variant else None


def _tax(order: OrderSource) -> Decimal:
    return order.sale.total - order.sale.total / (1 + _VAT)


def _bag(amount: Callable[[OrderSource], Decimal]) -> Callable[[OrderSource], tuple[str, str]]:
    return lambda order: (money(amount(order)), order.shop.currency)


def _line_bag(amount: Callable[[LineSource], Decimal]) -> Callable[..., tuple[str, str]]:
    return lambda line, _args=None: (money(amount(line)), line.order.shop.currency)


def _line_total(line: LineSource) -> Decimal:
    return line.line.unit_price * line.line.quantity


def _refunded(order: OrderSource) -> Decimal:
    return order.sale.total if order.sale.payment == "refunded" else _NOTHING


def _moment(stamp: int | None) -> str | None:
    return None if stamp is None else iso(stamp)


def _order_number(order: OrderSource) -> int:
    return ids.ORDER + order.index


ORDER: Fields = {
    "id": lambda order: ids.gid("Order", _order_number(order)),
    "legacyResourceId": lambda order: str(_order_number(order)),
    "name": lambda order: f"#{order.sale.number}",
    "number": lambda order: order.sale.number,
    "createdAt": lambda order: iso(order.sale.placed),
    "processedAt": lambda order: iso(order.sale.placed),
    "updatedAt": lambda order: iso(order.stamp),
    "cancelledAt": lambda order: _moment(order.sale.cancelled),
    "cancelReason": lambda order: "CUSTOMER" if order.sale.cancelled else None,
    "closed": lambda order: order.sale.cancelled is not None,
    "closedAt": lambda order: _moment(order.sale.cancelled),
    "confirmed": lambda _: True,
    "test": lambda _: False,
    "currencyCode": lambda order: order.shop.currency,
    "presentmentCurrencyCode": lambda order: order.shop.currency,
    "displayFinancialStatus": lambda order: order.sale.payment.upper(),
    "displayFulfillmentStatus": lambda order: order.sale.fulfilment.upper(),
    "fullyPaid": lambda order: order.sale.payment not in _OPEN_PAYMENTS,
    "unpaid": lambda order: order.sale.payment in _OPEN_PAYMENTS,
    "email": lambda order: order.sale.email or None,
    "note": lambda _: None,
    "tags": lambda _: [],
    "sourceName": lambda _: "web",
    "taxesIncluded": lambda _: True,
    "subtotalLineItemsQuantity": lambda order: sum(line.quantity for line in order.sale.lines),
    "totalPriceSet": _bag(lambda order: order.sale.total),
    "currentTotalPriceSet": _bag(lambda order: order.sale.total - _refunded(order)),
    "subtotalPriceSet": _bag(lambda order: order.sale.goods_total),
    "currentSubtotalPriceSet": _bag(lambda order: order.sale.goods_total),
    "totalShippingPriceSet": _bag(lambda order: order.sale.shipping),
    "totalTaxSet": _bag(_tax),
    "currentTotalTaxSet": _bag(_tax),
    "totalDiscountsSet": _bag(lambda _: _NOTHING),
    "totalRefundedSet": _bag(_refunded),
    "customer": lambda order: order,
    "shippingAddress": lambda order: order if order.sale.city else None,
    "lineItems": lambda order, args: page_of_list(order.lines(), args, "lineItems"),
}

CUSTOMER: Fields = {
    "id": lambda order: ids.gid("Customer", 7_000_000_000_000 + order.index % 997),
    "legacyResourceId": lambda order: str(7_000_000_000_000 + order.index % 997),
    "displayName": lambda order: order.sale.buyer,
    "firstName": lambda order: _name(order, 0),
    "lastName": lambda order: _name(order, 1),
}

ADDRESS: Fields = {
    "id": lambda order: ids.gid("MailingAddress", 20_000_000_000_000 + order.index),
    "name": lambda order: order.sale.buyer,
    "firstName": lambda order: _name(order, 0),
    "lastName": lambda order: _name(order, 1),
    "address1": lambda order: f"Station Road {order.index % 200 + 1}",
    "city": lambda order: order.sale.city,
    "zip": lambda order: f"{10_000 + order.index % 80_000}",
    "country": lambda order: order.sale.country,
    "countryCodeV2": lambda order: order.sale.country or None,
}

LINE: Fields = {
    "id": lambda line: ids.gid("LineItem", ids.LINE + line.order.index * ids.LINES + line.place),
    "name": lambda line: f"{line.line.title} - {_variant_title(line)}" if _variant_title(line) else line.line.title,
    "title": lambda line: line.line.title,
    "variantTitle": _variant_title,
    "sku": lambda line: line.line.sku,
    "vendor": lambda line: getattr(getattr(_product(line), "item", None), "vendor", None),
    "quantity": lambda line: line.line.quantity,
    "currentQuantity": lambda line: 0 if line.order.sale.cancelled else line.line.quantity,
    "unfulfilledQuantity": lambda line: 0 if line.order.sale.fulfilment == "fulfilled" else line.line.quantity,
    "requiresShipping": lambda _: True,
    "taxable": lambda _: True,
    "originalUnitPriceSet": _line_bag(lambda line: line.line.unit_price),
    "discountedUnitPriceSet": _line_bag(lambda line: line.line.unit_price),
    "originalTotalSet": _line_bag(_line_total),
    "discountedTotalSet": _line_bag(_line_total),
    "totalDiscountSet": _line_bag(lambda _: _NOTHING),
    "product": _product,
    "variant": _variant,
}

ORDERS: Mapping[str, Fields] = {
    "Order": ORDER,
    "Customer": CUSTOMER,
    "MailingAddress": ADDRESS,
    "LineItem": LINE,
    "MoneyBag": {"shopMoney": lambda bag: bag, "presentmentMoney": lambda bag: bag},
    "MoneyV2": {"amount": lambda bag: bag[0], "currencyCode": lambda bag: bag[1]},
}
