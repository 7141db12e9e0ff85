"""Kiosk, an invented marketplace that signs its webhooks with a secret we choose; over real HTTP on loopback."""

import hashlib
import hmac
import json
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec

from nexus_ui.adapters.contract import (
    About,
    Account,
    Capability,
    Credentials,
    Delivery,
    Field,
    Keyring,
    Limit,
    Link,
    Looked,
    Marketplace,
    Named,
    Notice,
    Registration,
    SecretOrigin,
    SignIn,
    SignInKind,
    Topic,
    Webhooks,
)
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.errors import SkipRecord
from nexus_ui.records import Money, Order, OrderLine, OrderStatus, Page, Product, ProductStatus, Variant

SLUG, KEY = "kiosk", "kiosk-key-of-the-owner"
SIGNATURE = "kiosk-signature"
TOPICS = (
    Topic("order", About.ORDER, "Orders show at once."),
    Topic("product", About.PRODUCT, "Products show at once."),
    Topic("goodbye", About.ACCESS, "A removed app is told at once."),
)


def sign(body: bytes, secret: str) -> str:
    """The signature of a body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify(delivery: Delivery, secrets: Sequence[str]) -> bool:
    """True when one of the secrets signed it."""
    said = delivery.headers.get(SIGNATURE, "").encode()
    return any(hmac.compare_digest(said, sign(delivery.body, secret).encode()) for secret in secrets)


def read(delivery: Delivery) -> Notice | None:
    """What it names."""
    if delivery.body == b"ping":
        return None
    try:
        said = msgspec.json.decode(delivery.body)
        topic = next(topic for topic in TOPICS if topic.name == said["topic"])
        return Notice(hashlib.sha256(delivery.body).hexdigest(), topic.name, (Named(topic.about, said["ref"]),))
    except (msgspec.DecodeError, StopIteration, KeyError, TypeError) as odd:
        raise SkipRecord("This makes no sense.", "") from odd


def base_url(fields: Credentials) -> str:
    """Only the operator's own address is used."""
    return "https://kiosk.invalid"


