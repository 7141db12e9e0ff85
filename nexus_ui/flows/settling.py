"""How a cycle ends: what happened becomes an outcome, the next start, and the columns its connection shows."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from nexus_ui.errors import ActionNeeded, NexusError, PermissionMissing, RateLimited, Surprise, TryLater
from nexus_ui.flows.streams import Report
from nexus_ui.rules import backoff, health, schedule
from nexus_ui.rules.outcome import Outcome, StreamEnd, gravity, outcome
from nexus_ui.storage.claims import Standing

SHORTEST_DEFERRAL = timedelta(minutes=1)
DETAIL = 8_000


@dataclass(frozen=True, slots=True)
class Ending:
    """What a cycle came to."""

    outcome: Outcome
    error: NexusError | None
    reports: Sequence[Report]
    calls: int
    notes: tuple[str, ...] = ()
    halted: str = ""
    worst_answer: str = ""


def ending(reports: Sequence[Report], calls: int, halted: str, notes: tuple[str, ...], worst_answer: str) -> Ending:
    """Judge the streams of a cycle."""
    errors = [report.error for report in reports if report.error is not None]
    gravest = max(errors, key=lambda error: gravity(error.kind), default=None)
    verdict = outcome(calls, [report.result for report in reports])
    if verdict is Outcome.FAILED and gravest is None:
        gravest = Surprise("Nothing proves that the marketplace was read, so this sync does not count.")
    return Ending(verdict, gravest, reports, calls, notes, halted, worst_answer)


def broken(error: NexusError, reports: Sequence[Report], calls: int, worst_answer: str) -> Ending:
    """A cycle that could not even begin to read, or that broke."""
    late = isinstance(error, RateLimited)
    return Ending(Outcome.DEFERRED if late else Outcome.FAILED, error, reports, calls, worst_answer=worst_answer)


def cycle_columns(end: Ending) -> dict[str, Any]:
    """The columns of the cycle's row."""
    error = end.error
    return {
        "outcome": end.outcome.value,
        "error_kind": error.kind if error else None,
        "error_message": error.message if error else end.halted,
        "error_detail": _detail(end)[:DETAIL],
        "evidence": {
            "calls": end.calls,
            "pages": sum(report.pages for report in end.reports),
            "streams": {report.stream: report.evidence() for report in end.reports},
            "rows": {report.stream: report.records for report in end.reports},
            "writes_acknowledged": 0,
            "notes": list(end.notes),
        },
    }


def connection_columns(end: Ending, now: datetime, standing: Standing, started_at: datetime) -> dict[str, Any]:
    """The columns of the connection's row."""
    if end.outcome is Outcome.DEFERRED:
        return _deferred(end, now, standing, started_at)
    letter = end.outcome.letter or ""
    failed = end.outcome is Outcome.FAILED
    failures = standing.failures_in_a_row + 1 if failed else 0
    whole = all(report.end is StreamEnd.DONE for report in end.reports) and not failed
    limited = _limited_until(end, now)
    return {
        "first_cycle_done": True,
        "last_finished_at": now,
        **({"last_success_at": now} if whole else {}),
        "rate_limited_until": limited,
        "failures_in_a_row": failures,
        "recent_outcomes": health.remembered(standing.recent_outcomes, letter),
        "next_sync_at": _next(end, now, replace(standing, failures_in_a_row=failures), started_at, limited),
        **_error_columns(end.error, now, standing),
    }


def _deferred(end: Ending, now: datetime, standing: Standing, started_at: datetime) -> dict[str, Any]:
    """It goes on when the marketplace allows, or at once when it was only asked to stop."""
    limited = _limited_until(end, now)
    return {"rate_limited_until": limited, "next_sync_at": limited or now}


def _limited_until(end: Ending, now: datetime) -> datetime | None:
    waits = [report.error for report in end.reports if isinstance(report.error, RateLimited)]
    waits += [end.error] if isinstance(end.error, RateLimited) and end.error not in waits else []
    if not waits:
        return None
    asked = max(wait.retry_after or 0.0 for wait in waits)
    return now + max(timedelta(seconds=asked), SHORTEST_DEFERRAL)


def _next(
    end: Ending, now: datetime, standing: Standing, started_at: datetime, limited: datetime | None
) -> datetime | None:
    """When the connection syncs next; None when a person has to act first."""
    hours = schedule.window(standing.window_start, standing.window_end, standing.time_zone)
    delay = schedule.offset(standing.id, standing.interval_minutes)
    if end.outcome is Outcome.FAILED and isinstance(end.error, ActionNeeded):
        return None
    if end.outcome is Outcome.FAILED:
        asked = end.error.retry_after if isinstance(end.error, TryLater) else None
        longest = timedelta(minutes=standing.interval_minutes)
        pause = backoff.delay(standing.failures_in_a_row, random.random(), longest=longest, asked=asked)
        return schedule.into_window(now + pause, hours, delay)
    regular = schedule.next_sync_at(now, standing.id, standing.interval_minutes, hours, standing.time_zone, started_at)
    return max(regular, limited) if limited else regular


def _error_columns(error: NexusError | None, now: datetime, standing: Standing) -> dict[str, Any]:
    if error is None:
        return {"error_kind": None, "error_message": "", "error_since": None, "error_scope": ""}
    same = standing.error_kind == error.kind and standing.error_since is not None
    return {
        "error_kind": error.kind,
        "error_message": error.message,
        "error_since": standing.error_since if same else now,
        "error_scope": error.scope if isinstance(error, PermissionMissing) else "",
    }


def _detail(end: Ending) -> str:
    if end.error is None:
        return ""
    return end.error.detail or end.worst_answer
