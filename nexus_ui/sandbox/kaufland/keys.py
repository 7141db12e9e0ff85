"""Who calls: the headers every request must carry, and the signature over the whole of it."""

import hashlib
import hmac

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.kaufland.refusals import Refusal
from nexus_ui.sandbox.kaufland.seller import Seller

TOLERANCE_SECONDS = 300
HEADERS = ("shop-client-key", "shop-timestamp", "shop-signature", "user-agent")


def check(call: Call, seller: Seller) -> None:
    """Let the seller in; raises Refusal for anybody else, and for a switch that plays one."""
    missing = [name for name in HEADERS if not call.headers.get(name)]
    if missing or not call.headers["shop-timestamp"].isdecimal():
        raise Refusal(401, "missing-or-invalid-request-header", f"Header missing or invalid: {', '.join(missing)}")
    unknown = not hmac.compare_digest(call.headers["shop-client-key"], seller.client_key)
    if unknown or call.faults.keys() & {"wrong_key", "revoked_consent"}:
        raise Refusal(401, "invalid-credentials", "The client key is not valid.")
    early = int(call.headers["shop-timestamp"]) - call.world.clock()
    if abs(early) > TOLERANCE_SECONDS or not hmac.compare_digest(call.headers["shop-signature"], _signed(call, seller)):
        raise Refusal(401, "corrupted-signature", "The signature of the request is not valid.")
    suspended = call.faults.get("suspended")
    if suspended is not None:
        raise Refusal(suspended.status or 403, "inactive-account", "Your seller account is not active.")


def permit(call: Call, area: str) -> None:
    """Raises Refusal when the switch keeps these keys from an area (units, orders or units/write)."""
    fault = call.faults.get("missing_scope")
    if fault is not None and fault.scope == area:
        raise Refusal(403, "forbidden", "You are not allowed to access this resource.")


def signature(seller: Seller, method: str, address: str, body: bytes, stamp: str) -> str:
    """The signature of a request, one way or the other."""
    signed = b"\n".join([method.encode(), address.encode(), body, stamp.encode()])
    return hmac.new(seller.secret_key.encode(), signed, hashlib.sha256).hexdigest()


def _signed(call: Call, seller: Seller) -> str:
    return signature(seller, call.method, call.path_params["address"], call.body, call.headers["shop-timestamp"])
