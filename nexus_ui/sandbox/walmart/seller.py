"""Whose account it is, and what its token may do."""

from typing import Any

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.walmart.account import PARTNER_ID, TOKEN_LIFE, Account

AREAS = ("reports", "item", "shipping", "price", "lagtime", "feeds", "returns", "orders", "rules", "inventory")


def profile(account: Account, call: Call) -> dict[str, Any]:
    """GET /v3/settings/partnerprofile."""
    status = "SUSPENDED" if "suspended" in call.faults else "ACTIVE"
    return {
        "partner": {
            "partnerId": PARTNER_ID,
            "partnerName": "Demo Seller LLC",
            "partnerDisplayName": account.shop.name,
            "partnerStoreId": "4010",
        },
        "configurations": [{"configurationName": "ACCOUNT", "configuration": {"status": status}}],
    }


def token_detail(account: Account, call: Call) -> dict[str, Any]:
    """GET /v3/token/detail."""
    missing = call.faults["missing_scope"].scope if "missing_scope" in call.faults else ""
    issued = account.tokens.issued(call.headers["wm_sec.access_token"])
    return {
        "expire_at": str(round((issued + TOKEN_LIFE) * 1000)),
        "issued_at": str(round(issued * 1000)),
        "is_valid": True,
        "is_channel_match": True,
        "scopes": {area: "no_access" if area == missing else "full_access" for area in AREAS},
    }
