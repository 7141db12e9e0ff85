"""Shopify's search syntax, as far as the sandbox answers it: terms joined by AND.

https://shopify.dev/docs/api/usage/search-syntax (read 2026-11-23)
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from nexus_ui.sandbox.shop import MICROS
from nexus_ui.sandbox.shopify.refusals import Refusal

_TERM = re.compile(r"""(-?)([a-z_]+):(>=|<=|>|<)?("[^"]*"|'[^']*'|[^\s"']+)|("[^"]*"|'[^']*'|\S+)""")
_NUMBER = re.compile(r"[0-9]{1,18}")
_PART = re.compile(r"[0-9]{4}(-[0-9]{2})?")
_ALWAYS = 1 << 62

Value = int | str | None


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: field, comparison ('' is equality), wanted text."""

    name: str
    comparison: str
    wanted: str
    negated: bool = False


@dataclass
class Search:
    """A parsed query: conditions on known fields, and the names nobody knows (Shopify ignores and reports those)."""

    terms: list[Term] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def span(self, name: str) -> tuple[int, int]:
        """Earliest stamp wanted and first one not wanted any more, for a field of time (microseconds)."""
        low, high = 0, _ALWAYS
        for term in self.terms:
            if term.name == name and not term.negated:
                bottom, top = _span(term)
                low, high = max(low, bottom), min(high, top)
        return low, high

    def test(self, getters: Mapping[str, Callable[[int], Value]]) -> Callable[[int], bool] | None:
        """A check for one index over everything but `updated_at` (which `span` answers), or None when all pass."""
        checks = [_check(term, getters[term.name]) for term in self.terms if term.name != "updated_at"]
        if not checks:
            return None
        return lambda index: all(check(index) for check in checks)


def parse(query: str | None, known: Mapping[str, Callable[[int], Value]]) -> Search:
    """Read a query. Raises Refusal for connectives the sandbox does not answer."""
    search = Search()
    for negated, name, comparison, quoted, loose in _TERM.findall(query or ""):
        if loose:
            if loose != "AND":
                raise Refusal(f"The sandbox cannot search for {loose!r}: it answers only terms joined by AND.")
        elif name in known or name == "updated_at":
            search.terms.append(Term(name, comparison, quoted.strip("\"'"), bool(negated)))
        else:
            search.unknown.append(name)
    return search


def _check(term: Term, get: Callable[[int], Value]) -> Callable[[int], bool]:
    if term.name.endswith("_at"):
        low, high = _span(term)
        return lambda index: _within(get(index), low, high) is not term.negated
    if term.name == "id":
        number = term.wanted.rsplit("/", 1)[-1]
        if not _NUMBER.fullmatch(number):
            raise Refusal(f"Invalid id for query filter: {term.wanted!r}")
        low, high = _bounds(term.comparison, int(number), 1)
        return lambda index: _within(get(index), low, high) is not term.negated
    wanted = {word.lower() for word in term.wanted.split(",")}
    return lambda index: (str(get(index) or "").lower() in wanted or "any" in wanted) is not term.negated


def _within(value: Value, low: int, high: int) -> bool:
    return isinstance(value, int) and low <= value < high


def _span(term: Term) -> tuple[int, int]:
    found = _PART.fullmatch(term.wanted)
    whole = f"{term.wanted}-01-01"[:10] if found else term.wanted
    try:
        moment = datetime.fromisoformat(whole)
    except ValueError as error:
        raise Refusal(f"Invalid timestamp for query filter `{term.name}`: {term.wanted!r}") from error
    seconds = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    return _bounds(term.comparison, seconds * MICROS, MICROS)


def _bounds(comparison: str, value: int, unit: int) -> tuple[int, int]:
    """From (included) and to (excluded) of a comparison with a value that is `unit` wide."""
    return {
        ">=": (value, _ALWAYS),
        ">": (value + unit, _ALWAYS),
        "<=": (0, value + unit),
        "<": (0, value),
        "": (value, value + unit),
    }[comparison]
