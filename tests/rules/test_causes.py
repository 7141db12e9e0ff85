"""Errors grouped by cause."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nexus_ui.rules.causes import One, Source, causes, gist

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def one(connection_id: str, **other: Any) -> One:
    """A connection whose key is refused."""
    plain = {"source": Source.SYNC, "name": connection_id.title(), "marketplace": "shopify", "sandbox": False}
    told = {"count": 1, "since": NOON, "kind": "invalid_credentials", "said": f"The key of {connection_id} is wrong."}
    return One(connection_id=connection_id, **{**plain, **told, **other})


def record(connection_id: str, said: str, count: int = 1, **other: Any) -> One:
    """Products of one connection that were set aside for one reason."""
    return one(connection_id, source=Source.RECORDS, kind="", stream="products", said=said, count=count, **other)


def test_connections_that_fail_alike_are_one_cause() -> None:
    """Whatever each one's sentence says; the cause began with the first of them."""
    [cause] = causes([one("oslo"), one("berlin", since=NOON - timedelta(hours=1))])

    assert ["Berlin", "Oslo"] == [hit.name for hit in cause.hits]
    assert (2, NOON - timedelta(hours=1), "invalid_credentials") == (cause.count, cause.since, cause.kind)


@pytest.mark.parametrize(
    "other",
    [
        {"marketplace": "woocommerce"},
        {"kind": "unavailable"},
        {"kind": "scope_missing", "scope": "read_orders"},
        {"sandbox": True},
    ],
)
def test_what_needs_another_fix_is_another_cause(other: dict[str, Any]) -> None:
    """Another marketplace, error or permission; the sandbox is never mixed with real accounts."""
    assert 2 == len(causes([one("oslo"), one("berlin", **other)]))


def test_vague_errors_are_told_apart_by_what_was_said() -> None:
    """Two surprises with the same sentence are one cause, a third one is another."""
    found = [one(name, kind="surprise", said=said) for name, said in (("a", "Odd 17."), ("b", "Odd 9."), ("c", "Bad."))]

    assert [2, 1] == [cause.count for cause in causes(found)]


def test_records_are_grouped_by_reason_over_connections() -> None:
    """What differs from record to record does not matter; the connection with most of them comes first."""
    [cause] = causes(
        [
            record("oslo", "The price of variant MUG-1 makes no sense: -3.", 2),
            record("berlin", "The price of variant 77 makes no sense: 1e99.", 4),
            record("berlin", "The price of variant 78 makes no sense: 0.", 1),
        ]
    )

    assert [("Berlin", 5), ("Oslo", 2)] == [(hit.name, hit.count) for hit in cause.hits]
    assert ("The price makes no sense.", 7) == (cause.said, cause.count)
    assert 2 == len(cause.hits[0].said)


def test_a_reason_that_is_always_the_same_is_told_as_it_is() -> None:
    """Nothing is left out of it."""
    [cause] = causes([record("oslo", "It has no SKU, see page 7.", 2)])

    assert "It has no SKU, see page 7." == cause.said


def test_failed_syncs_come_before_records_and_large_causes_before_small_ones() -> None:
    """What holds up most is met first."""
    found = causes([record("a", "It has no id.", 3), record("a", "It has no SKU.", 9), one("b")])

    assert ["b", "a", "a"] == [cause.hits[0].connection_id for cause in found]
    assert [1, 9, 3] == [cause.count for cause in found]


def test_a_cause_keeps_its_name_while_it_lasts() -> None:
    """Also when another connection joins it; two causes never share one."""
    [before] = causes([one("oslo")])
    after = causes([one("oslo"), one("berlin"), record("oslo", "It has no id.")])

    assert before.key == after[0].key
    assert 2 == len({cause.key for cause in after})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("It has no SKU.", "It has no SKU."),
        ("Its price '12,00' is not a number.", "Its price … is not a number."),
        ("Its date 2026-11-23T12:00:00+00:00 makes no sense.", "Its date makes no sense."),
        ("Of its variation 77: It has no id.", "Of its variation …: It has no id."),
        ("", ""),
    ],
)
def test_names_and_numbers_are_left_out(said: str, expected: str) -> None:
    """What is left says what is wrong."""
    assert expected == gist(said)
