"""WooCommerce's two spellings of every moment, and WordPress's reading of dates in a query."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

MICROS = 1_000_000
WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}(?::\d{2})?)?", re.ASCII)


def local(stamp: int, zone: ZoneInfo) -> str:
    """The shop's wall clock at a stamp in microseconds, without zone as WooCommerce writes it."""
    return datetime.fromtimestamp(stamp // MICROS, zone).replace(tzinfo=None).isoformat()


def gmt(stamp: int) -> str:
    """The same moment as GMT, without zone."""
    return datetime.fromtimestamp(stamp // MICROS, UTC).replace(tzinfo=None).isoformat()


def pair(name: str, stamp: int | None, zone: ZoneInfo) -> dict[str, str | None]:
    """`name` and `name_gmt`, both null where there is no moment."""
    if stamp is None:
        return {name: None, f"{name}_gmt": None}
    return {name: local(stamp, zone), f"{name}_gmt": gmt(stamp)}


def bound(text: str, zone: ZoneInfo, *, as_gmt: bool) -> int:
    """The second a date in a query stands for.

    A date with a zone is first moved to the shop's wall clock, also when it is then compared with the GMT column:
    with `dates_are_gmt` a trailing Z shifts the question by the shop's offset. That is what WordPress does
    (`build_mysql_datetime` in wp-includes/class-wp-date-query.php, read 2026-11-23), so a client has to leave it out.
    """
    moment = parse(text)
    try:
        wall = moment if moment.tzinfo is None else moment.astimezone(zone)
        return int(wall.replace(tzinfo=UTC if as_gmt else zone).timestamp())
    except OverflowError:
        return int(moment.replace(tzinfo=UTC).timestamp())


def parse(text: str) -> datetime:
    """A date as WordPress takes it in an argument; raises ValueError."""
    if not WRITTEN.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text.upper().replace(" ", "T"))
