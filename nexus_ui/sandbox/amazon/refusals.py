"""How Amazon says no."""

from nexus_ui.sandbox.gate import Reply, json_reply

DENIED = "Access to requested resource is denied."


class Refusal(Exception):
    """An error answer on its way to the client."""

    def __init__(self, status: int, code: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.details = status, code, message, details

    def reply(self) -> Reply:
        """The refusal as an answer."""
        return json_reply(
            {"errors": [{"code": self.code, "message": self.message, "details": self.details}]}, self.status
        )


def invalid(message: str) -> Refusal:
    """A parameter or body that is not acceptable."""
    return Refusal(400, "InvalidInput", message)


def denied(details: str = "") -> Refusal:
    """A token, role or account that is not good for this."""
    return Refusal(403, "Unauthorized", DENIED, details)


def throttled() -> Refusal:
    """A budget that is spent."""
    return Refusal(429, "QuotaExceeded", "You exceeded your quota for the requested resource.")


def unknown(what: str) -> Refusal:
    """A thing that does not exist."""
    return Refusal(404, "NOT_FOUND", f"{what} not found.")


def not_simulated(what: str) -> Refusal:
    """Something the real one does and this one does not."""
    return Refusal(501, "NotSimulated", f"The simulated Amazon does not {what}.")
