"""Walmart's token endpoint: a token lives 15 minutes and there is no refresh token; each one serves many calls.

Every call, also the one for a token, names itself by a new id and says what for.
https://developer.walmart.com/us-marketplace/reference/tokenapi (read 2026-11-23)
"""

from datetime import timedelta
from uuid import uuid4

import httpx
import msgspec

from nexus_ui.adapters.contract import ACCESS_EXPIRES_AT, ACCESS_TOKEN, Credentials, Keyring
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.auth import TokenAuth, expires_in
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.signatures import basic
from nexus_ui.adapters.walmart.refusals import judge_token

CLIENT_ID, CLIENT_SECRET, CHANNEL_TYPE = "client_id", "client_secret", "channel_type"
AHEAD = timedelta(minutes=2)
SERVICE = "Walmart Marketplace"


class Token(msgspec.Struct):
    """What the token endpoint hands out."""

    access_token: str
    expires_in: int


_token = msgspec.json.Decoder(Token)


class Stamp:
    """Names each request, for calls that carry their own credentials."""

    def __init__(self, keys: Keyring) -> None:
        """Tell the channel type of these credentials, where there is one."""
        self._keys = keys

    async def apply(self, request: httpx.Request) -> str:
        """Write the headers Walmart wants on every call."""
        request.headers["WM_QOS.CORRELATION_ID"] = str(uuid4())
        request.headers["WM_SVC.NAME"] = SERVICE
        if channel := (await self._keys.current()).get(CHANNEL_TYPE):
            request.headers["WM_CONSUMER.CHANNEL.TYPE"] = channel
        return ""

    async def renew(self, used: str) -> bool:
        """There is nothing to renew."""
        return False


class Bearer:
    """Puts the account's token on each request, besides its name; replaced ahead of its end, and once when refused."""

    def __init__(self, http: Http, keys: Keyring) -> None:
        """Fetch tokens through `http`."""
        self._stamp = Stamp(keys)
        self._token = TokenAuth(keys, _place, lambda _: lambda held: fetched(http, self._stamp, held), AHEAD)

    async def apply(self, request: httpx.Request) -> str:
        """Sign the request; raises what fetching a token raises."""
        await self._stamp.apply(request)
        return await self._token.apply(request)

    async def renew(self, used: str) -> bool:
        """Replace a token that was refused."""
        return await self._token.renew(used)


async def fetched(http: Http, stamp: Stamp, held: Credentials) -> Credentials:
    """Trade the client's id and secret for a token; raises CredentialsRejected."""
    exchange = Exchange(
        "POST",
        "/v3/token",
        "token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": basic(held[CLIENT_ID], held[CLIENT_SECRET])},
        cost=0,
        confidential=True,
    )
    signing_in = http.without_auth().using(judge=judge_token, auth=stamp)
    token = await signing_in.fetch(exchange, lambda answer: _token.decode(answer.body))
    return {**held, ACCESS_TOKEN: token.access_token, ACCESS_EXPIRES_AT: expires_in(token.expires_in)}


def _place(request: httpx.Request, token: str) -> None:
    request.headers["WM_SEC.ACCESS_TOKEN"] = token
