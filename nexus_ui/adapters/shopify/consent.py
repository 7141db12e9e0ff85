"""Signing in by consent: where to send the browser, whether what comes back is genuine, and the tokens for it."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

from nexus_ui import clock
from nexus_ui.adapters.contract import Credentials
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.shopify import tokens
from nexus_ui.errors import OtherAccount, Refused

SHOP = "shop_domain"
_FRESH_SECONDS = 90


class ShopifyConsent:
    """Shopify's authorization code flow with expiring tokens. Shopify offers no PKCE; the secret stands for it."""

    code = "code"

    def __init__(self, scopes: tuple[str, ...]) -> None:
        """Ask for these scopes."""
        self._scopes = scopes

    def authorize_url(self, fields: Credentials, base_url: str, redirect_uri: str, state: str, challenge: str) -> str:
        """Where to send the browser; the challenge has no use here."""
        query = urlencode(
            {
                "client_id": fields[tokens.CLIENT_ID],
                "scope": ",".join(self._scopes),
                "redirect_uri": redirect_uri,
                "state": state,
            }
        )
        return f"{base_url}/admin/oauth/authorize?{query}"

    def check_callback(self, fields: Credentials, params: Mapping[str, str]) -> None:
        """Verify signature, shop and age of what came back; raises Refused."""
        given = params.get("hmac", "").encode()
        if not hmac.compare_digest(callback_signature(fields[tokens.CLIENT_SECRET], params).encode(), given):
            raise Refused(
                "What came back from Shopify is not signed with this app's secret. Start the connection again."
            )
        if params.get("shop", "").rstrip("/").lower() != fields[SHOP].lower():
            raise OtherAccount("A different shop answered than the one that was entered. Start the connection again.")
        if not _is_fresh(params.get("timestamp", "")):
            raise Refused("What came back from Shopify is too old. Start the connection again.")
        if not params.get("code"):
            raise Refused("Shopify sent no approval. Start the connection again and press Install there.")

    async def exchange(
        self, http: Http, fields: Credentials, params: Mapping[str, str], redirect_uri: str, verifier: str
    ) -> Credentials:
        """Trade the code for tokens; raises TokenExpired for a code that is used or too old."""
        return await tokens.from_code(http, fields, params["code"])


def callback_signature(secret: str, params: Mapping[str, str]) -> str:
    """The lower-case hex HMAC-SHA256 over all parameters but the signatures, sorted by name."""
    signed = "&".join(
        f"{_escaped(name).replace('=', '%3D')}={_escaped(params[name])}"
        for name in sorted(params)
        if name not in ("hmac", "signature")
    )
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("&", "%26")


def _is_fresh(timestamp: str) -> bool:
    try:
        return abs(clock.utcnow().timestamp() - int(timestamp)) <= _FRESH_SECONDS
    except ValueError:
        return False
