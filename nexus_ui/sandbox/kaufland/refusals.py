"""How Kaufland says no: `{"message", "errors", "type"}`. The types are the vendor's own list (API 2.27.0)."""

from typing import Any

from nexus_ui.sandbox.gate import Reply, json_reply


class Refusal(Exception):
    """An error answer on its way to the client; `wrong` names fields of the request and what is wrong with them."""

    def __init__(self, status: int, kind: str, message: str, **wrong: str) -> None:
        super().__init__(message)
        self.status, self.kind, self.message, self.wrong = status, kind, message, wrong

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        return {"type": f"/problems/{self.kind}", "message": self.message, "errors": self.errors()}

    def errors(self) -> list[dict[str, str]]:
        """What is wrong, field by field."""
        return [{"field": name, "message": why} for name, why in self.wrong.items()]

    def reply(self) -> Reply:
        """The whole answer."""
        return json_reply(self.body(), self.status)


def invalid(**wrong: str) -> Refusal:
    """A value of the request that makes no sense."""
    return Refusal(
        400, "validation-error", f"Parameters [{', '.join(wrong)}] are missing or have wrong value.", **wrong
    )


def not_found(what: str) -> Refusal:
    """A record that is not there."""
    return Refusal(404, "not-found", f"{what} not found")


def not_simulated(what: str) -> Refusal:
    """Something the real Kaufland can do and this one cannot."""
    return Refusal(501, "server-error", f"This simulated Kaufland does not {what}.")


def no_storefront(code: str) -> Refusal:
    """A storefront the seller has not opened."""
    return Refusal(400, "storefront-not-configured", f"The storefront {code} is not configured for this seller.")


def nobody(host: str) -> Reply:
    """What a seller without any storefront hears."""
    return no_storefront(host).reply()
