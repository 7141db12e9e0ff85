"""One stream against marketplaces that misbehave: it ends, says how, and keeps what had arrived."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from nexus_ui.clock import utcnow
from nexus_ui.errors import LeaseLost, NexusError, RateLimited, Unavailable
from nexus_ui.flows import sync
from nexus_ui.flows.streams import OVERLAP, QUIET_MARGIN, Halt, Pass, Report, read_stream
from nexus_ui.flows.watching import Watch
from nexus_ui.records import Page, Product, ProductStatus
from nexus_ui.rules.outcome import StreamEnd
from nexus_ui.storage import cursors, pages
from nexus_ui.storage.cursors import Cursor
from tests import databases
from tests.engine.connecting import connect, content

THEN = datetime(2026, 11, 1, tzinfo=UTC)


def product(number: int) -> Product:
    """A product that changed on the first of the month."""
    return Product(f"p{number}", f"Product {number}", ProductStatus.ACTIVE, THEN + timedelta(minutes=number), ())


def page(number: int, resume: str | None) -> Page[Product]:
    """A page with one product."""
    return Page([product(number)], [], resume, THEN + timedelta(minutes=number), 3)


async def read(found: Iterable[Page[Product] | Exception], *, cursor: Cursor | None = None) -> tuple[str, Report]:
    """Read products from a marketplace that answers so; returns the connection and the report."""
    connection_id = connect()
    (claim,) = sync.claim("test", 1)
    work = Pass(connection_id, claim.cycle_id, Watch(connection_id, claim.cycle_id), Halt())

    async def answers(since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        for answer in found:
            if isinstance(answer, Exception):
                raise answer
            yield answer

    report = await read_stream(work, "products", cursor or Cursor(), None, answers, pages.write_products)
    return connection_id, report


async def test_a_stream_is_read_to_its_end(sqlite_database: databases.Database) -> None:
    """Its cursor stands at the newest change."""
    connection_id, report = await read([page(1, "a"), page(2, "b"), page(3, None)])

    known = cursors.of_connection(connection_id)["products"]
    assert (StreamEnd.DONE, 3, 3) == (report.end, report.pages, report.records)
    assert known.resume is None and known.since is not None
    assert utcnow() - QUIET_MARGIN - timedelta(minutes=1) < known.since <= utcnow()


@pytest.mark.parametrize(
    ("answers", "kind", "end", "kept"),
    [
        pytest.param([page(1, "a"), page(2, "a"), page(3, "a")], "surprise", StreamEnd.FAILED, 1, id="a cursor loop"),
        pytest.param([page(1, "a")], "surprise", StreamEnd.FAILED, 1, id="a list without an end"),
        pytest.param([page(1, "a"), Unavailable("Away.")], "unavailable", StreamEnd.FAILED, 1, id="an outage"),
        pytest.param(
            [page(1, "a"), RateLimited("Slow.", retry_after=900)], "rate_limited", StreamEnd.DEFERRED, 1, id="a wait"
        ),
        pytest.param(
            [ExceptionGroup("two", [Unavailable("Away."), Unavailable("Away.")])],
            "unavailable",
            StreamEnd.FAILED,
            0,
            id="calls side by side",
        ),
        pytest.param([KeyError("variants")], "internal", StreamEnd.FAILED, 0, id="our own mistake"),
    ],
)
async def test_a_stream_that_breaks_keeps_what_had_arrived(
    answers: list[Page[Product] | Exception],
    kind: str,
    end: StreamEnd,
    kept: int,
    sqlite_database: databases.Database,
) -> None:
    """The report names the class of the error; the cursor goes on after the last page."""
    connection_id, report = await read(answers)

    assert isinstance(report.error, NexusError)
    assert (kind, end) == (report.error.kind, report.end)
    assert kept == len(content(connection_id)["products"])
    known = cursors.of_connection(connection_id).get("products", Cursor())
    assert ("a" if kept else None, None) == (known.resume, known.since)


async def test_an_interrupted_pass_keeps_its_beginning(sqlite_database: databases.Database) -> None:
    """What changed while it was interrupted is asked for again: a quiet end counts from when the pass began."""
    began = utcnow() - timedelta(days=3)
    half = Cursor(pass_started_at=began, resume="a", newest=THEN)

    connection_id, _ = await read([Page([], [], None)], cursor=half)

    assert began - QUIET_MARGIN == cursors.of_connection(connection_id)["products"].since


async def test_the_next_pass_looks_a_little_further_back(sqlite_database: databases.Database) -> None:
    """What was committed late there is not missed."""
    _, report = await read([Page([], [], None)], cursor=Cursor(since=THEN))

    assert THEN - OVERLAP == report.since


async def test_a_lost_lease_stops_a_stream_without_a_word(sqlite_database: databases.Database) -> None:
    """Nothing is written and nothing reported."""
    connection_id = connect()
    work = Pass(connection_id, "cyc_nobody", Watch(connection_id, "cyc_nobody"), Halt())

    async def one(since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        yield page(1, None)

    with pytest.raises(LeaseLost):
        await read_stream(work, "products", Cursor(), None, one, pages.write_products)
    assert [] == content(connection_id)["products"]
