"""A seller's program, written by eBay's documentation and not by our adapter."""

import base64
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx

SCOPE = "https://api.ebay.com/oauth/api_scope"
EVERYTHING = f"{SCOPE} {SCOPE}/sell.inventory {SCOPE}/sell.fulfillment {SCOPE}/commerce.identity.readonly"
CALLBACK = "http://127.0.0.1:4321/oauth/ebay/callback"


class Client:
    """Calls below the sandbox's /ebay/, signed with a token once it has one."""

    def __init__(self, base: str, keys: dict[str, str]) -> None:
        """Call with these keys of an app."""
        self.base, self.keys = base, keys
        self.token = ""
        self._http = httpx.Client(timeout=10)

    def __enter__(self) -> Self:
        """Ready."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def exchange(self, **form: str) -> httpx.Response:
        """Ask the token endpoint, and keep a token that it gives."""
        secret = base64.b64encode(f"{self.keys['client_id']}:{self.keys['client_secret']}".encode()).decode()
        url = f"{self.base}/api.ebay.com/identity/v1/oauth2/token"
        answer = self._http.post(url, data=form, headers={"Authorization": f"Basic {secret}"})
        self.token = answer.json().get("access_token", "")
        return answer

    def sign_in(self, scope: str = "") -> None:
        """Trade the refresh token, for a narrower scope if one is given."""
        narrow = {"scope": scope} if scope else {}
        self.exchange(grant_type="refresh_token", refresh_token=self.keys["refresh_token"], **narrow)

    def consent(self, scope: str = EVERYTHING, **changes: str) -> httpx.Response:
        """Press Agree on the consent page, after looking at it."""
        asked = {
            "client_id": self.keys["client_id"],
            "redirect_uri": self.keys["ru_name"],
            "response_type": "code",
            "scope": scope,
            "state": "abc",
            **changes,
        }
        url = f"{self.base}/auth.ebay.com/oauth2/authorize"
        page = self._http.get(url, params=asked)
        if page.status_code != 200:
            return page
        return self._http.post(url, data={"decision": "agree", "accepted_url": CALLBACK, **asked})

    def get(self, path: str, host: str = "api.ebay.com", **query: Any) -> httpx.Response:
        """Read."""
        return self._http.get(f"{self.base}/{host}{path}", params=query or None, headers=self._signed())

    def post(self, path: str, body: Any) -> httpx.Response:
        """Write."""
        return self._http.post(f"{self.base}/api.ebay.com{path}", json=body, headers=self._signed())

    def _signed(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def came_back(answer: httpx.Response) -> dict[str, str]:
    """The parameters of the address that the browser is led to."""
    assert 302 == answer.status_code, answer.text
    target = urlsplit(answer.headers["location"])
    assert CALLBACK == f"{target.scheme}://{target.netloc}{target.path}"
    return dict(parse_qsl(target.query))
