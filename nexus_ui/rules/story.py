"""Why a connection is red, told as a chain of sentences from its own records; each names what proves it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from nexus_ui.rules.trouble import TROUBLED, Answered, Ran, Records

SHARED = {
    "unavailable": ", so the cause is probably there, not here.",
    "surprise": ", so the cause is probably there, not here.",
    "invalid_credentials": ": see whether they share an app or a key.",
    "token_expired": ": see whether they share an app or a key.",
    "scope_missing": ": see whether they share an app.",
}
"""What it means that other connections fail alike."""
FIRST_TOLD, LAST_TOLD = 6, 4
"""Of many different errors in a row the first and the last ones are told."""


class Proof(StrEnum):
    """What kind of record a sentence rests on; a page knows where each is shown."""

    CYCLE = "cycle"
    CREDENTIALS = "credentials"
    WEBHOOKS = "webhooks"
    STOCK = "stock"
    INCIDENT = "incident"
    CONNECTION = "connection"
    SET_ASIDE = "set_aside"
    SETTINGS = "settings"


class Tone(StrEnum):
    """How a sentence is meant."""

    OK = "ok"
    BAD = "bad"
    WARN = "warn"
    WAIT = "wait"
    PLAIN = ""


@dataclass(frozen=True, slots=True)
class Link:
    """The record of kind `proof` with this id, what the link to it is called, and which list it stands in."""

    proof: Proof
    id: str
    words: str
    among: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One event. `told` is what the marketplace answered, as it stands in the journal."""

    at: datetime
    text: str
    tone: Tone = Tone.PLAIN
    links: tuple[Link, ...] = ()
    told: str = ""


def story(records: Records) -> tuple[Sentence, ...]:
    """The chain of events, the earliest first; empty when nothing was ever wrong."""
    broke = next((one for one in records.ran if _is_trouble(one)), None)
    told: list[Sentence] = []
    if broke is not None or records.overdue_since is not None or records.doubt_since is not None:
        told += [_beginning(records), *_failures(records), *_deeds(records), *_pauses_of_work(records)]
        told += [*_raised(records), *_watched(records)]
    if broke is not None:
        told += [*_causes_outside(records, broke), *_end(records, broke)]
    return tuple(sorted(told, key=lambda sentence: sentence.at))


def _is_trouble(one: Ran) -> bool:
    return one.outcome in TROUBLED


def _beginning(records: Records) -> Sentence:
    good = records.good
    if good is None:
        link = Link(Proof.CONNECTION, "", "Connection")
        said = "It was connected. No sync has read everything since."
        return Sentence(records.connected_at, said, Tone.PLAIN, (link,))
    read = _many(good.records, "record") if good.records else "Nothing had changed"
    said = f"The last sync that read everything. {read}{' arrived' if good.records else ''}, in {_calls(good)}."
    return Sentence(good.at, said, Tone.OK, (_cycle(good),))


def _failures(records: Records) -> Iterator[Sentence]:
    """One sentence for each error and the first time it was met, one for how often it was met again."""
    troubles = [one for one in records.ran if _is_trouble(one)]
    runs = [list(alike) for _, alike in groupby(troubles, key=lambda one: (one.outcome, one.kind, _what(one)))]
    between = runs[FIRST_TOLD:-LAST_TOLD]
    for place, alike in enumerate(runs):
        if alike not in between:
            yield _first(alike[0], again=place > 0)
            if len(alike) > 1:
                yield _repeated(alike[1:])
    if between:
        last = between[-1][-1]
        said = f"It went on like this: {sum(map(len, between)):,} more syncs failed or arrived only in part."
        yield Sentence(last.ended or last.at, said, Tone.BAD, (_cycle(last),))


def _first(one: Ran, again: bool) -> Sentence:
    then = "then " if again else ""
    began = {
        "manual": f"{one.by or 'Somebody'} asked for a sync, which",
        "request": f"{one.by or 'Somebody'} asked for a sync, which",
        "webhook": "A webhook asked for a sync, which",
        "first": "The first sync",
        "recovery": "The sync that went on after an interruption",
        "rerun": f"{one.by or 'Somebody'} ran it again after a fix, which",
    }.get(one.trigger, "A planned sync")
    how = "failed" if one.outcome == "failed" else "arrived only in part"
    tone = Tone.BAD if one.outcome == "failed" else Tone.WARN
    links = (_cycle(one), *([Link(Proof.SET_ASIDE, "", "Set-aside records")] if one.set_aside else []))
    return Sentence(one.ended or one.at, f"{began} {then}{how}: {_what(one)}", tone, links, _told(one.answered))


def _what(one: Ran) -> str:
    if one.message:
        return one.message
    return (
        f"{_many(one.set_aside, 'record')} could not be read and {'was' if one.set_aside == 1 else 'were'} set aside."
    )


def _told(answered: Answered | None) -> str:
    if answered is None:
        return ""
    status = "no answer" if answered.status is None else f"{answered.status}"
    request = f" · request id {answered.request_id}" if answered.request_id else ""
    return f"{answered.method} {answered.operation} → {status}{request}"


