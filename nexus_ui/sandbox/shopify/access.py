"""Who may call a simulated shop: the app, its codes, access tokens and rotating refresh tokens.

Grants and lives as in https://shopify.dev/docs/apps/build/authentication-authorization (read 2026-11-23).
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from nexus_ui.sandbox.faults import Fault

APP_TITLE = "Nexus Connections"
OFFERED_SCOPES = ("read_products", "read_inventory", "write_inventory", "read_locations", "read_orders")
ALL_ORDERS = "read_all_orders"
CODE_LIFE = 600.0
ACCESS_LIFE = 3_600.0
CLIENT_CREDENTIALS_LIFE = 86_400.0
REFRESH_LIFE = 90 * 86_400.0
_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"


class TokenRefused(Exception):
    """The token endpoint says no: `error` is the OAuth code."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


@dataclass(frozen=True, slots=True)
class Grant:
    """What one access token allows, and until when (None: for ever)."""

    scopes: frozenset[str]
    client_id: str
    issued: float
    expires: float | None = None


@dataclass(slots=True)
class _Family:
    """Refresh tokens that follow one another: the one before stays good until the newest is used."""

    scopes: frozenset[str]
    current: str
    previous: str | None = None
    expires: float = 0.0


@dataclass(frozen=True, slots=True)
class _Code:
    scopes: frozenset[str]
    redirect_uri: str
    expires: float


def steady(*parts: str) -> str:
    """Thirty-two hexadecimal digits that are always the same for the same parts."""
    return hashlib.sha256("\n".join(("nexus-sandbox", *parts)).encode()).hexdigest()[:32]


def readable(scopes: frozenset[str]) -> frozenset[str]:
    """Scopes with what they include: write_x includes read_x."""
    return scopes | {f"read_{name[6:]}" for name in scopes if name.startswith("write_")}


@dataclass
class Access:
    """The keys of one shop. The app is the same for all shops; tokens are not."""

    host: str
    clock: Callable[[], float]
    client_id: str = field(default_factory=lambda: steady("client id"))
    client_secret: str = field(default_factory=lambda: f"shpss_{steady('client secret')}")

    def __post_init__(self) -> None:
        """Make the tokens that can be pasted."""
        self._tokens: dict[str, Grant] = {}
        self._families: dict[str, _Family] = {}
        self._codes: dict[str, _Code] = {}
        self.pasted = f"shpat_{steady('token', self.host)}"
        self.pasted_all_orders = f"shpat_{steady('token with all orders', self.host)}"
        own = frozenset(OFFERED_SCOPES)
        self._tokens[self.pasted] = Grant(own, self.client_id, self.clock())
        self._tokens[self.pasted_all_orders] = Grant(own | {ALL_ORDERS}, self.client_id, self.clock())

    def grant_of(self, token: str, faults: Mapping[str, Fault]) -> Grant | None:
        """What a token allows now; None for one that is unknown, expired or revoked."""
        grant = self._tokens.get(token)
        if grant is None or "wrong_key" in faults or "revoked_consent" in faults:
            return None
        if grant.expires is not None and grant.expires <= self.clock():
            return None
        expired = faults.get("expired_token")
        if expired is not None and (grant.expires is None or grant.issued <= expired.since):
            return None
        return grant

    def new_code(self, scopes: frozenset[str], redirect_uri: str) -> str:
        """A code for one exchange, ten minutes long."""
        code = secrets.token_hex(16)
        self._codes[code] = _Code(scopes, redirect_uri, self.clock() + CODE_LIFE)
        return code

    def exchange(self, fields: Mapping[str, str], faults: Mapping[str, Fault]) -> dict[str, object]:
        """Answer the token endpoint. Raises TokenRefused."""
        known = fields.get("client_id") == self.client_id and fields.get("client_secret") == self.client_secret
        if not known or "wrong_key" in faults:
            raise TokenRefused("invalid_client", "The client id or the client secret is wrong")
        kind = fields.get("grant_type", "")
        if kind == "client_credentials":
            return self._client_credentials(faults)
        if kind == "refresh_token":
            return self._refresh(fields.get("refresh_token", ""), faults)
        if kind == _EXCHANGE:
            return self._to_expiring(fields)
        if kind in ("", "authorization_code"):
            return self._code(fields)
        raise TokenRefused("unsupported_grant_type", f"The grant type {kind} is not supported")

    def _code(self, fields: Mapping[str, str]) -> dict[str, object]:
        code = self._codes.pop(fields.get("code", ""), None)
        if code is None or code.expires <= self.clock():
            raise TokenRefused("invalid_request", "The authorization code was not found or was already used")
        return self._issue(code.scopes, expiring=fields.get("expiring") in ("1", "true"))

    def _client_credentials(self, faults: Mapping[str, Fault]) -> dict[str, object]:
        if "revoked_consent" in faults:
            raise TokenRefused("shop_not_permitted", "Client credentials cannot be performed on this shop.")
        token = self._mint(frozenset(OFFERED_SCOPES), CLIENT_CREDENTIALS_LIFE)
        return {
            "access_token": token,
            "scope": ",".join(OFFERED_SCOPES),
            "expires_in": int(CLIENT_CREDENTIALS_LIFE) - 1,
        }

    def _refresh(self, presented: str, faults: Mapping[str, Fault]) -> dict[str, object]:
        family = self._families.get(presented)
        gone = family is None or presented not in (family.current, family.previous) or family.expires <= self.clock()
        if family is None or gone or "revoked_consent" in faults:
            raise TokenRefused("invalid_grant", "The refresh token is invalid, expired or already used")
        if presented == family.current:
            self._forget(family.previous)
            family.previous = family.current
        else:
            self._forget(family.current)
        family.current = self._new_refresh(family)
        return self._told(family, self._mint(family.scopes, ACCESS_LIFE))

    def _to_expiring(self, fields: Mapping[str, str]) -> dict[str, object]:
        grant = self._tokens.get(fields.get("subject_token", ""))
        if grant is None or grant.expires is not None:
            raise TokenRefused("invalid_subject_token", "The subject token is not a permanent token of this shop")
        del self._tokens[fields["subject_token"]]
        return self._issue(grant.scopes, expiring=True)

    def _issue(self, scopes: frozenset[str], *, expiring: bool) -> dict[str, object]:
        if not expiring:
            return {"access_token": self._mint(scopes, None), "scope": ",".join(sorted(scopes))}
        family = _Family(scopes, "")
        family.current = self._new_refresh(family)
        return self._told(family, self._mint(scopes, ACCESS_LIFE))

    def _told(self, family: _Family, token: str) -> dict[str, object]:
        return {
            "access_token": token,
            "scope": ",".join(sorted(family.scopes)),
            "expires_in": int(ACCESS_LIFE),
            "refresh_token": family.current,
            "refresh_token_expires_in": int(REFRESH_LIFE),
        }

    def _mint(self, scopes: frozenset[str], life: float | None) -> str:
        token, now = f"shpat_{secrets.token_hex(16)}", self.clock()
        self._tokens[token] = Grant(scopes, self.client_id, now, None if life is None else now + life)
        return token

    def _new_refresh(self, family: _Family) -> str:
        token = f"shprt_{secrets.token_hex(16)}"
        self._families[token] = family
        family.expires = self.clock() + REFRESH_LIFE
        return token

    def _forget(self, refresh_token: str | None) -> None:
        if refresh_token is not None:
            self._families.pop(refresh_token, None)
