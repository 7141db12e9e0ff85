"""Shopify's token endpoint: the code of a consent, a refresh token, or the app's own credentials, for an access token.

Refresh tokens rotate: what comes back replaces both tokens. https://shopify.dev/docs/apps/build/authentication-authorization
"""

from collections.abc import Mapping

import msgspec

from nexus_ui import clock
from nexus_ui.adapters.contract import (
    ACCESS_EXPIRES_AT,
    ACCESS_TOKEN,
    GRANTED_SCOPES,
    REFRESH_EXPIRES_AT,
    REFRESH_TOKEN,
    Credentials,
)
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.auth import Renewal, expires_in, expiry
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.shopify import wire
from nexus_ui.adapters.shopify.refusals import judge_token
from nexus_ui.errors import TokenExpired

PATH = "/admin/oauth/access_token"
CLIENT_ID, CLIENT_SECRET = "client_id", "client_secret"
_token = msgspec.json.Decoder(wire.Token)
_REFRESH_DAYS = 90


async def from_code(http: Http, fields: Credentials, code: str) -> Credentials:
    """Trade the code of a consent for expiring tokens; raises TokenExpired for a code that is used or too old."""
    return await _ask(http, fields, {"code": code, "expiring": "1"}, "token from consent")


async def refreshed(http: Http, held: Credentials) -> Credentials:
    """Trade the refresh token for a new pair; raises TokenExpired when Shopify does not honour it any more."""
    ends = expiry(held.get(REFRESH_EXPIRES_AT, ""))
    if ends is not None and ends <= clock.utcnow():
        raise TokenExpired("The access Shopify had granted has ended. Connect the shop again.")
    grant = {"grant_type": "refresh_token", "refresh_token": held[REFRESH_TOKEN]}
    return await _ask(http, held, grant, "token refresh")


async def from_app(http: Http, held: Credentials) -> Credentials:
    """Trade the app's id and secret for a token of one day; raises CredentialsRejected."""
    return await _ask(http, held, {"grant_type": "client_credentials"}, "token from app")


def renewal_for(http: Http, held: Credentials) -> Renewal | None:
    """How the token held can be renewed; None for one that was pasted in or does not expire."""
    if held.get(REFRESH_TOKEN):
        return lambda now: refreshed(http, now)
    if not held.get(CLIENT_ID) or (held.get(ACCESS_TOKEN) and not held.get(ACCESS_EXPIRES_AT)):
        return None
    return lambda now: from_app(http, now)


async def _ask(http: Http, held: Credentials, grant: Mapping[str, str], operation: str) -> Credentials:
    body = {CLIENT_ID: held[CLIENT_ID], CLIENT_SECRET: held[CLIENT_SECRET], **grant}
    exchange = Exchange("POST", PATH, operation, json=body, cost=0, safe="code" not in grant, confidential=True)
    token = (
        await http.without_auth().using(judge=judge_token).fetch(exchange, lambda answer: _token.decode(answer.body))
    )
    return _kept(held, token)


def _kept(held: Credentials, token: wire.Token) -> Credentials:
    """The credentials with everything a token answer replaces."""
    kept = {name: value for name, value in held.items() if name not in (REFRESH_TOKEN, REFRESH_EXPIRES_AT)}
    kept[ACCESS_TOKEN] = token.access_token
    kept.pop(ACCESS_EXPIRES_AT, None)
    if token.expires_in is not None:
        kept[ACCESS_EXPIRES_AT] = expires_in(token.expires_in)
    if token.refresh_token:
        kept[REFRESH_TOKEN] = token.refresh_token
        kept[REFRESH_EXPIRES_AT] = expires_in(token.refresh_token_expires_in or _REFRESH_DAYS * 86_400)
    if token.scope:
        kept[GRANTED_SCOPES] = token.scope
    return kept
