"""What is on record of a connection's trouble, on every kind of database."""

from datetime import timedelta
from typing import Any

import pytest

from nexus_ui.errors import NotFound
from nexus_ui.rules.trouble import Answered, Ended, Fellow, Raised, Records, Stock
from nexus_ui.storage.evidence import records
from nexus_ui.storage.set_aside import everything, of_connection, refs, refused_skus
from nexus_ui.storage.tables import Audited, Incident, Person, Secret, StockReceiptRow
from tests import databases
from tests.storage.shelves import NOON, call, connection, cycle, delivery, keep, quarantined, rejection

BROKEN = {"error_kind": "invalid_credentials", "error_since": NOON, "recent_outcomes": "sf"}
FAILED = {"outcome": "failed", "error_kind": "invalid_credentials", "error_message": "Wrong key."}
NOW = NOON + timedelta(hours=2)


def found(connection_id: str = "con_a") -> Records:
    """Its records two hours after noon."""
    return records(connection_id, NOW, "Shopify", {"access_token": "Access token"})


def red() -> None:
    """A connection that was well at noon and failed at ten past and at twenty past."""
    keep(
        connection("con_a", "Berlin", **BROKEN),
        cycle("cyc_0", "con_a", -60),
        cycle("cyc_1", "con_a", 0, calls=3, products=7, orders=2),
        cycle("cyc_2", "con_a", 10, **FAILED),
        cycle("cyc_3", "con_a", 20, **FAILED),
        call("call_1", "cyc_2", 600, status=503, problem="unavailable", request_id="req-1"),
        call("call_2", "cyc_2", 601, status=401, problem="invalid_credentials", request_id="req-2"),
        call("call_3", "cyc_2", 602),
        call("call_4", "cyc_3", 1200, status=401, problem="invalid_credentials", request_id="req-3"),
    )


def test_the_records_begin_after_the_last_good_sync(database: databases.Database) -> None:
    """With what the marketplace said the first and the last time."""
    red()
    told = found()

    assert told.good is not None
    assert ("cyc_1", 9, 3) == (told.good.id, told.good.records, told.good.calls)
    assert ["cyc_2", "cyc_3"] == [one.id for one in told.ran]
    assert Answered("products", "GET", 401, "req-2", "invalid_credentials") == told.ran[0].answered
    assert Answered("products", "GET", 401, "req-3", "invalid_credentials") == told.ran[1].answered
    assert told.mended is None


def test_what_happened_beside_the_syncs_is_found(database: databases.Database) -> None:
    """Deeds with their names, credentials that ran out, webhooks, incidents, settings, and others that fail alike."""
    red()
    keep(
        Person(id="per_1", email="a@b.example", name="Anna", password_hash="", role="owner", created_at=NOON),
        cycle("cyc_n", "con_a", 5, trigger="settings", outcome="noted", requested_by="per_1", error_message="Changed."),
        secret("access_token", 8),
        secret("refresh_token", 9),
        secret("client_secret", 600),
        delivery("dlv_1", "con_a", 6, named=[["access", "1"]]),
        rejection("rej_1", "con_a", 7),
        incident("inc_1", "con_a", 11),
        incident("inc_2", "con_a", 12, snoozed_until=NOW + timedelta(hours=1)),
        incident("inc_3", "con_a", 13, closed_at=NOW),
        incident("inc_0", "con_a", -90),
        audited("aud_1", "settings", 4),
        audited("aud_2", "person", 4),
        receipt("r1", "MUG", 14, "refused", said="Locked."),
        receipt("r2", "CUP", 15, "refused", said="Not stocked."),
        receipt("r0", "HAT", -90, "refused", said="Long ago."),
        connection("con_b", "Oslo", **BROKEN),
        connection("con_c", "Sandbox", sandbox=True, **BROKEN),
        connection("con_d", "Away", **{**BROKEN, "error_kind": "unavailable"}),
        connection("con_e", "Gone", removed_at=NOON, **BROKEN),
    )
    told = found()

    assert [("cyc_n", "Anna", "Changed.")] == [
        (one.id, one.by, one.message) for one in told.ran if one.outcome == "noted"
    ]
    assert (Ended("Access token", NOON + timedelta(minutes=8)),) == told.ended
    assert (1, 1) == (told.arrived.accepted, told.arrived.refused)
    assert NOON + timedelta(minutes=6) == told.arrived.withdrawn_at
    assert [
        Raised("inc_1", NOON + timedelta(minutes=11), "Wrong key"),
        Raised("inc_2", NOON + timedelta(minutes=12), "Wrong key", "attended"),
        Raised("inc_3", NOON + timedelta(minutes=13), "Wrong key", "over"),
    ] == list(told.raised)
    assert Stock(2, NOON + timedelta(minutes=14), "Not stocked.") == told.stock
    assert (Fellow("con_b", "Oslo", NOON),) == told.fellows
    assert ["changed settings: retry attempts from 3 to nothing."] == [change.what for change in told.changed]


