"""WooCommerce's own ways of saying no: `{"code", "message", "data"}`, and the web pages of what stands in front of it.

The messages come in the shop's language; where there is a choice, code, status and method decide, and words only help.
"""

import msgspec

from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.errors import (
    AccountSuspended,
    ClockSkew,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    SkipRecord,
)

READ_SCOPE, WRITE_SCOPE = "read", "read/write"
KEYS_PAGE = "WooCommerce > Settings > Advanced > REST API"
NOT_AUTHENTICATED = "woocommerce_rest_authentication_error"
_ROUTE = "/wp-json"


class Refusal(msgspec.Struct):
    """The body of every refusal that WordPress itself gives."""

    code: str | int = ""
    message: str = ""


_decoder = msgspec.json.Decoder(Refusal)


def judge(answer: Answer) -> NexusError | None:
    """What an answer means where its status alone does not tell; None leaves it to the kit's table."""
    if answer.status < 300:
        return None
    if answer.status < 400:
        return _moved(answer.headers.get("location", ""))
    if "json" not in answer.headers.get("content-type", ""):
        return _from_page(answer)
    refusal = _read(answer)
    return _from_wordpress(answer.status, refusal) if refusal else None


def judge_write(answer: Answer) -> NexusError | None:
    """The same for a call that writes, made with a key that just read: refused now, it may only read."""
    refusal = _read(answer) if answer.status == 401 else None
    if refusal is not None and refusal.code == NOT_AUTHENTICATED and "onsumer" not in refusal.message:
        return _may_not("write", refusal)
    return judge(answer)


def _read(answer: Answer) -> Refusal | None:
    try:
        return _decoder.decode(answer.body)
    except msgspec.MsgspecError:
        return None


def _from_wordpress(status: int, refusal: Refusal) -> NexusError | None:
    said = f"{refusal.code}: {refusal.message}"
    words = refusal.message.lower()
    if refusal.code == "rest_no_route":
        return SetupWrong("WordPress answers there, but WooCommerce's interface does not. Activate the plugin.", said)
    if status in (404, 410):
        return SkipRecord("The shop does not know it any more.", "", said)
    if refusal.code == NOT_AUTHENTICATED and "timestamp" in words:
        return ClockSkew("The shop refuses our signature: its clock and ours differ. Set the wrong one right.", said)
    if refusal.code == NOT_AUTHENTICATED and "permission" in words:
        return _may_not("read" if "read permission" in words else "write", refusal)
    if status == 401:
        return CredentialsRejected("The shop does not accept this key. Check both halves, or make a new key.", said)
    if status == 403:
        return PermissionMissing(
            f"The user of this key may not see this in the shop. Make a key for a shop manager in {KEYS_PAGE}.", said
        )
    return None


def _may_not(word: str, refusal: Refusal) -> PermissionMissing:
    missing = "read" if word == "read" else "change anything"
    return PermissionMissing(
        f"This key may not {missing}. Make one with Read/Write permission in {KEYS_PAGE}.",
        f"{refusal.code}: {refusal.message}",
        scope=READ_SCOPE if word == "read" else WRITE_SCOPE,
    )


def _from_page(answer: Answer) -> NexusError | None:
    """What a refusal means that is no JSON: the web server or something else in front of WordPress spoke."""
    match answer.status:
        case 401:
            return SetupWrong("A password protects the whole website. Let programs reach /wp-json/ without it.")
        case 403 if b"suspended" in answer.body.lower():
            return AccountSuspended("The shop's host has closed the website. Its provider says why.")
        case 403:
            return PermissionMissing("A firewall or security plugin of the shop turns us away. Allow us there.")
        case 404 | 410:
            return SetupWrong(
                "There is no WooCommerce shop at this address. Check the shop URL. If it is right, choose a permalink "
                "structure other than Plain in WordPress."
            )
        case 508 | 509:
            return RateLimited("The shop's host asks us to slow down.", retry_after=answer.retry_after)
        case _:
            return None


def _moved(target: str) -> SetupWrong | None:
    """The shop lives elsewhere: tells the address to enter instead."""
    if not target.startswith("http") or _ROUTE not in target:
        return None
    return SetupWrong(f"The shop has moved to {target.partition(_ROUTE)[0]}. Enter that address instead.")
