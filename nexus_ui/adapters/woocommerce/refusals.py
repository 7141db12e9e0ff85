"""WooCommerce's own way of saying no: `{"code", "message", "data": {"status"}}`."""

import msgspec

from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.errors import CredentialsRejected, NexusError, PermissionMissing, SetupWrong

WRITE_SCOPE = "read/write"


class Refusal(msgspec.Struct):
    """The body of every refusal that WooCommerce itself gives."""

    code: str = ""
    message: str = ""


_decoder = msgspec.json.Decoder(Refusal)


def judge(answer: Answer) -> NexusError | None:
    """What a refusal means where the status alone does not tell; None leaves it to the kit's table."""
    if answer.status < 400 or "json" not in answer.headers.get("content-type", ""):
        return _no_shop(answer)
    try:
        refusal = _decoder.decode(answer.body)
    except msgspec.MsgspecError:
        return None
    said = f"{refusal.code}: {refusal.message}"
    if refusal.code == "rest_no_route":
        return SetupWrong(
            "WooCommerce's REST API is switched off in this shop. Activate the plugin and permalinks.", said
        )
    if answer.status == 401 and "permission" in refusal.message.lower():
        return PermissionMissing(
            "This key may only read. Create one with Read/Write permission in WooCommerce > Settings > Advanced.",
            said,
            scope=WRITE_SCOPE,
        )
    if answer.status in (401, 403):
        return CredentialsRejected(
            "The shop does not accept this key, or the key's user may not see this. Check both keys.",
            said,
        )
    return None


def _no_shop(answer: Answer) -> NexusError | None:
    if answer.status in (404, 410):
        return SetupWrong("There is no WooCommerce shop at this address. Check the shop URL.")
    return None
