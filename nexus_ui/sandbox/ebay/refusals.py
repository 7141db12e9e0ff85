"""How eBay says no: a list of errors, each with its number, its area and its category."""

from typing import Any

from nexus_ui.sandbox.gate import Reply, json_reply

INVENTORY, FULFILLMENT = "API_INVENTORY", "API_FULFILLMENT"


class Refusal(Exception):
    """An error answer on its way to the client."""

    def __init__(self, status: int, number: int, message: str, domain: str, category: str = "REQUEST") -> None:
        super().__init__(message)
        self.status, self.number, self.message = status, number, message
        self.domain, self.category = domain, category
        self.headers: dict[str, str] = {}

    def error(self) -> dict[str, Any]:
        """The error as it stands in lists of errors."""
        return {
            "errorId": self.number,
            "domain": self.domain,
            "subdomain": "Selling",
            "category": self.category,
            "message": self.message,
            "longMessage": self.message,
        }

    def reply(self) -> Reply:
        """The error as an answer."""
        return json_reply({"errors": [self.error()]}, self.status, self.headers)


def invalid(number: int, message: str, domain: str = INVENTORY) -> Refusal:
    """A request that makes no sense."""
    return Refusal(400, number, message, domain)


def no_token(given: bool) -> Refusal:
    """Nobody signed in, or with a token that is not good."""
    if not given:
        return Refusal(401, 1002, "Missing access token", "OAuth")
    return Refusal(401, 1001, "Invalid access token", "OAuth")


def denied() -> Refusal:
    """A token that does not reach so far."""
    return Refusal(403, 1100, "Access denied", "ACCESS")


def too_many() -> Refusal:
    """The app has used up its calls."""
    return Refusal(429, 2001, "Too many requests.", "ACCESS")


def restricted() -> Refusal:
    """The seller may not sell any more."""
    words = "The seller account is restricted. Please contact customer support."
    return Refusal(403, 25_019, words, INVENTORY, "BUSINESS")
