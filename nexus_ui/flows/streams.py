"""Reading one stream of a cycle: the next page travels while the last one is stored, with its cursor, in one piece."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nexus_ui import settings
from nexus_ui.adapters.contract import Call
from nexus_ui.adapters.kit.paging import one_ahead
from nexus_ui.clock import utcnow
from nexus_ui.errors import LeaseLost, NexusError, RateLimited, Surprise
from nexus_ui.flows.mishaps import internal
from nexus_ui.flows.watching import Watch
from nexus_ui.flows.writing import stored
from nexus_ui.records import Page
from nexus_ui.rules.outcome import StreamEnd, StreamResult
from nexus_ui.security.redact import mask
from nexus_ui.storage.cursors import Cursor
from nexus_ui.storage.pages import CursorMove, Hold, Written

OVERLAP = timedelta(minutes=5)
"""Read again this far behind the newest change seen: what was committed late there is not missed."""
QUIET_MARGIN = timedelta(hours=1)
"""An account where nothing changes is asked again from so long before the last look, whatever its clock says."""

Write = Callable[[Hold, Page[Any], CursorMove, Sequence[Call]], Written]
Read = Callable[[datetime | None, str | None], AsyncIterator[Page[Any]]]


@dataclass
class Halt:
    """A request to stop after the page at hand, and why."""

    event: asyncio.Event = field(default_factory=asyncio.Event)
    reason: str = ""

    def ask(self, reason: str) -> None:
        """Stop, please."""
        self.reason = self.reason or reason
        self.event.set()


@dataclass
class Pass:
    """One cycle's work on one connection, shared by its streams."""

    connection_id: str
    cycle_id: str
    watch: Watch
    halt: Halt
    hide: Callable[[str], str] = mask
    totals: dict[str, int] = field(default_factory=dict)
    running: list[str] = field(default_factory=list)

    def expected(self) -> int | None:
        """How many records this cycle will bring; None until every stream under way has told its number."""
        if any(stream not in self.totals for stream in self.running):
            return None
        return sum(self.totals.values()) or None

    def hold(self) -> Hold:
        """The hold on the connection, as long as a lease from now."""
        lease = utcnow() + timedelta(seconds=settings.current().lease_seconds)
        return Hold(self.connection_id, self.cycle_id, lease)


@dataclass
class Report:
    """How one stream of a cycle went."""

    stream: str
    since: datetime | None
    end: StreamEnd = StreamEnd.NOT_RUN
    pages: int = 0
    records: int = 0
    rows: int = 0
    quarantined: int = 0
    reached: datetime | None = None
    error: NexusError | None = None
    began: datetime | None = None
    changed: list[str] = field(default_factory=list)
    """What changed since the last pass; nothing is noted in a first one, where everything does."""

    @property
    def result(self) -> StreamResult:
        """What the rules judge."""
        return StreamResult(
            self.stream, self.end, self.pages, self.records, self.quarantined, proven=self.end is StreamEnd.DONE
        )

    def evidence(self) -> dict[str, Any]:
        """What the log keeps as proof."""
        return {
            "end": self.end.value,
            "from": self.since.isoformat() if self.since else None,
            "to": self.reached.isoformat() if self.reached else None,
            "pages": self.pages,
            "records": self.records,
            "rows_written": self.rows,
            "quarantined": self.quarantined,
            "nothing_new": self.end is StreamEnd.DONE and self.records == 0,
            **({"error": self.error.kind, "message": self.error.message} if self.error else {}),
        }


async def read_stream(
    run: Pass, stream: str, cursor: Cursor, first_since: datetime | None, read: Read, write: Write
) -> Report:
    """Read a stream to its end (or until asked to halt) and say how it went; raises LeaseLost."""
    began = cursor.pass_started_at if cursor.resume and cursor.pass_started_at else utcnow()
    since = cursor.since - OVERLAP if cursor.since else first_since
    report = Report(stream, since, began=began)
    run.running.append(stream)
    try:
        await _walk(run, report, _Progress(cursor, began, since), read, write)
    except Exception as trouble:
        report.error = internal(trouble, run.hide)
        report.end = StreamEnd.DEFERRED if isinstance(report.error, RateLimited) else StreamEnd.FAILED
    finally:
        run.running.remove(stream)
    if isinstance(report.error, LeaseLost):
        raise report.error
    return report


@dataclass
class _Progress:
    """Where the pass over a stream stands."""

    cursor: Cursor
    began: datetime
    since: datetime | None
    seen: set[str] = field(default_factory=set)

    def reached(self, newest: datetime | None) -> datetime:
        """Everything changed before this moment is here once the pass has ended."""
        known = [moment for moment in (newest, self.cursor.newest, self.cursor.since) if moment is not None]
        return min(max([*known, self.began - QUIET_MARGIN]), utcnow())


async def _walk(run: Pass, report: Report, progress: _Progress, read: Read, write: Write) -> None:
    newest: datetime | None = None
    source = read(progress.since, progress.cursor.resume)
    async with _closed(source), _closed(one_ahead(source)) as pages:
        while (page := await _next(pages, run.halt)) is not None:
            newest = max((moment for moment in (newest, page.newest) if moment), default=None)
            await _store(run, report, progress, page, newest, write)
            if page.resume is None:
                report.end, report.reached = StreamEnd.DONE, progress.reached(newest)
                return
            if run.halt.event.is_set():
                break
    if not run.halt.event.is_set():
        raise Surprise("The marketplace stopped in the middle of its list.", f"stream {report.stream} ended early")
    report.end = StreamEnd.DEFERRED


@asynccontextmanager
async def _closed(pages: AsyncIterator[Page[Any]]) -> AsyncIterator[AsyncIterator[Page[Any]]]:
    """The pages, whose generator is closed after the block."""
    try:
        yield pages
    finally:
        if isinstance(pages, AsyncGenerator):
            await pages.aclose()


async def _next(pages: AsyncIterator[Page[Any]], halt: Halt) -> Page[Any] | None:
    """The next page; None when there is none, or when asked to halt first."""
    if halt.event.is_set():
        return None
    coming = asyncio.ensure_future(anext(pages, None))
    halting = asyncio.ensure_future(halt.event.wait())
    try:
        await asyncio.wait({coming, halting}, return_when=asyncio.FIRST_COMPLETED)
        if coming.done():
            return coming.result()
        return None
    finally:
        halting.cancel()
        coming.cancel()
        await asyncio.gather(coming, halting, return_exceptions=True)


async def _store(
    run: Pass, report: Report, progress: _Progress, page: Page[Any], newest: datetime | None, write: Write
) -> None:
    """Store one page with its cursor and the calls made so far, all in one transaction."""
    if page.resume is not None and page.resume in progress.seen:
        raise Surprise("The marketplace sent the same page twice.", f"stream {report.stream}, cursor seen before")
    if page.resume is not None:
        progress.seen.add(page.resume)
    if page.total is not None:
        run.totals.setdefault(report.stream, page.total)
    finished = page.resume is None
    move = CursorMove(
        stream=report.stream,
        resume=page.resume,
        newest=newest,
        finished=finished,
        since=progress.reached(newest) if finished else progress.cursor.since,
        stage=run.running[0],
        expected=run.expected(),
        pass_started_at=progress.began,
    )
    calls = run.watch.taken()
    try:
        done = await stored(write, run.hold(), page, move, calls)
    except Exception:
        run.watch.put_back(calls)
        raise
    report.pages += 1
    report.records += done.records
    report.rows += done.rows
    report.quarantined += done.quarantined
    if progress.cursor.since is not None:
        report.changed.extend(done.changed)
