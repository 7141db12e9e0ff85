"""What the page says of a connection's webhooks, ready to be drawn."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from nexus_ui.adapters.contract import WEBHOOK_SECRET, WEBHOOK_SECRET_BEFORE, SecretOrigin, Topic, Webhooks
from nexus_ui.rules.acceptance import all_rejected
from nexus_ui.storage.delivery_log import DeliveryDetail, DeliveryLine, DeliveryState, Noted, Rates, Rejection
from nexus_ui.storage.endpoints import BY_HAND, REGISTERED, UNKNOWN, EndpointView
from nexus_ui.storage.secrets import SecretFact
from nexus_ui.ui import words

REJECTED = "rejected"
ARRIVING = "arriving"
"""Two words beside those of `storage.endpoints`: everything is refused; and one registered by hand that works."""
UNREGISTERED = frozenset({UNKNOWN, BY_HAND})


@dataclass(frozen=True)
class TopicRow:
    """One topic. `last` is when a delivery was accepted last; `day` and `week` are how many were."""

    topic: str
    why: str
    state: str
    problem: str = ""
    last: str = ""
    day: str = ""
    week: str = ""


@dataclass(frozen=True)
class SecretRow:
    """The secret that signs, as far as it may be told. `before` is until when the one before it is accepted."""

    said: str = ""
    set_at: str = ""
    next_at: str = ""
    before: str = ""
    ours: bool = False


@dataclass(frozen=True)
class Healed:
    """What a sync put right by itself, and the cycle whose log says so."""

    said: str
    at: str
    href: str


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery in the list."""

    id: str
    topic: str
    received: str
    state: str
    said: str
    grave: bool
    copies: str
    next_try: str


@dataclass(frozen=True)
class Line:
    """One line of an opened delivery: a name, and what it says or the moment `at` it tells."""

    name: str
    value: str = ""
    at: str = ""


@dataclass(frozen=True)
class Opened:
    """A delivery, opened."""

    id: str = ""
    lines: tuple[Line, ...] = ()
    body: str = ""
    replayable: bool = False


@dataclass(frozen=True)
class RejectionRow:
    """A refused delivery."""

    id: str
    at: str
    reason: str
    note: str
    answer: str


def topic_rows(
    declared: Iterable[Topic], endpoints: Iterable[EndpointView], rates: Mapping[str, Rates], rejected: bool
) -> list[TopicRow]:
    """Every declared topic, also one nobody has asked the marketplace about yet. `rejected`: all that arrives is."""
    known = {endpoint.topic: endpoint for endpoint in endpoints}
    return [_topic(one, known.get(one.name), rates.get(one.name, Rates()), rejected) for one in declared]


def _topic(topic: Topic, endpoint: EndpointView | None, counted: Rates, rejected: bool) -> TopicRow:
    last = endpoint.last_accepted_at if endpoint else None
    state = endpoint.state if endpoint else UNKNOWN
    if rejected and state in {REGISTERED, BY_HAND}:
        state = REJECTED
    elif state == BY_HAND and last is not None:
        state = ARRIVING
    return TopicRow(
        topic=topic.name,
        why=topic.why,
        state=state,
        problem=endpoint.problem if endpoint and state != BY_HAND else "",
        last=words.iso(last),
        day=f"{counted.accepted_24h:,}",
        week=f"{counted.accepted_7d:,}",
    )


def refused_alone(endpoints: Iterable[EndpointView], refused: Iterable[Rejection], now: datetime) -> bool:
    """Whether deliveries arrive and every one is rejected."""
    accepted = [one.last_accepted_at for one in endpoints if one.last_accepted_at is not None]
    return all_rejected(now, accepted, [one.at for one in refused])


def overall(rates: Mapping[str, Rates]) -> Rates:
    """All topics together, with the deliveries that were refused before their topic was believed."""
    return Rates(*(sum(column) for column in zip(*rates.values(), strict=True))) if rates else Rates()


def rate(accepted: int, rejected: int) -> str:
    """`99 % of 1,204`; a dash when nothing arrived. Never rounded up to 100 %."""
    arrived = accepted + rejected
    return f"{accepted * 100 // arrived} % of {arrived:,}" if arrived else "–"


