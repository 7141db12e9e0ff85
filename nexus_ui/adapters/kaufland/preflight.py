"""Test Connection for a storefront: who answers, and what these keys may do. Changes nothing."""

from typing import Any

import msgspec

from nexus_ui.adapters.contract import Account, Check, CheckState
from nexus_ui.adapters.kaufland.refusals import NOTICEABLE_SECONDS, ORDERS, UNITS, WRITE, judging
from nexus_ui.adapters.kaufland.storefronts import STOREFRONTS, Storefront
from nexus_ui.adapters.kaufland.wire import Listed, Warehouse
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.preflight import attempt, clock_check, refused
from nexus_ui.errors import ActionNeeded, SetupWrong, Surprise

WAREHOUSES_PER_PAGE = 30

_storefronts = msgspec.json.Decoder(Listed[str])
_warehouses = msgspec.json.Decoder(Listed[Warehouse])
_anything = msgspec.json.Decoder(Listed[Any])


async def preflight(http: Http, client_key: str, code: str) -> Account:
    """The preflight table and the account that answered; raises SetupWrong for a storefront the seller has not."""
    storefront = STOREFRONTS[code]
    theirs, answer = await http.fetch(
        Exchange("GET", "/info/storefront", "storefronts"), lambda answer: (_storefronts.decode(answer.body), answer)
    )
    if code not in {one.lower() for one in theirs.data}:
        has = ", ".join(f"kaufland.{one.lower()}" for one in theirs.data) or "none"
        raise SetupWrong(f"This seller account does not sell on {storefront.site} (it has: {has}). Choose another one.")
    seller = await _seller(http)
    return Account(
        account_id=f"{seller}@{code}",
        name=f"Kaufland {storefront.country}",
        identifier=f"{storefront.site} (key {client_key[:6]}…)",
        currency=storefront.currency,
        time_zone=storefront.time_zone,
        checks=(
            clock_check(answer, "Kaufland", most=NOTICEABLE_SECONDS, besides="; signatures count for five minutes"),
            Check("sign_in", "Signs in", CheckState.PASS, f"Kaufland accepted the keys. {storefront.site} is open."),
            await attempt("products", "Reads products", lambda: _count(http, UNITS, storefront)),
            await attempt("orders", "Reads orders", lambda: _count(http, ORDERS, storefront)),
            await _may_write(http, storefront),
            Check("orders_reach", "Orders reach back", CheckState.UNKNOWN, "Kaufland does not say how far back."),
        ),
    )


async def _seller(http: Http) -> str:
    """The oldest of the seller's warehouses names him: its id is unique at Kaufland and outlives every key."""
    found: list[int] = []
    while True:
        asked = {"limit": WAREHOUSES_PER_PAGE, "offset": len(found)}
        page = await http.fetch(
            Exchange("GET", "/warehouses", "warehouses", params=asked), lambda answer: _warehouses.decode(answer.body)
        )
        found += [warehouse.id_warehouse for warehouse in page.data]
        if len(page.data) < WAREHOUSES_PER_PAGE:
            break
    if not found:
        raise Surprise("Kaufland names no warehouse of this account, by which it could be told from others.")
    return f"warehouse-{min(found)}"


async def _count(http: Http, area: str, storefront: Storefront) -> str:
    asked = {"storefront": storefront.code, "limit": 1, "offset": 0}
    found = await http.using(judge=judging(area)).fetch(
        Exchange("GET", f"/{area}", area, params=asked), lambda answer: _anything.decode(answer.body)
    )
    total = found.pagination.total if found.pagination else None
    return f"{'Some' if total is None else total} {area} can be read."


async def _may_write(http: Http, storefront: Storefront) -> Check:
    """An update of no units: keys that may not write are refused before the (empty) list is looked at."""
    name, label = "set_stock", "Can write stock"
    exchange = Exchange("POST", "/units/bulk", "set_stock", params={"storefront": storefront.code}, json=[])
    try:
        answer = await http.using(judge=judging(WRITE)).fetch(exchange, lambda answer: answer)
    except ActionNeeded as refusal:
        return refused(name, label, refusal)
    except Surprise:
        return Check(name, label, CheckState.UNKNOWN, "Kaufland did not refuse the keys, only an update of nothing.")
    return Check(name, label, CheckState.PASS, f"An update of no units was accepted ({answer.status}).")
