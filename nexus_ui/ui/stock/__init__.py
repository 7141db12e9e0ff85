"""The Stock page: what we have of every SKU, why, and what each connection shows of it."""

from nexus_ui.ui.stock.importing import StockImport
from nexus_ui.ui.stock.sku_state import StockSku
from nexus_ui.ui.stock.state import Stock
from nexus_ui.ui.stock.view import stock_view

__all__ = ["Stock", "StockImport", "StockSku", "stock_view"]
