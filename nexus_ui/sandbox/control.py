"""The sandbox's own controls under /_sandbox: state, fault switches, new orders, changed products, recorded calls."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from nexus_ui.sandbox import control_hooks
from nexus_ui.sandbox.control_page import page
from nexus_ui.sandbox.faults import KNOWN, Fault
from nexus_ui.sandbox.happenings import Kind
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.world import World

Command = Callable[[Shop, dict[str, Any]], dict[str, Any]]


class BadRequest(ValueError):
    """The control call makes no sense; the message says why."""


def routes(world: World) -> list[Route]:
    """All control routes."""

    async def state(_: Request) -> Response:
        return JSONResponse({"shops": [shop_state(shop) for shop in world.shops()], "faults": KNOWN,
                             "calls": world.calls.total, "limits": world.options.limits,
                             "latency_ms": world.latency_ms})  # fmt: skip

    async def calls(request: Request) -> Response:
        query = request.query_params
        after = query.get("after", "0")
        if not after.isdecimal():
            return JSONResponse({"error": f"after must be a number, not {after!r}"}, 400)
        found = world.calls.find(query.get("marketplace", ""), query.get("shop", ""), int(after))
        return Response(
            msgspec.json.encode({"calls": found, "total": world.calls.total}), media_type="application/json"
        )

    async def forget(_: Request) -> Response:
        world.calls.clear()
        return JSONResponse({"ok": True})

    async def latency(request: Request) -> Response:
        try:
            world.latency_ms = max(0.0, float((await _fields(request)).get("latency_ms", 0)))
        except (ValueError, TypeError, msgspec.DecodeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"latency_ms": world.latency_ms})

    async def overview(_: Request) -> Response:
        return HTMLResponse(page(world))

    return [
        Route("/", overview),
        Route("/state", state),
        Route("/calls", calls),
        Route("/calls", forget, methods=["DELETE"]),
        Route("/latency", latency, methods=["POST"]),
        Route("/faults", _command(world, switch_fault), methods=["POST"]),
        Route("/orders", _command(world, place_orders), methods=["POST"]),
        Route("/touch", _command(world, touch_products), methods=["POST"]),
        Route("/stock", _command(world, set_stock), methods=["POST"]),
        Route("/remove", _command(world, remove_product), methods=["POST"]),
        Route("/cancel", _command(world, cancel_order), methods=["POST"]),
        Route("/uninstall", _command(world, uninstall_app), methods=["POST"]),
        *control_hooks.routes(world),
    ]


def shop_state(shop: Shop) -> dict[str, Any]:
    """One shop as /_sandbox/state tells it, credentials included: they open nothing but this sandbox."""
    return {
        "marketplace": shop.marketplace,
        "shop": shop.host,
        "name": shop.name,
        "currency": shop.currency,
        "timezone": shop.timezone,
        "products": len(shop.products),
        "orders": len(shop.orders),
        "credentials": shop.credentials,
        "tally": shop.private.get("tally", {}),
        "faults": [msgspec.to_builtins(fault) for fault in shop.faults.active()],
    }


def switch_fault(shop: Shop, fields: dict[str, Any]) -> dict[str, Any]:
    """Turn a fault on, off (on: false) or all of them off (clear: true)."""
    if fields.get("clear") in (True, "true", "1"):
        shop.faults.switch_off()
    elif fields.get("state") == "off":
        shop.faults.switch_off(str(fields.get("fault", "")))
    else:
        try:
            shop.faults.switch_on(msgspec.convert(fields, Fault, strict=False))
        except ValueError as error:
            raise BadRequest(str(error)) from error
    return {"faults": [msgspec.to_builtins(fault) for fault in shop.faults.active()]}


def place_orders(shop: Shop, fields: dict[str, Any]) -> dict[str, Any]:
    """Sell now: `lines` [{sku, quantity}] as one order, or `count` typical orders."""
    if fields.get("lines"):
        lines = [(*_place(shop, item["sku"]), int(item.get("quantity", 1))) for item in fields["lines"]]
        placed = [shop.place_order(lines)]
    else:
        placed = [shop.place_order() for _ in range(int(fields.get("count", 1)))]
    return {"placed": placed, "numbers": [shop.order(index).number for index in placed]}


def touch_products(shop: Shop, fields: dict[str, Any]) -> dict[str, Any]:
    """Change `count` products, `percent` of them, or those that hold `skus`."""
    if fields.get("skus"):
        return {"touched": shop.touch(_place(shop, sku)[0] for sku in fields["skus"])}
    count = (
        int(fields["count"]) if "count" in fields else round(len(shop.products) * float(fields.get("percent", 2)) / 100)
    )
    return {"touched": shop.touch(shop.spread_indices(count))}


def set_stock(shop: Shop, fields: dict[str, Any]) -> dict[str, Any]:
    """Put the available quantity of `sku` to `quantity` at `location` (its place in the list, 0 is the first)."""
    index, variant = _place(shop, fields["sku"])
    location = int(fields.get("location", 0))
    if location not in range(len(shop.locations)):
        raise BadRequest(f"{shop.host} has {len(shop.locations)} locations, counted from 0")
    shop.set_stock(index, variant, int(fields["quantity"]), location)
    return {"sku": fields["sku"], "quantity": shop.stock(index, variant, location)}


def remove_product(shop: Shop, fields: dict[str, Any]) -> dict[str, Any]:
    """Delete the product that holds `sku`."""
    shop.remove_product(_place(shop, fields["sku"])[0])
    return {"products": len(shop.products)}


def cancel_order(shop: Shop, fields: dict[str, Any]) -> dict[str, Any]:
    """Cancel the order with this `number`."""
    number = int(fields["number"])
    found = next((index for index in range(shop.orders.size) if shop.order(index).number == number), None)
    if found is None:
        raise BadRequest(f"{shop.host} has no order {number}")
    shop.change_order(found, cancelled=shop.now())
    return {"cancelled": number}


def uninstall_app(shop: Shop, _: dict[str, Any]) -> dict[str, Any]:
    """Remove the app: every token is refused from now on, and the marketplace tells so where it does that."""
    shop.faults.switch_on(Fault(fault="revoked_consent"))
    shop.tell(Kind.APP_REMOVED)
    return {"uninstalled": True}


def _place(shop: Shop, sku: str) -> tuple[int, int]:
    found = shop.find_sku(sku)
    if found is None:
        raise BadRequest(f"{shop.host} has no SKU {sku}")
    return found


def _command(world: World, command: Command) -> Callable[[Request], Awaitable[Response]]:
    async def run(request: Request) -> Response:
        try:
            fields = await _fields(request)
            named = (str(fields.pop("marketplace", "")), str(fields.pop("shop", "")))
            shop = world.shop(*named)
            if shop is None:
                raise BadRequest(f"No shop {named[1]!r} at marketplace {named[0]!r}")
            answer = command(shop, fields)
        except (BadRequest, KeyError, ValueError, TypeError, msgspec.DecodeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("./", 303)
        return JSONResponse(answer)

    return run


async def _fields(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        return msgspec.json.decode(await request.body(), type=dict[str, Any])
    form = await request.form()
    return {name: str(value) for name, value in form.items() if value != ""}
