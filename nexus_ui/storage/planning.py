"""Plans what a connection publishes: what is due is worked out, and becomes receipts that go or wait, or nothing.

What was asked for is taken away in the transaction that writes down what follows from it. Many SKUs take several such
transactions, so that nobody waits long for the database.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from nexus_ui.rules.publish import Cause
from nexus_ui.storage import connections, due, receipts
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.due import Due
from nexus_ui.storage.receipts import Written
from nexus_ui.storage.standing import Seller
from nexus_ui.storage.tables import Connection
from nexus_ui.storage.weighing import Sku, Weighed, weigh

MOST = 20_000
PORTION = 1_000
UNSURE_FOR = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a round of planning came to. `held`: the push that waits for a person, if anything was added to it.

    `unsure`: somebody waits for more to be published of a SKU, but a sale may not have been told yet.
    """

    count: int = 0
    held: str = ""
    because: str = ""
    unsure: bool = False


@dataclass
class Pushes:
    """The pushes of one round, by what they are named after; each begins with its first number."""

    going: dict[str, str] = field(default_factory=dict)
    held: str = ""


def plan_due(connection_id: str, now: datetime, sighted: bool) -> Planned:
    """Plan everything that is due on a connection; raises NotFound. `sighted`: what is in doubt is looked at first."""
    weighed = _weighed(connection_id, now, sighted)
    if weighed is None:
        return Planned()
    pushes = Pushes()
    places = iter(weighed.done)
    while portion := list(islice(places, PORTION)):
        _write(weighed, portion, pushes, now)
    if weighed.later:
        with writing() as session:
            due.put_off(Bulk(session), weighed.later, now + UNSURE_FOR)
    planned = Planned(len(weighed.going) + len(weighed.held), pushes.held, weighed.because)
    return replace(planned, unsure=bool(weighed.later))


def _weighed(connection_id: str, now: datetime, sighted: bool) -> Weighed | None:
    """What is due, worked out; None when nothing is, or the connection is gone."""
    with reading() as session:
        dues = [one for one in due.waiting(Bulk(session), connection_id, now, MOST) if not (one.look and sighted)]
        row = session.get(Connection, connection_id) if dues else None
        if row is None:
            return None
        seller = Seller(row.id, row.sandbox, row.buffer_percent, row.push_approved_at is not None)
        return weigh(session, seller, dues, now)


def _write(weighed: Weighed, portion: Sequence[Due], pushes: Pushes, now: datetime) -> None:
    """Write down what some of it comes to. What waits already with the same number is left as it is."""
    skus, seller = {one.sku for one in portion}, weighed.seller
    held = [one for one in weighed.held if one.due.sku in skus]
    with writing() as session:
        connections.held(session, seller.id)
        bulk = Bulk(session)
        new = receipts.not_waiting_yet(bulk, seller.id, [each for one in held for each in one.written])
        receipts.supersede(bulk, seller.id, skus, now, but=new.kept)
        _let_go(bulk, seller.id, [one for one in weighed.going if one.due.sku in skus], pushes, now)
        if new.fresh:
            trigger = held[0].trigger if seller.approved else Cause.FIRST.value
            pushes.held = receipts.hold(bulk, seller.id, trigger, new.fresh, weighed.because, now)
        due.done(bulk, portion)


def _let_go(bulk: Bulk, connection_id: str, going: Sequence[Sku], pushes: Pushes, now: datetime) -> None:
    by_trigger: dict[str, list[Written]] = defaultdict(list)
    for one in going:
        by_trigger[one.trigger] += one.written
    for trigger, written in by_trigger.items():
        begun = pushes.going.get(trigger)
        if begun is None:
            pushes.going[trigger] = receipts.write_push(bulk, connection_id, trigger, written, now)
        else:
            receipts.write_more(bulk, begun, connection_id, written, now)
