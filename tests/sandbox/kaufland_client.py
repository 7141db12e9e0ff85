"""A seller's program, written by Kaufland's documentation and not by our adapter."""

import hashlib
import hmac
import json
import time
from typing import Any, Self

import httpx


class Client:
    """Signs every call with these keys."""

    def __init__(self, base: str, client_key: str, secret_key: str) -> None:
        """Call below `base`."""
        self.base, self._key, self._secret = base, client_key, secret_key
        self._http = httpx.Client(timeout=10)

    def __enter__(self) -> Self:
        """Ready."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, query: dict[str, Any] | None = None, **how: Any) -> httpx.Response:
        """Read."""
        return self.send("GET", path, query, **how)

    def send(
        self,
        method: str,
        path: str,
        query: dict[str, Any] | None = None,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        at: float | None = None,
        signed_url: str = "",
    ) -> httpx.Response:
        """A signed call; `headers`, `at` and `signed_url` forge it."""
        content = b"" if body is None else json.dumps(body).encode()
        request = self._http.build_request(method, f"{self.base}{path}", params=query or None, content=content)
        stamp = str(int(time.time() if at is None else at))
        text = "\n".join([method, signed_url or str(request.url), content.decode(), stamp])
        signature = hmac.new(self._secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        request.headers.update(
            {"Shop-Client-Key": self._key, "Shop-Timestamp": stamp, "Shop-Signature": signature, "User-Agent": "tests"}
        )
        request.headers.update(headers or {})
        return self._http.send(request)
