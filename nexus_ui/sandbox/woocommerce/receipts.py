"""Orders as WooCommerce 7.9 writes them, after `prepare_object_for_response` of its v3 controller (read 2026-11-23)."""

import hashlib
from decimal import Decimal
from typing import Any

from nexus_ui.sandbox.sales import Sale, SaleLine
from nexus_ui.sandbox.woocommerce import dates
from nexus_ui.sandbox.woocommerce.site import Site, symbol

CENT = Decimal("0.01")
ZERO = "0.00"
FIRST_NUMBER = 1001


def order(site: Site, index: int, base: str) -> dict[str, Any]:
    """The order at an index; `base` is the address of the API. Raises KeyError when there is none."""
    sale, shop = site.shop.order(index), site.shop
    number, status = sale.number, _status(sale)
    paid = sale.placed if sale.payment in ("paid", "refunded") else None
    changed = shop.orders.stamp(index)
    return {
        "id": number,
        "parent_id": 0,
        "status": status,
        "currency": shop.currency,
        "currency_symbol": symbol(shop.currency),
        "version": "7.9.0",
        "prices_include_tax": True,
        **dates.pair("date_created", sale.placed, site.zone),
        **dates.pair("date_modified", max(changed, sale.placed), site.zone),
        "discount_total": ZERO,
        "discount_tax": ZERO,
        "shipping_total": _money(sale.shipping),
        "shipping_tax": ZERO,
        "cart_tax": ZERO,
        "total": _money(sale.total),
        "total_tax": ZERO,
        "customer_id": 0,
        "order_key": f"wc_order_{_digest(shop.host, number)[:13]}",
        "billing": _address(sale) | {"email": sale.email, "phone": ""},
        "shipping": _address(sale) | {"phone": ""},
        "payment_method": "bacs",
        "payment_method_title": "Direct bank transfer",
        "transaction_id": "",
        "customer_ip_address": "",
        "customer_user_agent": "",
        "created_via": "checkout",
        "customer_note": "",
        **dates.pair("date_completed", changed if status == "completed" else None, site.zone),
        **dates.pair("date_paid", paid, site.zone),
        "cart_hash": _digest(shop.host, number),
        "number": str(number),
        "meta_data": [],
        "line_items": [_line(site, number, place, line) for place, line in enumerate(sale.lines)],
        "tax_lines": [],
        "shipping_lines": _shipping(number, sale),
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": _refunds(number, sale),
        "payment_url": f"https://{shop.host}/checkout/order-pay/{number}/?pay_for_order=true",
        "is_editable": status in ("pending", "on-hold"),
        "needs_payment": status == "pending",
        "needs_processing": True,
        "_links": {"self": [{"href": f"{base}/orders/{number}"}], "collection": [{"href": f"{base}/orders"}]},
    }


def index_of(site: Site, number: int) -> int | None:
    """The index of the order with this number, or None."""
    index = number - FIRST_NUMBER
    return index if index in site.shop.orders else None


def number_of(index: int) -> int:
    """The number of the order at an index, which is also its id."""
    return FIRST_NUMBER + index


def _status(sale: Sale) -> str:
    if sale.cancelled is not None:
        return "cancelled"
    if sale.payment != "paid":
        return {"pending": "pending", "refunded": "refunded"}.get(sale.payment, "on-hold")
    return "completed" if sale.fulfilment == "fulfilled" else "processing"


def _line(site: Site, number: int, place: int, line: SaleLine) -> dict[str, Any]:
    """A line names its product and variation by id; what is no longer there keeps its name and SKU."""
    varied = line.product in site.shop.products and site.product(line.product).kind == "variable"
    total = _money(line.unit_price * line.quantity)
    return {
        "id": number * 10 + place,
        "name": line.title,
        "product_id": site.numbers.product(line.product),
        "variation_id": site.numbers.variation(line.product, line.variant) if varied else 0,
        "quantity": line.quantity,
        "tax_class": "",
        "subtotal": total,
        "subtotal_tax": ZERO,
        "total": total,
        "total_tax": ZERO,
        "taxes": [],
        "meta_data": [],
        "sku": line.sku or "",
        "price": float(line.unit_price),
        "image": {"id": 0, "src": ""},
        "parent_name": line.title if varied else None,
    }


def _shipping(number: int, sale: Sale) -> list[dict[str, Any]]:
    if not sale.shipping:
        return []
    return [
        {
            "id": number * 10 + 9,
            "method_title": "Flat rate",
            "method_id": "flat_rate",
            "instance_id": "1",
            "total": _money(sale.shipping),
            "total_tax": ZERO,
            "taxes": [],
            "meta_data": [],
        }
    ]


def _refunds(number: int, sale: Sale) -> list[dict[str, Any]]:
    if sale.payment != "refunded":
        return []
    return [{"id": 10**8 + number, "reason": "", "total": f"-{_money(sale.total)}"}]


def _address(sale: Sale) -> dict[str, Any]:
    first, _, last = sale.buyer.partition(" ")
    return {
        "first_name": first,
        "last_name": last,
        "company": "",
        "address_1": "Market Street 1",
        "address_2": "",
        "city": sale.city,
        "state": "",
        "postcode": "1000",
        "country": sale.country,
    }


def _money(amount: Decimal) -> str:
    return f"{amount.quantize(CENT):f}"


def _digest(host: str, number: int) -> str:
    return hashlib.md5(f"{host} {number}".encode(), usedforsecurity=False).hexdigest()
