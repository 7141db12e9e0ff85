"""Test Connection for a Zalando merchant: whether this app may act for it, and what it may do. Changes nothing."""

import msgspec

from nexus_ui.adapters.contract import Account, Check, CheckState
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.preflight import attempt, clock_check, refused
from nexus_ui.adapters.zalando import reports, zfs
from nexus_ui.adapters.zalando.api import STOCKS, Api
from nexus_ui.adapters.zalando.channels import channels
from nexus_ui.adapters.zalando.purchases import listed
from nexus_ui.adapters.zalando.refusals import WRITE, ThisOneRefused
from nexus_ui.adapters.zalando.stock import LEAST_COST
from nexus_ui.adapters.zalando.wire import Me, StockAnswers
from nexus_ui.adapters.zalando.zfs import PARTNER, ZALANDO
from nexus_ui.errors import ActionNeeded, SetupWrong

REACH_DAYS = 365
"""https://developers.merchants.zalando.com/docs/orders-api.html (read 2026-11-23)"""
SHOWN = 8

_me = msgspec.json.Decoder(Me)
_answers = msgspec.json.Decoder(StockAnswers)


async def preflight(api: Api, shipping: str) -> Account:
    """The preflight table and the merchant; raises SetupWrong for one that this app may not act for."""
    me, answer = await api.ask(Exchange("GET", "/auth/me", "me"), lambda it: (_me.decode(it.body), it))
    if api.merchant not in {bpid.lower() for bpid in me.bpids}:
        theirs = ", ".join(me.bpids) or "none"
        raise SetupWrong(f"This app may not act for this merchant (it may for: {theirs}). Choose another merchant ID.")
    checks = (
        Check("sign_in", "Signs in", CheckState.PASS, f"Zalando accepted the app for merchant {api.merchant}."),
        await attempt("channels", "Knows its sales channels", lambda: _channels(api)),
        await attempt("products", "Reads products", lambda: _products(api)),
        await attempt("orders", "Reads orders", lambda: _orders(api)),
        await _held(api, shipping),
        await _may_write(api, shipping),
        clock_check(answer, "Zalando"),
        Check("orders_reach", "Orders reach back", CheckState.PASS, "Zalando keeps orders for a year."),
    )
    return Account(
        account_id=api.merchant,
        name=f"Zalando merchant {api.merchant[:SHOWN]}",
        identifier=api.merchant,
        currency=None,
        time_zone="Europe/Berlin",
        checks=checks,
        orders_reach_days=REACH_DAYS,
    )


async def _channels(api: Api) -> str:
    found = (await channels(api)).by_country.values()
    names = ", ".join(sorted(channel.country_name or channel.country_code for channel in found if channel.live))
    return f"Sells in {names}." if names else "This merchant sells in no country yet."


async def _products(api: Api) -> str:
    found = await reports.page(api, None, limit=1)
    return "Product reports can be read." if found.models or found.bad else "Zalando reports no products yet."


async def _orders(api: Api) -> str:
    found = await listed(api, {"page[size]": 1})
    return "Orders can be read." if found.size else "Orders can be read; there are none yet."


async def _held(api: Api, shipping: str) -> Check:
    name, label = "inventory", "Reads the stock Zalando holds"
    if shipping == PARTNER:
        return Check(name, label, CheckState.PASS, "Zalando holds none: you ship everything yourself.")

    async def probe() -> str:
        return f"Zalando holds {len(await zfs.snapshot(api))} articles for this merchant."

    return await attempt(name, label, probe)


async def _may_write(api: Api, shipping: str) -> Check:
    """An update of no offers: an app that may not write is refused before the (empty) list is looked at."""
    name, label = "set_stock", "Can write stock"
    if shipping == ZALANDO:
        return Check(name, label, CheckState.PASS, "Zalando ships everything, so no stock is written.")
    exchange = Exchange("POST", f"/merchants/{api.merchant}/stocks", STOCKS, json={"items": []}, cost=LEAST_COST)
    try:
        await api.ask(exchange, lambda answer: _answers.decode(answer.body), WRITE)
    except ActionNeeded as refusal:
        return refused(name, label, refusal)
    except ThisOneRefused:
        return Check(name, label, CheckState.UNKNOWN, "Zalando did not refuse the app, only an update of nothing.")
    return Check(name, label, CheckState.PASS, "An update of no offers was accepted.")
