"""Plans what a connection publishes: what waits is compared with what stands there, and becomes receipts or nothing.

One transaction: what was asked for is taken away together with writing down what follows from it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from nexus_ui.rules import brake, plan
from nexus_ui.rules.brake import Limits, Move
from nexus_ui.rules.plan import Asked
from nexus_ui.rules.publish import Cause, Target
from nexus_ui.storage import connections, due, preferences, receipts, standing
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.database import writing
from nexus_ui.storage.due import Due
from nexus_ui.storage.receipts import Written
from nexus_ui.storage.standing import Listing, Seller, Standing

MOST = 20_000
UNSURE_FOR = timedelta(seconds=30)
LAST_UNITS = "Fewer than"


@dataclass(frozen=True, slots=True)
class Planned:
    """What a round of planning came to. `held`: the push that waits for a person, if anything was added to it.

    `unsure`: somebody waits for more to be published of a SKU, but a sale may not have been told yet.
    """

    count: int = 0
    held: str = ""
    because: str = ""
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Sku:
    """What one SKU comes to: the brake's view of it, and its numbers."""

    due: Due
    move: Move
    written: tuple[Written, ...]

    @property
    def trigger(self) -> str:
        """What the push that carries it is named after."""
        if self.due.cause is Cause.APPROVED:
            return Cause.APPROVED.value
        return (Cause.ORDER if self.due.cause.of_order or self.move.excepted else self.due.cause).value


@dataclass
class Round:
    """One round of planning."""

    session: Session
    bulk: Bulk
    seller: Seller
    now: datetime
    skus: list[Sku] = field(default_factory=list)
    later: list[Due] = field(default_factory=list)
    done: list[Due] = field(default_factory=list)


def plan_due(connection_id: str, now: datetime, sighted: bool) -> Planned:
    """Plan everything that is due on a connection; raises NotFound. `sighted`: what is in doubt is looked at first."""
    if not due.any_waiting(connection_id, now):
        return Planned()
    with writing() as session:
        row = connections.held(session, connection_id)
        bulk = Bulk(session)
        dues = [one for one in due.waiting(bulk, connection_id, now, MOST) if not (one.look and sighted)]
        if not dues:
            return Planned()
        seller = Seller(row.id, row.sandbox, row.buffer_percent, row.push_approved_at is not None)
        work = Round(session, bulk, seller, now)
        _work_out(work, dues)
        planned = _write(work)
        due.done(bulk, work.done)
        due.put_off(bulk, work.later, now + UNSURE_FOR)
        return replace(planned, unsure=bool(work.later))


def _work_out(work: Round, dues: Sequence[Due]) -> None:
    """Sort what is due: to be written, to be left, or to be looked at again when orders have been read."""
    skus = {one.sku: one for one in dues}
    chosen = preferences.stock_in(work.session)
    stands = standing.standings(work.bulk, work.seller, skus, chosen)
    apart = receipts.set_apart(work.bulk, work.seller.id, skus)
    unsafe = _unsafe(work, stands.values())
    for sku, one in skus.items():
        asked = Asked(one.cause, one.sold, one.look, sku in apart)
        found = _sku(one, stands[sku], asked)
        raised = any(new.variant_ref in unsafe and new.raises for new in found.written) if found else False
        if raised and one.cause.of_person:
            work.later.append(one)
            continue
        work.done.append(one)
        if found and not raised:
            work.skus.append(found)


def _unsafe(work: Round, stands: Iterable[Standing]) -> set[str]:
    """Variants that showed another number after the orders were read last: what took it may not be known here yet."""
    refs = [one.variant_ref for stand in stands for one in stand.listings]
    read_from = receipts.orders_read_from(work.session, work.seller.id)
    changes = receipts.last_changes(work.session, work.seller.id, refs)
    return {ref for ref, at in changes.items() if read_from is None or at >= read_from}


