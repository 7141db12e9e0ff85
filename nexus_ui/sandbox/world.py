"""Everything the simulated marketplaces know: shops with their goods, orders, stock, credentials and faults."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nexus_ui.sandbox.calls import CallLog
from nexus_ui.sandbox.hooks import Hooks
from nexus_ui.sandbox.shop import Shop

DEFAULT_PRODUCTS = 1_200
DEFAULT_ORDERS = 400


@dataclass(frozen=True)
class Options:
    """How large the shops are, how they answer, and which real catalogue (by marketplace) they serve."""

    products: int = DEFAULT_PRODUCTS
    orders: int = DEFAULT_ORDERS
    latency_ms: float = 0.0
    limits: bool = True
    seed: int = 7
    cache_mb: int = 256
    catalogs: Mapping[str, Path] = field(default_factory=dict)
    clock: Callable[[], float] = time.time


class World:
    """All shops of all marketplaces, the recorded traffic, and the clock they share."""

    def __init__(self, options: Options | None = None) -> None:
        """An empty world; each marketplace opens its own shops in it."""
        self.options = options or Options()
        self.latency_ms = self.options.latency_ms
        self.calls = CallLog()
        self.hooks = Hooks(self.clock)
        self.began = self.options.clock()
        self._shops: dict[tuple[str, str], Shop] = {}

    def clock(self) -> float:
        """Seconds since 1970; the only time the simulated marketplaces know."""
        return self.options.clock()

    def now(self) -> datetime:
        """The same as an aware UTC datetime."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def open_shop(self, shop: Shop, *, also: tuple[str, ...] = ()) -> Shop:
        """Add a shop, which answers at further hosts `also`. Raises ValueError when a host is taken."""
        keys = [(shop.marketplace, host.lower()) for host in (shop.host, *also)]
        if any(key in self._shops for key in keys):
            raise ValueError(f"{shop.marketplace} already has a shop at {' or '.join((shop.host, *also))}")
        self._shops.update(dict.fromkeys(keys, shop))
        return shop

    def shop(self, marketplace: str, host: str) -> Shop | None:
        """The shop of this host, or None."""
        return self._shops.get((marketplace, host.lower()))

    def shops(self) -> list[Shop]:
        """All shops, in the order they were opened."""
        return list(dict.fromkeys(self._shops.values()))
