"""What a GraphQL document costs.

Scalars 0, objects 1, mutations 10, connections "sized by first and last": https://shopify.dev/docs/apps/build/apis/
graphql-admin/rate-limits (read 2026-11-23). The size is not published and grows slower than `first`: 250 nodes of two
objects under one object were charged 25 (https://community.shopify.dev/t/23101, read 2026-11-23), that is 12 times the
node; `multiplier` is the gentlest curve through that point.
"""

from dataclasses import dataclass, field
from math import ceil, log2

MUTATION = 10


def multiplier(size: int) -> int:
    """How many times a node is charged in a connection of this size."""
    return ceil(1.5 * log2(size + 1)) if size > 0 else 0


@dataclass(slots=True)
class Cost:
    """The cost of one field: what it costs itself, and its children. `first` is set for a connection."""

    own: int = 0
    children: list["Cost"] = field(default_factory=list)
    first: int | None = None
    most: int = 0
    absent: bool = False

    def requested(self) -> int:
        """Before running: the most it can be."""
        inner = self.own + sum(child.requested() for child in self.children)
        return inner if self.first is None else max(1, multiplier(self.first) * inner)

    def actual(self) -> int:
        """After running: the same with the sizes that came back."""
        if self.absent:
            return 0
        inner = self.own + sum(child.actual() for child in self.children)
        return inner if self.first is None else max(1, multiplier(self.most) * inner)
