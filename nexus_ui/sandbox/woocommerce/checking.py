"""WordPress's way of checking arguments; one that nobody declared passes unseen.

After `rest_validate_value_from_schema` in WordPress's wp-includes/rest-api.php (read 2026-11-23).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from nexus_ui.sandbox.woocommerce import dates
from nexus_ui.sandbox.woocommerce.refusals import Refusal

MOST_DIGITS = 25
BOOLEANS = {"true": True, "1": True, "false": False, "0": False, "": False}


@dataclass(frozen=True, slots=True)
class Arg:
    """One argument: its types, what it may be, and what it is when it is not sent."""

    types: tuple[str, ...]
    default: Any = None
    enum: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    date: bool = False
    items: "Arg | None" = None


def check(args: Mapping[str, Arg], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as values, defaults filled in; raises Refusal `rest_invalid_param` that names each wrong one."""
    values: dict[str, Any] = {name: arg.default for name, arg in args.items() if arg.default is not None}
    wrong: dict[str, tuple[str, str]] = {}
    for name, value in sent.items():
        if name in args:
            try:
                values[name] = _checked(args[name], name, value)
            except _Wrong as fault:
                wrong[name] = (fault.code, fault.message)
    if wrong:
        raise Refusal(
            400,
            "rest_invalid_param",
            f"Invalid parameter(s): {', '.join(wrong)}",
            params={name: message for name, (_, message) in wrong.items()},
            details={name: {"code": code, "message": text, "data": None} for name, (code, text) in wrong.items()},
        )
    return values


class _Wrong(Exception):
    """One value that does not fit, in WordPress's words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def _checked(arg: Arg, name: str, value: Any) -> Any:
    """The value in its type; raises _Wrong."""
    if value is None:
        if "null" in arg.types:
            return None
        raise _wrong_type(arg, name)
    kind = next(each for each in arg.types if each != "null")
    if kind == "array":
        return _array(arg, name, value)
    clean = _CASTS[kind](arg, name, value)
    if arg.enum and clean not in arg.enum:
        raise _Wrong("rest_not_in_enum", f"{name} is not one of {_listed(arg.enum)}.")
    if arg.date:
        _check_date(clean)
    _within(arg, name, clean)
    return clean


def _array(arg: Arg, name: str, value: Any) -> list[Any]:
    """A list, or the parts of a text between commas and spaces."""
    if isinstance(value, str):
        value = [part for part in re.split(r"[\s,]+", value) if part]
    elif isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        raise _wrong_type(arg, name)
    return [_checked(arg.items, f"{name}[{n}]", item) for n, item in enumerate(value)] if arg.items else value


def _integer(arg: Arg, name: str, value: Any) -> int:
    """A whole number in any spelling PHP takes for one, held within PHP's 64 bits."""
    if isinstance(value, bool):
        raise _wrong_type(arg, name)
    try:
        number = Decimal(value if isinstance(value, int) else str(value).strip())
    except InvalidOperation:
        raise _wrong_type(arg, name) from None
    if not number.is_finite() or number.adjusted() > MOST_DIGITS or number != number.to_integral_value():
        raise _wrong_type(arg, name)
    return max(-(2**63), min(2**63 - 1, int(number)))


def _boolean(arg: Arg, name: str, value: Any) -> bool:
    word = str(int(value)) if isinstance(value, bool) else str(value).lower()
    if word not in BOOLEANS:
        raise _wrong_type(arg, name)
    return BOOLEANS[word]


def _string(arg: Arg, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_type(arg, name)
    return value


def _object(arg: Arg, name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong_type(arg, name)
    return value


_CASTS: dict[str, Callable[[Arg, str, Any], Any]] = {
    "integer": _integer,
    "boolean": _boolean,
    "string": _string,
    "object": _object,
}


def _check_date(text: str) -> None:
    try:
        dates.parse(text)
    except ValueError:
        raise _Wrong("rest_invalid_date", "Invalid date.") from None


def _within(arg: Arg, name: str, value: Any) -> None:
    if arg.minimum is not None and arg.maximum is not None:
        if not arg.minimum <= value <= arg.maximum:
            bounds = f"between {arg.minimum} (inclusive) and {arg.maximum} (inclusive)"
            raise _Wrong("rest_out_of_bounds", f"{name} must be {bounds}")
    elif arg.minimum is not None and value < arg.minimum:
        raise _Wrong("rest_out_of_bounds", f"{name} must be greater than or equal to {arg.minimum}")


def _wrong_type(arg: Arg, name: str) -> _Wrong:
    return _Wrong("rest_invalid_type", f"{name} is not of type {','.join(arg.types)}.")


def _listed(words: tuple[str, ...]) -> str:
    """Words as WordPress lists them in a sentence."""
    return f"{', '.join(words[:-1])}, and {words[-1]}" if len(words) > 2 else " and ".join(words)
