"""Zalando's token endpoint: Basic with the app's id and secret, grant_type in the form."""

from urllib.parse import parse_qs

from nexus_ui.sandbox.gate import Call, Reply, json_reply
from nexus_ui.sandbox.tokens import shows_client_keys
from nexus_ui.sandbox.zalando.merchant import TOKEN_LIFE, merchant_of


def token(call: Call) -> Reply:
    """A token for the right credentials."""
    if not shows_client_keys(call) or "wrong_key" in call.faults or "revoked_consent" in call.faults:
        return _refused(401, "invalid_client", "Client authentication failed")
    form = parse_qs(call.body.decode("utf-8", "replace"))
    grant = form.get("grant_type", [""])[0]
    if grant != "client_credentials":
        return _refused(400, "unsupported_grant_type", f"The grant type {grant or '(none)'} is not supported")
    issued = merchant_of(call.shop).tokens.issue()
    return json_reply({"access_token": issued, "token_type": "Bearer", "expires_in": TOKEN_LIFE})


def _refused(status: int, code: str, words: str) -> Reply:
    return json_reply({"error": code, "error_description": words}, status)
