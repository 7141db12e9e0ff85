"""What the wizard shows: the preflight table, and what may be told of credentials that are set."""

from dataclasses import dataclass
from datetime import datetime

from nexus_ui.adapters.contract import CheckState, Marketplace, SignIn
from nexus_ui.flows.connect import TestResult
from nexus_ui.storage.secrets import SecretFact
from nexus_ui.ui import words


@dataclass(frozen=True)
class CheckRow:
    """One row of the preflight table."""

    label: str
    state: str
    proof: str
    fix: str


@dataclass(frozen=True)
class Outcome:
    """How a test went. `draft` names what can be saved; empty when nothing can."""

    shown: bool = False
    passed: bool = False
    draft: str = ""
    message: str = ""
    raw: str = ""
    checks: tuple[CheckRow, ...] = ()
    account: str = ""
    other_account: bool = False
    already: str = ""


def outcome_of(result: TestResult) -> Outcome:
    """A test's result, ready to be drawn."""
    account = result.account
    return Outcome(
        shown=True,
        passed=result.passed,
        draft=result.draft_id if result.passed else "",
        message=result.message,
        raw=result.raw,
        checks=tuple(CheckRow(one.label, one.state.value, one.proof, one.fix) for one in result.checks),
        account=account.name or account.identifier if account else "",
        other_account=result.other_account,
        already=result.already_connected,
    )


def misplaced(result: TestResult, marketplace: Marketplace, way: SignIn) -> dict[str, str]:
    """The sentence of a failed test at the field it belongs to; empty when it belongs to none."""
    names = [entry.name for entry in way.fields]
    needed = [entry.name for entry in way.fields if entry.secret and not entry.optional]
    secrets = needed or [entry.name for entry in way.fields if entry.secret]
    match result.error_kind:
        case "setup_wrong" if marketplace.identifier_field in names:
            return {marketplace.identifier_field: result.message}
        case "invalid_credentials" | "token_expired" if secrets:
            return {secrets[-1]: result.message}
    return {}


def summary(result: TestResult) -> str:
    """`7 of 8 checks passed`."""
    good = sum(one.state is CheckState.PASS for one in result.checks)
    return f"{good} of {words.count(len(result.checks), 'check')} passed"


def told(fact: SecretFact, now: datetime) -> str:
    """`Set, ends 4f2c, 61 days old, expires in 12 days. Leave blank to keep it.`"""
    age = (now - fact.set_at).days
    parts = [
        "Set",
        f"ends {fact.last_four}" if fact.last_four else "",
        f"{words.count(age, 'day')} old" if age else "new",
    ]
    if fact.expires_at is not None:
        left = (fact.expires_at - now).days
        parts.append(
            f"expires in {words.count(left, 'day')}" if left > 0 else "expires today" if left == 0 else "expired"
        )
    return ", ".join(part for part in parts if part) + ". Leave blank to keep it."
