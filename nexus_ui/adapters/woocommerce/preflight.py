"""Test Connection for a WooCommerce shop: who answers, and what this key may do. Changes nothing."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from nexus_ui.adapters.contract import Account, Check, CheckState
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.preflight import attempt, clock_check
from nexus_ui.adapters.woocommerce.collection import API
from nexus_ui.adapters.woocommerce.refusals import WRITE_SCOPE, judge_write
from nexus_ui.adapters.woocommerce.text import plain
from nexus_ui.adapters.woocommerce.wire import fields
from nexus_ui.errors import ActionNeeded, SetupWrong, SkipRecord

REFUSED = (ActionNeeded, SkipRecord)


class Index(msgspec.Struct):
    """What the shop's WordPress says of itself."""

    name: str = ""
    home: str = ""
    url: str = ""
    namespaces: list[str] = []
    timezone_string: str = ""


class Dated(msgspec.Struct):
    """The one field needed of the oldest order."""

    date_created_gmt: datetime | None = None


async def preflight(http: Http, currency: str) -> Account:
    """The preflight table and the account that answered; raises SetupWrong when there is no WooCommerce."""
    index, answer = await http.fetch(
        Exchange("GET", "/wp-json/", "index", params={"_fields": fields(Index)}),
        lambda answer: (msgspec.json.decode(answer.body, type=Index), answer),
    )
    if "wc/v3" not in index.namespaces:
        raise SetupWrong("WordPress answers there, but WooCommerce's interface does not. Activate the plugin.")
    shop = account_id(index.home) or account_id(index.url) or account_id(http.base_url)
    checks = [
        Check("sign_in", "Signs in", CheckState.PASS, f"The shop accepted the key pair and sells in {currency}."),
        await attempt("products", "Reads products", lambda: _count(http, "products"), REFUSED),
        await attempt("orders", "Reads orders", lambda: _count(http, "orders"), REFUSED),
        await attempt("set_stock", "Can write stock", lambda: _may_write(http), REFUSED),
        clock_check(answer, "The shop", fix="Set the clock of this machine or the shop."),
        await attempt("orders_reach", "Orders reach back", lambda: _oldest(http), REFUSED),
    ]
    return Account(
        account_id=shop,
        name=plain(index.name) or shop,
        identifier=shop,
        currency=currency,
        time_zone=index.timezone_string or None,
        checks=tuple(checks),
    )


def account_id(home: str) -> str:
    """The shop's own address without scheme and `www`: stable, whichever spelling was typed. Empty for no address."""
    try:
        parts = urlsplit(home.strip())
        host, number = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return ""
    port = f":{number}" if number and number not in (80, 443) else ""
    return f"{host}{port}{parts.path.rstrip('/')}" if host else ""


async def _count(http: Http, collection: str) -> str:
    asked = {"per_page": 1, "status": "any", "_fields": "id"}
    answer = await http.send("GET", f"{API}/{collection}", operation=collection, params=asked)
    return f"{answer.headers.get('x-wp-total', 'Some')} {collection} can be read."


async def _may_write(http: Http) -> str:
    """An update of nothing: a read-only key is refused before the (empty) list is looked at."""
    body: dict[str, Any] = {"update": []}
    await http.using(judge=judge_write).send("POST", f"{API}/products/batch", operation="set_stock", json=body)
    return f"The key has {WRITE_SCOPE} permission (an update of no products was accepted)."


async def _oldest(http: Http) -> str:
    asked = {"per_page": 1, "status": "any", "orderby": "date", "order": "asc", "_fields": fields(Dated)}
    oldest = await http.fetch(
        Exchange("GET", f"{API}/orders", "orders", params=asked),
        lambda answer: msgspec.json.decode(answer.body, type=list[Dated]),
    )
    if not oldest or oldest[0].date_created_gmt is None:
        return "There are no orders yet; the shop sets no limit."
    return f"The oldest order is of {oldest[0].date_created_gmt:%Y-%m-%d}; the shop sets no limit."
