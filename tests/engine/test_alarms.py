"""What real cycles raise and end, in the transaction that settles them."""

from datetime import timedelta

import pytest

from nexus_ui.adapters.kit import limits
from nexus_ui.clock import utcnow
from nexus_ui.flows import alarm, sync
from nexus_ui.rules.alerts import Severity
from nexus_ui.sandbox import server
from nexus_ui.sandbox.faults import Fault
from nexus_ui.storage import claims, incident_log
from nexus_ui.storage.database import writing
from nexus_ui.storage.incident_log import IncidentFilter, IncidentLine, Show
from tests import databases
from tests.engine.connecting import connect, cycle, shop_of

HASTY = {"retry_attempts": 0, "retry_backoff_seconds": 0.1}


def shown(show: Show = Show.OPEN) -> dict[str, IncidentLine]:
    """Incidents by their kind."""
    return {line.kind: line for line in incident_log.incident_page(IncidentFilter(show), 1, utcnow()).lines}


async def test_entering_error_raises_and_a_success_ends_it(
    database: databases.Database, sandbox: server.Running
) -> None:
    """The alert says what is wrong, until when everything is complete, and leads to the sync that failed."""
    shop, connection_id = shop_of(sandbox, "shopify"), connect(**HASTY)
    await cycle(connection_id)
    quiet = shown()
    shop.faults.switch_on(Fault(fault="wrong_key"))
    failed = await cycle(connection_id)
    raised = shown()
    shop.faults.switch_off()
    await cycle(connection_id)

    assert {} == quiet == shown()
    assert ["invalid_credentials"] == list(raised)
    it = raised["invalid_credentials"]
    assert (Severity.CRITICAL, "Invalid credentials", connection_id) == (
        it.severity,
        it.title,
        it.origin and it.origin.connection_id,
    )
    assert [("Orders not read since", True), ("Products and stock not read since", True)] == [
        (link.text, link.at is not None) for link in it.affected
    ]
    assert f"/connections/{connection_id}?log={connection_id}&cycle={failed.id}" == it.evidence[-1].href
    assert "It syncs again." == shown(Show.OVER)["invalid_credentials"].ending


async def test_the_third_failure_in_a_row_is_an_alert_of_its_own(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """Two are not; a success ends both."""
    shop, connection_id = shop_of(sandbox, "shopify"), connect(**HASTY)
    shop.faults.switch_on(Fault(fault="outage"))
    after = []
    for _ in range(4):
        await cycle(connection_id)
        after.append({kind: line.title for kind, line in shown().items()})
    shop.faults.switch_off()
    await cycle(connection_id)

    unavailable = {"unavailable": "Marketplace unavailable"}
    assert [
        unavailable,
        unavailable,
        {"failing": "3 syncs in a row failed", **unavailable},
        {"failing": "4 syncs in a row failed", **unavailable},
    ] == after
    assert {} == shown()


async def test_another_error_takes_the_place_of_the_first(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """One error is open at a time, and nobody is told of a recovery that was none."""
    shop, connection_id = shop_of(sandbox, "shopify"), connect(**HASTY)
    shop.faults.switch_on(Fault(fault="outage"))
    await cycle(connection_id)
    shop.faults.switch_off()
    shop.faults.switch_on(Fault(fault="suspended"))
    await cycle(connection_id)

    assert ["account_suspended"] == list(shown())
    assert shown(Show.OVER)["unavailable"].ending.startswith("Then came another error: ")


async def test_a_cycle_that_only_has_to_wait_raises_and_ends_nothing(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """Throttled is not failed; and it is no proof that an earlier error is gone."""
    shop, connection_id = shop_of(sandbox, "shopify"), connect(**HASTY)
    throttled = Fault(fault="rate_limited", retry_after="seconds", seconds=4000)
    shop.faults.switch_on(throttled)
    await cycle(connection_id)
    nothing = shown()
    shop.faults.switch_off()
    later = utcnow() + timedelta(hours=2)
    with writing() as session:
        session.connection().exec_driver_sql("UPDATE connections SET rate_limited_until = NULL")
    limits.forget_all()
    shop.faults.switch_on(Fault(fault="outage"))
    await cycle(connection_id)
    shop.faults.switch_off()
    shop.faults.switch_on(throttled)
    await cycle(connection_id)

    assert later > utcnow()
    assert {} == nothing
    assert ["unavailable"] == list(shown())


async def test_a_missing_permission_is_raised_though_the_rest_arrived(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """A person has to act, so they hear of it; only the orders are named."""
    shop, connection_id = shop_of(sandbox, "shopify"), connect(**HASTY)
    shop.faults.switch_on(Fault(fault="missing_scope", scope="read_orders"))
    ended = await cycle(connection_id)

    assert "partial" == ended.outcome
    assert ["scope_missing"] == list(shown())
    assert ["No orders have been read yet"] == [link.text for link in shown()["scope_missing"].affected]


async def test_an_alert_and_the_end_of_its_cycle_are_one_transaction(
    sqlite_database: databases.Database, sandbox: server.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between them leaves neither: the cycle is still running, and nothing was raised."""

    class Crash(Exception):
        """The process ended here."""

    hear = alarm.hear

    def crash(*everything: object) -> None:
        hear(*everything)  # type: ignore[arg-type]  # passed through as it came
        raise Crash

    shop, connection_id = shop_of(sandbox, "shopify"), connect(**HASTY)
    shop.faults.switch_on(Fault(fault="outage"))
    claim = sync.claim("test", 1)[0]
    monkeypatch.setattr(alarm, "hear", crash)
    with pytest.raises(Crash):
        await sync.run(claim.connection_id, claim.cycle_id)
    monkeypatch.undo()

    assert {} == shown()
    assert None is not claims.renew(connection_id, claim.cycle_id, utcnow(), 60)
