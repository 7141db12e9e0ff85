"""Shopify's list of webhooks: which ones this app has registered, one more, one less.

Eight failures in a row make Shopify delete a webhook, so one that is gone is simply registered again.
"""

from nexus_ui.adapters.contract import Registration
from nexus_ui.adapters.shopify import documents, wire
from nexus_ui.adapters.shopify.graph import Graph
from nexus_ui.errors import SkipRecord


async def registered(graph: Graph) -> list[Registration]:
    """Every webhook of this app in this shop."""
    found: list[Registration] = []
    after: str | None = None
    while True:
        answer = await graph.ask(wire.Reply[wire.Subscriptions], "webhooks", documents.WEBHOOKS, {"after": after})
        page = answer.webhook_subscriptions
        found += [_registration(one) for one in page.nodes]
        if not page.page_info.has_next_page:
            return found
        after = page.page_info.end_cursor


async def add(graph: Graph, topic: str, address: str) -> Registration:
    """Register a topic, or find it registered already; raises SkipRecord, naming the topic, when Shopify refuses it."""
    asked = {"topic": topic, "uri": address}
    answer = await graph.ask(wire.Reply[wire.WebhookAdded], "add webhook", documents.ADD_WEBHOOK, asked)
    made = answer.webhook_subscription_create
    if made.webhook_subscription is not None:
        return _registration(made.webhook_subscription)
    for one in await registered(graph):
        if (one.topic, one.address) == (topic, address):
            return one
    raise SkipRecord(f"Shopify refused the webhook {topic}: {_said(made.user_errors)}", topic)


async def remove(graph: Graph, registration: Registration) -> None:
    """Take a webhook away, or find it gone already; raises SkipRecord when Shopify keeps it."""
    asked = {"id": registration.ref}
    answer = await graph.ask(wire.Reply[wire.WebhookRemoved], "remove webhook", documents.REMOVE_WEBHOOK, asked)
    errors = answer.webhook_subscription_delete.user_errors
    if errors and registration.ref in {one.ref for one in await registered(graph)}:
        raise SkipRecord(f"Shopify keeps the webhook {registration.topic}: {_said(errors)}", registration.topic)


def _registration(one: wire.Subscription) -> Registration:
    return Registration(one.id, one.topic, one.uri)


def _said(errors: list[wire.UserError]) -> str:
    return " ".join(error.message for error in errors) or "it gave no reason."