@dataclass
class Street:
    """What stands at the kiosk, what it has registered, and how it behaves."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    hooks: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    status: int = 200
    refuses_hooks: int = 0

    def order(self, ref: str, at: datetime, total: str = "10.00", status: str = "open") -> None:
        """Place an order, or change it."""
        self.orders[ref] = {"id": ref, "at": at.isoformat(), "total": total, "status": status}

    def product(self, ref: str, at: datetime, title: str = "Paper") -> None:
        """Offer a product, or change it."""
        self.products[ref] = {"id": ref, "at": at.isoformat(), "title": title}


class KioskKey:
    """Shows the key with every call."""

    def __init__(self, keys: Keyring) -> None:
        """Of this keyring."""
        self._keys = keys

    async def apply(self, request: httpx.Request) -> str:
        """Put it into the header."""
        held = await self._keys.current()
        request.headers["Kiosk-Key"] = held["key"]
        return held["key"]

    async def renew(self, used: str) -> bool:
        """A key is never renewed."""
        return False


class Kiosk:
    """Speaks for one kiosk."""

    def __init__(self, link: Link) -> None:
        """Bind the transport to the key."""
        self._http = link.http.using(auth=KioskKey(link.keys))

    async def verify(self) -> Account:
        """Who answers."""
        return Account("1", "Kiosk", "kiosk-1", "EUR", None, ())

    async def products(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        """What it offers."""
        found = [_product(one) for one in await self._list("products", since)]
        yield Page(found, [], None, max((one.updated_at for one in found), default=None))

    async def orders(self, since: datetime, resume: str | None) -> AsyncIterator[Page[Order]]:
        """What it sold."""
        found = [_order(one) for one in await self._list("orders", since)]
        yield Page(found, [], None, max((one.updated_at for one in found), default=None))

    async def look(self, named: Sequence[Named]) -> Looked:
        """Each thing as it is now."""
        orders, products, gone = [], [], []
        for one in named:
            found = await self._ask(f"/{one.about.value}s/{one.ref}")
            if found is None:
                gone.append(one)
            elif one.about is About.ORDER:
                orders.append(_order(found))
            else:
                products.append(_product(found))
        return Looked(products=products, orders=orders, gone=gone)

    async def registrations(self) -> list[Registration]:
        """Every webhook there is."""
        return [Registration(**{k: v for k, v in one.items() if k != "secret"}) for one in await self._ask("/hooks")]

    async def register(self, topic: str, address: str, secret: str) -> Registration:
        """Register one, or set it right."""
        found = await self._ask("/hooks", "POST", {"topic": topic, "address": address, "secret": secret})
        return Registration(found["ref"], topic, address)

    async def unregister(self, registration: Registration) -> None:
        """Take one away."""
        await self._ask(f"/hooks/{registration.ref}", "DELETE")

    async def _list(self, what: str, since: datetime | None) -> list[dict[str, Any]]:
        return await self._ask(f"/{what}?since={since.timestamp() if since else 0}")

    async def _ask(self, path: str, method: str = "GET", body: Any = None) -> Any:
        way, _, query = path.partition("?")
        params = {name: values[0] for name, values in parse_qs(query).items()}
        asked = Exchange(method, way, way.split("/")[1], params=params, json=body)
        return await self._http.fetch(asked, _decoded)


class BlindKiosk(Kiosk):
    """One that cannot look at single things."""

    look = None  # type: ignore[assignment]  # takes the capability away


def _decoded(answer: Answer) -> Any:
    return msgspec.json.decode(answer.body)


def _order(one: dict[str, Any]) -> Order:
    at, total = datetime.fromisoformat(one["at"]), Money(Decimal(one["total"]), "EUR")
    line = OrderLine(f"{one['id']}-1", "SKU", "Paper", 1, total)
    return Order(one["id"], f"#{one['id']}", OrderStatus(one["status"]), at, at, total, (line,))


def _product(one: dict[str, Any]) -> Product:
    at = datetime.fromisoformat(one["at"])
    variant = Variant(f"{one['id']}-v", one["id"], f"SKU-{one['id']}", "", Money(Decimal("1.00"), "EUR"))
    return Product(one["id"], one["title"], ProductStatus.ACTIVE, at, (variant,))


WEBHOOKS = Webhooks(TOPICS, SecretOrigin.CHOSEN, verify, read)
MARKETPLACE = Marketplace(
    slug=SLUG,
    name="Kiosk",
    monogram="Ki",
    colour="#345",
    api_version="1",
    api_sunset=None,
    docs_url="https://kiosk.invalid/docs",
    sign_ins=(SignIn("key", "Key", "", SignInKind.KEYS, (Field("key", "Key", "The key.", KEY, r"\S+", secret=True),)),),
    capabilities=frozenset({Capability.PRODUCTS, Capability.ORDERS}),
    scopes=(),
    limits=(Limit("*", burst=5_000, per_second=5_000, source="Invented."),),
    default_interval_minutes=60,
    interval_reason="Nobody hurries.",
    account_noun="kiosk",
    identifier_field="key",
    portal_urls={},
    base_url=base_url,
    build=Kiosk,
    webhooks=WEBHOOKS,
)


@contextmanager
def opened() -> Iterator[tuple[str, Street]]:
    """The kiosk's address and its street while the block runs."""
    street = Street()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(street))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", street
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _handler(street: Street) -> type[BaseHTTPRequestHandler]:
    class Counter(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"null")
            street.asked.append(f"{self.command} {self.path}")
            status, said = _said(street, self.command, urlsplit(self.path), body)
            raw = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_DELETE = _answer

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Counter


def _said(street: Street, method: str, asked: Any, body: Any) -> tuple[int, Any]:
    """What the kiosk answers."""
    what, _, ref = asked.path.strip("/").partition("/")
    if street.status != 200:
        return street.status, {"said": "no"}
    if what == "hooks":
        return _hooks(street, method, ref, body)
    shelf: dict[str, Any] = {"orders": street.orders, "products": street.products}[what]
    if ref:
        return 200, shelf.get(ref)
    since = float(parse_qs(asked.query).get("since", ["0"])[0])
    return 200, [one for one in shelf.values() if datetime.fromisoformat(one["at"]).timestamp() >= since]


def _hooks(street: Street, method: str, ref: str, body: Any) -> tuple[int, Any]:
    if method == "GET":
        return 200, list(street.hooks.values())
    if street.refuses_hooks:
        return street.refuses_hooks, {"said": "not now"}
    if method == "DELETE":
        street.hooks.pop(ref, None)
        return 200, None
    same = [
        one["ref"] for one in street.hooks.values() if all(one[name] == body[name] for name in ("topic", "address"))
    ]
    known = same[0] if same else None
    made = {**body, "ref": known or f"hook-{len(street.asked)}", "active": True}
    street.hooks[made["ref"]] = made
    return 200, made
