"""The Connections page's questions, on every kind of database."""

from datetime import UTC, datetime, timedelta
from itertools import product

from nexus_ui.rules import status
from nexus_ui.storage.cards import CardFilter, CardSort, Day, card, card_page, changed_since
from tests import databases
from tests.storage.counting import statements
from tests.storage.shelves import NOON, connection, cycle, keep, order

TODAY = Day(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
LATER, EARLIER = NOON + timedelta(minutes=5), NOON - timedelta(minutes=5)


def names(wanted: CardFilter) -> list[str]:
    """The names of the cards of a page, in order."""
    return [one.name for one in card_page(wanted, NOON, TODAY).cards]


def test_sql_tells_the_same_status_as_the_rule(database: databases.Database) -> None:
    """Every combination of facts is counted and filtered under the word the rule gives it."""
    facts = list(product((True, False), ("", "s", "sf", "fs", "sp"), (None, EARLIER, NOON, LATER)))
    keep(
        *[
            connection(f"c{n:02}", f"c{n:02}", first_cycle_done=done, recent_outcomes=seen, rate_limited_until=until)
            for n, (done, seen, until) in enumerate(facts)
        ]
    )
    expected = [
        status.status(NOON, first_cycle_done=done, recent_outcomes=seen, rate_limited_until=until).value
        for done, seen, until in facts
    ]
    counts = card_page(CardFilter(), NOON, TODAY).counts

    for word in ("active", "error", "rate_limited", "pending"):
        assert expected.count(word) == counts[word]
        assert [f"c{n:02}" for n, told in enumerate(expected) if told == word] == sorted(names(CardFilter(status=word)))


def test_sql_tells_the_same_pauses_as_the_rule(database: databases.Database) -> None:
    """A pause counts until its end, and not a moment longer."""
    facts = [(None, None), (EARLIER, None), (EARLIER, LATER), (EARLIER, NOON), (EARLIER, EARLIER)]
    keep(*[connection(f"c{n}", f"c{n}", paused_at=at, paused_until=until) for n, (at, until) in enumerate(facts)])
    expected = [f"c{n}" for n, (at, until) in enumerate(facts) if status.paused(NOON, at, until)]

    assert expected == names(CardFilter(status="paused"))
    assert len(expected) == card_page(CardFilter(), NOON, TODAY).counts["paused"]


def test_a_page_costs_the_same_however_many_connections_there_are(database: databases.Database) -> None:
    """One statement per question, never one per card."""
    keep(connection("one", "One", cycle_id="y-one"), cycle("y-one", "one", state="running", outcome=None))
    with statements() as few:
        card_page(CardFilter(), NOON, TODAY)
    keep(
        *[connection(f"c{n}", f"Shop {n}", cycle_id=f"y{n}") for n in range(60)],
        *[cycle(f"y{n}", f"c{n}", state="running", outcome=None) for n in range(60)],
    )
    with statements() as many:
        page = card_page(CardFilter(), NOON, TODAY)

    assert len(few) == len(many)
    assert (48, 2, 61) == (len(page.cards), page.paging.pages, page.paging.matching)


def test_orders_today_are_those_of_the_persons_day(database: databases.Database) -> None:
    """From midnight on, up to but not including the next one."""
    keep(
        connection("a", "A"),
        order("a", "yesterday", "yesterday", placed_at=TODAY.start - timedelta(seconds=1)),
        order("a", "first", "first", placed_at=TODAY.start),
        order("a", "last", "last", placed_at=TODAY.end - timedelta(seconds=1)),
        order("a", "tomorrow", "tomorrow", placed_at=TODAY.end),
    )
    found = card("a", TODAY)

    assert found is not None
    assert 2 == found.orders_today


def test_a_running_cycle_comes_with_the_last_ones_that_went_well(database: databases.Database) -> None:
    """Five at most, newest first; failed ones teach nothing about the duration."""
    began = [NOON - timedelta(hours=hours) for hours in range(1, 9)]
    keep(
        connection("a", "A", cycle_id="now"),
        cycle("now", "a", state="running", outcome=None, finished_at=None, stage="orders", products=7, orders=2),
        *[
            cycle(f"y{n}", "a", started_at=at, finished_at=at + timedelta(seconds=n), outcome="success", products=n)
            for n, at in enumerate(began, start=1)
        ],
        cycle("bad", "a", started_at=NOON - timedelta(minutes=9), outcome="failed"),
    )
    found = card("a", TODAY)

    assert found is not None and found.running is not None
    assert ("orders", 7, 2) == (found.running.stage, found.running.products, found.running.orders)
    assert [1.0, 2.0, 3.0, 4.0, 5.0] == [past.seconds for past in found.running.past]


def test_search_looks_into_name_and_account_and_takes_signs_as_they_are(database: databases.Database) -> None:
    """Case does not matter; a percent sign finds a percent sign."""
    keep(connection("a", "Berlin 100% Wool"), connection("b", "Paris", account_name="Wool house"), connection("c", "X"))

    assert ["Berlin 100% Wool", "Paris"] == names(CardFilter(search="wool"))
    assert ["Berlin 100% Wool"] == names(CardFilter(search="100%"))
    assert ["X"] == names(CardFilter(search="C.EXAMPLE"))
    assert [] == names(CardFilter(search="_"))


def test_what_needs_attention_comes_first(database: databases.Database) -> None:
    """Errors, then waiting ones, then pending ones, then the rest; by name among equals."""
    well = {"first_cycle_done": True, "recent_outcomes": "s"}
    keep(
        connection("a", "a fine", **well),
        connection("b", "b broken", first_cycle_done=True, recent_outcomes="f"),
        connection("c", "c new"),
        connection("d", "D waiting", rate_limited_until=LATER, **well),
        connection("e", "B fine too", **well),
    )

    assert ["b broken", "D waiting", "c new", "a fine", "B fine too"] == names(CardFilter())
    assert ["a fine", "b broken", "B fine too", "c new", "D waiting"] == names(CardFilter(sort=CardSort.NAME))


def test_a_removed_connection_has_no_card(database: databases.Database) -> None:
    """It is neither listed nor counted, but the feed still tells that it went."""
    keep(connection("a", "A", removed_at=NOON, changed_at=NOON), connection("b", "B"))

    assert ["B"] == names(CardFilter())
    assert card("a", TODAY) is None
    assert {"a", "b"} == {change.connection_id for change in changed_since(NOON)}


def test_the_feed_tells_what_changed_since(database: databases.Database) -> None:
    """Earlier changes stay out, the moment itself is in, earliest first."""
    keep(
        connection("old", "Old", changed_at=EARLIER),
        connection("new", "New", changed_at=LATER, revision=7),
        connection("now", "Now", changed_at=NOON),
    )
    changes = changed_since(NOON)

    assert ["now", "new"] == [change.connection_id for change in changes]
    assert 7 == changes[-1].revision
    assert datetime(2026, 11, 23, 12, 5, tzinfo=UTC) == changes[-1].at
