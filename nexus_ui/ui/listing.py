"""What every list page has: filters that stand in the address, one page of rows, told anew when something changes."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import reflex as rx

from nexus_ui.storage.listing import Paging
from nexus_ui.storage.origins import Origin, all_origins
from nexus_ui.ui import words
from nexus_ui.ui.access import needs
from nexus_ui.ui.address import address, whole
from nexus_ui.ui.live import look
from nexus_ui.ui.places import Place, place_of

MOST_TYPED = 20
"""How many searches on their way to the address are remembered."""

PACE = 0.5
"""Seconds between two looks at a list while connections keep changing, as they do during an import."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a list page is: its path, the noun of a row, how it is sorted unless somebody asks otherwise.

    It is told anew when a connection changes, or `every` so many seconds when that says nothing about its rows.
    """

    path: str
    noun: str
    sort: str
    down: bool = False
    every: float = 0.0
    nouns: str = ""
    pace: float = PACE

    @property
    def turned(self) -> str:
        """The word in the address that turns the usual order round."""
        return "up" if self.down else "down"


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to what a list page asked."""

    page: Any
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What a list page asks: a named query and its arguments. Two tabs that ask the same are answered once."""

    query: Callable[..., Any]
    args: tuple[Any, ...]

    def answer(self) -> Found:
        """Ask the database."""
        return Found(self.query(*self.args), tuple(all_origins()))


class Listing(rx.State, mixin=True):
    """One page of a list. A page's state says what it is (`_sheet`), what it asks, and how its rows are drawn."""

    places: list[Place] = []
    search: str = ""
    connection: str = ""
    sort: str = ""
    down: bool = False
    number: int = 1
    pages: int = 1
    total: int = 0
    matching: int = 0
    shown: str = ""
    loaded: bool = False
    busy: bool = False
    _asked: int = 0
    _typed: list[str] = []

    @abstractmethod
    def _sheet(self) -> Sheet:
        """What this list is."""

    @abstractmethod
    def _read_filters(self, told: Mapping[str, str]) -> None:
        """Take this list's own filters and its sort from the address; nonsense counts as nothing."""

    @abstractmethod
    def _filters(self) -> dict[str, str]:
        """This list's own filters, by their name in the address."""

    @abstractmethod
    def _question(self) -> Question:
        """What to ask for the page that the address names."""

    @abstractmethod
    def _drawn(self, page: Any) -> dict[str, Any]:
        """The values of this state that show `page`, its rows above all."""

    def _opening(self) -> None:
        """Another page is on its way: close what the earlier one had opened."""

    @rx.var
    def filtered(self) -> bool:
        """Whether any filter hides rows."""
        return bool(self.search or self.connection or any(self._filters().values()))

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Read the filters from the address, fetch that page and follow it; an older answer never replaces a newer."""
        async with self:
            if not self._read_address():
                return
            self._asked += 1
            self.busy = True
            self._opening()
            asked, question = self._asked, self._question()
            look(self, question, question.answer, every=self._sheet().every, pace=self._sheet().pace)
        found = await asyncio.to_thread(question.answer)
        async with self:
            if asked == self._asked:
                self._told(found)
                self.loaded, self.busy = True, False

    @needs("viewer")
    async def look_for(self, text: str) -> Any:
        """Search; typing on replaces the address instead of filling the browser's history."""
        self.search = str(text)[:200]
        self._typed = [*self._typed, self.search][-MOST_TYPED:]
        return rx.redirect(self._address(page=1), replace=True)

    @needs("viewer")
    async def narrow(self, name: str, value: str) -> Any:
        """Set one filter, from the first page on."""
        if name not in {"q", "connection", *self._filters()}:
            return None
        return rx.redirect(self._address(**{name: str(value)[:200], "page": 1}))

    @needs("viewer")
    async def widen(self) -> Any:
        """Drop every filter."""
        self.search = ""
        nothing = dict.fromkeys(["connection", *self._filters()], "")
        return rx.redirect(self._address(**nothing, page=1))

    @needs("viewer")
    async def sort_by(self, column: str) -> Any:
        """Sort by a column, its usual way round first; the same one again turns the order round."""
        sheet = self._sheet()
        turned = "1" if column == self.sort and self.down == sheet.down else ""
        return rx.redirect(self._address(sort=str(column), **{sheet.turned: turned}, page=1), replace=True)

    @needs("viewer")
    async def go(self, number: int) -> Any:
        """Open another page."""
        return rx.redirect(self._address(page=int(number)))

    def _told(self, found: Found) -> None:
        """Take in a page; what did not change is not sent again."""
        paging: Paging = found.page.paging
        sheet = self._sheet()
        news = {
            "places": [place_of(origin) for origin in found.origins],
            "number": paging.number,
            "pages": paging.pages,
            "total": paging.total,
            "matching": paging.matching,
            "shown": words.shown(paging.matching, paging.total, sheet.noun, sheet.nouns),
            **self._drawn(found.page),
        }
        for name, value in news.items():
            if getattr(self, name) != value:
                setattr(self, name, value)

    def _read_address(self) -> bool:
        """Take the filters from the address; False when somebody has typed on since, and the next one is coming."""
        sheet, told = self._sheet(), self.router.url.query_parameters
        search = told.get("q", "")[:200]
        if search != self.search and search in self._typed:
            return False
        self.search, self._typed, self.connection = search, [], told.get("connection", "")
        self.sort = told.get("sort", "") or sheet.sort
        self.down = sheet.down != (told.get(sheet.turned) == "1")
        self.number = whole(told.get("page", ""))
        self._read_filters(told)
        return True

    def _address(self, **changed: str | int) -> str:
        sheet = self._sheet()
        now: dict[str, str | int] = {"q": self.search, "connection": self.connection, **self._filters()}
        now |= {"sort": self.sort, sheet.turned: "1" if self.down != sheet.down else "", "page": self.number}
        return address(sheet.path, now | changed, {"sort": sheet.sort, "page": 1})
