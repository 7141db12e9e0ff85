"""What the page shows, ready to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from nexus_ui.rules.story import Link, Proof, Sentence
from nexus_ui.storage.set_aside import Record
from nexus_ui.ui import words

ICONS = {"ok": "circle-check", "bad": "circle-x", "warn": "triangle-alert", "wait": "hourglass", "": "dot"}


@dataclass(frozen=True)
class LinkRow:
    """A link to the record that proves a sentence."""

    words: str
    href: str


@dataclass(frozen=True)
class EventRow:
    """One sentence of the chain. `told` is what the marketplace answered."""

    key: str
    at: str
    text: str
    tone: str
    told: str
    links: list[LinkRow] = field(default_factory=list)


@dataclass(frozen=True)
class RecordRow:
    """A record that is set aside."""

    key: str
    stream: str
    ref: str
    reason: str
    raw: str
    since: str
    href: str


def event_row(connection_id: str, place: int, sentence: Sentence) -> EventRow:
    """One sentence of the chain."""
    return EventRow(
        key=f"{place} {sentence.text}",
        at=words.iso(sentence.at),
        text=sentence.text,
        tone=sentence.tone.value,
        told=sentence.told,
        links=[LinkRow(link.words, href(connection_id, link)) for link in sentence.links],
    )


def href(connection_id: str, link: Link) -> str:
    """Where the record behind a sentence is shown."""
    page = f"/connections/{connection_id}"
    match link.proof:
        case Proof.CYCLE:
            return f"{page}/why?log={connection_id}&cycle={link.id}"
        case Proof.CREDENTIALS:
            return f"{page}#credentials"
        case Proof.WEBHOOKS:
            return f"{page}#webhooks"
        case Proof.STOCK:
            return f"/stock/pushes?connection={connection_id}"
        case Proof.SET_ASIDE:
            return f"{page}/why#set-aside"
        case Proof.INCIDENT:
            shown = "" if link.among == "open" else f"&show={link.among}"
            return f"/alerts?connection={connection_id}{shown}#{link.id}"
        case Proof.SETTINGS:
            return "/settings/audit"
        case Proof.CONNECTION:
            return f"/connections/{link.id}/why" if link.id else page


def record_rows(connection_id: str, records: Sequence[Record]) -> list[RecordRow]:
    """The records that are set aside."""
    return [
        RecordRow(
            key=f"{one.stream} {one.ref}",
            stream=one.stream,
            ref=one.ref,
            reason=one.reason,
            raw=one.raw,
            since=words.iso(one.first_seen_at),
            href=f"/connections/{connection_id}/why?log={connection_id}&cycle={one.cycle_id}",
        )
        for one in records
    ]