def _repeated(others: Sequence[Ran]) -> Sentence:
    last = others[-1]
    times = "once more" if len(others) == 1 else f"{len(others):,} more times, the last of them then"
    tone = Tone.BAD if last.outcome == "failed" else Tone.WARN
    return Sentence(last.ended or last.at, f"The same happened {times}.", tone, (_cycle(last),), _told(last.answered))


def _deeds(records: Records) -> Iterator[Sentence]:
    """What people did, and what they asked for in vain."""
    for one in records.ran:
        if one.outcome == "noted":
            yield Sentence(one.at, f"{one.by or 'Somebody'}: {one.message}", Tone.PLAIN, (_cycle(one, "Log entry"),))
        elif one.outcome == "skipped":
            said = f"{one.by or 'Somebody'} asked for a sync. {one.message}"
            yield Sentence(one.at, said, Tone.PLAIN, (_cycle(one, "Log entry"),))
    for change in records.changed:
        link = Link(Proof.SETTINGS, "", "Audit log")
        yield Sentence(change.at, f"{change.who}: {change.what}", Tone.PLAIN, (link,))


def _pauses_of_work(records: Records) -> Iterator[Sentence]:
    waits = [one for one in records.ran if one.outcome == "deferred"]
    if waits:
        many = "a sync" if len(waits) == 1 else f"{len(waits):,} syncs"
        said = f"{many.capitalize()} stopped to wait: {waits[-1].message or 'the marketplace asked for patience.'}"
        yield Sentence(waits[-1].ended or waits[-1].at, said, Tone.WAIT, (_cycle(waits[-1]),))
    for one in records.ran:
        if one.outcome == "abandoned":
            yield Sentence(one.ended or one.at, one.message, Tone.WARN, (_cycle(one),))


def _causes_outside(records: Records, broke: Ran) -> Iterator[Sentence]:
    """What did not happen in a sync: credentials that ran out, webhooks, other connections."""
    for end in records.ended:
        link = Link(Proof.CREDENTIALS, "", "Credentials")
        yield Sentence(end.at, f"The {end.label[:1].lower()}{end.label[1:]} expired.", Tone.BAD, (link,))
    came = records.arrived
    link = Link(Proof.WEBHOOKS, "", "Webhooks")
    if came.withdrawn_at is not None:
        yield Sentence(
            came.withdrawn_at, f"{records.marketplace} told us that its access was withdrawn.", Tone.BAD, (link,)
        )
    if came.refused and came.refused_since is not None:
        many = "A webhook was" if came.refused == 1 else f"{came.refused:,} webhooks were"
        yield Sentence(came.refused_since, f"{many} refused: {came.refused_because}", Tone.WARN, (link,))
    stock = records.stock
    if stock.refused_since is not None:
        many = "A quantity was" if stock.refused == 1 else f"{stock.refused:,} quantities were"
        said = f"{many} refused: {stock.said or 'without a reason.'}"
        yield Sentence(stock.refused_since, said, Tone.WARN, (Link(Proof.STOCK, "", "Pushes"),))
    if records.fellows:
        yield _fellows(records, broke)


def _fellows(records: Records, broke: Ran) -> Sentence:
    many = len(records.fellows)
    which = (
        f"Another {records.marketplace} connection fails"
        if many == 1
        else (f"{many} other {records.marketplace} connections fail")
    )
    links = tuple(Link(Proof.CONNECTION, one.id, one.name) for one in records.fellows)
    since = max(min(one.since for one in records.fellows), broke.at)
    return Sentence(since, f"{which} in the same way{SHARED.get(broke.kind, '.')}", Tone.WARN, links)


def _raised(records: Records) -> Iterator[Sentence]:
    for one in records.raised:
        link = Link(Proof.INCIDENT, one.id, "Alert", one.among)
        yield Sentence(one.at, f"An alert was raised: {one.title}.", Tone.PLAIN, (link,))


def _end(records: Records, broke: Ran) -> Iterator[Sentence]:
    mended = records.mended
    if mended is None:
        return
    at = mended.ended or mended.at
    lasted = _lasted(at - (broke.ended or broke.at))
    said = (
        f"A sync read everything again: {_many(mended.records, 'record')}, in {_calls(mended)}. It had lasted {lasted}."
    )
    yield Sentence(at, said, Tone.OK, (_cycle(mended),))


def _watched(records: Records) -> Iterable[Sentence]:
    link = Link(Proof.CONNECTION, "", "Connection")
    if records.overdue_since is not None:
        yield Sentence(records.overdue_since, f"A sync is overdue. {records.overdue_because}", Tone.WARN, (link,))
    if records.doubt_since is not None:
        yield Sentence(records.doubt_since, f"The result is doubted. {records.doubt}", Tone.WARN, (link,))


def _cycle(one: Ran, words: str = "Sync log") -> Link:
    return Link(Proof.CYCLE, one.id, words)


def _calls(one: Ran) -> str:
    return _many(one.calls, "call")


def _many(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else one + 's'}"


def _lasted(took: timedelta) -> str:
    minutes = round(took.total_seconds() / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 120:
        return _many(minutes, "minute")
    hours = round(minutes / 60)
    return _many(hours, "hour") if hours < 48 else _many(round(hours / 24), "day")
