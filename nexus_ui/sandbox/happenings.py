"""What happens in a simulated shop that its marketplace would tell by webhook."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What happened."""

    PRODUCT_CHANGED = "product_changed"
    PRODUCT_GONE = "product_gone"
    STOCK_CHANGED = "stock_changed"
    ORDER_NEW = "order_new"
    ORDER_CHANGED = "order_changed"
    ORDER_GONE = "order_gone"
    APP_REMOVED = "app_removed"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, to the product or order at this index; `variant` and `location` say whose stock."""

    kind: Kind
    index: int = 0
    variant: int = 0
    location: int = 0


Listener = Callable[[Happening], None]
