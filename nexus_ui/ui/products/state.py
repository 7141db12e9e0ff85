"""The state of the Products page: the filters stand in the address, one page of rows stands here."""

import asyncio
from collections.abc import Mapping
from typing import Any

import reflex as rx

from nexus_ui.errors import NotFound
from nexus_ui.records import ProductStatus
from nexus_ui.storage.origins import all_origins
from nexus_ui.storage.product import product
from nexus_ui.storage.products import Missing, ProductFilter, ProductSort, product_page
from nexus_ui.ui import words
from nexus_ui.ui.access import needs
from nexus_ui.ui.address import address, one_of, whole
from nexus_ui.ui.parts import toast_bad
from nexus_ui.ui.places import Place, place_of
from nexus_ui.ui.products.rows import ProductPanel, ProductRow, panel_of, row_of

PATH = "/products"
EXPORT = "/api/export/products.csv"
PLAIN: Mapping[str, str | int] = {"sort": ProductSort.TITLE.value, "page": 1, "down": ""}
FILTERS = frozenset({"q", "connection", "status", "missing"})
MOST_TYPED = 20
"""How many searches on their way to the address are remembered."""


class Products(rx.State):
    """One page of products, its filters, and the product that is open."""

    rows: list[ProductRow] = []
    places: list[Place] = []
    search: str = ""
    connection: str = ""
    status: str = ""
    missing: str = ""
    sort: str = ProductSort.TITLE.value
    down: bool = False
    number: int = 1
    pages: int = 1
    total: int = 0
    matching: int = 0
    shown: str = ""
    loaded: bool = False
    busy: bool = False
    panel: ProductPanel = ProductPanel()
    panel_open: bool = False
    _asked: int = 0
    _typed: list[str] = []

    @rx.var
    def filtered(self) -> bool:
        """Whether any filter hides products."""
        return bool(self.search or self.connection or self.status or self.missing)

    @rx.var
    def export_address(self) -> str:
        """Where the products that match can be downloaded."""
        told = {"q": self.search, "connection": self.connection, "status": self.status, "missing": self.missing}
        return address(EXPORT, told, {})

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Read the filters from the address and fetch that page; an older answer never replaces a newer one."""
        async with self:
            if not self._read_address():
                return
            self._asked += 1
            self.busy, self.panel_open = True, False
            asked, wanted, sort, down, number = self._asked, self._filter(), self.sort, self.down, self.number
        page = await asyncio.to_thread(product_page, wanted, ProductSort(sort), down, number)
        origins = await asyncio.to_thread(all_origins)
        async with self:
            if asked != self._asked:
                return
            self.rows = [row_of(line) for line in page.lines]
            self.places = [place_of(origin) for origin in origins]
            self.number, self.pages = page.paging.number, page.paging.pages
            self.total, self.matching = page.paging.total, page.paging.matching
            self.shown = words.shown(self.matching, self.total, "product")
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
        if name not in FILTERS:
            return None
        return rx.redirect(self._address(**{name: str(value)[:200], "page": 1}))

    @needs("viewer")
    async def widen(self) -> Any:
        """Drop every filter."""
        self.search = ""
        return rx.redirect(self._address(q="", connection="", status="", missing="", page=1))

    @needs("viewer")
    async def sort_by(self, column: str) -> Any:
        """Sort by a column; the same one again turns the order round."""
        down = "1" if column == self.sort and not self.down else ""
        return rx.redirect(self._address(sort=str(column), down=down, page=1), replace=True)

    @needs("viewer")
    async def go(self, number: int) -> Any:
        """Open another page."""
        return rx.redirect(self._address(page=int(number)))

    @needs("viewer", background=True)
    async def open_product(self, connection_id: str, ref: str) -> Any:
        """Open one product beside the list."""
        try:
            panel = panel_of(await asyncio.to_thread(product, connection_id, ref))
        except NotFound as gone:
            return toast_bad(gone.message)
        async with self:
            self.panel, self.panel_open = panel, True
        return None

    @needs("viewer")
    async def show_panel(self, shown: bool) -> None:
        """Close the open product (the dialog says when a person does)."""
        self.panel_open = bool(shown) and self.panel_open

    def _read_address(self) -> bool:
        """Take the filters from the address; False when somebody has typed on since, and the next one is coming."""
        told = self.router.url.query_parameters
        search = told.get("q", "")[:200]
        if search != self.search and search in self._typed:
            return False
        self.search, self._typed, self.connection = search, [], told.get("connection", "")
        self.status = one_of(told.get("status", ""), ProductStatus)
        self.missing = one_of(told.get("missing", ""), Missing)
        self.sort = one_of(told.get("sort", ""), ProductSort, ProductSort.TITLE.value)
        self.down = told.get("down") == "1"
        self.number = whole(told.get("page", ""))
        return True

    def _filter(self) -> ProductFilter:
        missing = Missing(self.missing) if self.missing else None
        return ProductFilter(self.connection or None, self.status or None, missing, self.search)

    def _address(self, **changed: str | int) -> str:
        now: dict[str, str | int] = {"q": self.search, "connection": self.connection, "status": self.status}
        now |= {"missing": self.missing, "sort": self.sort, "down": "1" if self.down else "", "page": self.number}
        return address(PATH, now | changed, PLAIN)
