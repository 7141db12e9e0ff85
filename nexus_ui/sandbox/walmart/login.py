"""Walmart's token endpoint: Basic with the client's id and secret, and the headers every call needs."""

from urllib.parse import parse_qs

from nexus_ui.sandbox.gate import Call, Reply, json_reply
from nexus_ui.sandbox.tokens import shows_client_keys
from nexus_ui.sandbox.walmart.account import TOKEN_LIFE, account_of
from nexus_ui.sandbox.walmart.problems import GATEWAY, Refusal, reply

NEEDED = ("WM_QOS.CORRELATION_ID", "WM_SVC.NAME")


def token(call: Call) -> Reply:
    """A token for the right credentials."""
    try:
        stamped(call)
        if not shows_client_keys(call) or "wrong_key" in call.faults or "revoked_consent" in call.faults:
            raise Refusal(401, "UNAUTHORIZED", GATEWAY, "Unauthorized token or incorrect authorization header.")
        grant = parse_qs(call.body.decode("utf-8", "replace")).get("grant_type", [""])[0]
        if grant != "client_credentials":
            raise Refusal(400, "INVALID_REQUEST_PARAM", GATEWAY, f"Unsupported grant type: {grant or '(none)'}.")
    except Refusal as refusal:
        return reply(refusal, {})
    issued = account_of(call.shop).tokens.issue()
    return json_reply({"access_token": issued, "token_type": "Bearer", "expires_in": TOKEN_LIFE})


def stamped(call: Call) -> None:
    """Raise Refusal for a call without a header that each one needs."""
    for name in NEEDED:
        if not call.headers.get(name):
            raise Refusal(400, "MISSING_REQUEST_HEADER", GATEWAY, f"The header {name} is missing.", name)
