"""The goods of a seller whose every listing is of one article, made from the index alone, so that they take no room."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import overload

from nexus_ui.sandbox import seeds
from nexus_ui.sandbox.catalog_records import Product, Variant


def _as_it_is(index: int, article: Variant) -> Variant:
    return article


class Assortment(Sequence[Product]):
    """Products of a single variant, which `listed` gives the marketplace's own number or SKU."""

    def __init__(self, seed: int, size: int, listed: Callable[[int, Variant], Variant] = _as_it_is) -> None:
        """So many products."""
        self._seed, self._size, self._listed = seed, size, listed

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
        return replace(found, variants=(self._listed(index, found.variants[0]),))
