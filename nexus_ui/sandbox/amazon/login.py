"""Login with Amazon's token endpoint: a code or a refresh token, with the app's id and secret, in a form."""

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

from nexus_ui.sandbox.amazon.account import ACCESS_LIFE, CLIENT_ID, CLIENT_SECRET, Account, account_of, accounts
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.gate import Call, Reply, json_reply

SCOPES = ("sellingpartnerapi::notifications", "sellingpartnerapi::client_credential:rotation")


def token(call: Call) -> Reply:
    """Tokens for the right code or refresh token."""
    form = dict(parse_qsl(call.body.decode("utf-8", "replace")))
    account = next((one for one in accounts(call.world) if _owns(one, form)), account_of(call.shop))
    faults = _faults(call, account)
    if not _known(form) or "wrong_key" in faults:
        return _refused(401, "invalid_client", "Client authentication failed")
    grant = form.get("grant_type", "")
    if grant == "authorization_code":
        return _first(account, form.get("code", ""))
    if grant == "client_credentials":
        return _of_the_app(account, form.get("scope", ""))
    if grant != "refresh_token":
        return _refused(400, "unsupported_grant_type", "The authorization grant type is not supported")
    refresh = form.get("refresh_token", "")
    if not account.consents(refresh) or "revoked_consent" in faults:
        return _refused(400, "invalid_grant", "The request has an invalid grant parameter : refresh_token")
    return _granted(account, refresh)


def _first(account: Account, code: str) -> Reply:
    refresh = account.redeem(code)
    if refresh is None:
        return _refused(400, "invalid_grant", "The request has an invalid grant parameter : code")
    return _granted(account, refresh)


def _of_the_app(account: Account, scope: str) -> Reply:
    """A token that concerns no seller; here it opens the first region only."""
    if scope not in SCOPES:
        return _refused(400, "invalid_scope", "The scope is not known")
    return json_reply({"access_token": account.issue_grantless(), "token_type": "bearer", "expires_in": ACCESS_LIFE})


def _granted(account: Account, refresh: str) -> Reply:
    told = {
        "access_token": account.tokens.issue(),
        "refresh_token": refresh,
        "token_type": "bearer",
        "expires_in": ACCESS_LIFE,
    }
    return json_reply(told)


def _owns(account: Account, form: Mapping[str, str]) -> bool:
    return account.has_consent(form.get("refresh_token", "")) or account.has_code(form.get("code", ""))


def _faults(call: Call, account: Account) -> Mapping[str, Fault]:
    """The faults of the account that signs in; only those of the first one count calls here."""
    if account.shop is call.shop:
        return call.faults
    return {fault.fault: fault for fault in account.shop.faults.active() if account.shop.faults.look(fault.fault)}


def _known(form: Mapping[str, str]) -> bool:
    shown = f"{form.get('client_id', '')}\n{form.get('client_secret', '')}"
    return hmac.compare_digest(shown.encode(), f"{CLIENT_ID}\n{CLIENT_SECRET}".encode())


def _refused(status: int, code: str, words: str) -> Reply:
    return json_reply({"error": code, "error_description": words}, status)
