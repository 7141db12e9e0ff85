"""Post ids: which product or variation a number means, and back."""

from collections.abc import Sequence

from nexus_ui.sandbox.catalog_records import Product

FIRST, STEP = 100, 10
WIDE_STEP = 10_000


class Numbering:
    """Numbers from the catalogue's file where it has them, else evenly spaced ones: memory grows with the file only."""

    def __init__(self, catalogue: Sequence[Product] | None) -> None:
        """Number `catalogue`, or generated products when there is none."""
        self._step = STEP if catalogue is None else WIDE_STEP
        self._given: dict[tuple[int, int | None], int] = {}
        for index, product in enumerate(catalogue or ()):
            if product.id is not None:
                self._given[index, None] = product.id
                for place, variant in enumerate(product.variants):
                    if variant.id is not None:
                        self._given[index, place] = variant.id
        self._found = {number: spot for spot, number in self._given.items() if spot[1] is not None}
        self._found |= {number: spot for spot, number in self._given.items() if spot[1] is None}

    def product(self, index: int) -> int:
        """The id of the product at an index."""
        return self._given.get((index, None), FIRST + index * self._step)

    def variation(self, index: int, place: int) -> int:
        """The id of a variation by its place in the product."""
        return self._given.get((index, place), FIRST + index * self._step + 1 + place)

    def find(self, number: int) -> tuple[int, int | None] | None:
        """Index and place (None for the product itself) that an id could mean, or None."""
        if self._given:
            return self._found.get(number)
        if number < FIRST:
            return None
        index, rest = divmod(number - FIRST, self._step)
        return (index, rest - 1 if rest else None)
