"""One stock write: its batches, and its receipts, which are kept also when the marketplace fails before the end."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from nexus_ui.errors import ActionNeeded, Surprise, TryLater
from nexus_ui.records import StockAnswer, StockChange, StockReceipt

Thing = TypeVar("Thing", bound=Hashable)


def batches(
    changes: Iterable[StockChange], about: Callable[[StockChange], Thing], most: int | None = None
) -> Iterator[dict[Thing, StockChange]]:
    """Changes by what they are about, at most `most` together, in order: a second change of the same thing waits."""
    filling: dict[Thing, StockChange] = {}
    for change in changes:
        thing = about(change)
        if thing in filling or len(filling) == most:
            yield filling
            filling = {}
        filling[thing] = change
    if filling:
        yield filling


class Receipts:
    """One receipt for each change, told apart by key. A receipt that comes later takes the place of an earlier one."""

    def __init__(self, changes: Sequence[StockChange]) -> None:
        """None of `changes` has a receipt yet."""
        self._changes = changes
        self._found: dict[str, StockReceipt] = {}

    def add(self, receipts: Iterable[StockReceipt]) -> None:
        """Keep these."""
        self._found |= {receipt.key: receipt for receipt in receipts}

    def missing(self) -> list[StockChange]:
        """The changes without a receipt so far, in their order."""
        return [change for change in self._changes if change.key not in self._found]

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Ask the marketplace within this. Its failure is raised while there is no receipt at all; from then on it
        ends the block, and every change without a receipt gets one with the words and the kind of the failure.
        """
        try:
            yield
        except (ActionNeeded, TryLater, Surprise) as failure:
            if not self._found:
                raise
            self.add(
                StockReceipt(change.key, StockAnswer.UNANSWERED, failure.message, failure.kind)
                for change in self.missing()
            )

    def in_order(self) -> list[StockReceipt]:
        """The receipts in the order of the changes."""
        return [self._found[change.key] for change in self._changes]
