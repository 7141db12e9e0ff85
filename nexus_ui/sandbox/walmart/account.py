"""One seller account: the shop behind it, its key, tokens and budgets, its ship node, and which items Walmart holds."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, overload

from nexus_ui.sandbox import seeds
from nexus_ui.sandbox.catalog_records import Product
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.sales import Sale
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.walmart.budgets import Budgets
from nexus_ui.sandbox.world import World

MARKETPLACE = "walmart"
HOST = "marketplace.walmartapis.com"
CREDENTIALS = {
    "client_id": "5b1d7a0e-94c2-4c38-b3a6-2f7c1e9d8a40",
    "client_secret": "sandbox-secret-that-opens-only-the-simulated-walmart",
}
TOKEN_LIFE = 900
PARTNER_ID = "10000004040"
SHIP_NODE = "80991834993020929"
HELD_EVERY = 6


class Assortment(Sequence[Product]):
    """Products of a single variant, made from the index alone: an item is of one article."""

    def __init__(self, seed: int, size: int) -> None:
        """So many products."""
        self._seed, self._size = seed, size

    def __len__(self) -> int:
        """How many there are."""
        return self._size

    @overload
    def __getitem__(self, index: int) -> Product: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Product]: ...

    def __getitem__(self, index: int | slice) -> Product | Sequence[Product]:
        """The product at an index. Raises IndexError beyond the end."""
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._size))]
        if not 0 <= index < self._size:
            raise IndexError(index)
        found = seeds.product(self._seed, index)
        return replace(found, variants=found.variants[:1])


@dataclass(slots=True)
class Session:
    """A list that is being read: what was in it at its beginning, how far it was told, and when that was."""

    indices: list[int]
    told: int
    at: float


@dataclass(slots=True)
class Feed:
    """A file that was handed in: its entries, why each was refused (empty: it was not), and when it takes effect."""

    entries: list[tuple[str, list[tuple[str, Any]]]]
    ready: float
    refusals: list[str] | None = None


@dataclass(slots=True)
class Account:
    """What the simulation keeps beside the shop. `feed_seconds` is how long it works on a feed."""

    shop: Shop
    budgets: Budgets
    sessions: dict[str, Session] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    feed_seconds: float = 0.2
    old_held_list: bool = True
    enrolled: bool = True
    _tokens: dict[str, float] = field(default_factory=dict)
    _reserved: tuple[int, dict[int, int]] = (-1, {})
    _nodes: dict[int, str] = field(default_factory=dict)

    def issue(self) -> str:
        """A new token; those before it stay good until they end."""
        now = self.shop.clock()
        self._tokens = {token: issued for token, issued in self._tokens.items() if issued + TOKEN_LIFE > now}
        token = f"eyJraWQiOiJzYW5kYm94In0..{secrets.token_urlsafe(90)}"
        self._tokens[token] = now
        return token

    def accepts(self, token: str, faults: Mapping[str, Fault]) -> bool:
        """True for a token that is good now."""
        issued = self._tokens.get(token)
        if issued is None or "wrong_key" in faults or "revoked_consent" in faults:
            return False
        expired = faults.get("expired_token")
        return issued + TOKEN_LIFE > self.shop.clock() and (expired is None or issued > expired.since)

    def issued(self, token: str) -> float:
        """When a good token was made."""
        return self._tokens[token]

    def node(self, index: int, find: Callable[[Sale], str]) -> str:
        """The kind of node an order comes from, which never changes; found by `find`."""
        if index not in self._nodes:
            self._nodes[index] = find(self.shop.order(index))
        return self._nodes[index]

    def reserved(self, index: int) -> int:
        """Pieces of an item that are sold and not yet shipped."""
        revision = self.shop.orders.revision
        if self._reserved[0] != revision:
            counts: dict[int, int] = {}
            for number in self.shop.orders.after(0):
                sale = self.shop.order(number)
                if sale.cancelled is None and sale.fulfilment != "fulfilled":
                    for line in sale.lines:
                        counts[line.product] = counts.get(line.product, 0) + line.quantity
            self._reserved = (revision, counts)
        return self._reserved[1].get(index, 0)


def open_account(world: World) -> None:
    """Open the account of this marketplace."""
    options = world.options
    shop = Shop(
        MARKETPLACE, HOST, "Demo Seller", currency="USD", clock=world.clock, products=options.products,
        orders=options.orders, seed=options.seed, catalogue=Assortment(options.seed, options.products),
        timezone="America/Los_Angeles", country="US", locations=("Own warehouse",),
    )  # fmt: skip
    shop.credentials.update(CREDENTIALS)
    shop.private["account"] = Account(shop, Budgets(world.clock, options.limits))
    world.open_shop(shop)


def account_of(shop: Shop) -> Account:
    """The account behind a shop."""
    account: Account = shop.private["account"]
    return account


def held_by_walmart(index: int) -> bool:
    """True for the items Walmart ships from its own warehouses."""
    return index % HELD_EVERY == HELD_EVERY - 1


def there(shop: Shop) -> list[int]:
    """Indices of all items."""
    return [index for index in range(shop.products.size) if index in shop.products]


def sku_of(shop: Shop, index: int) -> str | None:
    """The SKU of an item; None for a spoiled one."""
    return shop.product(index).variants[0].sku


def index_of(shop: Shop, sku: str) -> int | None:
    """The index of the item with this SKU, or None."""
    found = shop.find_sku(sku)
    return found[0] if found and found[0] in shop.products else None
