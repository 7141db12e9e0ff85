"""The product, started as a user starts it: a copy of the sources, its own home, a free port; and its sandbox."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from nexus_ui.adapters import CATALOGUE
from tests.ninth import fair

ROOT = Path(__file__).parent.parent.parent
LEFT_BEHIND = shutil.ignore_patterns(".git", ".web", ".nexus", "__pycache__", ".*_cache", "tests", "*.pyc")
START_SECONDS = 600
STOP_SECONDS = 20
OWN_VARIABLES = ("NEXUS_", "DATABASE_URL", "CREDENTIALS_ENCRYPTION_KEY", "GRANIAN_", "REFLEX_")


@dataclass(frozen=True)
class Product:
    """A running product."""

    url: str
    home: Path
    owner_link: str

    def sandbox(self) -> "Sandbox":
        """The sandbox it started."""
        port = json.loads((self.home / "sandbox.json").read_text(encoding="utf-8"))["port"]
        return Sandbox(f"http://127.0.0.1:{port}/_sandbox")


@dataclass(frozen=True)
class Sandbox:
    """The controls of the simulated marketplaces."""

    url: str

    def shop(self, host: str) -> dict[str, Any]:
        """Everything the sandbox tells of one shop, credentials included."""
        shops = httpx.get(f"{self.url}/state").raise_for_status().json()["shops"]
        return next(shop for shop in shops if shop["shop"] == host)

    def keys_of(self, marketplace: str) -> dict[str, str]:
        """The credentials of a marketplace's demo shop, and what its sandbox form is filled with."""
        shops = httpx.get(f"{self.url}/state").raise_for_status().json()["shops"]
        shop = next(shop for shop in shops if shop["marketplace"] == marketplace)
        return {**CATALOGUE[marketplace].sandbox_fields, **shop["credentials"]}

    def fault(self, host: str, fault: str, **how: Any) -> None:
        """Switch a fault on."""
        self._post("faults", host, fault=fault, **how)

    def mend(self, host: str) -> None:
        """Switch every fault of a shop off."""
        self._post("faults", host, clear=True)

    def sell(self, host: str, count: int) -> list[str]:
        """Place typical orders now; returns their numbers."""
        return [str(number) for number in self._post("orders", host, count=count)["numbers"]]

    def slow_down(self, milliseconds: float) -> None:
        """Let every answer take that long at least."""
        httpx.post(f"{self.url}/latency", json={"latency_ms": milliseconds}).raise_for_status()

    def _post(self, command: str, host: str, **fields: Any) -> Any:
        place = {"marketplace": self.shop(host)["marketplace"], "shop": host}
        return httpx.post(f"{self.url}/{command}", json=place | fields).raise_for_status().json()


@contextmanager
def running(folder: Path, bazaar: str) -> Iterator[Product]:
    """Start the product in a copy of the sources under `folder`, with the invented marketplace that answers at
    `bazaar`, and stop it at the end.
    """
    copy, home, log = folder / "copy", folder / "home", folder / "product.log"
    shutil.copytree(ROOT, copy, ignore=LEFT_BEHIND)
    fair.put_into(copy)
    url = f"http://127.0.0.1:{_free_port()}"
    mine = {name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)}
    mine |= {"NEXUS_HOME": str(home), "NEXUS_PORT": url.rsplit(":", 1)[1], "PYTHONUNBUFFERED": "1"}
    mine["NEXUS_ENDPOINT_BAZAAR"] = bazaar
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "nexus_ui"], cwd=copy, env=mine, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            yield Product(url, home, _owner_link(process, log))
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _owner_link(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """The link the product prints once it runs; raises AssertionError with the log when it does not get there."""
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        said = log.read_text(encoding="utf-8", errors="replace")
        link = re.search(r"http://\S+/welcome\?link=\S+", said)
        if link and "runs at" in said:
            return link.group(0)
        time.sleep(0.2)
    raise AssertionError(f"The product did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
