"""bol's token endpoint: Basic with the client's id and secret, grant_type in the query or the form."""

from urllib.parse import parse_qs

from nexus_ui.sandbox.bol.account import account_of, token_answer
from nexus_ui.sandbox.gate import Call, Reply, json_reply
from nexus_ui.sandbox.tokens import shows_client_keys

INACTIVE = "Account is not active, access denied. Please contact partnerservice if this is unexpected."


def token(call: Call) -> Reply:
    """A token for the right credentials."""
    if "suspended" in call.faults:
        return json_reply({"status": 403, "title": "Forbidden", "detail": INACTIVE}, 403)
    if not shows_client_keys(call) or "wrong_key" in call.faults or "revoked_consent" in call.faults:
        return _refused(401, "invalid_client", "Bad client credentials")
    form = parse_qs(call.body.decode("utf-8", "replace"))
    grant = call.query.get("grant_type") or form.get("grant_type", [""])[0]
    if grant != "client_credentials":
        return _refused(400, "unsupported_grant_type", f"The grant type {grant or '(none)'} is not supported")
    return json_reply(token_answer(account_of(call.shop).tokens.issue()))


def _refused(status: int, code: str, words: str) -> Reply:
    return json_reply({"error": code, "error_description": words}, status)
