"""Where documents lie: addresses are signed, good for five minutes, and know no token."""

import hashlib
import hmac
from dataclasses import dataclass

from nexus_ui.sandbox.amazon.account import account_of
from nexus_ui.sandbox.gate import Call, Reply

LIFE = 300
_XML = "application/xml"


@dataclass(slots=True)
class Document:
    """A document, of this content type, whose address was signed then."""

    kind: str
    signed: float
    content: bytes = b""
    packed: bool = False


def document(call: Call) -> Reply:
    """PUT or GET a document."""
    name = call.path_params["name"]
    kept: Document | None = account_of(call.shop).documents.get(name)
    shown = call.query.get("X-Amz-Signature", "")
    if kept is None or not hmac.compare_digest(shown.encode(), signature(name).encode()):
        return _refused("SignatureDoesNotMatch")
    if call.shop.clock() - kept.signed > LIFE or "x-amz-access-token" in call.headers:
        return _refused("AccessDenied")
    if call.method == "GET":
        return Reply(200, kept.content, "application/octet-stream")
    if call.headers.get("content-type", "") != kept.kind:
        return _refused("SignatureDoesNotMatch")
    kept.content = call.body
    return Reply(200, b"", _XML)


def signature(name: str) -> str:
    """What proves that an address was handed out here."""
    return hashlib.sha256(f"sandbox {name}".encode()).hexdigest()


def _refused(code: str) -> Reply:
    return Reply(403, f'<?xml version="1.0"?><Error><Code>{code}</Code></Error>'.encode(), _XML)
