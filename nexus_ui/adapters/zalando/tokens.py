"""Zalando's token endpoint: Basic with the app's id and secret; a token lives two hours and has no refresh token.

https://developers.merchants.zalando.com/docs/requesting-access-token.html (read 2026-11-23)
"""

import httpx
import msgspec

from nexus_ui.adapters.contract import ACCESS_EXPIRES_AT, ACCESS_TOKEN, Credentials, Keyring
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.auth import TokenAuth, expires_in
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.signatures import basic
from nexus_ui.adapters.zalando.refusals import judge_token

CLIENT_ID, CLIENT_SECRET = "client_id", "client_secret"


class Token(msgspec.Struct):
    """What the token endpoint hands out."""

    access_token: str
    expires_in: int


_token = msgspec.json.Decoder(Token)


def bearer(http: Http, keys: Keyring) -> TokenAuth:
    """Puts the app's token on each request and replaces it ahead of its end."""
    return TokenAuth(keys, _place, lambda _: lambda now: fetched(http, now))


async def fetched(http: Http, held: Credentials) -> Credentials:
    """Trade the app's id and secret for a token; raises CredentialsRejected, AccountSuspended."""
    exchange = Exchange(
        "POST",
        "/auth/token",
        "token",
        data={"grant_type": "client_credentials", "scope": "access_token_only"},
        headers={"Authorization": basic(held[CLIENT_ID], held[CLIENT_SECRET])},
        cost=0,
        confidential=True,
    )
    token = await http.without_auth().using(judge=judge_token).fetch(exchange, lambda it: _token.decode(it.body))
    return {**held, ACCESS_TOKEN: token.access_token, ACCESS_EXPIRES_AT: expires_in(token.expires_in)}


def _place(request: httpx.Request, token: str) -> None:
    request.headers["Authorization"] = f"Bearer {token}"
