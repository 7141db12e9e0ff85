"""Signing in by consent: where to send the browser, and the tokens for what comes back.

eBay wants no address but its name for one, the RuName, and leads the browser to the address kept with that name in its
developer portal. https://developer.ebay.com/api-docs/static/oauth-consent-request.html (read 2026-11-23)
"""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from nexus_ui.adapters.contract import Credentials
from nexus_ui.adapters.ebay import tokens
from nexus_ui.adapters.kit.http import Http
from nexus_ui.errors import Refused


class EbayConsent:
    """eBay's authorization code flow. It offers no PKCE and signs nothing: the one-use state and the secret hold it."""

    code = "code"

    def __init__(self, scopes: tuple[str, ...]) -> None:
        """Ask for these scopes."""
        self._scopes = scopes

    def authorize_url(self, fields: Credentials, base_url: str, redirect_uri: str, state: str, challenge: str) -> str:
        """Where to send the browser; the panel's own address stands behind the RuName, at eBay."""
        query = {
            "client_id": fields[tokens.CLIENT_ID],
            "redirect_uri": fields[tokens.RU_NAME],
            "response_type": "code",
            "scope": " ".join(self._scopes),
            "state": state,
        }
        return f"{base_url}/oauth2/authorize?{urlencode(query, quote_via=quote)}"

    def check_callback(self, fields: Credentials, params: Mapping[str, str]) -> None:
        """See that the seller agreed; raises Refused."""
        if params.get("error") or not params.get("code"):
            raise Refused("eBay sent no approval. Start the connection again and press Agree there.")

    async def exchange(
        self, http: Http, fields: Credentials, params: Mapping[str, str], redirect_uri: str, verifier: str
    ) -> Credentials:
        """Trade the code for tokens; raises TokenExpired for a code that is used or too old."""
        return await tokens.from_code(http, fields, params["code"])
