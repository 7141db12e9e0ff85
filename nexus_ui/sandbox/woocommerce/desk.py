"""Where a call meets its route: refusals in WordPress's order, then the answer."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msgspec

from nexus_ui.sandbox.gate import Call, Reply, json_reply
from nexus_ui.sandbox.woocommerce import about, answers, hosting, keys
from nexus_ui.sandbox.woocommerce.arguments import TABLE
from nexus_ui.sandbox.woocommerce.checking import check
from nexus_ui.sandbox.woocommerce.listing import Found
from nexus_ui.sandbox.woocommerce.refusals import Refusal, no_route, not_simulated
from nexus_ui.sandbox.woocommerce.request import Request, read
from nexus_ui.sandbox.woocommerce.site import Site, site_of

PLUGIN = "/wc/v3"
STANDS_FOR = {"HEAD": ("GET",), "POST": ("POST", "PUT"), "PATCH": ("PUT", "POST"), "PUT": ("PUT", "POST")}
REAL_RESOURCES = frozenset(
    {
        "products", "orders", "coupons", "customers", "webhooks", "reports", "taxes", "shipping", "shipping_methods",
        "payment_gateways", "data", "settings", "system_status",
    }
)  # fmt: skip
ROUTES = [(method, re.compile(path), args, (method, path)) for (method, path), args in TABLE.items()]
EXPOSED = "X-WP-Total, X-WP-TotalPages, Link"
SIGNS = ("oauth_", "consumer_")


def answer(call: Call) -> Reply:
    """What the shop's web server answers to anything below /wp-json/."""
    stopped = hosting.stopped(call)
    if stopped is not None:
        return stopped
    root = f"http://{call.headers.get('host', '')}"
    try:
        request = read(call)
        root = request.root
        reply = _dispatch(call, site_of(call.shop), request)
    except Refusal as refusal:
        reply = json_reply(refusal.body(), refusal.status)
    reply.headers.setdefault("Link", f'<{root}/>; rel="https://api.w.org/"')
    reply.headers |= {"X-Robots-Tag": "noindex", "Access-Control-Expose-Headers": EXPOSED}
    return reply


def _dispatch(call: Call, site: Site, request: Request) -> Reply:
    """The answer of the matching route; raises Refusal."""
    plugin = "plugin_off" not in call.faults
    if request.route == "" and request.method in ("GET", "HEAD"):
        return json_reply(about.index(site, request.root, plugin=plugin))
    if not plugin or not request.route.startswith(PLUGIN):
        raise no_route()
    right = keys.permission(call, site, request.query)
    keys.require(right, request.method)
    if request.route == PLUGIN and request.method in ("GET", "HEAD"):
        return json_reply(about.plugin_index(request.root))
    name, args, ids = _route(request)
    values = check(args, {**request.query, **request.body, **ids})
    if right is None:
        raise answers.without_key(name)
    reply = _answered(site, request, answers.ROUTES[name], answers.Asked(site, request, values, ids))
    reply.status = 201 if name == answers.MAKE_HOOK else 200
    return reply


def _answered(site: Site, request: Request, route: Callable[[answers.Asked], Any], asked: answers.Asked) -> Reply:
    """The route's answer, from the pages finished earlier when nothing has changed since."""
    question = {name: value for name, value in request.query.items() if not name.startswith(SIGNS)}
    key = (request.base, request.route, repr(sorted(question.items())), site.shop.revision(), site.webhooks.revision)
    reading = request.method in ("GET", "HEAD")
    kept = site.page(key) if reading else None
    if kept is None:
        told = route(asked)
        headers: dict[str, str] = {}
        if isinstance(told, Found):
            headers = {"X-WP-Total": str(told.total), "X-WP-TotalPages": str(told.pages)}
            told = told.records
        kept = msgspec.json.encode(_only(told, request.query.get("_fields"))), headers
        if reading:
            site.keep_page(key, *kept)
    body, headers = kept[0], dict(kept[1])
    if headers:
        headers |= _neighbours(request, asked.values["page"], int(headers["X-WP-TotalPages"]))
    return Reply(200, body, headers=headers)


def _route(request: Request) -> tuple[tuple[str, str], Any, dict[str, str]]:
    """The table's entry for a call and the ids in its path; raises Refusal `rest_no_route`."""
    path = request.route.removeprefix(PLUGIN)
    methods = STANDS_FOR.get(request.method, (request.method,))
    for method, pattern, args, name in ROUTES:
        found = pattern.fullmatch(path)
        if found and method in methods:
            return name, args, found.groupdict()
    if path.split("/")[1] in REAL_RESOURCES:
        raise not_simulated(f"answer {request.method} {request.route}")
    raise no_route()


def _neighbours(request: Request, page: int, pages: int) -> dict[str, str]:
    """The Link header to the pages before and after; empty when there is only this one."""
    links = []
    for relation, number in (("prev", min(page - 1, pages)), ("next", page + 1)):
        if number >= 1 and (relation == "prev" or number <= pages):
            query = urlencode(answers.flat({**request.query, "page": str(number)}))
            links.append(f'<{request.root}{request.route}?{query}>; rel="{relation}"')
    return {"Link": ", ".join(links)} if links else {}


def _only(told: Any, fields: str | None) -> Any:
    """What `_fields` leaves of an answer; only the names before a dot count here."""
    if not fields or not isinstance(fields, str):
        return told
    names = {name.strip().split(".")[0] for name in fields.split(",")}
    if isinstance(told, list):
        return [_only(record, fields) for record in told]
    return {name: value for name, value in told.items() if name in names}
