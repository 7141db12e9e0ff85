"""What simulated shops have sold: one neutral value per order, which each marketplace renders in its own shape."""

from decimal import Decimal

import msgspec


class SaleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order, pointing at a product of the shop by its index and at a variant by its place."""

    product: int
    variant: int
    sku: str | None
    title: str
    quantity: int
    unit_price: Decimal


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the shop keeps it; times are microseconds since 1970, UTC."""

    number: int
    placed: int
    lines: tuple[SaleLine, ...]
    shipping: Decimal = Decimal("0.00")
    buyer: str = ""
    email: str = ""
    city: str = ""
    country: str = ""
    payment: str = "paid"
    fulfilment: str = "unfulfilled"
    cancelled: int | None = None

    @property
    def goods_total(self) -> Decimal:
        """What the lines cost together, without shipping."""
        return sum((line.unit_price * line.quantity for line in self.lines), Decimal("0.00"))

    @property
    def total(self) -> Decimal:
        """What the buyer pays."""
        return self.goods_total + self.shipping
