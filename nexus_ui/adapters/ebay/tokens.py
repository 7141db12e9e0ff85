"""eBay's token endpoint: an access token of two hours for a consent's code, or for the refresh token of 18 months.

https://developer.ebay.com/api-docs/static/oauth-refresh-token-request.html (read 2026-11-23). The refresh token
stays the same; should one ever come back, it replaces the one held.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import httpx
import msgspec

from nexus_ui import clock
from nexus_ui.adapters.contract import (
    ACCESS_EXPIRES_AT,
    ACCESS_TOKEN,
    REFRESH_EXPIRES_AT,
    REFRESH_TOKEN,
    Credentials,
    Keyring,
)
from nexus_ui.adapters.ebay.refusals import SCOPES_URL, judge_token
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.auth import Renewal, TokenAuth, expires_in, expiry
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.signatures import basic
from nexus_ui.errors import TokenExpired

PATH = "/identity/v1/oauth2/token"
CLIENT_ID, CLIENT_SECRET, RU_NAME = "client_id", "client_secret", "ru_name"


class Token(msgspec.Struct):
    """What the token endpoint hands out."""

    access_token: str
    expires_in: int
    refresh_token: str = ""
    refresh_token_expires_in: int | None = None


@dataclass(frozen=True, slots=True)
class OfApp:
    """A token of an app, and when it is used no longer."""

    token: str = field(repr=False)
    ends: float


APP_TOKEN_SECONDS = 6_600.0
"""Ten minutes less than the two hours such a token lives."""
_token = msgspec.json.Decoder(Token)
_of_apps: dict[tuple[str, str, str], OfApp] = {}


def bearer(http: Http, keys: Keyring) -> TokenAuth:
    """Puts the seller's token on each request and replaces it five minutes before its end."""
    return TokenAuth(keys, place, partial(_renewal_for, http))


async def from_code(http: Http, fields: Credentials, code: str) -> Credentials:
    """Trade the code of a consent for tokens; raises TokenExpired for one that is used or too old."""
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": fields[RU_NAME]}
    return _kept(fields, await _ask(http, fields, grant, "token from consent"))


async def refreshed(http: Http, held: Credentials) -> Credentials:
    """Trade the refresh token for a new access token; raises TokenExpired when eBay does not honour it any more."""
    ends = expiry(held.get(REFRESH_EXPIRES_AT, ""))
    if ends is not None and ends <= clock.utcnow():
        raise TokenExpired("The seller's consent has ended, as it does after 18 months. Connect again.")
    grant = {"grant_type": "refresh_token", "refresh_token": held[REFRESH_TOKEN]}
    return _kept(held, await _ask(http, held, grant, "token refresh"))


async def of_app(http: Http, held: Credentials) -> str:
    """A token of the app itself, for what is no seller's business; eBay hands out 1,000 of them a day."""
    grant = {"grant_type": "client_credentials", "scope": SCOPES_URL}
    return (await _ask(http, held, grant, "token of the app")).access_token


class AppAuth:
    """Puts a token of the app itself on each request. All connections of the app share it, as eBay counts them."""

    def __init__(self, http: Http, keys: Keyring) -> None:
        """Ask for it through `http` with these keys."""
        self._http, self._keys = http, keys

    async def apply(self, request: httpx.Request) -> str:
        """Sign a request with the token at hand, or with a new one."""
        held = await self._keys.current()
        app = (self._http.base_url, held[CLIENT_ID], held[CLIENT_SECRET])
        known = _of_apps.get(app)
        if known is None or known.ends <= clock.monotonic():
            token = await of_app(self._http, held)
            known = _of_apps[app] = OfApp(token, clock.monotonic() + APP_TOKEN_SECONDS)
        place(request, known.token)
        return known.token

    async def renew(self, used: str) -> bool:
        """Forget a token that was refused; the next request asks for another."""
        for app in [app for app, known in _of_apps.items() if known.token == used]:
            del _of_apps[app]
        return True


def place(request: httpx.Request, token: str) -> None:
    """Write a token onto a request."""
    request.headers["Authorization"] = f"Bearer {token}"


def _renewal_for(http: Http, held: Credentials) -> Renewal | None:
    return partial(refreshed, http) if held.get(REFRESH_TOKEN) else None


async def _ask(http: Http, held: Credentials, grant: Mapping[str, str], operation: str) -> Token:
    exchange = Exchange(
        "POST",
        PATH,
        operation,
        data=grant,
        headers={"Authorization": basic(held[CLIENT_ID], held[CLIENT_SECRET])},
        cost=0,
        safe="code" not in grant,
        confidential=True,
    )
    return await http.without_auth().using(judge=judge_token).fetch(exchange, lambda it: _token.decode(it.body))


def _kept(held: Credentials, token: Token) -> Credentials:
    """The credentials with everything a token answer replaces."""
    kept = {**held, ACCESS_TOKEN: token.access_token, ACCESS_EXPIRES_AT: expires_in(token.expires_in)}
    if token.refresh_token:
        kept[REFRESH_TOKEN] = token.refresh_token
        kept.pop(REFRESH_EXPIRES_AT, None)
    if token.refresh_token_expires_in:
        kept[REFRESH_EXPIRES_AT] = expires_in(token.refresh_token_expires_in)
    return kept
