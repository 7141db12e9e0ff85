"""OAuth as a merchant and an app see it: the consent page, the way back, and the token endpoint."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from nexus_ui.sandbox.gate import Call, Reply, json_reply
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.shopify.access import APP_TITLE, Access, TokenRefused

_HTML = "text/html; charset=utf-8"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Install app · SANDBOX</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root {{ color-scheme: light dark }} body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 3rem auto;
padding: 0 1rem }} .banner {{ background: #b45309; color: #fff; padding: .4rem .8rem; border-radius: 6px }}
button {{ font: inherit; padding: .5rem 1.2rem; margin-right: .5rem; border-radius: 6px; border: 1px solid #8888;
cursor: pointer }} button[value=allow] {{ background: #047857; color: #fff }}
</style></head><body><p class="banner">SANDBOX: this is not the real Shopify.</p>
<h1>Install {app}</h1><p><b>{app}</b> wants to connect to <b>{shop}</b> ({host}) and asks for:</p><ul>{scopes}</ul>
<form method="post" action="authorize">{hidden}
<button name="decision" value="allow">Allow</button><button name="decision" value="cancel">Cancel</button>
</form></body></html>"""


class Consent:
    """The sign-in pages and the token endpoint of one shop."""

    def __init__(self, shop: Shop, access: Access) -> None:
        """`access` keeps the codes and tokens."""
        self._shop, self._access = shop, access

    def page(self, call: Call) -> Reply:
        """GET authorize: ask the merchant."""
        asked = dict(call.query.multi_items())
        refusal = self._refusal(asked, call.headers.get("host", ""))
        if refusal is not None:
            return refusal
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">'
            for name in ("client_id", "scope", "redirect_uri", "state")
        )
        scopes = "".join(f"<li>{escape(scope)}</li>" for scope in sorted(_scopes(asked)))
        body = _PAGE.format(
            app=APP_TITLE, shop=escape(self._shop.name), host=escape(self._shop.host), scopes=scopes, hidden=hidden
        )
        return Reply(200, body.encode(), _HTML)

    def decide(self, call: Call) -> Reply:
        """POST authorize: the merchant's answer, back to the app."""
        asked = dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
        refusal = self._refusal(asked, call.headers.get("host", ""))
        if refusal is not None:
            return refusal
        fields = {"shop": self._shop.host, "timestamp": str(int(call.world.clock())), "host": self._admin()}
        if asked.get("state"):
            fields["state"] = asked["state"]
        if asked.get("decision") == "allow":
            fields["code"] = self._access.new_code(_scopes(asked), asked["redirect_uri"])
        else:
            fields |= {"error": "access_denied", "error_description": "The merchant declined the installation"}
        fields["hmac"] = sign(fields, self._access.client_secret)
        joint = "&" if urlsplit(asked["redirect_uri"]).query else "?"
        return Reply(302, b"", _HTML, {"Location": f"{asked['redirect_uri']}{joint}{urlencode(fields)}"})

    def token(self, call: Call) -> Reply:
        """POST access_token: code, refresh token or client credentials for an access token."""
        suspended = call.faults.get("suspended")
        if suspended is not None:
            return json_reply({"errors": "Unavailable Shop"}, suspended.status or 402)
        try:
            fields = _fields(call)
            return json_reply(self._access.exchange(fields, call.faults))
        except TokenRefused as refused:
            return json_reply({"error": refused.error, "error_description": refused.description}, 400)

    def _refusal(self, asked: Mapping[str, str], host: str) -> Reply | None:
        if asked.get("client_id") != self._access.client_id:
            return _error("The application with this client_id is not known.")
        try:
            target, here = urlsplit(asked.get("redirect_uri", "")), urlsplit(f"//{host}").hostname
        except ValueError:
            return _error("Oauth error invalid_request: The redirect_uri is not an address")
        if target.scheme not in ("http", "https") or (target.hostname or "") not in {*_LOOPBACK, here}:
            return _error("Oauth error invalid_request: The redirect_uri is not whitelisted")
        return None

    def _admin(self) -> str:
        return (
            base64.b64encode(f"admin.shopify.com/store/{self._shop.host.split('.')[0]}".encode()).decode().rstrip("=")
        )


def sign(fields: Mapping[str, str], secret: str) -> str:
    """Shopify's signature of callback parameters: sorted, joined, HMAC-SHA256, lower-case hexadecimal."""
    message = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name not in ("hmac", "signature"))
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def _scopes(asked: Mapping[str, str]) -> frozenset[str]:
    return frozenset(scope.strip() for scope in asked.get("scope", "").split(",") if scope.strip())


def _fields(call: Call) -> dict[str, str]:
    if call.headers.get("content-type", "").startswith("application/json"):
        try:
            found = msgspec.json.decode(call.body, type=dict[str, str | int | bool | None])
        except msgspec.MsgspecError as error:
            raise TokenRefused("invalid_request", "The body is not a JSON object") from error
        return {name: str(value) for name, value in found.items() if value is not None}
    return dict(parse_qsl(call.body.decode("utf-8", "replace")))


def _error(said: str) -> Reply:
    return Reply(400, f"<!DOCTYPE html><title>Error</title><p>{escape(said)}</p>".encode(), _HTML)
