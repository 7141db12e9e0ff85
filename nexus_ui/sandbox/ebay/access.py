"""Who may call: the app's keys, the codes of consents, access tokens of two hours and refresh tokens of 18 months."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nexus_ui.sandbox.faults import Fault

CREDENTIALS = {
    "client_id": "NexusCon-Nexus-PRD-5f1c0a7e2-9b3d4e6f",
    "client_secret": "PRD-5f1c0a7e2b9d-3d4e-4f60-8a21-7c5e",
    "ru_name": "Nexus_Connecti-NexusCon-Nexus-sandbox",
    "refresh_token": "v^1.1#i^1#r^1#I^3#p^3#f^0#t^refresh-token-that-opens-only-the-simulated-eBay",
}
BASE = "https://api.ebay.com/oauth/api_scope"
READS = {f"{BASE}/{name}": f"{BASE}/{name}.readonly" for name in ("sell.inventory", "sell.fulfillment", "sell.account")}
KNOWN_SCOPES = frozenset(
    {
        BASE, *READS, *READS.values(), f"{BASE}/commerce.identity.readonly",
        f"{BASE}/commerce.notification.subscription",
    }
)  # fmt: skip
CODE_LIFE, ACCESS_LIFE, REFRESH_LIFE = 299, 7_200, 47_304_000


class TokenRefused(Exception):
    """The token endpoint says no: `error` is the OAuth code."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status, self.error, self.description = status, error, description


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows, from when until when, and whether a seller is behind it."""

    scopes: frozenset[str]
    issued: float
    ends: float
    user: bool = True

    def allows(self, scope: str) -> bool:
        """True for a scope that was granted, also as part of a wider one."""
        return scope in self.scopes or any(READS.get(wide) == scope for wide in self.scopes)


class Access:
    """The tokens of one app and seller."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """The refresh token that can be pasted is there from the start."""
        self._clock = clock
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, Grant] = {}
        now = clock()
        self._refresh = {CREDENTIALS["refresh_token"]: Grant(KNOWN_SCOPES, now, now + REFRESH_LIFE)}

    def grant_of(self, token: str, faults: Mapping[str, Fault]) -> Grant | None:
        """What a token allows now; None for one that is unknown, over or withdrawn."""
        grant = self._tokens.get(token)
        if grant is None or grant.ends <= self._clock() or "wrong_key" in faults:
            return None
        if "revoked_consent" in faults and grant.user:
            return None
        expired = faults.get("expired_token")
        return None if expired is not None and grant.issued <= expired.since else grant

    def new_code(self, scopes: frozenset[str]) -> str:
        """A code for one exchange."""
        code = f"v^1.1#i^1#f^0#I^3#r^1#p^3#t^{secrets.token_urlsafe(24)}"
        self._codes[code] = Grant(scopes, self._clock(), self._clock() + CODE_LIFE)
        return code

    def exchange(self, fields: Mapping[str, str], faults: Mapping[str, Fault]) -> dict[str, object]:
        """Answer the token endpoint. Raises TokenRefused."""
        kind = fields.get("grant_type", "")
        if kind == "client_credentials":
            return self._of_app(fields)
        if kind == "refresh_token":
            return self._renewed(fields, faults)
        if kind == "authorization_code":
            return self._consented(fields)
        raise TokenRefused(400, "unsupported_grant_type", "grant type in request is not supported")

    def _of_app(self, fields: Mapping[str, str]) -> dict[str, object]:
        if fields.get("scope") != BASE:
            raise TokenRefused(400, "invalid_scope", "The requested scope is invalid, unknown, malformed, or exceeds")
        token = self._mint(frozenset({BASE}), user=False)
        return {"access_token": token, "expires_in": ACCESS_LIFE, "token_type": "Application Access Token"}

    def _renewed(self, fields: Mapping[str, str], faults: Mapping[str, Fault]) -> dict[str, object]:
        grant = self._refresh.get(fields.get("refresh_token", ""))
        if grant is None or grant.ends <= self._clock() or "revoked_consent" in faults:
            raise _not_granted()
        scopes = frozenset(fields["scope"].split()) if fields.get("scope") else grant.scopes
        if not all(grant.allows(scope) for scope in scopes):
            raise TokenRefused(400, "invalid_scope", "The requested scope exceeds the scope granted to the client")
        token = self._mint(scopes, user=True)
        return {"access_token": token, "expires_in": ACCESS_LIFE, "token_type": "User Access Token"}

    def _consented(self, fields: Mapping[str, str]) -> dict[str, object]:
        if fields.get("redirect_uri") != CREDENTIALS["ru_name"]:
            raise TokenRefused(400, "invalid_request", "redirect_uri does not match the RuName of the consent")
        grant = self._codes.pop(fields.get("code", ""), None)
        if grant is None or grant.ends <= self._clock():
            raise _not_granted()
        refresh = f"v^1.1#i^1#r^1#I^3#p^3#f^0#t^{secrets.token_urlsafe(32)}"
        self._refresh[refresh] = Grant(grant.scopes, self._clock(), self._clock() + REFRESH_LIFE)
        return {
            "access_token": self._mint(grant.scopes, user=True),
            "expires_in": ACCESS_LIFE,
            "refresh_token": refresh,
            "refresh_token_expires_in": REFRESH_LIFE,
            "token_type": "User Access Token",
        }

    def _mint(self, scopes: frozenset[str], *, user: bool) -> str:
        now = self._clock()
        self._tokens = {token: grant for token, grant in self._tokens.items() if grant.ends > now}
        token = f"v^1.1#i^1#p^3#r^0#I^3#f^0#t^{secrets.token_urlsafe(60)}"
        self._tokens[token] = Grant(scopes, now, now + ACCESS_LIFE, user)
        return token


def _not_granted() -> TokenRefused:
    words = "the provided authorization grant code is invalid or was issued to another client"
    return TokenRefused(400, "invalid_grant", words)
