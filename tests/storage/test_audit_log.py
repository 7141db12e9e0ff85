"""The audit log as its page and its file show it."""

from datetime import UTC, datetime, timedelta

import pytest

from nexus_ui import clock
from nexus_ui.storage import audit, audit_log
from nexus_ui.storage.audit import Action, Change, Subject, differences
from nexus_ui.storage.audit_log import AuditFilter, audit_page, export_audit
from nexus_ui.storage.database import writing
from tests import databases

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def note(minute: int, who: str, action: Action, subject: Subject, name: str) -> None:
    """One row, written that many minutes after noon."""
    with clock.set_to(lambda: NOON + timedelta(minutes=minute)), writing() as session:
        audit.note(session, None, action, subject, f"id_{name}", name, [Change("name", "a", name)], who=who)


@pytest.fixture
def log(database: databases.Database) -> None:
    """Anna paused and renamed the garden shop, Ben set the stock of a mug."""
    note(1, "Anna", Action.PAUSED, Subject.CONNECTION, "Garden shop")
    note(2, "Anna", Action.RENAMED, Subject.CONNECTION, "Garden shop")
    note(3, "Ben", Action.STOCK_SET, Subject.STOCK, "MUG-100%")


def names(wanted: AuditFilter = AuditFilter()) -> list[str]:
    """What was done, newest first."""
    return [line.action for line in audit_page(wanted).lines]


def test_the_log_is_newest_first_and_every_filter_narrows_it(log: None) -> None:
    """By person, deed, subject, thing, and what somebody types (a percent sign is a letter)."""
    assert ["set stock", "renamed", "paused"] == names()
    assert ["renamed", "paused"] == names(AuditFilter(who="Anna"))
    assert ["paused"] == names(AuditFilter(action=Action.PAUSED))
    assert ["set stock"] == names(AuditFilter(subject=Subject.STOCK))
    assert ["renamed", "paused"] == names(AuditFilter(subject_id="id_Garden shop"))
    assert (["set stock"], []) == (names(AuditFilter(search="mug-100%")), names(AuditFilter(search="%a%")))
    page = audit_page(AuditFilter(who="Anna"))
    assert (2, 3, ("Anna", "Ben")) == (page.paging.matching, page.paging.total, page.people)
    assert (Change("name", "a", "Garden shop"),) == page.lines[0].changes


def test_the_file_has_every_row_once_also_of_the_same_moment(
    sqlite_database: databases.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over several chunks whose edges fall within one moment."""
    monkeypatch.setattr(audit_log, "EXPORT_CHUNK", 4)
    for number in range(11):
        note(number // 6, "Anna", Action.PAUSED, Subject.CONNECTION, f"Shop {number}")

    assert [f"Shop {number}" for number in range(11)] == sorted(
        (line.subject_name for line in export_audit(AuditFilter())), key=lambda name: int(name.split()[1])
    )


def test_values_are_told_as_words_and_long_lists_are_cut(sqlite_database: databases.Database) -> None:
    """Nothing is empty, yes and no are on and off; of many changes the first five hundred, and how many there were."""
    told = differences({"a_b": None, "c": True, "d": 1}, {"a_b": 5, "c": False, "d": 1, "e": NOON})
    with writing() as session:
        many = [Change(str(number), "1", "2") for number in range(510)]
        audit.note(session, "per_gone", Action.STOCK_IMPORTED, Subject.STOCK, "x", changes=many)
    [line] = audit_page(AuditFilter()).lines

    assert (Change("a b", "", "5"), Change("c", "on", "off"), Change("e", "", "2026-11-23T12:00+00:00")) == told
    assert ("per_gone", 501, "and 10 more") == (line.who, len(line.changes), line.changes[-1].field)
