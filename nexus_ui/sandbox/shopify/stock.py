"""inventorySetQuantities: absolute stock, with the idempotency key and the comparison that are required at run time.

https://shopify.dev/changelog/making-idempotency-mandatory-for-inventory-adjustments-and-refund-mutations
(read 2026-11-23): a call without `@idempotent` fails although the schema shows it optional.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from graphql import FieldNode, GraphQLSchema
from graphql.execution.values import get_directive_values

from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.shopify import ids
from nexus_ui.sandbox.shopify.lookup import location_of, variant_of
from nexus_ui.sandbox.shopify.refusals import Refusal
from nexus_ui.sandbox.shopify.sources import LevelSource, LocationSource, VariantSource, iso

FIELD = "inventorySetQuantities"
_MOST = 1_000_000_000
_MOST_ENTRIES = 250
_KEEP_KEYS = 10_000
_REASONS = frozenset(
    ("correction", "cycle_count_available", "damaged", "movement_created", "movement_updated", "movement_received",
     "movement_canceled", "other", "promotion", "quality_control", "received", "reservation_created",
     "reservation_deleted", "reservation_updated", "restock", "safety_stock", "shrinkage")
)  # fmt: skip

Fields = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class UserError:
    """One entry of `userErrors`."""

    code: str
    message: str
    path: list[str]


@dataclass(frozen=True, slots=True)
class Change:
    """One quantity that was changed."""

    variant: VariantSource
    location: LocationSource
    name: str
    delta: int
    after: int


@dataclass(frozen=True, slots=True)
class Payload:
    """The outcome of one call."""

    number: int
    made: int
    reason: str
    document: str | None
    changes: list[Change] = field(default_factory=list)
    errors: list[UserError] = field(default_factory=list)


class StockDesk:
    """Sets quantities of one shop and remembers what each idempotency key did."""

    def __init__(self, shop: Shop) -> None:
        """Start with no key used."""
        self._shop = shop
        self._done: OrderedDict[str, tuple[bytes, Payload]] = OrderedDict()
        self._count = 0

    def set_quantities(self, entry: Mapping[str, Any], key: str | None) -> Payload:
        """Carry the call out, or repeat the answer the same key got. Raises Refusal for a call Shopify does not run."""
        if not key or not key.strip():
            raise Refusal(
                "The @idempotent directive is required for this mutation but was not provided.", "BAD_REQUEST", [FIELD]
            )
        if any("changeFromQuantity" not in quantity for quantity in entry["quantities"]):
            raise Refusal(
                "InventoryQuantityInput must include the following argument: changeFromQuantity.",
                "INVALID_FIELD_ARGUMENTS",
                [FIELD],
            )
        if len(entry["quantities"]) > _MOST_ENTRIES:
            raise Refusal(
                f"The input array size of {len(entry['quantities'])} is greater than the maximum allowed of 250.",
                "MAX_INPUT_SIZE_EXCEEDED",
                [FIELD, "input", "quantities"],
            )
        return self._once(entry, key)

    def _once(self, entry: Mapping[str, Any], key: str) -> Payload:
        asked = msgspec.json.encode(entry, order="deterministic")
        before = self._done.get(key)
        if before is not None:
            if before[0] == asked:
                return before[1]
            said = "The same idempotency key cannot be used with different operation parameters."
            return self._payload(entry, errors=[UserError("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", said, ["input"])])
        payload = self._apply(entry)
        self._done[key] = (asked, payload)
        if len(self._done) > _KEEP_KEYS:
            self._done.popitem(last=False)
        return payload

    def _apply(self, entry: Mapping[str, Any]) -> Payload:
        errors = _head_errors(entry)
        wanted: list[tuple[LevelSource, int]] = []
        seen: set[tuple[str, str]] = set()
        for place, quantity in enumerate(entry["quantities"]):
            error, level = self._check(entry["name"], quantity, ["input", "quantities", str(place)], seen)
            if error is not None:
                errors.append(error)
            elif level is not None:
                wanted.append((level, quantity["quantity"]))
        if errors:
            return self._payload(entry, errors=errors)
        return self._payload(entry, changes=[self._put(entry["name"], level, count) for level, count in wanted])

    def _check(
        self, name: str, quantity: Mapping[str, Any], path: list[str], seen: set[tuple[str, str]]
    ) -> tuple[UserError | None, LevelSource | None]:
        variant = variant_of(self._shop, quantity["inventoryItemId"], "InventoryItem")
        if variant is None:
            said = "The specified inventory item could not be found."
            return UserError("INVALID_INVENTORY_ITEM", said, [*path, "inventoryItemId"]), None
        location = location_of(self._shop, quantity["locationId"])
        if location is None:
            return UserError(
                "INVALID_LOCATION", "The specified location could not be found.", [*path, "locationId"]
            ), None
        pair = (quantity["inventoryItemId"], quantity["locationId"])
        if pair in seen:
            said = "The combination of inventoryItemId and locationId must be unique."
            return UserError("NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", said, path), None
        seen.add(pair)
        level = variant.levels()[location.place]
        return _number_error(name, quantity, level, path), level

    def _put(self, name: str, level: LevelSource, count: int) -> Change:
        before = level.quantity(name) or 0
        available = count if name == "available" else count - level.committed()
        self._shop.set_stock(level.variant.product.index, level.variant.place, available, level.place)
        return Change(level.variant, LocationSource(self._shop, level.place), name, count - before, count)

    def _payload(
        self, entry: Mapping[str, Any], changes: list[Change] | None = None, errors: list[UserError] | None = None
    ) -> Payload:
        self._count += 1
        return Payload(
            number=self._count,
            made=self._shop.now(),
            reason=entry["reason"],
            document=entry.get("referenceDocumentUri"),
            changes=changes or [],
            errors=errors or [],
        )


def idempotency_key(schema: GraphQLSchema, node: FieldNode, variables: dict[str, Any]) -> str | None:
    """The key of a field's @idempotent directive, or None when it has none."""
    directive = schema.get_directive("idempotent")
    found = get_directive_values(directive, node, variables) if directive else None
    return None if found is None else str(found["key"])


