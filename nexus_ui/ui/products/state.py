"""The state of the Products page: a list of products, and the one that is open beside it."""

import asyncio
from collections.abc import Mapping
from typing import Any

import reflex as rx

from nexus_ui.errors import NotFound
from nexus_ui.records import ProductStatus
from nexus_ui.storage.product import product
from nexus_ui.storage.products import Missing, ProductFilter, ProductPage, ProductSort, product_page
from nexus_ui.ui.access import needs
from nexus_ui.ui.address import address, one_of
from nexus_ui.ui.listing import Listing, Question, Sheet
from nexus_ui.ui.parts import toast_bad
from nexus_ui.ui.products.rows import ProductPanel, ProductRow, panel_of, row_of

SHEET = Sheet("/products", "product", ProductSort.TITLE.value)
EXPORT = "/api/export/products.csv"


class Products(Listing, rx.State):
    """One page of products, its filters, and the product that is open."""

    rows: list[ProductRow] = []
    status: str = ""
    missing: str = ""
    panel: ProductPanel = ProductPanel()
    panel_open: bool = False

    @rx.var
    def export_address(self) -> str:
        """Where the products that match can be downloaded."""
        return address(EXPORT, {"q": self.search, "connection": self.connection, **self._filters()}, {})

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

    def _sheet(self) -> Sheet:
        return SHEET

    def _read_filters(self, told: Mapping[str, str]) -> None:
        self.status = one_of(told.get("status", ""), ProductStatus)
        self.missing = one_of(told.get("missing", ""), Missing)
        self.sort = one_of(self.sort, ProductSort, SHEET.sort)

    def _filters(self) -> dict[str, str]:
        return {"status": self.status, "missing": self.missing}

    def _question(self) -> Question:
        missing = Missing(self.missing) if self.missing else None
        wanted = ProductFilter(self.connection or None, self.status or None, missing, self.search)
        return Question(product_page, (wanted, ProductSort(self.sort), self.down, self.number))

    def _drawn(self, page: ProductPage) -> dict[str, Any]:
        return {"rows": [row_of(line) for line in page.lines]}

    def _opening(self) -> None:
        self.panel_open = False
