"""Login with Amazon: the code of a consent, or a refresh token, for an access token of one hour.

Refresh tokens do not rotate. A public app's consent ends after 365 days.
https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api (read 2026-11-23)
"""

from collections.abc import Mapping

import httpx
import msgspec

from nexus_ui import clock
from nexus_ui.adapters.amazon.refusals import judge_token
from nexus_ui.adapters.contract import (
    ACCESS_EXPIRES_AT,
    ACCESS_TOKEN,
    REFRESH_EXPIRES_AT,
    REFRESH_TOKEN,
    Credentials,
    Keyring,
)
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.auth import TokenAuth, expires_in, expiry
from nexus_ui.adapters.kit.http import Http

LOGIN = "login"
CLIENT_ID, CLIENT_SECRET, SELLER_ID = "client_id", "client_secret", "seller_id"
LIFE = 3_600
CONSENT_LIFE = 365 * 86_400
YOUNG = 300
"""Seconds in which a new token is not replaced, since it cannot be why Amazon denies something."""


class Token(msgspec.Struct):
    """What Login with Amazon hands out."""

    access_token: str
    expires_in: float = LIFE
    refresh_token: str = ""


_token = msgspec.json.Decoder(Token)


def signing(http: Http, keys: Keyring) -> TokenAuth:
    """Puts the account's access token on each request and renews it ahead of its end."""
    return TokenAuth(keys, _place, lambda _: lambda held: refreshed(http, held))


async def refreshed(http: Http, held: Credentials) -> Credentials:
    """A new access token for the refresh token; raises TokenExpired when the consent has ended, CredentialsRejected."""
    grant = {"grant_type": "refresh_token", "refresh_token": held[REFRESH_TOKEN]}
    return await _ask(http, held, grant, "token")


async def from_code(http: Http, fields: Credentials, code: str) -> Credentials:
    """Tokens for the code of a consent, which is good for one try; raises TokenExpired for one that is used or old."""
    won = await _ask(http, fields, {"grant_type": "authorization_code", "code": code}, "token from consent")
    return {**won, REFRESH_EXPIRES_AT: expires_in(CONSENT_LIFE)}


async def grantless(http: Http, held: Credentials, scope: str) -> str:
    """A token of the app itself, for the few operations that concern no seller."""
    grant = {"grant_type": "client_credentials", "scope": scope}
    return (await _ask(http, held, grant, "token of the app"))[ACCESS_TOKEN]


def is_young(held: Credentials) -> bool:
    """True for an access token that was fetched a moment ago."""
    ends = expiry(held.get(ACCESS_EXPIRES_AT, ""))
    return ends is not None and (ends - clock.utcnow()).total_seconds() > LIFE - YOUNG


async def _ask(http: Http, held: Credentials, grant: Mapping[str, str], operation: str) -> Credentials:
    exchange = Exchange(
        "POST",
        "/auth/o2/token",
        operation,
        data={**grant, "client_id": held[CLIENT_ID], "client_secret": held[CLIENT_SECRET]},
        cost=0,
        safe="code" not in grant,
        confidential=True,
        host=LOGIN,
    )
    token = await http.without_auth().using(judge=judge_token).fetch(exchange, lambda it: _token.decode(it.body))
    return {
        **held,
        ACCESS_TOKEN: token.access_token,
        ACCESS_EXPIRES_AT: expires_in(token.expires_in),
        **({REFRESH_TOKEN: token.refresh_token} if token.refresh_token else {}),
    }


def _place(request: httpx.Request, token: str) -> None:
    request.headers["x-amz-access-token"] = token
    request.headers["x-amz-date"] = clock.utcnow().strftime("%Y%m%dT%H%M%SZ")
