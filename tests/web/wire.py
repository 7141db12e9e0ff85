"""A browser tab reduced to its socket: speaks the socket.io frames that Reflex 0.10 speaks, and nothing else."""

import json
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

NAMESPACE = "/_event"
OPEN, PING, PONG = "0", "2", "3"
CONNECT, EVENT = "40", "42"
PATIENCE = 20.0
QUIET = 0.4


@dataclass
class Tab:
    """One tab, signed in by `cookie` or not. `token` is what Reflex knows it by."""

    port: int
    cookie: str | None = None
    token: str = field(default_factory=lambda: str(uuid.uuid4()))
    path: str = "/"

    def __enter__(self) -> Self:
        address = f"ws://127.0.0.1:{self.port}{NAMESPACE}/?EIO=4&transport=websocket&token={self.token}"
        headers = {"Cookie": f"nexus_session={self.cookie}"} if self.cookie else {}
        origin: Any = f"http://127.0.0.1:{self.port}"
        self._closing = ExitStack()
        opening = connect(address, additional_headers=headers, origin=origin)
        self._socket: ClientConnection = self._closing.enter_context(opening)
        assert self._socket.recv(PATIENCE)[:1] == OPEN
        self._socket.send(f"{CONNECT}{NAMESPACE},")
        self._wait(lambda frame: frame.startswith(CONNECT))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def send(self, name: str, payload: dict[str, Any] | None = None) -> None:
        """Ask for an event handler by its wire name."""
        event = {"name": name, "payload": payload or {}, "router_data": {"pathname": self.path, "asPath": self.path}}
        self._socket.send(f"{EVENT}{NAMESPACE},{json.dumps(['event', event])}")

    def updates_until(self, event: str) -> list[dict[str, Any]]:
        """Every answer up to the one that carries a browser event of this name; fails when it does not come."""
        found: list[dict[str, Any]] = []
        while not found or event not in names(found[-1:]):
            found.append(self._update(PATIENCE))
        return found

    def updates_until_quiet(self) -> list[dict[str, Any]]:
        """Every answer until nothing came for a moment."""
        found: list[dict[str, Any]] = []
        while True:
            try:
                found.append(self._update(QUIET))
            except TimeoutError:
                return found

    def _update(self, patience: float) -> dict[str, Any]:
        frame = self._wait(lambda frame: frame.startswith(EVENT), patience)
        [_, update] = json.loads(frame.partition(",")[2])
        assert isinstance(update, dict)
        return update

    def _wait(self, wanted: Any, patience: float = PATIENCE) -> str:
        while True:
            frame = str(self._socket.recv(patience))
            if frame == PING:
                self._socket.send(PONG)
            elif wanted(frame):
                return frame


def names(updates: list[dict[str, Any]]) -> list[str]:
    """The browser events that answers carry."""
    return [event["name"] for update in updates for event in update.get("events") or []]


def told(updates: list[dict[str, Any]]) -> dict[str, Any]:
    """What answers say about our own states, by state."""
    said = {}
    for update in updates:
        said |= {state: values for state, values in (update.get("delta") or {}).items() if "nexus_ui" in state}
    return said
