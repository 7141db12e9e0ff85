"""Orders as version 10 of bol's Retailer API writes them: a thin list by change, and each one in full."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from nexus_ui.sandbox.bol import reading
from nexus_ui.sandbox.bol.account import Account, ean, held_by_bol, offer_id
from nexus_ui.sandbox.bol.problems import Refusal, invalid
from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.sales import Sale, SaleLine
from nexus_ui.sandbox.shop import DAY, MICROS

QUERY = ("page", "fulfilment-method", "status", "change-interval-minute", "latest-change-date", "vvb-only")
PAGE = 50
ZONE = ZoneInfo("Europe/Amsterdam")
FIRST_NUMBER = 1001
HISTORY = timedelta(days=92)
Lines = list[tuple[int, SaleLine]]


def listed(account: Account, call: Call) -> dict[str, Any]:
    """GET /retailer/orders."""
    page = reading.number(call, "page", 1, 1)
    method = reading.word(call, "fulfilment-method", "FBR", "FBR", "FBB", "ALL")
    status = reading.word(call, "status", "OPEN", "OPEN", "SHIPPED", "ALL")
    reading.flag(call, "vvb-only")
    found = []
    for index in _changed(account, call):
        sale = account.shop.order(index)
        lines = [entry for entry in enumerate(sale.lines) if method in ("ALL", _method(entry[1]))]
        handled = _handled(sale)
        if lines and (status == "ALL" or (status == "OPEN") == (not handled)):
            found.append(_reduced(account, index, sale, lines))
        if len(found) >= page * PAGE:
            break
    return {"orders": found[(page - 1) * PAGE :]}


def one(account: Account, call: Call) -> dict[str, Any]:
    """GET /retailer/orders/{order-id}."""
    text = call.path_params["route"].rpartition("/")[2]
    number = int(text[1:]) if text[:1] == "A" and text[1:].isdecimal() else 0
    index = number - FIRST_NUMBER
    if index < 0 or index not in account.shop.orders:
        raise Refusal(404, f"Order with id {text} was not found.")
    sale = account.shop.order(index)
    return {
        "orderId": order_id(index),
        "pickupPoint": False,
        "orderPlacedDateTime": _time(sale.placed),
        "shipmentDetails": _address(sale),
        "billingDetails": _address(sale),
        "orderItems": [_item(account, index, sale, place, line) for place, line in enumerate(sale.lines)],
    }


def open_units(account: Account, product: int) -> int:
    """Units of a product in orders that are neither shipped nor cancelled."""
    sales = (account.shop.order(index) for index in account.shop.orders.after(0))
    return sum(line.quantity for sale in sales if not _handled(sale) for line in sale.lines if line.product == product)


def _changed(account: Account, call: Call) -> Iterator[int]:
    """Orders whose latest change falls into what the query asks for, oldest change first; raises Refusal."""
    shop, now = account.shop, account.shop.now()
    minutes = reading.number(call, "change-interval-minute", 0, 1, 60)
    day = reading.day(call, "latest-change-date")
    if minutes:
        yield from shop.orders.after(now - minutes * 60 * MICROS)
    elif day is None:
        yield from shop.orders.after(0)
    else:
        begin = datetime(day.year, day.month, day.day, tzinfo=ZONE)
        if begin < datetime.fromtimestamp(shop.clock(), UTC) - HISTORY:
            raise invalid("latest-change-date", "Up to 3 months of history is supported.")
        end = int((begin + timedelta(days=1)).timestamp()) * MICROS
        for index in shop.orders.after(int(begin.timestamp()) * MICROS - 1):
            if shop.orders.stamp(index) >= end:
                return
            yield index


def _reduced(account: Account, index: int, sale: Sale, lines: Lines) -> dict[str, Any]:
    return {
        "orderId": order_id(index),
        "orderPlacedDateTime": _time(sale.placed),
        "orderItems": [
            {
                **_progress(account, index, sale, place, line),
                "ean": ean(line.product),
                "fulfilmentMethod": _method(line),
                "fulfilmentStatus": "HANDLED" if _handled(sale) else "OPEN",
            }
            for place, line in lines
        ],
    }


def _item(account: Account, index: int, sale: Sale, place: int, line: SaleLine) -> dict[str, Any]:
    total = line.unit_price * line.quantity
    day = datetime.fromtimestamp((sale.placed + 2 * DAY) / MICROS, ZONE).date().isoformat()
    offer: dict[str, Any] = {"offerId": offer_id(line.product)} | ({"reference": line.sku} if line.sku else {})
    return {
        **_progress(account, index, sale, place, line),
        "fulfilment": {
            "method": _method(line),
            "distributionParty": "BOL" if held_by_bol(line.product) else "RETAILER",
            "latestDeliveryDate": day,
            "timeFrameType": "REGULAR",
        },
        "offer": offer,
        "product": {"ean": ean(line.product), "title": line.title},
        "unitPrice": float(line.unit_price),
        "totalPrice": float(total),
        "discounts": [],
        "commission": round(float(total) * 0.12, 2),
    }


def _progress(account: Account, index: int, sale: Sale, place: int, line: SaleLine) -> dict[str, Any]:
    cancelled = line.quantity if sale.cancelled is not None else 0
    return {
        "orderItemId": str(2_000_000_000 + index * 10 + place),
        "cancellationRequest": False,
        "quantity": line.quantity,
        "quantityShipped": line.quantity if _handled(sale) and not cancelled else 0,
        "quantityCancelled": cancelled,
        "latestChangedDateTime": _time(max(account.shop.orders.stamp(index), sale.placed)),
    }


def _method(line: SaleLine) -> str:
    return "FBB" if held_by_bol(line.product) else "FBR"


def _handled(sale: Sale) -> bool:
    return sale.cancelled is not None or sale.fulfilment == "fulfilled"


def order_id(index: int) -> str:
    """The id of the order at an index."""
    return f"A{FIRST_NUMBER + index:09d}"


def _time(micros: int) -> str:
    return datetime.fromtimestamp(micros / MICROS, ZONE).isoformat(timespec="seconds")


def _address(sale: Sale) -> dict[str, Any]:
    first, _, last = sale.buyer.partition(" ")
    return {
        "salutation": "UNKNOWN",
        "firstName": first,
        "surname": last or first,
        "streetName": "Dorpstraat",
        "houseNumber": "1",
        "zipCode": "1111ZZ",
        "city": sale.city,
        "countryCode": sale.country,
        "email": "anonymous@verkopen.bol.com",
    }