def _head_errors(entry: Mapping[str, Any]) -> list[UserError]:
    errors = []
    if entry["name"] not in ("available", "on_hand"):
        said = "The quantity name must be either 'available' or 'on_hand'."
        errors.append(UserError("INVALID_NAME", said, ["input", "name"]))
    if entry["reason"] not in _REASONS:
        errors.append(UserError("INVALID_REASON", "The specified reason is invalid.", ["input", "reason"]))
    document = entry.get("referenceDocumentUri")
    if document is not None and "://" not in document:
        said = "The specified reference document is invalid."
        errors.append(UserError("INVALID_REFERENCE_DOCUMENT", said, ["input", "referenceDocumentUri"]))
    return errors


def _number_error(name: str, quantity: Mapping[str, Any], level: LevelSource, path: list[str]) -> UserError | None:
    count, expected = quantity["quantity"], quantity["changeFromQuantity"]
    if count > _MOST:
        said = "The total quantity can't be higher than 1,000,000,000."
        return UserError("INVALID_QUANTITY_TOO_HIGH", said, [*path, "quantity"])
    if count < -_MOST:
        said = "The total quantity can't be lower than -1,000,000,000."
        return UserError("INVALID_QUANTITY_TOO_LOW", said, [*path, "quantity"])
    if count < 0:
        return UserError("INVALID_QUANTITY_NEGATIVE", "The quantity can't be negative.", [*path, "quantity"])
    if expected is not None and expected != level.quantity(name):
        said = "The changeFromQuantity argument no longer matches the persisted quantity."
        return UserError("CHANGE_FROM_QUANTITY_STALE", said, [*path, "changeFromQuantity"])
    return None


STOCK_FIELDS: Mapping[str, Fields] = {
    "InventorySetQuantitiesPayload": {
        "inventoryAdjustmentGroup": lambda payload: payload if payload.changes else None,
        "userErrors": lambda payload: payload.errors,
    },
    "InventorySetQuantitiesUserError": {
        "code": lambda error: error.code,
        "field": lambda error: error.path,
        "message": lambda error: error.message,
    },
    "InventoryAdjustmentGroup": {
        "id": lambda payload: ids.gid("InventoryAdjustmentGroup", payload.number),
        "createdAt": lambda payload: iso(payload.made),
        "reason": lambda payload: payload.reason,
        "referenceDocumentUri": lambda payload: payload.document,
        "changes": lambda payload, args: [
            change
            for change in payload.changes
            if not args.get("quantityNames") or change.name in args["quantityNames"]
        ],
    },
    "InventoryChange": {
        "name": lambda change: change.name,
        "delta": lambda change: change.delta,
        "quantityAfterChange": lambda change: change.after,
        "item": lambda change: change.variant,
        "location": lambda change: change.location,
    },
}
