"""What the sync log shows, ready to be drawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nexus_ui.storage.sync_log import CallLine, CycleDetail, CycleLine, Result, SetAside
from nexus_ui.ui import words

TRIGGERS = {
    "schedule": "Scheduled",
    "manual": "Sync Now",
    "request": "Sync Now",
    "first": "First sync",
    "recovery": "Went on after an interruption",
    "webhook": "Webhook",
    "rerun": "Run again after a fix",
    "cli": "Command line",
    "connected": "Connected",
    "credentials": "Credentials changed",
    "reconnected": "Reconnected",
    "renamed": "Renamed",
    "settings": "Settings changed",
    "paused": "Paused",
    "resumed": "Resumed",
    "removed": "Removed",
    "brought_back": "Brought back",
    "rotated": "Webhook secret replaced",
    "replayed": "Webhooks replayed",
}
ENDS = {"done": "Complete", "failed": "Failed", "deferred": "Goes on later", "not_run": "Not read"}
HARMLESS = frozenset({Result.SKIPPED, Result.NOTED, Result.DEFERRED, Result.RUNNING, Result.QUEUED})
IDLE = frozenset({Result.SKIPPED, Result.NOTED, Result.QUEUED})


@dataclass(frozen=True)
class CycleRow:
    """One line of the log. `started`, `finished` and `waiting` are moments the page's clock elements read."""

    id: str
    result: str
    cause: str
    started: str
    finished: str
    took: str
    waiting: str
    stage: str
    products: str
    orders: str
    inventory: str
    note: str
    message: str
    grave: bool


@dataclass(frozen=True)
class Fact:
    """One piece of evidence: what it is, and what it says."""

    name: str
    value: str


@dataclass(frozen=True)
class StreamRow:
    """How far one stream was read. `since` and `until` are moments; no `since` means from the beginning."""

    name: str
    since: str
    until: str
    pages: str
    records: str
    written: str
    set_aside: str
    end: str
    message: str


@dataclass(frozen=True)
class CallRow:
    """One call to the marketplace. `trouble`: it failed, or was a repetition."""

    id: str
    at: str
    asked: str
    url: str
    status: str
    took: str
    attempt: str
    request_id: str
    problem: str
    excerpt: str
    trouble: bool


@dataclass(frozen=True)
class SetAsideRow:
    """A record that was set aside."""

    key: str
    stream: str
    ref: str
    reason: str
    raw: str
    since: str


@dataclass(frozen=True)
class DetailView:
    """One cycle, opened."""

    id: str = ""
    raw_error: str = ""
    facts: list[Fact] = field(default_factory=list)
    streams: list[StreamRow] = field(default_factory=list)
    calls: list[CallRow] = field(default_factory=list)
    calls_note: str = ""
    set_aside: list[SetAsideRow] = field(default_factory=list)
    set_aside_note: str = ""


def row_of(line: CycleLine) -> CycleRow:
    """One line of the log."""
    moved = line.result not in IDLE
    return CycleRow(
        id=line.id,
        result=line.result.value,
        cause=_cause(line),
        started=words.iso(line.started_at),
        finished=words.iso(line.finished_at),
        took=words.duration(line.finished_at - line.started_at) if line.finished_at and moved else "",
        waiting=words.iso(line.waiting_until) if line.result is Result.RUNNING else "",
        stage=line.stage if line.result is Result.RUNNING else "",
        products=f"{line.products:,}" if moved else "",
        orders=f"{line.orders:,}" if moved else "",
        inventory=f"{line.inventory:,}" if moved else "",
        note=_note(line),
        message=line.error_message,
        grave=line.result not in HARMLESS,
    )


def detail_of(detail: CycleDetail) -> DetailView:
    """One cycle with its evidence."""
    line = detail.line
    calls_note = f"{len(detail.calls)} of {line.calls:,} calls are shown, failed and repeated ones before all others."
    set_aside_note = f"The first {len(detail.set_aside)} of {detail.set_aside_total:,} records are shown."
    return DetailView(
        id=line.id,
        raw_error=detail.error_detail,
        facts=_facts(detail),
        streams=[_stream(name, told) for name, told in _streams(detail).items()],
        calls=[_call(call) for call in detail.calls],
        calls_note=calls_note if line.calls > len(detail.calls) else "",
        set_aside=[_set_aside(record) for record in detail.set_aside],
        set_aside_note=set_aside_note if detail.set_aside_total > len(detail.set_aside) else "",
    )


def _cause(line: CycleLine) -> str:
    word = TRIGGERS.get(line.trigger, line.trigger.capitalize())
    return f"{word} by {line.requested_by}" if line.requested_by else word


def _note(line: CycleLine) -> str:
    parts = [f"{words.count(line.quarantined, 'record')} set aside"] if line.quarantined else []
    parts += [words.count(line.retries, "retry", "retries")] if line.retries else []
    return " · ".join(parts)


def _facts(detail: CycleDetail) -> list[Fact]:
    line = detail.line
    if line.result in IDLE:
        return []
    counted = [
        Fact("Calls", f"{line.calls:,}, of which {words.count(line.retries, 'retry', 'retries')}"),
        Fact("Pages", f"{line.pages:,}"),
        Fact("Rows written", f"{line.written:,}"),
    ]
    told = [Fact(name, value) for name, value in _more(detail.evidence)]
    return counted + told + ([Fact("Worker", detail.worker)] if detail.worker else [])


def _more(evidence: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the evidence says beyond the counters and the streams."""
    if (written := evidence.get("writes_acknowledged")) is not None:
        yield "Stock writes acknowledged", f"{written:,}"
    for note in evidence.get("notes") or ():
        yield "Note", str(note)


def _streams(detail: CycleDetail) -> Mapping[str, Mapping[str, Any]]:
    found = detail.evidence.get("streams")
    return found if isinstance(found, Mapping) else {}


def _stream(name: str, told: Mapping[str, Any]) -> StreamRow:
    counted = [f"{told.get(kind) or 0:,}" for kind in ("pages", "records", "rows_written", "quarantined")]
    ended = "Nothing new" if told.get("nothing_new") else ENDS.get(str(told.get("end")), "")
    since, until = (str(told.get(edge) or "") for edge in ("from", "to"))
    return StreamRow(name.capitalize(), since, until, *counted, ended, str(told.get("message") or ""))


def _call(call: CallLine) -> CallRow:
    return CallRow(
        id=call.id,
        at=words.iso(call.at),
        asked=f"{call.method} {call.operation}",
        url=call.url,
        status=str(call.status) if call.status is not None else "No answer",
        took=words.milliseconds(call.milliseconds),
        attempt=str(call.attempt),
        request_id=call.request_id,
        problem=call.problem,
        excerpt=call.excerpt,
        trouble=bool(call.problem) or call.attempt > 1,
    )


def _set_aside(record: SetAside) -> SetAsideRow:
    since = words.iso(record.first_seen_at)
    return SetAsideRow(f"{record.stream} {record.ref}", record.stream, record.ref, record.reason, record.raw, since)
