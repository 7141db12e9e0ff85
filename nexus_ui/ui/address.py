"""Addresses that hold a list's filters, so that a view can be shared and the back button works."""

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlencode

HISTORY = "/history"


def address(path: str, wanted: Mapping[str, str | int | None], plain: Mapping[str, str | int]) -> str:
    """`path` with every value of `wanted` that is not empty and not its `plain` one."""
    told = {name: value for name, value in wanted.items() if value not in (None, "", plain.get(name))}
    return f"{path}?{urlencode(told)}" if told else path


def sku_history(sku: str, sandbox: bool) -> str:
    """Where the history of a SKU stands; the sandbox's is another one."""
    return address(HISTORY, {"sku": sku, "sandbox": "1" if sandbox else ""}, {})


def order_history(connection_id: str, ref: str) -> str:
    """Where the history of an order stands."""
    return address(HISTORY, {"connection": connection_id, "order": ref}, {})


def whole(text: str, otherwise: int = 1) -> int:
    """The positive whole number in an address; `otherwise` when somebody wrote nonsense."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def one_of(text: str, words: type[StrEnum], otherwise: str = "") -> str:
    """`text` when it is one of the values of the enumeration `words`."""
    return text if text in set(words) else otherwise
