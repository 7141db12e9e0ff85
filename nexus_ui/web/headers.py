"""Security headers on every answer, the static pages included."""

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)

HASHED = "/assets/"
"""Where the build puts files that carry a hash of their content in their name."""
FOREVER = b"public, max-age=31536000, immutable"
CACHE_CONTROL = b"cache-control"

STEADY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def inline_hashes(pages: Iterable[Path]) -> list[str]:
    """CSP sources for every inline script of the built pages, so that no other inline script runs."""
    found = {
        base64.b64encode(hashlib.sha256(script).digest()).decode()
        for page in pages
        for script in _INLINE.findall(page.read_bytes())
    }
    return [f"'sha256-{digest}'" for digest in sorted(found)]


def content_policy(pages: Iterable[Path]) -> str:
    """The content security policy for the built pages.

    Reflex runs what the server asks the page to call through eval (reflex 0.10.1, utils/state.js, 2026-11-23), and its
    styling library inserts style elements.
    """
    scripts = " ".join(["'self'", "'unsafe-eval'", *inline_hashes(pages)])
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class SecurityHeaders:
    """Puts the headers on whatever `inner` answers."""

    def __init__(self, inner: ASGIApp, policy: str, https: bool) -> None:
        """`policy` is the content security policy; with `https` browsers are told to stay there."""
        self._inner = inner
        headers = {**STEADY, "Content-Security-Policy": policy}
        if https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._names = {name for name, _ in self._headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, adding the headers to the answer's start."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [header for header in message.get("headers", ()) if header[0].lower() not in self._names]
                message["headers"] = [*others, *self._headers]
                if not any(name.lower() == CACHE_CONTROL for name, _ in others):
                    lasting = scope["path"].startswith(HASHED) and message["status"] in (200, 304)
                    message["headers"].append((CACHE_CONTROL, FOREVER if lasting else b"no-cache"))
            await send(message)

        await self._inner(scope, receive, with_headers)
