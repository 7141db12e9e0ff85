"""Zalando Fulfillment Solutions: what lies in Zalando's own warehouses. It is read, and never written.

https://developers.merchants.zalando.com/docs/zfs-tracking-inventory.html (read 2026-11-23)
"""

from collections.abc import Mapping, Sequence

import msgspec

from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.zalando.api import HOLDINGS, SNAPSHOT, Api
from nexus_ui.adapters.zalando.refusals import HOLDINGS as RIGHT
from nexus_ui.adapters.zalando.wire import Holdings, Snapshot

PARTNER, ZALANDO, BOTH = "partner", "zalando", "both"
"""Who ships: the merchant, Zalando, or the one some articles and the other the rest."""

EANS = 50
"""How many articles are asked about in one call; no limit is documented."""

_snapshot = msgspec.json.Decoder(Snapshot)
_holdings = msgspec.json.Decoder(Holdings)


async def snapshot(api: Api) -> Mapping[str, int | None]:
    """How much Zalando holds of each article, at most a day ago; articles it has none of are left out."""
    exchange = Exchange("GET", f"/zfs/item-quantity-snapshots/{api.merchant}", SNAPSHOT)
    told = await api.ask(exchange, lambda answer: _snapshot.decode(answer.body), RIGHT)
    return {held.ean: held.total_quantity for held in told.item_quantity_snapshot.item_quantities}


async def held_among(api: Api, eans: Sequence[str]) -> set[str]:
    """Those of these articles that Zalando knows in its warehouses, also where none are left; asked just now."""
    found: set[str] = set()
    for start in range(0, len(eans), EANS):
        asked = {"eans": ",".join(eans[start : start + EANS])}
        exchange = Exchange("GET", f"/zfs/item-quantities/{api.merchant}", HOLDINGS, params=asked)
        found |= await api.ask(exchange, _known, RIGHT)
    return found


def _known(answer: Answer) -> set[str]:
    return {held.ean for held in _holdings.decode(answer.body).item_quantities}
