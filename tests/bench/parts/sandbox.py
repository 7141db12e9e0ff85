"""A sandbox in a process of its own, and its controls."""

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

HOST = "demo.myshopify.com"
_SERVE = "import json,sys; from nexus_ui.sandbox.server import main; main(**json.loads(sys.argv[1]))"


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox at `url`."""

    url: str

    @property
    def endpoint(self) -> str:
        """What NEXUS_ENDPOINT_SHOPIFY is set to."""
        return f"{self.url}/shopify/{{host}}"

    @property
    def graphql(self) -> str:
        """Where the demo shop's GraphQL is."""
        return f"{self.url}/shopify/{HOST}/admin/api/2026-10/graphql.json"

    def credentials(self) -> dict[str, str]:
        """The demo shop's credentials."""
        return self._shop()["credentials"]

    def tally(self) -> dict[str, int]:
        """What the demo shop charged and refused so far."""
        return self._shop()["tally"]

    def _shop(self) -> dict[str, Any]:
        state = httpx.get(f"{self.url}/_sandbox/state", timeout=60).json()
        return next(shop for shop in state["shops"] if shop["shop"] == HOST)

    def touch(self, percent: float) -> None:
        """Change so many of the products."""
        body = {"marketplace": "shopify", "shop": HOST, "percent": percent}
        httpx.post(f"{self.url}/_sandbox/touch", json=body, timeout=600).raise_for_status()


@contextlib.contextmanager
def running(**options: Any) -> Iterator[Sandbox]:
    """Serve while the block runs; `options` are those of `sandbox.server.main`."""
    command = [sys.executable, "-c", _SERVE, json.dumps({**options, "parent_pipe": True})]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        address = re.search(r"http://[\d.:]+", process.stdout.readline())
        if address is None:
            raise RuntimeError("the sandbox did not start")
        yield Sandbox(address[0])
    finally:
        process.stdin.close()
        process.wait(20)
