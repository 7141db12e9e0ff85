"""Signing in by consent: Seller Central asks the seller and sends the browser back with a code and the seller's id.

https://developer-docs.amazon.com/sp-api/docs/website-authorization-workflow (read 2026-11-23)
"""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from nexus_ui.adapters.amazon import tokens
from nexus_ui.adapters.contract import Credentials
from nexus_ui.adapters.kit.http import Http
from nexus_ui.errors import Refused

APP_ID, APP_STATE, DRAFT = "application_id", "app_state", "draft"
SELLER = "selling_partner_id"
SELLER_FORM = re.compile(r"A[A-Z0-9]{8,19}")


class AmazonConsent:
    """Amazon's website workflow. It signs nothing that comes back: the state that works once is the only proof."""

    code = "spapi_oauth_code"

    def authorize_url(self, fields: Credentials, base_url: str, redirect_uri: str, state: str, challenge: str) -> str:
        """Where to send the browser; Amazon has no use for the challenge. Apps in draft are asked for as such."""
        query = {"application_id": fields[APP_ID], "state": state, "redirect_uri": redirect_uri}
        if fields.get(APP_STATE) == DRAFT:
            query["version"] = "beta"
        return f"{base_url}/apps/authorize/consent?{urlencode(query)}"

    def check_callback(self, fields: Credentials, params: Mapping[str, str]) -> None:
        """Verify that a seller is named; raises Refused."""
        if not SELLER_FORM.fullmatch(params.get(SELLER, "")):
            raise Refused("Amazon did not say which seller gave consent. Start the connection again.")

    async def exchange(
        self, http: Http, fields: Credentials, params: Mapping[str, str], redirect_uri: str, verifier: str
    ) -> Credentials:
        """Trade the code for tokens; raises TokenExpired for a code that is used or older than five minutes."""
        won = await tokens.from_code(http, fields, params[self.code])
        return {**won, tokens.SELLER_ID: params[SELLER]}
