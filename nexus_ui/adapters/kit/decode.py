"""Saving a page in which single records make no sense: the good ones are kept, the bad ones set aside and named."""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from nexus_ui.adapters.kit.answers import EXCERPT
from nexus_ui.errors import SkipRecord
from nexus_ui.records import BadRecord

T = TypeVar("T")
R = TypeVar("R")


def loose_json(body: bytes) -> Any:
    """JSON read forgivingly (NaN and Infinity too); raises msgspec.DecodeError when it is none at all."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error


def each_typed(
    items: Iterable[Any], kind: type[T], mask: Callable[[str], str], key: str = "id"
) -> tuple[list[T], list[BadRecord]]:
    """Convert each item for itself; those that do not fit `kind` become bad records, named by their field `key`."""
    good: list[T] = []
    bad: list[BadRecord] = []
    for item in items:
        try:
            good.append(msgspec.convert(item, kind))
        except (msgspec.ValidationError, ValueError, OverflowError) as error:
            raw = _raw(item)
            bad.append(BadRecord(_ref(item, key) or nameless(raw), _reason(str(error)), mask(raw)))
    return good, bad


def each_translated(
    items: Iterable[T], translate: Callable[[T], R], mask: Callable[[str], str]
) -> tuple[list[R], list[BadRecord]]:
    """Translate each item; those that raise SkipRecord become bad records."""
    good: list[R] = []
    bad: list[BadRecord] = []
    keep = good.append
    for item in items:
        try:
            keep(translate(item))
        except SkipRecord as skip:
            raw = _raw(msgspec.to_builtins(item))
            bad.append(BadRecord(skip.ref or nameless(raw), skip.message, mask(raw)))
    return good, bad


def nameless(raw: str) -> str:
    """A name for a record without an id: the same for the same content, so that it is set aside once."""
    return f"without id {hashlib.sha256(raw.encode()).hexdigest()[:10]}"


def _ref(item: Any, key: str) -> str:
    found = item.get(key) if isinstance(item, dict) else None
    return str(found) if found else ""


def _reason(said: str) -> str:
    what, _, where = said.partition(" - at `$.")
    return f"Its {where.rstrip('`')} makes no sense: {what}." if where else f"It makes no sense: {what}."


def _raw(item: Any) -> str:
    return json.dumps(item, default=str, ensure_ascii=False)[:EXCERPT]
