"""Reading Kaufland's lists: typed records in their order, odd ones set aside and named."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import msgspec

from nexus_ui.adapters.kaufland.walk import Row, Sheet
from nexus_ui.adapters.kaufland.wire import Listed
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.adapters.kit.decode import each_typed, loose_json

PARALLEL = 6
"""Calls at once of one stream. The seller's other storefronts and programs share the same budget."""

W = TypeVar("W", bound=msgspec.Struct)


def sheet(answer: Answer, kind: type[W], key: str, mask: Callable[[str], str]) -> Sheet[W]:
    """The records of a list's answer: all at once, or one by one when one of them is of another shape."""
    try:
        found = _decoder(kind).decode(answer.body)
    except msgspec.DecodeError:
        return _piecemeal(answer.body, kind, key, mask)
    total = found.pagination.total if found.pagination else None
    return Sheet([Row(str(getattr(record, key)), record) for record in found.data], total)


def _piecemeal(body: bytes, kind: type[W], key: str, mask: Callable[[str], str]) -> Sheet[W]:
    """The same with each record looked at for itself; raises msgspec.ValidationError when it is no list at all."""
    told = msgspec.convert(loose_json(body), type=Listed[Any])
    rows: list[Row[W]] = []
    for item in told.data:
        good, bad = each_typed([item], kind, mask, key)
        rows.append(Row(_key(item, key), good[0] if good else bad[0]))
    return Sheet(rows, told.pagination.total if told.pagination else None)


def _key(item: Any, key: str) -> str:
    found = item.get(key) if isinstance(item, dict) else None
    return str(found) if isinstance(found, str | int) and found else ""


@cache
def _decoder(kind: Any) -> Any:
    many: Any = Listed
    return msgspec.json.Decoder(many[kind])
