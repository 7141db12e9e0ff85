"""Shopify's webhooks: signed with the app's client secret over the body alone, so only the body is believed.

Topics and headers are not signed: whoever catches a good body can send it again under another topic. So a body must
itself be of the kind its topic claims, and what it names is looked at before anything changes.
https://shopify.dev/docs/apps/build/webhooks/subscribe/https (read 2026-11-23)
"""

import re
from collections.abc import Sequence

import msgspec

from nexus_ui.adapters.contract import About, Delivery, Named, Notice, SecretOrigin, Topic, Webhooks
from nexus_ui.adapters.kit.signatures import content_key, signed_by_any
from nexus_ui.adapters.shopify.tokens import CLIENT_SECRET
from nexus_ui.errors import SkipRecord

SIGNATURE, TOPIC = "x-shopify-hmac-sha256", "x-shopify-topic"
TOPICS = (
    Topic("ORDERS_CREATE", About.ORDER, "A new order shows at once."),
    Topic("ORDERS_UPDATED", About.ORDER, "Payment, fulfilment, edits and cancellations show at once."),
    Topic("PRODUCTS_CREATE", About.PRODUCT, "A new product shows at once."),
    Topic("PRODUCTS_UPDATE", About.PRODUCT, "Changed titles, prices and variants show at once."),
    Topic("PRODUCTS_DELETE", About.PRODUCT, "A deleted product is noticed, which polling alone cannot."),
    Topic("INVENTORY_LEVELS_UPDATE", About.STOCK, "Stock that was sold or counted elsewhere shows at once."),
    Topic("APP_UNINSTALLED", About.ACCESS, "A removed app is told at once instead of at the next failed call."),
)
ROTATION = (
    "In the Dev Dashboard open your app, go to Settings and rotate the client secret. Then enter the new secret here "
    "under Edit credentials. Webhooks signed with the old one are accepted for another day."
)
_KNOWN = {topic.name: topic for topic in TOPICS}
_KINDS = {About.ORDER: "Order", About.PRODUCT: "Product"}
_LEVEL = re.compile(r"gid://shopify/InventoryLevel/\d+\?inventory_item_id=(\d+)")


class Body(msgspec.Struct, gc=False):
    """What is read of a webhook's body; which fields are there tells what it is about."""

    id: int | None = None
    admin_graphql_api_id: str = ""
    title: str | None = None
    inventory_item_id: int | None = None
    myshopify_domain: str | None = None


_body = msgspec.json.Decoder(Body)


def verify(delivery: Delivery, secrets: Sequence[str]) -> bool:
    """True when one of the client secrets signed this body."""
    return signed_by_any(delivery.body, delivery.headers.get(SIGNATURE, ""), secrets)


def read(delivery: Delivery) -> Notice | None:
    """What a signed webhook names; None for a topic nothing is done about. Raises SkipRecord."""
    topic = _KNOWN.get(delivery.headers.get(TOPIC, "").upper().replace("/", "_"))
    if topic is None:
        return None
    try:
        body = _body.decode(delivery.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SkipRecord("This webhook cannot be read.", "", str(error)) from error
    named = _named(topic, body)
    if named is None:
        raise SkipRecord(f"This webhook says {topic.name}, but what it carries is something else.", "")
    return Notice(content_key(delivery.body), topic.name, (named,))


def _named(topic: Topic, body: Body) -> Named | None:
    """The thing a body names; None when it is not of the kind its topic claims."""
    match topic.about:
        case About.STOCK:
            return _item(body)
        case About.ACCESS:
            return _shop(body)
        case about:
            return _thing(about, body, gone=topic.name.endswith("_DELETE"))


def _item(body: Body) -> Named | None:
    level = _LEVEL.fullmatch(body.admin_graphql_api_id)
    if level is None or level[1] != str(body.inventory_item_id):
        return None
    return Named(About.STOCK, f"gid://shopify/InventoryItem/{level[1]}")


def _shop(body: Body) -> Named | None:
    if body.id is None or not body.myshopify_domain:
        return None
    return Named(About.ACCESS, f"gid://shopify/Shop/{body.id}")


def _thing(about: About, body: Body, *, gone: bool) -> Named | None:
    """An order or product. What is gone is told by its bare id; everything else says its kind itself."""
    if body.id is None or body.myshopify_domain or body.inventory_item_id is not None:
        return None
    ref = f"gid://shopify/{_KINDS[about]}/{body.id}"
    bare = gone and body.title is None and body.admin_graphql_api_id in ("", ref)
    return Named(about, ref) if bare or (not gone and body.admin_graphql_api_id == ref) else None


WEBHOOKS = Webhooks(
    topics=TOPICS,
    secret=SecretOrigin.GIVEN,
    verify=verify,
    read=read,
    secret_field=CLIENT_SECRET,
    rotation=ROTATION,
)
