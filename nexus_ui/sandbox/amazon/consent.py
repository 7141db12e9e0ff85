"""Seller Central's consent page: what the seller reads, decides, and where the browser goes then."""

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from nexus_ui.sandbox.amazon.account import APP_ID, account_of
from nexus_ui.sandbox.gate import Call, Reply

_HTML = "text/html; charset=utf-8"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_ROLES = ("Product Listing", "Inventory and Order Tracking", "Amazon Fulfillment")
_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Authorize app · SANDBOX</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root {{ color-scheme: light dark }} body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 3rem auto;
padding: 0 1rem }} .banner {{ background: #b45309; color: #fff; padding: .4rem .8rem; border-radius: 6px }}
button {{ font: inherit; padding: .5rem 1.2rem; margin-right: .5rem; border-radius: 6px; border: 1px solid #8888;
cursor: pointer }} button[value=allow] {{ background: #047857; color: #fff }}
</style></head><body><p class="banner">SANDBOX: this is not the real Amazon.</p>
<h1>Authorize Nexus Connections</h1><p>The app wants to use the data of <b>{seller}</b>
(seller {id}) in these roles:</p>
<ul>{roles}</ul><p>The authorization ends after 365 days.</p>
<form method="post" action="consent">{hidden}
<button name="decision" value="allow">Confirm</button><button name="decision" value="cancel">Cancel</button>
</form></body></html>"""


def page(call: Call) -> Reply:
    """GET: ask the seller."""
    asked = dict(call.query.multi_items())
    refusal = _refusal(asked, call.headers.get("host", ""))
    if refusal is not None:
        return refusal
    account = account_of(call.shop)
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">'
        for name in ("application_id", "redirect_uri", "state", "version")
    )
    body = _PAGE.format(
        seller=escape(call.shop.name),
        id=escape(account.region.seller),
        roles="".join(f"<li>{role}</li>" for role in _ROLES),
        hidden=hidden,
    )
    return Reply(200, body.encode(), _HTML)


def decide(call: Call) -> Reply:
    """POST: the seller's answer, back to the app."""
    asked = dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
    refusal = _refusal(asked, call.headers.get("host", ""))
    if refusal is not None:
        return refusal
    account = account_of(call.shop)
    fields = {"state": asked.get("state", ""), "selling_partner_id": account.region.seller}
    if asked.get("decision") == "allow":
        fields["spapi_oauth_code"] = account.new_code()
    joint = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    return Reply(302, b"", _HTML, {"Location": f"{asked['redirect_uri']}{joint}{urlencode(fields)}"})


def _refusal(asked: Mapping[str, str], host: str) -> Reply | None:
    """What the page says instead of asking; drafts and published apps are asked for alike here."""
    if asked.get("application_id") != APP_ID:
        return _error("MD1000: The application is not known.")
    if not asked.get("state"):
        return _error("MD5101: The state is missing.")
    try:
        target, here = urlsplit(asked.get("redirect_uri", "")), urlsplit(f"//{host}").hostname
    except ValueError:
        return _error("MD5110: The redirect URI is not an address.")
    if target.scheme not in ("http", "https") or (target.hostname or "") not in {*_LOOPBACK, here}:
        return _error("MD5110: The redirect URI is not registered with this application.")
    return None


def _error(said: str) -> Reply:
    return Reply(400, f"<!DOCTYPE html><title>Error</title><p>{escape(said)}</p>".encode(), _HTML)
