"""Fault switches of one shop: what can go wrong, when it begins and when it ends.

The transport faults are carried out by `gate` for every marketplace, those of webhooks by `hooks`; the others are read
by the marketplace itself.
"""

from collections.abc import Callable, Iterable

import msgspec

from nexus_ui.sandbox.forging import WAYS

TRANSPORT = {
    "rate_limited": "429 Too Many Requests; retry_after = seconds, date, absurd or none; seconds = how long",
    "outage": "503 Service Unavailable (status = another code)",
    "slow": "Every answer takes `seconds` longer",
    "torn": "The body stops in the middle; cut = connection (default) or json (a complete answer of half a document)",
    "html": "An HTML page where JSON was due",
    "empty": "200 with an empty body",
    "answer_lost": "The call takes effect, then the connection breaks before the answer",
}
MEANING = {
    "throttled": "The marketplace's own way to say that the budget is spent",
    "expired_token": "The access token is expired; renewing it works",
    "revoked_consent": "The merchant took the consent back; renewing fails too",
    "wrong_key": "The key or token is not known",
    "missing_scope": "A permission is absent; scope = its name",
    "suspended": "The account is suspended or unpaid (status = the vendor's code)",
    "cursor_loop": "Shopify: there is always a next page, and its cursor leads back to the page just read",
    "maintenance": "WooCommerce: the site is being updated and answers an HTML page",
    "plugin_off": "WooCommerce: the plugin is off, every address below wc/v3 is unknown",
    "require_oauth1": "WooCommerce: the shop is on plain HTTP and wants OAuth 1.0a signatures",
    "shop_not_found": "There is no shop of this name",
    "bad_records": "Some products carry no SKU, absurd prices or absurd quantities; every = one in so many",
}
HOOKS = {
    "hook_lost": "Webhooks are never sent",
    "hook_late": "Webhooks leave `seconds` late",
    "hook_duplicate": "Webhooks are sent twice",
    "hook_forged": "Beside each webhook comes a forged one; how = flip, truncated, reencoded, unsigned or guessed",
    "hook_rotated": "Webhooks are signed with a secret nobody was told",
}
KNOWN = TRANSPORT | MEANING | HOOKS
FOREVER = -1


class Fault(msgspec.Struct, kw_only=True):
    """One switch that is on. `times` counts the calls it still spoils, -1 for ever; `match` limits it to some calls,
    `on` to one kind of them (api, auth or all; by default transport faults spoil api calls, the others all).
    Those of webhooks spoil webhooks only: `times` counts these, `match` is held against their topic.
    """

    fault: str
    times: int = FOREVER
    after_calls: int = 0
    match: str = ""
    on: str = ""
    retry_after: str = "seconds"
    seconds: float = 2.0
    status: int = 0
    scope: str = ""
    cut: str = "connection"
    how: str = "flip"
    every: int = 25
    since: float = 0.0

    def concerns(self, kind: str, text: str) -> bool:
        """True when this kind of call (api, auth or hook), with this path and body, is one it spoils."""
        if (kind == "hook") != (self.fault in HOOKS):
            return False
        wanted = self.on or ("api" if self.fault in TRANSPORT else "all")
        return (kind == "hook" or wanted in (kind, "all")) and self.match in text


class Faults:
    """The switches of one shop, at most one of each name."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start with everything working."""
        self._clock = clock
        self._on: dict[str, Fault] = {}

    def switch_on(self, fault: Fault) -> None:
        """Turn a switch on, replacing the same one. Raises ValueError for a name nobody knows."""
        if fault.fault not in KNOWN:
            raise ValueError(f"Unknown fault {fault.fault!r}. Known: {', '.join(KNOWN)}")
        if fault.fault == "hook_forged" and fault.how not in WAYS:
            raise ValueError(f"Unknown way to forge {fault.how!r}. Known: {', '.join(WAYS)}")
        fault.since = fault.since or self._clock()
        self._on[fault.fault] = fault

    def switch_off(self, name: str = "") -> None:
        """Turn one switch off, or all of them."""
        if name:
            self._on.pop(name, None)
        else:
            self._on.clear()

    def active(self) -> list[Fault]:
        """What is switched on, also what has not begun yet."""
        return list(self._on.values())

    def look(self, name: str) -> Fault | None:
        """A switch that has begun, without counting this as a call."""
        fault = self._on.get(name)
        return fault if fault is not None and fault.after_calls <= 0 else None

    def firing(self, kind: str, text: str) -> dict[str, Fault]:
        """The faults that spoil this call; counts the call for every switch it concerns."""
        spoiled: dict[str, Fault] = {}
        for fault in self._concerned(kind, text):
            if fault.after_calls > 0:
                fault.after_calls -= 1
                continue
            spoiled[fault.fault] = fault
            if fault.times > 0:
                fault.times -= 1
                if fault.times == 0:
                    del self._on[fault.fault]
        return spoiled

    def _concerned(self, kind: str, text: str) -> Iterable[Fault]:
        return [fault for fault in self._on.values() if fault.concerns(kind, text)]