def _sku(one: Due, stand: Standing, asked: Asked) -> Sku | None:
    """What a SKU comes to; None when everything stands as it should, or nobody can say how it should."""
    if stand.available is None or (one.look and one.cause is Cause.OWN_ORDER):
        return None
    written: list[Written] = []
    shown: list[int] = []
    goal: Target | None = None
    for listing in stand.listings:
        goal = plan.wanted(stand.available, listing.shown, stand.terms, asked)
        if goal is None:
            continue
        shown += [listing.shown] if listing.shown is not None else []
        written += _written(one, listing, stand.available, goal, asked)
    if goal is None or not written:
        return None
    last_unit = goal.rule.startswith(LAST_UNITS)
    return Sku(one, plan.move(one.sku, max(shown, default=None), goal, last_unit, asked), tuple(written))


def _written(one: Due, listing: Listing, available: int, goal: Target, asked: Asked) -> list[Written]:
    made = plan.drafts(goal.quantity, listing.places, asked.doubtful)
    place = (listing.variant_ref, listing.inventory_ref)
    return [
        Written(
            *(one.sku, *place, new.location_ref, new.before, new.quantity),
            *(available, goal.rule, one.cause.value, one.attempts, asked.apart and not one.cause.names_sku),
        )
        for new in made or ()
    ]


def _write(work: Round) -> Planned:
    """Let the brake decide, and write down what goes and what waits."""
    if not work.skus:
        receipts.supersede(work.bulk, work.seller.id, [one.sku for one in work.done], work.now)
        return Planned()
    chosen = preferences.stock_in(work.session)
    waiting = receipts.waiting_skus(work.bulk, work.seller.id)
    moves = [one.move for one in work.skus]
    free = [one for one in work.skus if one.move.excepted]
    others = [one for one in work.skus if not one.move.excepted]
    traffic = receipts.traffic(work.bulk, work.seller.id, work.now)
    first = not work.seller.approved
    because = brake.verdict(moves, traffic, Limits(chosen.brake_percent, chosen.brake_skus), first)
    held = work.skus if first else others if because else [one for one in others if one.due.sku in waiting]
    kept = {one.due.sku for one in held}
    going = [one for one in (*free, *others) if one.due.sku not in kept]
    if not first:
        going += [part for one in held if (part := _sold_part(one))]
        held = [_after_sale(one) for one in held]
    return _send_and_hold(work, going, held, because)


def _send_and_hold(work: Round, going: Sequence[Sku], held: Sequence[Sku], because: str) -> Planned:
    """Write the receipts; those that wait already with the same number are left as they are."""
    held_id = ""
    new = receipts.not_waiting_yet(work.bulk, work.seller.id, [each for one in held for each in one.written])
    receipts.supersede(work.bulk, work.seller.id, [one.sku for one in work.done], work.now, but=new.kept)
    for trigger in dict.fromkeys(one.trigger for one in going):
        its = [each for one in going if one.trigger == trigger for each in one.written]
        receipts.write_push(work.bulk, work.seller.id, trigger, its, work.now)
    if new.fresh:
        trigger = Cause.FIRST.value if not work.seller.approved else held[0].trigger
        held_id = receipts.hold(work.bulk, work.seller.id, trigger, new.fresh, because, work.now)
    return Planned(len(going) + len(held), held_id, because)


def _sold_part(one: Sku) -> Sku | None:
    """Of a number that waits, what orders took goes at once."""
    if not one.due.sold or one.move.before is None:
        return None
    part = [
        replace(each, quantity=max(0, each.before - one.due.sold), rule=f"{one.due.sold:,} sold; the rest waits")
        for each in one.written
        if each.before is not None and each.before - one.due.sold > each.quantity
    ]
    return replace(one, move=replace(one.move, excepted=True), written=tuple(part)) if part else None


def _after_sale(one: Sku) -> Sku:
    """What waits begins where the sold part ends."""
    sold = one.due.sold
    its = [
        each if each.before is None or not sold else replace(each, before=max(0, each.before - sold))
        for each in one.written
    ]
    return replace(one, written=tuple(its))
