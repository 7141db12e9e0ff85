"""bol's token endpoint: a token lives 299 seconds, and there is no refresh token; asking too often gets one blocked.

https://api.bol.com/retailer/public/Retailer-API/authentication.html (read 2026-11-23)
"""

from datetime import timedelta

import httpx
import msgspec

from nexus_ui.adapters.bol.refusals import judge_token
from nexus_ui.adapters.contract import ACCESS_EXPIRES_AT, ACCESS_TOKEN, GRANTED_SCOPES, Credentials, Keyring
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.auth import TokenAuth, expires_in
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.signatures import basic

LOGIN = "login"
CLIENT_ID, CLIENT_SECRET = "client_id", "client_secret"
AHEAD = timedelta(seconds=60)


class Token(msgspec.Struct):
    """What the token endpoint hands out."""

    access_token: str
    expires_in: int
    scope: str = ""


_token = msgspec.json.Decoder(Token)


def bearer(http: Http, keys: Keyring) -> TokenAuth:
    """Puts the account's token on each request and replaces it a minute before its end."""
    return TokenAuth(keys, _place, lambda _: lambda now: fetched(http, now), AHEAD)


async def fetched(http: Http, held: Credentials) -> Credentials:
    """Trade the client's id and secret for a token; raises CredentialsRejected, AccountSuspended."""
    exchange = Exchange(
        "POST",
        "/token",
        "token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": basic(held[CLIENT_ID], held[CLIENT_SECRET])},
        cost=0,
        confidential=True,
        host=LOGIN,
    )
    token = await http.without_auth().using(judge=judge_token).fetch(exchange, lambda it: _token.decode(it.body))
    scopes = ",".join(token.scope.split())
    return {
        **held,
        ACCESS_TOKEN: token.access_token,
        ACCESS_EXPIRES_AT: expires_in(token.expires_in),
        **({GRANTED_SCOPES: scopes} if scopes else {}),
    }


def _place(request: httpx.Request, token: str) -> None:
    request.headers["Authorization"] = f"Bearer {token}"
