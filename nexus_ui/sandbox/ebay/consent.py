"""OAuth as a seller and an app see it: the consent page, the way back, and the token endpoint."""

import base64
import hmac
from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from nexus_ui.sandbox.ebay.access import CREDENTIALS, KNOWN_SCOPES, TokenRefused
from nexus_ui.sandbox.ebay.account import COMPANY, USERNAME, seller_of
from nexus_ui.sandbox.gate import Call, Reply, json_reply

FIRST_GUESS = "http://127.0.0.1:3000/oauth/ebay/callback"
_HTML = "text/html; charset=utf-8"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_ASKED = ("client_id", "redirect_uri", "response_type", "scope", "state")
_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Grant access · SANDBOX</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root {{ color-scheme: light dark }} body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto;
padding: 0 1rem; overflow-wrap: anywhere }} .banner {{ background: #b45309; color: #fff; padding: .4rem .8rem;
border-radius: 6px }} button, input {{ font: inherit; padding: .5rem 1.2rem; border-radius: 6px;
border: 1px solid #8888 }} input {{ box-sizing: border-box; width: 100% }} button {{ margin-right: .5rem;
cursor: pointer }} button[value=agree] {{ background: #0064d2; color: #fff }}
</style></head><body><p class="banner">SANDBOX: this is not the real eBay.</p>
<h1>Grant application access</h1><p><b>{app}</b> wants to act for <b>{seller}</b> ({company}) and asks for:</p>
<ul>{scopes}</ul><form method="post" action="authorize">{hidden}
<p><label for="accepted">At the real eBay the developer portal keeps the address behind the RuName
<b>{ru_name}</b>. Here it can be set:</label><input id="accepted" name="accepted_url" value="{accepted}"></p>
<button name="decision" value="agree">Agree and continue</button><button name="decision" value="cancel">Not now</button>
</form></body></html>"""


def page(call: Call) -> Reply:
    """GET /oauth2/authorize: ask the seller."""
    asked = dict(call.query.multi_items())
    if refusal := _refusal(asked):
        return refusal
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">' for name in _ASKED)
    body = _PAGE.format(
        app=escape(CREDENTIALS["client_id"].partition("-PRD-")[0]),
        seller=USERNAME,
        company=COMPANY,
        scopes="".join(f"<li>{escape(scope)}</li>" for scope in asked["scope"].split()),
        hidden=hidden,
        ru_name=escape(CREDENTIALS["ru_name"]),
        accepted=escape(call.shop.private.get("accepted_url", FIRST_GUESS)),
    )
    return Reply(200, body.encode(), _HTML)


def decide(call: Call) -> Reply:
    """POST /oauth2/authorize: the seller's answer, back to the address behind the RuName."""
    asked = dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
    if refusal := _refusal(asked):
        return refusal
    target = asked.get("accepted_url") or call.shop.private.get("accepted_url", FIRST_GUESS)
    if not _leads_here(target):
        return _error("The sandbox leads back to this machine only.")
    call.shop.private["accepted_url"] = target
    told = {"state": asked["state"]} if asked.get("state") else {}
    if asked.get("decision") == "agree":
        code = seller_of(call.shop).access.new_code(frozenset(asked["scope"].split()))
        told |= {"code": code, "expires_in": "299"}
    else:
        told |= {"error": "access_denied"}
    return Reply(302, b"", _HTML, {"Location": f"{target}?{urlencode(told)}"})


def token(call: Call) -> Reply:
    """POST /identity/v1/oauth2/token."""
    try:
        _knows_app(call)
        if call.headers.get("content-type", "").split(";")[0] != "application/x-www-form-urlencoded":
            raise TokenRefused(400, "invalid_request", "the request is malformed")
        fields = dict(parse_qsl(call.body.decode("utf-8", "replace")))
        return json_reply(seller_of(call.shop).access.exchange(fields, call.faults))
    except TokenRefused as refused:
        return json_reply({"error": refused.error, "error_description": refused.description}, refused.status)


def _knows_app(call: Call) -> None:
    """Raise TokenRefused unless the app shows its keys in a Basic header."""
    scheme, _, coded = call.headers.get("authorization", "").partition(" ")
    expected = base64.b64encode(f"{CREDENTIALS['client_id']}:{CREDENTIALS['client_secret']}".encode()).decode()
    if scheme.lower() != "basic" or not hmac.compare_digest(coded, expected) or "wrong_key" in call.faults:
        raise TokenRefused(401, "invalid_client", "client authentication failed")


def _refusal(asked: Mapping[str, str]) -> Reply | None:
    if asked.get("client_id") != CREDENTIALS["client_id"]:
        return _error("unauthorized_client: the OAuth client was not found")
    if asked.get("redirect_uri") != CREDENTIALS["ru_name"]:
        return _error("invalid_request: the input request is invalid. It must name the RuName as redirect_uri")
    if asked.get("response_type") != "code":
        return _error("unsupported_response_type: response_type must be code")
    if not asked.get("scope") or not set(asked["scope"].split()) <= KNOWN_SCOPES:
        return _error("invalid_scope: the requested scope is invalid, unknown or malformed")
    return None


def _leads_here(target: str) -> bool:
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.hostname in _LOOPBACK and not parts.query


def _error(said: str) -> Reply:
    return Reply(400, f"<!DOCTYPE html><title>Error</title><p>{escape(said)}</p>".encode(), _HTML)
