"""The webhooks of the simulated marketplaces: who subscribed to what, and what goes out when something happens.

Each marketplace brings its habits: topics, bodies, signatures, tries, and what it does with an address that fails.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec

from nexus_ui.sandbox.courier import Courier, Letter
from nexus_ui.sandbox.forging import Parts, forged
from nexus_ui.sandbox.happenings import Happening
from nexus_ui.sandbox.shop import Shop


class Subscription(msgspec.Struct, kw_only=True):
    """A webhook somebody registered. Times are microseconds since 1970; `details` is the marketplace's own."""

    number: int
    topic: str
    address: str
    created: int
    changed: int
    secret: str = ""
    name: str = ""
    active: bool = True
    failures: int = 0
    details: dict[str, Any] = {}

    def told(self) -> dict[str, Any]:
        """As the control API shows it: everything but the secret."""
        shown: dict[str, Any] = msgspec.to_builtins(self)
        return {name: value for name, value in shown.items() if name not in ("secret", "details")}


class Habits(Protocol):
    """How one shop's marketplace sends webhooks."""

    waits: Sequence[float]
    patience: float
    signature: str

    def topics(self, happening: Happening) -> Sequence[str]:
        """The topics it tells this under."""
        ...

    def write(self, subscription: Subscription, happening: Happening, topic: str) -> Callable[[], Parts]:
        """Headers and body: made now or when called, as the marketplace does."""
        ...

    def failed(self, desk: "Desk", subscription: Subscription, last: bool) -> None:
        """A try failed; `last` when no further one comes."""
        ...


class Desk:
    """The webhooks of one shop."""

    def __init__(
        self,
        shop: Shop,
        habits: Habits,
        courier: Courier,
        numbers: "itertools.count[int]",
        kept: dict[int, Subscription] | None = None,
    ) -> None:
        """Tell what happens in the shop from now on. `numbers` are those of the world's subscriptions.

        `kept` are the subscriptions of another desk, where the account has several shops and one list of them.
        """
        self.shop, self.habits, self.courier = shop, habits, courier
        self.revision = 0
        self._numbers = numbers
        self._kept: dict[int, Subscription] = {} if kept is None else kept
        shop.listeners.append(self.tell)

    def beside(self, shop: Shop, habits: Habits) -> "Desk":
        """A desk of another shop of the same account, with the same subscriptions."""
        return Desk(shop, habits, self.courier, self._numbers, self._kept)

    def all(self) -> list[Subscription]:
        """Every subscription, the oldest first."""
        return list(self._kept.values())

    def get(self, number: int) -> Subscription | None:
        """The subscription with this number, or None."""
        return self._kept.get(number)

    def find(self, topic: str, address: str) -> Subscription | None:
        """The subscription of this topic to this address, or None."""
        return next((one for one in self.all() if (one.topic, one.address) == (topic, address)), None)

    def add(self, topic: str, address: str, **parts: Any) -> Subscription:
        """Keep one more."""
        now = self.shop.now()
        made = Subscription(number=next(self._numbers), topic=topic, address=address, created=now, changed=now, **parts)
        self._kept[made.number] = made
        self.revision += 1
        return made

    def change(self, subscription: Subscription, **parts: Any) -> Subscription:
        """Change some of its parts."""
        for name, value in parts.items():
            setattr(subscription, name, value)
        subscription.changed = self.shop.now()
        self.revision += 1
        return subscription

    def drop(self, number: int) -> bool:
        """Take one away; False when it is not there."""
        self.revision += 1
        return self._kept.pop(number, None) is not None

    def tell(self, happening: Happening) -> None:
        """Send out what happened to everybody who wants to know."""
        topics = self.habits.topics(happening)
        for subscription in self.all():
            if subscription.active and subscription.topic in topics:
                self._send(subscription, self.habits.write(subscription, happening, subscription.topic))

    def ping(self, subscription: Subscription, parts: Parts) -> None:
        """Send something no rule of retrying or forging applies to."""
        self.courier.post(self._letter(subscription, lambda: parts, note="ping"))

    def _send(self, subscription: Subscription, write: Callable[[], Parts]) -> None:
        """One letter, spoiled by the switches that are on; what comes back has its consequences."""
        faults = self.shop.faults.firing("hook", subscription.topic)
        letter = replace(self._letter(subscription, write), answered=partial(self._answered, subscription))
        if "hook_lost" in faults:
            self.courier.note(letter, "lost on its way")
            return
        if "hook_forged" in faults:
            how = faults["hook_forged"].how
            self.courier.post(self._letter(subscription, self._forgery(how, write), f"forged: {how}"))
        if "hook_rotated" in faults:
            letter = replace(letter, write=self._forgery("guessed", write), note="signed with another secret")
        delay = faults["hook_late"].seconds if "hook_late" in faults else 0.0
        self.courier.post(replace(letter, note=f"{delay:g} s late") if delay else letter, delay)
        if "hook_duplicate" in faults:
            self.courier.post(self._letter(subscription, write, "duplicate"), delay)

    def _forgery(self, how: str, write: Callable[[], Parts]) -> Callable[[], Parts]:
        return lambda: forged(how, write(), self.habits.signature)

    def _letter(self, subscription: Subscription, write: Callable[[], Parts], note: str = "") -> Letter:
        return Letter(
            self.shop.marketplace, self.shop.host, subscription.number, subscription.topic, subscription.address,
            write, self.habits.patience, note=note,
        )  # fmt: skip

    def _answered(self, subscription: Subscription, letter: Letter, accepted: bool) -> None:
        """What an answer means for further tries and for the subscription."""
        if self.get(subscription.number) is not subscription:
            return
        if accepted:
            subscription.failures = 0
            return
        subscription.failures += 1
        waits = self.habits.waits
        last = letter.attempt > len(waits)
        self.habits.failed(self, subscription, last)
        if not last:
            again = replace(letter, attempt=letter.attempt + 1)
            self.courier.post(again, waits[letter.attempt - 1] / self.courier.speed)


class Hooks:
    """All webhooks of a world."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Nobody has subscribed yet."""
        self.courier = Courier(clock)
        self._desks: dict[tuple[str, str], Desk] = {}
        self._numbers = itertools.count(1)

    def open(self, shop: Shop, habits: Habits) -> Desk:
        """The desk of a shop that tells what happens there by these habits."""
        desk = self._desks[shop.marketplace, shop.host] = Desk(shop, habits, self.courier, self._numbers)
        return desk

    def of(self, shop: Shop) -> Desk:
        """The desk of a shop. Raises KeyError for one whose marketplace sends no webhooks."""
        return self._desks[shop.marketplace, shop.host]

    @property
    def speed(self) -> float:
        """How many times sooner than the vendor a webhook that failed is tried again."""
        return self.courier.speed

    def hurry(self, speed: float) -> None:
        """Try again so many times sooner from now on. Raises ValueError for no speed at all."""
        if not speed > 0:
            raise ValueError(f"{speed} is no speed")
        self.courier.speed = speed

    def desks(self) -> Sequence[Desk]:
        """All desks."""
        return list(self._desks.values())


def deliverable(address: str) -> bool:
    """True for an address webhooks may go to: https, or plain http to this machine, which only a sandbox allows."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    local = host in ("localhost", "::1") or host.startswith("127.")
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and local))
