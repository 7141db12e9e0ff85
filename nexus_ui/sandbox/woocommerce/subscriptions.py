"""The routes below /webhooks: the list of a shop's webhooks, one more, changed, one less.

After the webhooks controller of WooCommerce 7.9. Making one sends a ping that nobody signs.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from nexus_ui.sandbox.hooks import Subscription
from nexus_ui.sandbox.woocommerce import dates, listing
from nexus_ui.sandbox.woocommerce.refusals import Refusal, invalid_id, not_simulated
from nexus_ui.sandbox.woocommerce.site import Site
from nexus_ui.sandbox.woocommerce.webhooks import DISABLED

Record = dict[str, Any]
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "order.created": ("woocommerce_new_order",),
    "order.updated": ("woocommerce_update_order", "woocommerce_order_refunded"),
    "order.deleted": ("wp_trash_post",),
    "product.created": (
        "woocommerce_process_product_meta", "woocommerce_new_product", "woocommerce_new_product_variation",
    ),
    "product.updated": (
        "woocommerce_process_product_meta", "woocommerce_update_product", "woocommerce_update_product_variation",
    ),
    "product.deleted": ("wp_trash_post",),
}  # fmt: skip
RESOURCES, EVENTS = ("order", "product", "customer", "coupon"), ("created", "updated", "deleted", "restored")
POST_TYPE = "shop_webhook"
ACTIVE = "active"


def found(site: Site, values: Mapping[str, Any], base: str) -> listing.Found:
    """GET /webhooks."""
    if values.get("after") or values.get("before"):
        raise not_simulated("find webhooks by date")
    chosen = [
        one
        for one in site.webhooks.all()
        if values["status"] in ("all", _status(one))
        and (not values["include"] or one.number in values["include"])
        and one.number not in values["exclude"]
        and str(values.get("search") or "").lower() in one.name.lower()
    ]
    chosen.sort(
        key=lambda one: (one.name, one.number) if values["orderby"] == "title" else ("", one.number),
        reverse=values["order"] == "desc",
    )
    size = values["per_page"]
    start = max(0, values.get("offset", (values["page"] - 1) * size))
    return listing.Found(
        [record(site, one, base) for one in chosen[start : start + size]], len(chosen), -(-len(chosen) // size)
    )


def make(site: Site, values: Mapping[str, Any], base: str) -> Record:
    """POST /webhooks; raises Refusal for a topic or an address that will not do."""
    topic, address = str(values.get("topic") or ""), str(values.get("delivery_url") or "")
    resource, _, event = topic.partition(".")
    if not (resource in RESOURCES and event in EVENTS) and not (resource == "action" and event):
        raise _invalid("topic", "Webhook topic is required and must be valid.")
    if not address.startswith(("http://", "https://")):
        raise _invalid("delivery_url", "Webhook delivery URL must be a valid URL starting with http:// or https://.")
    kept = site.webhooks.add(
        topic,
        address,
        secret=values.get("secret") or hashlib.md5(site.shop.host.encode(), usedforsecurity=False).hexdigest(),
        name=values.get("name") or "Webhook created on the sandbox",
        active=values["status"] == ACTIVE,
        details={"status": values["status"]},
    )
    ping = f"webhook_id={kept.number}".encode()
    site.webhooks.ping(kept, ({"Content-Type": "application/x-www-form-urlencoded"}, ping))
    return record(site, kept, base)


def one(site: Site, number: int, base: str) -> Record:
    """GET /webhooks/<id>."""
    return record(site, _kept(site, number, 404), base)


def edit(site: Site, values: Mapping[str, Any], base: str) -> Record:
    """PUT /webhooks/<id>: another name, topic or secret; switched on again, its failures are forgotten."""
    kept = _kept(site, values["id"], 400)
    parts = {name: values[name] for name in ("name", "topic", "secret") if name in values}
    if "status" in values:
        active = values["status"] == ACTIVE
        parts |= {"active": active, "details": {"status": values["status"]}, "failures": 0 if active else kept.failures}
    return record(site, site.webhooks.change(kept, **parts), base)


def delete(site: Site, values: Mapping[str, Any], base: str) -> Record:
    """DELETE /webhooks/<id>?force=true."""
    kept = _kept(site, values["id"], 404)
    if not values["force"]:
        raise Refusal(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.")
    site.webhooks.drop(kept.number)
    return record(site, kept, base)


def record(site: Site, kept: Subscription, base: str) -> Record:
    """A webhook as the API shows it: never with its secret."""
    resource, _, event = kept.topic.partition(".")
    return {
        "id": kept.number,
        "name": kept.name,
        "status": _status(kept),
        "topic": kept.topic,
        "resource": resource,
        "event": event,
        "hooks": list(ACTIONS.get(kept.topic, ())),
        "delivery_url": kept.address,
        **dates.pair("date_created", kept.created, site.zone),
        **dates.pair("date_modified", kept.changed, site.zone),
        "_links": {
            "self": [{"href": f"{base}/webhooks/{kept.number}"}],
            "collection": [{"href": f"{base}/webhooks"}],
        },
    }


def _status(kept: Subscription) -> str:
    return ACTIVE if kept.active else "paused" if kept.details.get("status") == "paused" else DISABLED


def _kept(site: Site, number: int, status: int) -> Subscription:
    kept = site.webhooks.get(number)
    if kept is None:
        raise invalid_id(POST_TYPE, status)
    return kept


def _invalid(part: str, message: str) -> Refusal:
    return Refusal(400, f"woocommerce_rest_{POST_TYPE}_invalid_{part}", message)