def test_a_trouble_that_is_over_ends_with_the_sync_that_mended_it(database: databases.Database) -> None:
    """For a week; after that nothing is told any more."""
    red()
    keep(cycle("cyc_4", "con_a", 30), cycle("cyc_5", "con_a", 40))
    later = NOW + timedelta(days=8)

    assert "cyc_4" == (mended.id if (mended := found().mended) else None)
    assert ["cyc_2", "cyc_3"] == [one.id for one in found().ran]
    assert () == records("con_a", later, "Shopify", {}).ran


def test_a_connection_that_was_always_well_has_nothing_to_tell(database: databases.Database) -> None:
    """Nor has one that is gone."""
    keep(connection("con_a", "Berlin"), cycle("cyc_1", "con_a"))

    assert (None, (), None) == (found().good, found().ran, found().mended)
    with pytest.raises(NotFound):
        found("con_gone")


def test_a_connection_that_is_overdue_tells_what_was_last(database: databases.Database) -> None:
    """Although nothing failed."""
    keep(
        connection("con_a", "Berlin", overdue_since=NOON, overdue_because="The worker is busy."),
        cycle("cyc_1", "con_a", -60),
        cycle("cyc_2", "con_a", -30),
        cycle("cyc_3", "con_a", -10, outcome="skipped"),
    )
    told = found()

    assert ("cyc_2", ["cyc_3"]) == (told.good and told.good.id, [one.id for one in told.ran])
    assert (NOON, "The worker is busy.") == (told.overdue_since, told.overdue_because)


def test_what_is_set_aside_is_counted_by_connection_and_reason(database: databases.Database) -> None:
    """Errors, records and webhooks; connections that were removed are left out."""
    keep(
        connection("con_a", "Berlin", error_message="Wrong key.", **BROKEN),
        connection("con_b", "Gone", removed_at=NOON, **BROKEN),
        cycle("cyc_1", "con_a"),
        *(quarantined("con_a", f"r{n}", "cyc_1") for n in range(3)),
        quarantined("con_a", "other", "cyc_1", "It has no id."),
        quarantined("con_b", "other", "cyc_1"),
        delivery("dlv_1", "con_a", state="failed", problem="Too old."),
        delivery("dlv_2", "con_a", state="done", problem="Too old."),
    )
    told = [(one.source.value, one.name, one.kind, one.stream, one.said, one.count) for one in everything()]

    assert [
        ("records", "Berlin", "", "products", "It has no id.", 1),
        ("records", "Berlin", "", "products", "It has no title.", 3),
        ("sync", "Berlin", "invalid_credentials", "", "Wrong key.", 1),
        ("webhooks", "Berlin", "", "", "Too old.", 1),
    ] == sorted(told)
    assert ["r0", "r1", "r2"] == refs("con_a", "products", ["It has no title."])
    assert 4 == of_connection("con_a")[1]


def test_a_refused_quantity_counts_until_another_was_sent(database: databases.Database) -> None:
    """One SKU at two places is one; superseded numbers change nothing."""
    keep(
        connection("con_a", "Berlin"),
        receipt("r1", "MUG", 0, "refused", said="Not stocked."),
        receipt("r2", "MUG", 1, "refused", said="Not stocked.", location_ref="other"),
        receipt("r3", "CUP", 0, "refused", said="Not stocked."),
        receipt("r4", "CUP", 5, "accepted"),
        receipt("r5", "HAT", 0, "refused", said="Locked."),
        receipt("r6", "HAT", 5, "superseded"),
    )
    told = [(one.source.value, one.said, one.count) for one in everything()]

    assert [("stock", "Locked.", 1), ("stock", "Not stocked.", 1)] == sorted(told)
    assert ["MUG"] == refused_skus("con_a", ["Not stocked."])


def receipt(id: str, sku: str, minutes: float, state: str, **other: Any) -> StockReceiptRow:
    """A quantity that was planned so many minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    place = {"push_id": "psh_1", "connection_id": "con_a", "variant_ref": sku, "inventory_ref": sku}
    plain = {**place, "location_ref": "main", "quantity": 3, "planned_at": at, "answered_at": at}
    return StockReceiptRow(id=id, sku=sku, state=state, **{**plain, **other})


def secret(field: str, minutes: float) -> Secret:
    """A credential that ends so many minutes after noon."""
    return Secret(
        owner_id="con_a",
        field=field,
        sealed=b"x",
        key_id="k",
        version=1,
        set_at=NOON - timedelta(days=9),
        expires_at=NOON + timedelta(minutes=minutes),
    )


def incident(id: str, connection_id: str, minutes: float, **other: Any) -> Incident:
    """An incident opened so many minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    return Incident(
        id=id,
        connection_id=connection_id,
        kind="invalid_credentials",
        severity="bad",
        title="Wrong key",
        affected=[],
        evidence=[],
        opened_at=at,
        last_seen_at=at,
        **other,
    )


def audited(id: str, subject: str, minutes: float) -> Audited:
    """Something that was changed so many minutes after noon."""
    return Audited(
        id=id,
        at=NOON + timedelta(minutes=minutes),
        who="Anna",
        action="changed settings",
        subject_kind=subject,
        subject_id="connections",
        changes=[{"field": "retry attempts", "before": "3", "after": ""}],
    )
