"""Works out what every SKU that is due on a connection comes to, and lets the brake decide. Nothing is written here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session

from nexus_ui.rules import brake, plan
from nexus_ui.rules.brake import Limits, Move
from nexus_ui.rules.plan import Asked
from nexus_ui.rules.publish import Cause, Target
from nexus_ui.storage import preferences, receipts, standing
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.due import Due
from nexus_ui.storage.receipts import Written
from nexus_ui.storage.standing import Listing, Seller, Standing

LAST_UNITS = "Fewer than"


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
class Weighed:
    """What is due, sorted: what goes, what is `held` and why, what needs nothing (`done` holds all three), and what is
    looked at again `later`, once orders have been read.
    """

    seller: Seller
    going: list[Sku] = field(default_factory=list)
    held: list[Sku] = field(default_factory=list)
    because: str = ""
    done: list[Due] = field(default_factory=list)
    later: list[Due] = field(default_factory=list)


def weigh(session: Session, seller: Seller, dues: Sequence[Due], now: datetime) -> Weighed:
    """Work out what these come to."""
    bulk, weighed = Bulk(session), Weighed(seller)
    found = _work_out(session, bulk, weighed, dues)
    if found:
        _brake(session, bulk, weighed, found, now)
    return weighed


def _work_out(session: Session, bulk: Bulk, weighed: Weighed, dues: Sequence[Due]) -> list[Sku]:
    """What is to be written, of those that need not wait."""
    seller, skus = weighed.seller, {one.sku: one for one in dues}
    stands = standing.standings(bulk, seller, skus, preferences.stock_in(session))
    apart = receipts.set_apart(bulk, seller.id, skus)
    unsafe = _unsafe(session, seller.id, stands.values())
    wanted: list[Sku] = []
    for sku, one in skus.items():
        found = _sku(one, stands[sku], Asked(one.cause, one.sold, one.look, sku in apart))
        raised = found is not None and any(new.variant_ref in unsafe and new.raises for new in found.written)
        if raised and one.cause.of_person:
            weighed.later.append(one)
            continue
        weighed.done.append(one)
        if found and not raised:
            wanted.append(found)
    return wanted


def _unsafe(session: Session, connection_id: str, stands: Iterable[Standing]) -> set[str]:
    """Variants that showed another number after the orders were read last: what took it may not be known here yet."""
    refs = [one.variant_ref for stand in stands for one in stand.listings]
    read_from = receipts.orders_read_from(session, connection_id)
    changes = receipts.last_changes(session, connection_id, refs)
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


def _brake(session: Session, bulk: Bulk, weighed: Weighed, found: Sequence[Sku], now: datetime) -> None:
    """Let the brake decide what goes and what waits; of what waits, what was sold goes."""
    chosen, seller = preferences.stock_in(session), weighed.seller
    limits = Limits(chosen.brake_percent, chosen.brake_skus)
    moves, first = [one.move for one in found], not seller.approved
    weighed.because = brake.verdict(moves, receipts.traffic(bulk, seller.id, now), limits, first)
    others = [one for one in found if not one.move.excepted]
    waiting = set() if weighed.because else receipts.waiting_skus(bulk, seller.id)
    held = list(found) if first else [one for one in others if weighed.because or one.due.sku in waiting]
    kept = {one.due.sku for one in held}
    weighed.going = [one for one in found if one.due.sku not in kept]
    if not first:
        weighed.going += [part for one in held if (part := _sold_part(one))]
        held = [_after_sale(one) for one in held]
    weighed.held = held


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
