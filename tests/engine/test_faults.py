"""Every fault of the sandbox ends in the right class, outcome, sentence and masked answer, and loses nothing."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.clock import utcnow
from nexus_ui.rules.status import Status, status
from nexus_ui.sandbox import server
from nexus_ui.sandbox.faults import Fault
from nexus_ui.storage import connections
from nexus_ui.storage.database import writing
from tests import databases
from tests.engine.connecting import SUCCESS, calls_of, columns, connect, cycle, digest, shop_of

PATIENT = {"retry_attempts": 2, "retry_backoff_seconds": 0.1}


@dataclass(frozen=True)
class Case:
    """A fault and what must come of it."""

    fault: str
    kind: str | None
    outcome: str
    stops: bool = False
    options: dict[str, Any] = field(default_factory=dict)


COMMON = [
    Case("wrong_key", "invalid_credentials", "failed", stops=True),
    Case("shop_not_found", "setup_wrong", "failed", stops=True),
    Case("outage", "unavailable", "failed"),
    Case("html", "unavailable", "failed"),
    Case("torn", "unavailable", "failed"),
    Case("torn", "surprise", "failed", options={"cut": "json"}),
    Case("empty", "surprise", "failed"),
    Case("rate_limited", "rate_limited", "deferred", options={"retry_after": "absurd", "seconds": 4000}),
]
ONLY = {
    "shopify": [
        Case("missing_scope", "scope_missing", "failed", stops=True, options={"scope": "read_products"}),
        Case("missing_scope", "scope_missing", "partial", options={"scope": "read_orders"}),
        Case("suspended", "account_suspended", "failed", stops=True),
        Case("expired_token", "invalid_credentials", "failed", stops=True),
        Case("revoked_consent", "invalid_credentials", "failed", stops=True),
    ],
    "woocommerce": [
        Case("maintenance", "unavailable", "failed"),
        Case("plugin_off", "setup_wrong", "failed", stops=True),
    ],
}
CASES = [
    pytest.param(slug, case, id=f"{slug}-{case.fault}-{'-'.join(map(str, case.options.values()))}")
    for slug, special in ONLY.items()
    for case in [*COMMON, *special]
]


@pytest.mark.parametrize(("slug", "case"), CASES)
async def test_a_fault_is_named_told_and_survived(
    slug: str, case: Case, sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """Right class and outcome, a sentence, a masked raw answer in the journal; once it is gone, everything is there."""
    shop = shop_of(sandbox, slug)
    connection_id = connect(slug, lookback_days=365, **PATIENT)
    shop.faults.switch_on(Fault(fault=case.fault, **case.options))

    bad = await cycle(connection_id)

    state = columns(connection_id)
    assert (case.kind, case.outcome) == (bad.error_kind, bad.outcome), bad
    assert bad.error_message.endswith(".") and "\n" not in bad.error_message
    assert (state["next_sync_at"] is None) is case.stops
    told = repr((bad, calls_of(bad.id)))
    assert any(problem for *_, problem, _ in calls_of(bad.id)), "no call tells what went wrong"
    for name, secret in CATALOGUE[slug].sandbox_fields.items():
        assert name not in CATALOGUE[slug].secret_fields or secret not in told

    shop.faults.switch_off()
    reference = connect(slug, lookback_days=365)
    if case.outcome == "deferred":
        with_patience_over(connection_id)
    assert SUCCESS == (await cycle(connection_id)).outcome
    assert SUCCESS == (await cycle(reference)).outcome
    assert digest(reference) == digest(connection_id)
    mended = columns(connection_id)
    assert (None, "", 0) == (mended["error_kind"], mended["error_message"], mended["failures_in_a_row"])


def with_patience_over(connection_id: str) -> None:
    """Let the time pass that the marketplace asked for."""
    with writing() as session:
        connections.change(session, connection_id, utcnow(), rate_limited_until=None)


async def test_a_marketplace_that_asks_for_patience_is_shown_and_obeyed(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """A long Retry-After ends the cycle as deferred: rate limited until then, no failure, next start when it said."""
    shop_of(sandbox, "shopify").faults.switch_on(Fault(fault="rate_limited", seconds=1800, retry_after="seconds"))
    connection_id, before = connect(), utcnow()

    done = await cycle(connection_id)

    state = columns(connection_id)
    until = state["rate_limited_until"]
    assert ("deferred", "rate_limited") == (done.outcome, done.error_kind)
    assert until == state["next_sync_at"]
    assert before + timedelta(seconds=1790) < until < utcnow() + timedelta(seconds=1810)
    assert ("", 0, False) == (state["recent_outcomes"], state["failures_in_a_row"], state["first_cycle_done"])
    shown = status(utcnow(), first_cycle_done=False, recent_outcomes="", rate_limited_until=until)
    assert Status.RATE_LIMITED is shown


@pytest.mark.parametrize("spelling", ["seconds", "date", "none"])
async def test_a_short_throttle_is_waited_out(
    spelling: str, sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """Both spellings of Retry-After, and none at all: the cycle waits and succeeds, and no failure is counted."""
    shop_of(sandbox, "shopify").faults.switch_on(
        Fault(fault="rate_limited", seconds=1.0, retry_after=spelling, times=1, after_calls=1)
    )
    connection_id = connect(**PATIENT)

    done = await cycle(connection_id)

    assert (SUCCESS, None) == (done.outcome, done.waiting_until), done
    assert ["rate_limited"] == [problem for *_, problem, _ in calls_of(done.id) if problem]
    assert columns(connection_id)["rate_limited_until"] is None


@pytest.mark.parametrize(
    ("fault", "tries"),
    [("outage", 1 + PATIENT["retry_attempts"]), ("wrong_key", 1)],
)
async def test_tries_follow_the_class_of_the_error(
    fault: str, tries: float, sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """An outage is tried again as often as the settings say, a refused key never."""
    shop_of(sandbox, "shopify").faults.switch_on(Fault(fault=fault))

    done = await cycle(connect(**PATIENT))

    found = [attempt for operation, _, attempt, problem, _ in calls_of(done.id) if problem]
    assert tries == max(found), found


async def test_bad_records_are_set_aside_and_the_rest_arrives(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """The cycle is partial, the connection stays active, and the set-aside records are counted."""
    shop = shop_of(sandbox, "shopify")
    shop.faults.switch_on(Fault(fault="bad_records", every=10))
    connection_id = connect(lookback_days=365)

    done = await cycle(connection_id)

    state = columns(connection_id)
    assert done.outcome in ("partial", SUCCESS)
    assert (done.outcome == "partial") is (done.quarantined > 0)
    assert len(shop.products) == done.products + done.quarantined
    assert state["error_kind"] is None
    assert state["next_sync_at"] is not None


async def test_one_stream_without_permission_does_not_stop_the_others(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """Products arrive, orders do not, and the scope is named."""
    shop_of(sandbox, "shopify").faults.switch_on(Fault(fault="missing_scope", scope="read_orders"))
    connection_id = connect()

    done = await cycle(connection_id)

    assert done.evidence is not None
    ends = {name: stream["end"] for name, stream in done.evidence["streams"].items()}
    assert {"products": "done", "orders": "failed", "inventory": "done"} == ends
    assert "read_orders" == columns(connection_id)["error_scope"]
