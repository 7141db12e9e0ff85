"""Carries webhooks out over HTTP: one thread, one queue ordered by when each is due, and a record of every answer."""

import heapq
import http.client
import itertools
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

_KEEP = 5_000
_SHOWN = 20_000
_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Letter:
    """One webhook on its way: `write` makes headers and body at the moment of sending, `answered` hears what came."""

    marketplace: str
    shop: str
    subscription: int
    topic: str
    address: str
    write: Callable[[], tuple[Mapping[str, str], bytes]]
    patience: float = 5.0
    attempt: int = 1
    note: str = ""
    answered: Callable[["Letter", bool], None] | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """One try: what was sent and what came back; `status` is None when nothing did, `error` says why."""

    n: int
    at: float
    letter: Letter = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    status: int | None
    error: str
    milliseconds: int

    @property
    def accepted(self) -> bool:
        """True for an answer of the 200s."""
        return self.status is not None and 200 <= self.status < 300

    def told(self) -> dict[str, Any]:
        """As the control API shows it."""
        letter = self.letter
        return {
            "n": self.n,
            "at": self.at,
            "marketplace": letter.marketplace,
            "shop": letter.shop,
            "subscription": letter.subscription,
            "topic": letter.topic,
            "address": letter.address,
            "attempt": letter.attempt,
            "note": letter.note,
            "headers": dict(self.headers),
            "body": self.body[:_SHOWN].decode("utf-8", "replace"),
            "status": self.status,
            "error": self.error,
            "milliseconds": self.milliseconds,
        }


class Courier:
    """Sends letters when they are due. Its thread starts with the first letter and ends with `close`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` stamps the record; waiting is real."""
        self.sent: deque[Sent] = deque(maxlen=_KEEP)
        self.speed = 1.0
        self._clock = clock
        self._queue: list[tuple[float, int, Letter]] = []
        self._numbers, self._order = itertools.count(1), itertools.count()
        self._busy, self._closed = False, False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._open: dict[tuple[str, str], http.client.HTTPConnection] = {}

    def post(self, letter: Letter, delay: float = 0.0) -> None:
        """Send a letter after so many seconds."""
        with self._changed:
            if self._closed:
                return
            heapq.heappush(self._queue, (time.monotonic() + delay, next(self._order), letter))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sandbox webhooks", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def note(self, letter: Letter, error: str) -> None:
        """Record a letter that is never sent, and why."""
        headers, body = letter.write()
        self._record(letter, headers, body, None, error, 0.0)

    def again(self, number: int) -> bool:
        """Send a recorded try once more, byte for byte; False when it is not remembered."""
        found = next((one for one in self.sent if one.n == number), None)
        if found is None:
            return False
        old, parts = found.letter, (found.headers, found.body)
        self.post(
            Letter(
                old.marketplace, old.shop, old.subscription, old.topic, old.address, lambda: parts, old.patience,
                note=f"sent again, first as {number}",
            )
        )  # fmt: skip
        return True

    @property
    def waiting(self) -> int:
        """How many letters are still to be sent."""
        with self._changed:
            return len(self._queue) + self._busy

    def idle(self, within: float) -> bool:
        """Wait until nothing is to be sent, for so many seconds at most; False when there still is something."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queue and not self._busy, within)

    def close(self) -> None:
        """Send nothing any more."""
        with self._changed:
            self._closed = True
            self._queue.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(10.0)

    def _run(self) -> None:
        while (letter := self._next()) is not None:
            try:
                self._send(letter)
            finally:
                with self._changed:
                    self._busy = False
                    self._changed.notify_all()
        for connection in self._open.values():
            connection.close()

    def _next(self) -> Letter | None:
        """The next letter, when it is due; None at the end."""
        with self._changed:
            while not self._closed:
                wait = self._queue[0][0] - time.monotonic() if self._queue else None
                if wait is not None and wait <= 0:
                    self._busy = True
                    return heapq.heappop(self._queue)[2]
                self._changed.wait(wait)
        return None

    def _send(self, letter: Letter) -> None:
        headers, body = letter.write()
        began = time.monotonic()
        status, error = self._exchange(letter, headers, body)
        sent = self._record(letter, headers, body, status, error, time.monotonic() - began)
        if letter.answered is not None:
            letter.answered(letter, sent.accepted)

    def _record(
        self, letter: Letter, headers: Mapping[str, str], body: bytes, status: int | None, error: str, seconds: float
    ) -> Sent:
        sent = Sent(next(self._numbers), self._clock(), letter, headers, body, status, error, round(seconds * 1000))
        self.sent.append(sent)
        return sent

    def _exchange(self, letter: Letter, headers: Mapping[str, str], body: bytes) -> tuple[int | None, str]:
        """The status that came back, or None and why; a connection kept open that turns out dead is replaced once."""
        parts = urlsplit(letter.address)
        place = (parts.scheme, parts.netloc)
        while True:
            kept = self._open.pop(place, None)
            connection = kept or _connection(parts, letter.patience)
            try:
                connection.request(
                    "POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, dict(headers)
                )
                answer = connection.getresponse()
                answer.read()
            except (OSError, ValueError, http.client.HTTPException) as fault:
                connection.close()
                if kept is not None and isinstance(fault, (ConnectionError, http.client.RemoteDisconnected)):
                    continue
                return None, str(fault) or type(fault).__name__
            if not answer.will_close and len(self._open) < _CONNECTIONS:
                self._open[place] = connection
            return answer.status, ""


def asked(address: str, patience: float) -> tuple[int | None, str, str]:
    """What an address answers when it is asked to prove itself: status, media type and body; no status: nothing."""
    try:
        parts = urlsplit(address)
        connection = _connection(parts, patience)
        try:
            connection.request("GET", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}")
            answer = connection.getresponse()
            body = answer.read(_SHOWN).decode("utf-8", "replace")
            return answer.status, answer.headers.get_content_type(), body
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException):
        return None, "", ""


def _connection(parts: SplitResult, patience: float) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, parts.port, timeout=patience, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, parts.port, timeout=patience)
