"""How WordPress says no: `{"code", "message", "data": {"status"}}`."""

from typing import Any


class Refusal(Exception):
    """An error answer on its way to the client; `data` beside the status goes into the body."""

    def __init__(self, status: int, code: str, message: str, **data: Any) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.data = status, code, message, data

    def body(self) -> dict[str, Any]:
        """The JSON body, as single answer."""
        return {"code": self.code, "message": self.message, "data": {"status": self.status, **self.data}}


def no_route() -> Refusal:
    """What WordPress says to any address it has no route for, also when the plugin is off."""
    return Refusal(404, "rest_no_route", "No route was found matching the URL and request method.")


def invalid_id(post_type: str, status: int) -> Refusal:
    """A product, variation or order that is not there (404 on reading, 400 on writing)."""
    return Refusal(status, f"woocommerce_rest_{post_type}_invalid_id", "Invalid ID.")


def not_simulated(what: str) -> Refusal:
    """Something the real shop can do and this one cannot."""
    return Refusal(501, "sandbox_not_simulated", f"This simulated shop does not {what}.")
