"""One seller account: the shop behind it, its key, tokens and budgets, its ship node, and which items Walmart holds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nexus_ui.sandbox.assortment import Assortment
from nexus_ui.sandbox.hooks import Desk
from nexus_ui.sandbox.sales import Sale
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.tokens import Tokens
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
    tokens: Tokens
    webhooks: Desk = field(init=False)
    sessions: dict[str, Session] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    feed_seconds: float = 0.2
    old_held_list: bool = True
    enrolled: bool = True
    _reserved: tuple[int, dict[int, int]] = (-1, {})
    _nodes: dict[int, str] = field(default_factory=dict)

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


def open_account(world: World) -> Account:
    """Open the account of this marketplace."""
    options = world.options
    shop = Shop(
        MARKETPLACE, HOST, "Demo Seller", currency="USD", clock=world.clock, products=options.products,
        orders=options.orders, seed=options.seed, catalogue=Assortment(options.seed, options.products),
        timezone="America/Los_Angeles", country="US", locations=("Own warehouse",),
    )  # fmt: skip
    shop.credentials.update(CREDENTIALS)
    tokens = Tokens(world.clock, TOKEN_LIFE, "eyJraWQiOiJzYW5kYm94In0..{}", 90)
    account = shop.private["account"] = Account(shop, Budgets(world.clock, options.limits), tokens)
    world.open_shop(shop)
    return account


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
