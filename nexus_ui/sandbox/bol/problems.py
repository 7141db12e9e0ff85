"""How bol says no: a problem document with the violations it found."""

import msgspec

from nexus_ui.sandbox.gate import Reply

TITLES = {
    400: "Error validating request. Consult the bol.com API documentation for more information.",
    401: "Unauthorized Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    501: "Not simulated",
}


class Refusal(Exception):
    """An error answer on its way to the client."""

    def __init__(self, status: int, detail: str, *violations: tuple[str, str]) -> None:
        super().__init__(detail)
        self.status, self.detail, self.violations = status, detail, violations
        self.headers: dict[str, str] = {}


def reply(refusal: Refusal, path: str, kind: str, headers: dict[str, str]) -> Reply:
    """The refusal as an answer in the media type asked for."""
    body = {
        "type": "https://api.bol.com/problems",
        "title": TITLES[refusal.status],
        "status": refusal.status,
        "detail": refusal.detail,
        "host": "Instance-001",
        "instance": f"https://api.bol.com{path}",
        "violations": [{"name": name, "reason": reason} for name, reason in refusal.violations],
    }
    return Reply(refusal.status, msgspec.json.encode(body), kind, headers)


def invalid(name: str, reason: str) -> Refusal:
    """A parameter or field that is not acceptable."""
    return Refusal(400, "The request contains invalid values.", (name, reason))
