"""WooCommerce's two spellings of every moment, and WordPress's reading of dates in a query."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

MICROS = 1_000_000


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
    moment = datetime.fromisoformat(text.upper().replace(" ", "T"))
    wall = moment if moment.tzinfo is None else moment.astimezone(zone)
    aware = wall.replace(tzinfo=UTC if as_gmt else zone)
    return int(aware.timestamp())
