"""What a connection publishes of some SKUs, and what it should: listings, places and their numbers, stock and rules."""

from collections.abc import Collection
from dataclasses import dataclass

from nexus_ui.rules.publish import Terms
from nexus_ui.storage import flat
from nexus_ui.storage.bulk import Bulk, Row, Shape
from nexus_ui.storage.preferences import StockPreferences

RULES = Shape("stock_rules", ("connection_id", "sku", "buffer_percent", "withheld", "changed_at", "changed_by"))


@dataclass(frozen=True, slots=True)
class Seller:
    """The connection that publishes, as far as it matters here."""

    id: str
    sandbox: bool
    buffer_percent: int
    approved: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One variant that sells a SKU, and what each of its places shows (None: unknown)."""

    variant_ref: str
    product_ref: str
    inventory_ref: str
    places: dict[str, int | None]

    @property
    def shown(self) -> int | None:
        """What can be bought there; None where one of the places does not say, or there is none."""
        known = [max(0, units) for units in self.places.values() if units is not None]
        return sum(known) if known and len(known) == len(self.places) else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A SKU on a connection. `available` is None while nobody knows our own number."""

    sku: str
    available: int | None
    terms: Terms
    listings: tuple[Listing, ...]


def standings(bulk: Bulk, seller: Seller, skus: Collection[str], chosen: StockPreferences) -> dict[str, Standing]:
    """How each of `skus` stands; those the connection does not sell, or not from our stock, have no listings."""
    listed = _listings(bulk, seller.id, skus)
    stock = _stock(bulk, seller.sandbox, skus)
    rules = {row[1]: row for row in bulk.under(RULES, seller.id, "sku", skus)}
    last = _listed_at(bulk, chosen.last_unit_connection, seller.sandbox, skus) if chosen.last_units else set()
    found = {}
    for sku in skus:
        rule = rules.get(sku)
        terms = Terms(
            buffer_percent=seller.buffer_percent,
            own_buffer=rule[2] if rule else None,
            withheld=bool(rule[3]) if rule else False,
            last_units=chosen.last_units,
            chosen=seller.id == chosen.last_unit_connection if sku in last else None,
        )
        found[sku] = Standing(sku, stock.get(sku), terms, tuple(listed.get(sku, ())))
    return found


def _listings(bulk: Bulk, connection_id: str, skus: Collection[str]) -> dict[str, list[Listing]]:
    among, values = bulk.among("v.sku", skus)
    variants = bulk.rows(
        "SELECT v.sku, v.ref, v.product_ref, COALESCE(v.inventory_ref, v.ref) FROM variants AS v "  # noqa: S608
        "JOIN products AS p ON p.connection_id = v.connection_id AND p.ref = v.product_ref "
        f"WHERE v.connection_id = ? AND {among} AND v.tracked AND v.fulfilment = 'merchant' AND p.status = 'active' "
        "ORDER BY v.ref",
        *(connection_id, values),
    )
    levels: dict[str, dict[str, int | None]] = {row[1]: {} for row in variants}
    for level in bulk.under(flat.LEVELS, connection_id, "variant_ref", levels):
        levels[level[1]][level[2]] = level[3]
    found: dict[str, list[Listing]] = {}
    shared: set[str] = set()
    for sku, ref, product_ref, inventory_ref in variants:
        # Variants that share one stock are written once.
        if inventory_ref not in shared:
            shared.add(inventory_ref)
            found.setdefault(sku, []).append(Listing(ref, product_ref, inventory_ref, levels[ref]))
    return found


def _stock(bulk: Bulk, sandbox: bool, skus: Collection[str]) -> dict[str, int]:
    among, values = bulk.among("sku", skus)
    asked = f"SELECT sku, on_hand - reserved FROM stock_items WHERE {among} AND sandbox = ?"  # noqa: S608
    rows: list[Row] = bulk.rows(asked, values, sandbox)
    return {row[0]: int(row[1]) for row in rows}


def _listed_at(bulk: Bulk, connection_id: str, sandbox: bool, skus: Collection[str]) -> set[str]:
    """The SKUs that the connection chosen for last units sells; it must be living, and of this world."""
    among, values = bulk.among("v.sku", skus)
    found = bulk.rows(
        "SELECT DISTINCT v.sku FROM variants AS v JOIN connections AS c ON c.id = v.connection_id "  # noqa: S608
        "JOIN products AS p ON p.connection_id = v.connection_id AND p.ref = v.product_ref "
        f"WHERE v.connection_id = ? AND {among} AND v.tracked AND v.fulfilment = 'merchant' AND p.status = 'active' "
        "AND c.removed_at IS NULL AND c.sandbox = ?",
        *(connection_id, values, sandbox),
    )
    return {row[0] for row in found}
