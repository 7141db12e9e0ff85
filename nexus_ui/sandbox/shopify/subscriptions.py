"""webhookSubscriptions and the mutations that make, change and delete them.

Messages as apps report them (https://community.shopify.dev, read 2026-11-23); the schema tells no codes for them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nexus_ui.sandbox.hooks import Desk, Subscription, deliverable
from nexus_ui.sandbox.shopify import ids, versions
from nexus_ui.sandbox.shopify.paging import Slice, page_of_list
from nexus_ui.sandbox.shopify.refusals import Refusal
from nexus_ui.sandbox.shopify.sources import iso

Fields = Mapping[str, Callable[..., Any]]
KIND = "WebhookSubscription"
Error = tuple[list[str] | None, str]
_NUMBER = 1_100_000_000_000
_SCOPES = {"ORDERS": "read_orders", "PRODUCTS": "read_products", "INVENTORY": "read_inventory"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a mutation answers."""

    subscription: Subscription | None = None
    deleted: str | None = None
    errors: list[Error] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SubscriptionDesk:
    """The subscriptions of one shop, as the app with these permissions may handle them."""

    desk: Desk

    def page(self, args: Mapping[str, Any]) -> Slice:
        """A page of them, of some topics or to one address where asked."""
        topics, address = args.get("topics"), args.get("uri")
        found = [
            one
            for one in self.desk.all()
            if (not topics or one.topic in topics) and (address is None or one.address == address)
        ]
        return page_of_list(found, dict(args), "webhookSubscriptions")

    def one(self, text: str) -> Subscription | None:
        """The subscription with this id, or None."""
        number = ids.number(text, KIND)
        return None if number is None else self.desk.get(number - _NUMBER)

    def create(self, args: Mapping[str, Any], scopes: frozenset[str]) -> Outcome:
        """One more, unless the address or the topic will not do."""
        topic, asked = args["topic"], args["webhookSubscription"]
        scope = _SCOPES.get(topic.split("_")[0])
        if scope is not None and scope not in scopes:
            return Outcome(errors=[(None, "You cannot create a webhook subscription with the specified topic")])
        errors = self._errors(topic, asked.get("uri"))
        if errors:
            return Outcome(errors=errors)
        return Outcome(self.desk.add(topic, asked["uri"], details=_details(asked)))

    def update(self, args: Mapping[str, Any]) -> Outcome:
        """Another address, or other fields."""
        found, asked = self.one(args["id"]), args["webhookSubscription"]
        if found is None:
            return Outcome(errors=[(["id"], "Webhook subscription does not exist")])
        address = asked.get("uri", found.address)
        errors = self._errors(found.topic, address) if address != found.address else []
        if errors:
            return Outcome(errors=errors)
        return Outcome(self.desk.change(found, address=address, details={**found.details, **_details(asked)}))

    def delete(self, text: str) -> Outcome:
        """One less."""
        found = self.one(text)
        if found is None:
            return Outcome(errors=[(["id"], "Webhook subscription does not exist")])
        self.desk.drop(found.number)
        return Outcome(deleted=text)

    def _errors(self, topic: str, address: str | None) -> list[Error]:
        path = ["webhookSubscription", "uri"]
        if not address:
            return [(path, "Address can't be blank")]
        if not deliverable(address):
            return [(path, f"Address protocol {address.split('//')[0]}// is not supported")]
        if self.desk.find(topic, address) is not None:
            return [(path, "Address for this topic has already been taken")]
        return []


def _details(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of the input. Raises Refusal for what the sandbox does not do."""
    if asked.get("format", "JSON") != "JSON":
        raise Refusal("The sandbox sends webhooks as JSON only.")
    return {"fields": asked["includeFields"]} if "includeFields" in asked else {}


SUBSCRIPTION_FIELDS: Mapping[str, Fields] = {
    KIND: {
        "id": lambda one: ids.gid(KIND, _NUMBER + one.number),
        "legacyResourceId": lambda one: str(_NUMBER + one.number),
        "topic": lambda one: one.topic,
        "uri": lambda one: one.address,
        "format": lambda _: "JSON",
        "includeFields": lambda one: one.details.get("fields") or [],
        "createdAt": lambda one: iso(one.created),
        "updatedAt": lambda one: iso(one.changed),
        "apiVersion": lambda _: versions.SUPPORTED[-1],
    },
    "WebhookSubscriptionCreatePayload": {
        "webhookSubscription": lambda outcome: outcome.subscription,
        "userErrors": lambda outcome: outcome.errors,
    },
    "WebhookSubscriptionUpdatePayload": {
        "webhookSubscription": lambda outcome: outcome.subscription,
        "userErrors": lambda outcome: outcome.errors,
    },
    "WebhookSubscriptionDeletePayload": {
        "deletedWebhookSubscriptionId": lambda outcome: outcome.deleted,
        "userErrors": lambda outcome: outcome.errors,
    },
    "UserError": {"field": lambda error: error[0], "message": lambda error: error[1]},
}