def secret_row(declared: Webhooks, facts: Mapping[str, SecretFact], rotation: timedelta, now: datetime) -> SecretRow:
    """What is said of the signing secret: whose it is, how old, and until when the one before is accepted."""
    match declared.secret:
        case SecretOrigin.PUBLIC_KEY if declared.has_chosen_secret and WEBHOOK_SECRET in facts:
            proof = facts[WEBHOOK_SECRET]
            due = words.iso(proof.set_at + rotation)
            return SecretRow(
                "The marketplace signs with its own key. A secret proves our address.",
                words.iso(proof.set_at),
                due,
                ours=True,
            )
        case SecretOrigin.PUBLIC_KEY:
            return SecretRow("The marketplace signs with its own key. Nothing is kept here, and nothing to rotate.")
        case SecretOrigin.GIVEN:
            given, before = facts.get(declared.secret_field), facts.get(WEBHOOK_SECRET_BEFORE)
            return SecretRow(_ends(given), words.iso(given.set_at if given else None), "", _until(before, now))
    chosen, before = facts.get(WEBHOOK_SECRET), facts.get(WEBHOOK_SECRET_BEFORE)
    if chosen is None:
        return SecretRow("Chosen when the webhooks are registered.", ours=True)
    due = words.iso(chosen.set_at + rotation)
    return SecretRow(_ends(chosen), words.iso(chosen.set_at), due, _until(before, now), ours=True)


def healed(connection_id: str, note: Noted) -> Healed:
    """A note of a cycle, with the way to its line in the sync log."""
    href = f"/connections/{connection_id}?{urlencode({'log': connection_id, 'cycle': note.cycle_id})}"
    return Healed(note.sentence, words.iso(note.at), href)


def delivery_row(line: DeliveryLine) -> DeliveryRow:
    """One line of the list."""
    kept = line.state is DeliveryState.KEPT
    return DeliveryRow(
        id=line.id,
        topic=line.topic,
        received=words.iso(line.received_at),
        state=line.state.value,
        said=_sentence(line.problem or line.effect),
        grave=line.state is DeliveryState.FAILED,
        copies=f"+{line.copies:,}" if line.copies else "",
        next_try=words.iso(line.due_at) if kept and line.attempts else "",
    )


def opened(detail: DeliveryDetail) -> Opened:
    """A delivery with what it said and what came of it."""
    line = detail.line
    named = ", ".join(f"{one.about.value} {one.ref}" for one in detail.named)
    told = [
        Line("Received", at=words.iso(line.received_at)),
        Line("Answer", "200, once it was stored"),
        Line("About", named or "nothing to look at"),
        Line("Worked off", at=words.iso(line.done_at)) if line.done_at else Line("Worked off", "Not yet"),
        *([Line("Effect", _sentence(line.effect))] if line.effect else []),
        *([Line("Problem", line.problem)] if line.problem else []),
        *([Line("Attempts", str(line.attempts))] if line.attempts > 1 or line.problem else []),
        *(
            [Line("Copies", f"{words.count(line.copies, 'copy', 'copies')} came too, without effect")]
            * bool(line.copies)
        ),
    ]
    return Opened(line.id, tuple(told), _spaced(detail.body), line.state is not DeliveryState.KEPT)


def rejection_row(one: Rejection) -> RejectionRow:
    """A refused delivery. What it claimed to be stands apart, since nobody believes it."""
    claimed = f"Claimed to be {one.topic} · " if one.topic else ""
    return RejectionRow(one.id, words.iso(one.at), one.reason, f"{claimed}{one.size:,} bytes", str(one.status))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ends(fact: SecretFact | None) -> str:
    if fact is None:
        return "Not set"
    return f"Set, ends {fact.last_four}" if fact.last_four else "Set"


def _until(before: SecretFact | None, now: datetime) -> str:
    """When the secret before stops being accepted, if it still is."""
    ends = before.expires_at if before else None
    return words.iso(ends) if ends is not None and ends > now else ""


def _spaced(body: str) -> str:
    """JSON on lines of its own; anything else, also JSON that was cut, as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
