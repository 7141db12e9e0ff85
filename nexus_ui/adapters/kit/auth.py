"""Signing in on every request: a token that is renewed ahead of its end and once when it is refused."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx

from nexus_ui import clock
from nexus_ui.adapters.contract import ACCESS_EXPIRES_AT, ACCESS_TOKEN, Credentials, Keyring

AHEAD = timedelta(minutes=5)
Renewal = Callable[[Credentials], Awaitable[Credentials]]


class TokenAuth:
    """Puts the access token of a keyring on each request; `renewal` trades the old credentials for new ones."""

    def __init__(
        self,
        keys: Keyring,
        place: Callable[[httpx.Request, str], None],
        renewal_for: Callable[[Credentials], Renewal | None],
        ahead: timedelta = AHEAD,
    ) -> None:
        """`place` writes the token onto a request; `renewal_for` says how to renew what is held, if at all.

        `ahead` is how long before its end a token is replaced; it must be shorter than a token lives.
        """
        self._keys, self._place, self._renewal_for, self._ahead = keys, place, renewal_for, ahead

    async def apply(self, request: httpx.Request) -> str:
        """Put a token that is good for a while on the request; raises what the renewal raises."""
        held = await self._keys.current()
        if _is_due(held, self._ahead) and (renewal := self._renewal_for(held)):
            held = await self._keys.renew(held.get(ACCESS_TOKEN, ""), renewal)
        token = held.get(ACCESS_TOKEN, "")
        self._place(request, token)
        return token

    async def renew(self, used: str) -> bool:
        """Replace the token that was refused; False when there is nothing to renew it with."""
        renewal = self._renewal_for(await self._keys.current())
        if renewal is None:
            return False
        held = await self._keys.renew(used, renewal)
        return held.get(ACCESS_TOKEN, "") != used


def expiry(value: str) -> datetime | None:
    """The moment a stored expiry names, or None when there is none."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def expires_in(seconds: float) -> str:
    """A stored expiry so many seconds from now."""
    return (clock.utcnow() + timedelta(seconds=seconds)).isoformat()


def _is_due(held: Credentials, ahead: timedelta) -> bool:
    if not held.get(ACCESS_TOKEN):
        return True
    ends = expiry(held.get(ACCESS_EXPIRES_AT, ""))
    return ends is not None and ends - clock.utcnow() < ahead
