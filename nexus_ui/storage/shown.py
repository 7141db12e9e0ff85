"""What every connection shows of a SKU beside what it should show, and by which rule."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import and_, func, select
from sqlmodel import Session

from nexus_ui.rules import publish
from nexus_ui.rules.publish import Terms
from nexus_ui.storage import preferences
from nexus_ui.storage.listing import rows
from nexus_ui.storage.origins import Origin, origins_of
from nexus_ui.storage.preferences import StockPreferences
from nexus_ui.storage.products import P, V
from nexus_ui.storage.targets import (
    CONNECTIONS,
    ITEMS,
    OURS,
    C,
    available,
    counted,
    live,
    ruled,
    terms_columns,
    terms_of,
)

Key = tuple[str, bool]
"""A SKU, and whether it is the sandbox's."""
INACTIVE = "Not active there, so nothing is published"


@dataclass(frozen=True, slots=True)
class Shown:
    """What one connection shows of a SKU (`available`: None where it does not say) and what it should (`wanted`: None
    where nothing is published, or nobody knows our own number). Of several listings the lowest number.

    `terms` hold a person's own rule for this SKU here; `approved`: the connection may be published to.
    """

    origin: Origin
    available: int | None
    wanted: int | None = None
    rule: str = ""
    terms: Terms = field(default_factory=Terms)
    approved: bool = False

    @property
    def differs(self) -> bool:
        """Whether another number is shown than should be."""
        return self.available is not None and self.wanted is not None and self.available != self.wanted


@dataclass(frozen=True, slots=True)
class Seen:
    """Where the SKUs are listed, in the order of the connections' names, and what they are called there."""

    shown: dict[Key, tuple[Shown, ...]]
    titles: dict[Key, str]


def shown_of(session: Session, skus: Sequence[str]) -> Seen:
    """What every living connection shows of these SKUs; three statements."""
    chosen = preferences.stock_in(session)
    found = rows(session, _listings(chosen).where(V.sku.in_(skus)).order_by(V.sku, V.connection_id, V.ref))
    origins = origins_of(session, {row.connection_id for row in found})
    titles: dict[Key, str] = {}
    shown: dict[Key, dict[str, Shown]] = {}
    for row in found:
        key = (row.sku, row.sandbox)
        titles[key] = min(filter(None, (titles.get(key), row.title)), default="")
        here = shown.setdefault(key, {})
        one = _shown(row, origins[row.connection_id], chosen)
        here[row.connection_id] = _together(here.get(row.connection_id), one)
    ordered = {key: tuple(sorted(by.values(), key=lambda one: one.origin.name)) for key, by in shown.items()}
    return Seen(ordered, titles)


def _listings(chosen: StockPreferences) -> Any:
    its = and_(P.connection_id == V.connection_id, P.ref == V.product_ref)
    living = and_(C.id == V.connection_id, C.removed_at.is_(None), OURS)
    joined = V.ref.table.join(CONNECTIONS, living).outerjoin(P.ref.table, its).outerjoin(ITEMS, counted())
    columns = (
        *(V.connection_id, V.sku, C.sandbox, func.coalesce(P.title, V.title).label("title"), P.status),
        *(live().label("live"), available().label("units"), C.push_approved_at),
        *terms_columns(chosen),
    )
    return select(*columns).select_from(ruled(joined))


def _shown(row: Any, origin: Origin, chosen: StockPreferences) -> Shown:
    terms = terms_of(row, chosen)
    units = None if row.live is None else int(row.live)
    here = Shown(origin, units, terms=terms, approved=row.push_approved_at is not None)
    if row.status != "active":
        return replace(here, rule=INACTIVE)
    if row.units is None:
        return here
    wanted = publish.target(int(row.units), terms)
    return replace(here, wanted=wanted.quantity, rule=wanted.rule)


def _together(one: Shown | None, other: Shown) -> Shown:
    """Of several listings of a SKU on one connection: the lowest number, and the rule of one that is active."""
    if one is None:
        return other
    known = [each for each in (one.available, other.available) if each is not None]
    ruling = other if one.wanted is None else one
    return replace(ruling, available=min(known, default=None))
