"""Trying credentials for real without saving or changing anything: what Test Connection, edit and consent all do."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nexus_ui.adapters.contract import (
    ACCESS_EXPIRES_AT,
    ACCESS_TOKEN,
    REFRESH_EXPIRES_AT,
    REFRESH_TOKEN,
    Account,
    Call,
    Check,
    CheckState,
    Credentials,
    Marketplace,
    SignIn,
)
from nexus_ui.adapters.kit.auth import expiry
from nexus_ui.adapters.kit.opening import open_adapter
from nexus_ui.adapters.kit.retry import RetryPolicy
from nexus_ui.errors import ActionNeeded, NexusError, RateLimited, Refused
from nexus_ui.flows.reach import reach
from nexus_ui.security.redact import mask

PATIENCE = RetryPolicy(attempts=1, first_backoff_seconds=0.5, longest_wait_seconds=8.0)
"""A person waits in front of a test: one more try, and no long wait."""


@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """What trying the credentials brought. `keys` are the credentials, tokens won on the way included."""

    account: Account | None
    keys: dict[str, str]
    message: str
    error_kind: str = ""
    error_scope: str = ""
    raw: str = ""

    @property
    def passed(self) -> bool:
        """Whether an account answered and no check failed."""
        return self.account is not None and self.account.usable


class MemoryKeys:
    """A keyring that lives as long as one test."""

    def __init__(self, values: Credentials) -> None:
        """Start from typed values."""
        self._values = dict(values)

    async def current(self) -> Credentials:
        """The values as they stand."""
        return dict(self._values)

    async def renew(self, stale: str, renewal: Callable[[Credentials], Awaitable[Credentials]]) -> Credentials:
        """Run the renewal unless the token was replaced already."""
        if self._values.get(ACCESS_TOKEN, "") == stale:
            self._values.update(await renewal(dict(self._values)))
        return dict(self._values)


@dataclass
class Notebook:
    """Keeps the calls of one test; gives up rather than making a person wait long."""

    calls: list[Call] = field(default_factory=list)

    def called(self, call: Call) -> None:
        """Note a call."""
        self.calls.append(call)

    async def waiting(self, until: datetime, reason: str) -> None:
        """Short waits are fine."""

    async def resumed(self) -> None:
        """Nothing to tell."""

    def last_problem(self) -> str:
        """The masked answer of the last call that failed."""
        return next((call.excerpt for call in reversed(self.calls) if call.problem), "")


async def try_out(marketplace: Marketplace, values: Mapping[str, str], sandbox: bool) -> Finding:
    """Sign in with `values` and look at what they can do. Marketplace errors become findings; Refused is raised."""
    keys, notebook = MemoryKeys(values), Notebook()

    def hide(text: str) -> str:
        return mask(text, secret_values(marketplace, keys_now))

    keys_now: dict[str, str] = dict(values)
    try:
        way = reach(marketplace.slug, sandbox)
        async with open_adapter(
            marketplace,
            keys,
            watcher=notebook,
            mask=hide,
            endpoint=way.endpoint,
            allow_private=way.allow_private,
            retry=PATIENCE,
            urgent=True,
        ) as adapter:
            account = await adapter.verify()
    except Refused:
        raise
    except NexusError as error:
        keys_now.update(await keys.current())
        raw = hide(notebook.last_problem() or error.detail)
        return Finding(None, keys_now, _sentence(error), error.kind, getattr(error, "scope", ""), raw)
    keys_now.update(await keys.current())
    return finding_of(account, keys_now, notebook.last_problem())


def finding_of(account: Account, keys: dict[str, str], raw: str) -> Finding:
    """The finding for an account that answered: passed, or what its first failed check says."""
    failed = [check for check in account.checks if check.state is CheckState.FAIL]
    if failed:
        return Finding(account, keys, failed[0].fix or failed[0].proof, "check_failed", "", raw)
    return Finding(account, keys, f"Signed in as {account.name}.")


def secret_values(marketplace: Marketplace, values: Mapping[str, str]) -> list[str]:
    """The values that must never be shown."""
    return [value for name, value in values.items() if name in marketplace.secret_fields and value]


def split(marketplace: Marketplace, way: SignIn, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Typed public fields, and everything that is kept sealed (secrets and whatever a token endpoint returned)."""
    public = {entry.name for entry in way.fields if not entry.secret and entry.name not in marketplace.secret_fields}
    shown = {name: value for name, value in values.items() if name in public}
    return shown, {name: value for name, value in values.items() if name not in public and value}


def expiries(values: Mapping[str, str]) -> dict[str, datetime]:
    """When the tokens among `values` end, where that is known."""
    ends = {
        ACCESS_TOKEN: expiry(values.get(ACCESS_EXPIRES_AT, "")),
        REFRESH_TOKEN: expiry(values.get(REFRESH_EXPIRES_AT, "")),
    }
    return {name: end for name, end in ends.items() if end is not None and values.get(name)}


def account_as_json(account: Account) -> dict[str, Any]:
    """An account as a draft keeps it."""
    return {
        "account_id": account.account_id,
        "name": account.name,
        "identifier": account.identifier,
        "currency": account.currency,
        "time_zone": account.time_zone,
        "orders_reach_days": account.orders_reach_days,
        "checks": [
            {"name": c.name, "label": c.label, "state": c.state.value, "proof": c.proof, "fix": c.fix}
            for c in account.checks
        ],
    }


def account_from_json(kept: Mapping[str, Any]) -> Account:
    """The account a draft keeps."""
    rows = tuple(Check(**{**row, "state": CheckState(row["state"])}) for row in kept["checks"])
    return Account(**{**kept, "checks": rows})


def _sentence(error: NexusError) -> str:
    if isinstance(error, RateLimited):
        return "The marketplace asks to wait before another try. Test again in a minute."
    if isinstance(error, ActionNeeded):
        return error.message
    return f"{error.message} Test again when this has passed."
