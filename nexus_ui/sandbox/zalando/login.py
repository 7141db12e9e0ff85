"""Zalando's token endpoint: Basic with the app's id and secret, grant_type in the form."""

import base64
import hmac
from urllib.parse import parse_qs

from nexus_ui.sandbox.gate import Call, Reply, json_reply
from nexus_ui.sandbox.zalando.merchant import TOKEN_LIFE, merchant_of


def token(call: Call) -> Reply:
    """A token for the right credentials."""
    if not _known(call) or "wrong_key" in call.faults or "revoked_consent" in call.faults:
        return _refused(401, "invalid_client", "Client authentication failed")
    form = parse_qs(call.body.decode("utf-8", "replace"))
    grant = form.get("grant_type", [""])[0]
    if grant != "client_credentials":
        return _refused(400, "unsupported_grant_type", f"The grant type {grant or '(none)'} is not supported")
    issued = merchant_of(call.shop).issue()
    return json_reply({"access_token": issued, "token_type": "Bearer", "expires_in": TOKEN_LIFE})


def _known(call: Call) -> bool:
    scheme, _, coded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        shown = base64.b64decode(coded, validate=True)
    except ValueError:
        return False
    keys = call.shop.credentials
    return hmac.compare_digest(shown, f"{keys['client_id']}:{keys['client_secret']}".encode())


def _refused(status: int, code: str, words: str) -> Reply:
    return json_reply({"error": code, "error_description": words}, status)
