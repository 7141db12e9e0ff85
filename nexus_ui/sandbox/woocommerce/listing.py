"""Finding, sorting and paging: what the arguments of a collection mean."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from nexus_ui.sandbox.woocommerce import dates, receipts, wares
from nexus_ui.sandbox.woocommerce.site import Site

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Collection:
    """A pile of things known by an index, with what sorting and filtering want to know of each."""

    name: Hashable
    changed_after: Callable[[int | None], Iterable[int]]
    changed: Callable[[int], int]
    created: Callable[[int], int]
    number: Callable[[int], int]
    record: Callable[[int], Record]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search and the size of the whole."""

    records: list[Record]
    total: int
    pages: int


def products(site: Site, base: str) -> Collection:
    """The products of a shop."""
    timeline = site.shop.products

    def changed_after(stamp: int | None) -> Iterable[int]:
        everything = (index for index in range(timeline.size) if index in timeline)
        return everything if stamp is None else timeline.after(stamp)

    return Collection(
        name="products",
        changed_after=changed_after,
        changed=timeline.stamp,
        created=site.created,
        number=site.numbers.product,
        record=lambda index: wares.product(site, index, base),
    )


def variations(site: Site, index: int, base: str) -> Collection:
    """The variations of the product at an index; they change when it changes."""
    stamp = site.shop.products.stamp(index)
    places = range(len(site.product(index).variants) if site.product(index).kind == "variable" else 0)
    return Collection(
        name=("variations", index),
        changed_after=lambda after: places if after is None or stamp > after else (),
        changed=lambda _: stamp,
        created=lambda _: site.created(index),
        number=lambda place: site.numbers.variation(index, place),
        record=lambda place: wares.variation(site, index, place, base),
    )


def orders(site: Site, base: str) -> Collection:
    """The orders of a shop."""
    timeline = site.shop.orders

    def changed_after(stamp: int | None) -> Iterable[int]:
        everything = (index for index in range(timeline.size) if index in timeline)
        return everything if stamp is None else timeline.after(stamp)

    return Collection(
        name="orders",
        changed_after=changed_after,
        changed=timeline.stamp,
        created=site.shop.placed,
        number=receipts.number_of,
        record=lambda index: receipts.order(site, index, base),
    )


def find(site: Site, pile: Collection, args: Mapping[str, Any]) -> Found:
    """The page the arguments ask for."""
    asked = {name: value for name, value in args.items() if name not in ("page", "per_page", "offset", "context")}
    key = (pile.name, repr(sorted(asked.items())), site.shop.revision())
    indices = site.search(key)
    if indices is None:
        indices = _sorted(pile, args, _filtered(site, pile, args))
        site.keep_search(key, indices)
    size = args["per_page"]
    start = args["offset"] if "offset" in args else (args["page"] - 1) * size
    records = [pile.record(index) for index in indices[max(start, 0) : max(start, 0) + size]]
    return Found(records, len(indices), -(-len(indices) // size))


def by_sku(site: Site, skus: str, base: str) -> Found:
    """Products and variations with exactly these SKUs, as /products?sku= gives them."""
    records = []
    for spot in dict.fromkeys(site.find_sku(sku.strip()) for sku in skus.split(",")):
        if spot is not None:
            index, place = spot
            if place is None:
                records.append(wares.product(site, index, base))
            else:
                records.append(wares.as_product(site, index, place, base))
    return Found(records, len(records), 1 if records else 0)


def _filtered(site: Site, pile: Collection, args: Mapping[str, Any]) -> list[int]:
    """Indices that pass all the filters, cheap ones first."""

    def second(name: str) -> int | None:
        return dates.bound(args[name], site.zone, as_gmt=args["dates_are_gmt"]) if name in args else None

    after, before = second("modified_after"), second("modified_before")
    made_after, made_before = second("after"), second("before")
    found: Iterable[int] = pile.changed_after(None if after is None else (after + 1) * dates.MICROS - 1)
    if before is not None:
        found = [index for index in found if pile.changed(index) // dates.MICROS < before]
    if made_after is not None:
        found = [index for index in found if pile.created(index) // dates.MICROS > made_after]
    if made_before is not None:
        found = [index for index in found if pile.created(index) // dates.MICROS < made_before]
    if args["include"]:
        found = [index for index in found if pile.number(index) in args["include"]]
    if args["exclude"]:
        found = [index for index in found if pile.number(index) not in args["exclude"]]
    tests = [(test, args[name]) for name, test in TESTS.items() if args.get(name) not in (None, "", "any", ["any"])]
    if not tests:
        return list(found)
    return [index for index in found if _passes(pile.record(index), tests)]


def _passes(record: Record, tests: list[tuple[Callable[[Record, Any], bool], Any]]) -> bool:
    return all(test(record, value) for test, value in tests)


def _sorted(pile: Collection, args: Mapping[str, Any], indices: list[int]) -> list[int]:
    """In the order asked for, equal ones by id; what has the lower index was made first."""
    orderby = args["orderby"]
    if orderby == "include":
        return sorted(indices, key=lambda index: args["include"].index(pile.number(index)) if args["include"] else 0)
    keys: dict[str, Callable[[int], Any]] = {
        "date": lambda index: index,
        "modified": lambda index: (pile.changed(index) // dates.MICROS, pile.number(index)),
        "title": lambda index: (str(pile.record(index).get("name", "")).lower(), pile.number(index)),
        "slug": lambda index: (pile.record(index).get("slug", ""), pile.number(index)),
        "price": lambda index: (_price(pile.record(index)) or Decimal(0), pile.number(index)),
    }
    return sorted(indices, key=keys.get(orderby, pile.number), reverse=args["order"] == "desc")


def _price(record: Record) -> Decimal | None:
    try:
        return Decimal(record["price"])
    except InvalidOperation:
        return None


def _equal(name: str) -> Callable[[Record, Any], bool]:
    return lambda record, value: bool(record.get(name) == value)


def _costs(record: Record, value: str, *, at_least: bool) -> bool:
    price = _price(record)
    try:
        return price is not None and (price >= Decimal(value) if at_least else price <= Decimal(value))
    except InvalidOperation:
        return False


def _mentions(record: Record, value: str) -> bool:
    words = (str(record.get(name) or "") for name in ("name", "description", "short_description", "number", "sku"))
    return value.lower() in " ".join((*words, *map(str, record.get("billing", {}).values()))).lower()


def _in_terms(name: str) -> Callable[[Record, Any], bool]:
    return lambda record, value: any(str(term["id"]) in str(value).split(",") for term in record[name])


TESTS: dict[str, Callable[[Record, Any], bool]] = {
    "status": lambda record, value: record["status"] in (value if isinstance(value, list) else [value]),
    "type": _equal("type"),
    "featured": _equal("featured"),
    "on_sale": _equal("on_sale"),
    "stock_status": _equal("stock_status"),
    "slug": _equal("slug"),
    "customer": _equal("customer_id"),
    "search": _mentions,
    "search_sku": lambda record, value: value.lower() in str(record["sku"]).lower(),
    "sku": lambda record, value: record["sku"] in value.split(","),
    "min_price": lambda record, value: _costs(record, value, at_least=True),
    "max_price": lambda record, value: _costs(record, value, at_least=False),
    "category": _in_terms("categories"),
    "tag": _in_terms("tags"),
    "product": lambda record, value: any(line["product_id"] == value for line in record["line_items"]),
}
