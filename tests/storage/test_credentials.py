"""Rehearsals and reconnect links in the database, on each kind of it: one winner, and nothing before its time."""

from datetime import timedelta

from nexus_ui.clock import utcnow
from nexus_ui.storage import credentials, reconnect_links
from nexus_ui.storage.database import writing
from nexus_ui.storage.tables import Connection
from tests.databases import Database
from tests.storage.stream import held

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def claimed(later: timedelta = timedelta()) -> list[str]:
    """Whose rehearsal is taken so much later than now."""
    return credentials.claim_rehearsals(utcnow() + later, DAY, HOUR, {"token_expired"}, 5)


def test_a_rehearsal_is_taken_once_and_remembered(database: Database) -> None:
    """Not before the credentials are a day old; then by one worker, and again when it is due again."""
    held("con_a")
    with writing() as session:
        row = session.get_one(Connection, "con_a")
        row.cycle_id, row.created_at, row.last_success_at = None, utcnow(), None
    assert [] == claimed()
    assert (["con_a"], []) == (claimed(2 * DAY), claimed(2 * DAY))
    credentials.rehearsed("con_a", utcnow() + 2 * DAY, "Refused.", utcnow() + 3 * DAY)
    [known] = credentials.watched("con_a")

    assert ("Refused.", None) == (known.problem, known.proved_at)
    assert ([], ["con_a"]) == (claimed(2 * DAY + HOUR), claimed(3 * DAY + HOUR))
    with writing() as session:
        session.get_one(Connection, "con_a").last_success_at = utcnow() + 4 * DAY
    assert "" == credentials.watched()[0].problem


def test_a_link_works_until_it_is_spent(database: Database) -> None:
    """Tries are counted, a newer link ends an older one, and it is spent once."""
    held("con_a")
    now = utcnow()
    with writing() as session:
        for name in ("old", "new"):
            reconnect_links.add(session, name, "con_a", "per_gone", now, now + DAY)
    assert (None, "") == (reconnect_links.good("old", now, 2), getattr(reconnect_links.good("new", now, 2), "by", None))
    assert [True, True, False] == [reconnect_links.count_try("new", now, 2) for _ in range(3)]
    assert (None, None) == (reconnect_links.good("new", now, 2), reconnect_links.of_connection("con_a", now, 2))
    with writing() as session:
        spent = [reconnect_links.spend(session, "new", now) for _ in range(2)]

    assert [True, False] == spent
    assert None is reconnect_links.good("new", now, 9)
