"""An app that calls the simulated Shopify, for the tests."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from nexus_ui.sandbox.server import Running
from nexus_ui.sandbox.shop import Shop

DEMO = "demo.myshopify.com"
SECOND = "second.myshopify.com"

PRODUCTS = """
query Products($first: Int!, $after: String, $query: String, $reverse: Boolean) {
  products(first: $first, after: $after, sortKey: UPDATED_AT, query: $query, reverse: $reverse) {
    nodes { id title updatedAt variants(first: 10) { nodes { sku price inventoryQuantity inventoryItem { id } } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

ORDERS = """
query Orders($first: Int!, $after: String, $query: String, $reverse: Boolean) {
  orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $query, reverse: $reverse) {
    nodes {
      id name createdAt updatedAt
      totalPriceSet { shopMoney { amount currencyCode } }
      lineItems(first: 10) { nodes { sku quantity } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""


@dataclass
class App:
    """Speaks for one access token at one shop."""

    sandbox: Running
    host: str = DEMO
    token: str = ""
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20))

    def __post_init__(self) -> None:
        """Take the token that can be pasted unless another was given."""
        self.token = self.token or self.shop.credentials["access_token"]

    @property
    def shop(self) -> Shop:
        """The shop as the sandbox knows it."""
        found = self.sandbox.world.shop("shopify", self.host)
        assert found is not None
        return found

    @property
    def base(self) -> str:
        """The address of the shop."""
        return f"{self.sandbox.url}/shopify/{self.host}"

    def post(self, query: str, variables: dict[str, Any] | None = None, version: str = "2026-10") -> httpx.Response:
        """One GraphQL call, whatever comes back."""
        return self.client.post(
            f"{self.base}/admin/api/{version}/graphql.json",
            json={"query": query, "variables": variables or {}},
            headers={"X-Shopify-Access-Token": self.token},
        )

    def ask(self, document: str, /, **variables: Any) -> Any:
        """The `data` of a call that must work."""
        answer = self.post(document, variables)
        assert 200 == answer.status_code, answer.text
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]

    def refused(self, document: str, /, **variables: Any) -> dict[str, Any]:
        """The first of `errors` of a call that must not work."""
        answer = self.post(document, variables)
        assert 200 == answer.status_code, answer.text
        error: dict[str, Any] = answer.json()["errors"][0]
        return error

    def walk(self, document: str, name: str, first: int, /, **variables: Any) -> list[dict[str, Any]]:
        """All nodes of a connection, page by page."""
        found: list[dict[str, Any]] = []
        after = None
        while True:
            page = self.ask(document, first=first, after=after, **variables)[name]
            found += page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    def token_for(self, **fields: str) -> httpx.Response:
        """One call of the token endpoint with the app's own id and secret."""
        keys = self.shop.credentials
        known = {"client_id": keys["client_id"], "client_secret": keys["client_secret"]}
        return self.client.post(f"{self.base}/admin/oauth/access_token", json={**known, **fields})

    def control(self, action: str, **fields: Any) -> Any:
        """One call of the control API for this shop."""
        named = {"marketplace": "shopify", "shop": self.host}
        answer = httpx.post(f"{self.sandbox.url}/_sandbox/{action}", json={**named, **fields})
        assert 200 == answer.status_code, answer.text
        return answer.json()
