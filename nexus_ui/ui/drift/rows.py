"""What the drift board shows, ready to be drawn."""

from dataclasses import dataclass, field

from nexus_ui.storage.drift_board import DriftLine, Standing
from nexus_ui.ui import words
from nexus_ui.ui.places import Place, place_of

AGAIN = frozenset({Standing.OPEN, Standing.REFUSED, Standing.DECLINED, Standing.TAKEN_BACK})
"""Where pushing again is what a person can do."""


@dataclass(frozen=True)
class DriftRow:
    """One listing that shows another number. `again`: it can be pushed again; `push_id`: its last push."""

    key: str = ""
    place: Place = field(default_factory=Place)
    sku: str = ""
    title: str = ""
    live: str = ""
    ours: str = ""
    gap: str = ""
    oversells: bool = False
    rule: str = ""
    since: str = ""
    standing: str = ""
    said: str = ""
    push_id: str = ""
    again: bool = False


def row_of(line: DriftLine) -> DriftRow:
    """One line of the board."""
    gap = line.live - line.ours
    return DriftRow(
        key=f"{line.origin.connection_id} {line.variant_ref}",
        place=place_of(line.origin),
        sku=line.sku,
        title=line.title,
        live=f"{line.live:,}",
        ours=f"{line.ours:,}",
        gap=f"{abs(gap):,} too many" if gap > 0 else f"{-gap:,} too few",
        oversells=gap > 0,
        rule=line.rule,
        since=words.iso(line.since),
        standing=line.standing.value,
        said=line.said if line.standing is Standing.REFUSED else "",
        push_id=line.push_id or "",
        again=line.standing in AGAIN,
    )
