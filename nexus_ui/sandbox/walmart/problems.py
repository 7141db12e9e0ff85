"""How Walmart says no: a list of errors, each with a code that ends in the name of the service that refused."""

from typing import Any

import msgspec

from nexus_ui.sandbox.gate import Reply, json_reply

GATEWAY, ITEMS, INVENTORY, ORDERS, FEEDS, HOOKS = (
    "GMP_GATEWAY_API", "GMP_ITEM_QUERY_API", "GMP_INVENTORY_API", "GMP_ORDER_API", "GMP_FEED_API", "GMP_WEBHOOKS_API",
)  # fmt: skip


class Refusal(Exception):
    """An error answer on its way to the client."""

    def __init__(self, status: int, code: str, service: str, words: str, field: str = "") -> None:
        super().__init__(words)
        self.status, self.code, self.words, self.field = status, f"{code}.{service}", words, field
        self.headers: dict[str, str] = {}


def reply(refusal: Refusal, headers: dict[str, str]) -> Reply:
    """The refusal as an answer; the gateway names its list otherwise than the services behind it."""
    error: dict[str, Any] = {
        "code": refusal.code,
        "field": refusal.field or refusal.code.partition(".")[0],
        "description": refusal.words,
        "info": refusal.words,
        "severity": "ERROR",
        "category": "DATA",
        "causes": [],
        "errorIdentifiers": {},
    }
    name = "error" if refusal.code.endswith(GATEWAY) else "errors"
    return json_reply({name: [error]}, refusal.status, headers)


def invalid(name: str, words: str, service: str = GATEWAY) -> Refusal:
    """A parameter that is not acceptable."""
    return Refusal(400, "INVALID_REQUEST_PARAM", service, f"{name}: {words}", name)


def unreadable(error: msgspec.MsgspecError) -> Refusal:
    """A body that is not of the shape asked for."""
    return Refusal(400, "INVALID_REQUEST_CONTENT", GATEWAY, str(error))
