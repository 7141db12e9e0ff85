"""What the end of a cycle is called, judged by what happened.

Success needs evidence: calls made, and a proof from every stream.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """Deferred: it stopped without failing (asked to wait, worker stopped) and goes on later. Skipped: did nothing."""

    SUCCESS = "success"
    PARTIAL = "partial"
    FAILED = "failed"
    DEFERRED = "deferred"
    SKIPPED = "skipped"

    @property
    def letter(self) -> str | None:
        """The mark it leaves in a connection's recent outcomes, if any."""
        return {Outcome.SUCCESS: "s", Outcome.PARTIAL: "p", Outcome.FAILED: "f"}.get(self)


class StreamEnd(StrEnum):
    """How one stream of a cycle ended."""

    DONE = "done"
    FAILED = "failed"
    DEFERRED = "deferred"
    NOT_RUN = "not_run"


@dataclass(frozen=True, slots=True)
class StreamResult:
    """What one stream brought. `proven`: its last page was read and its cursor moved past it (also with no news)."""

    stream: str
    end: StreamEnd
    pages: int = 0
    records: int = 0
    quarantined: int = 0
    proven: bool = False


def outcome(calls: int, streams: Sequence[StreamResult]) -> Outcome:
    """The outcome of a cycle that made so many calls and read these streams."""
    ends = [stream.end for stream in streams]
    if StreamEnd.DEFERRED in ends and StreamEnd.FAILED not in ends:
        return Outcome.DEFERRED
    good = [stream for stream in streams if stream.end is StreamEnd.DONE and stream.proven and stream.pages > 0]
    if not good or calls == 0:
        return Outcome.FAILED
    whole = len(good) == len(streams) and not any(stream.quarantined for stream in streams)
    return Outcome.SUCCESS if whole else Outcome.PARTIAL


ONE_STREAM_ONLY = frozenset({"scope_missing", "surprise", "bad_record"})


def stops_the_rest(kind: str) -> bool:
    """Whether streams that have not begun should stay away after an error of this kind: it concerns the account."""
    return kind not in ONE_STREAM_ONLY


_GRAVITY = ("rate_limited", "unavailable", "bad_record", "surprise", "internal")


def gravity(kind: str) -> int:
    """Which of several errors a cycle is named after: the greatest. What a person must mend outweighs the rest."""
    return _GRAVITY.index(kind) if kind in _GRAVITY else len(_GRAVITY)
