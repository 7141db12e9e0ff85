"""The Stock page, drawn."""

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.frame import frame
from nexus_ui.ui.parts import (
    badge,
    button,
    empty_state,
    lines,
    link_button,
    pager,
    search_box,
    text_field,
)
from nexus_ui.ui.parts.listing import (
    download_link,
    filter_choice,
    list_cell,
    list_table,
    origin_tag,
    plain_head,
    sort_head,
)
from nexus_ui.ui.stock.importing import import_button, import_dialog
from nexus_ui.ui.stock.rows import ShownRow, StockRow
from nexus_ui.ui.stock.sku_state import StockSku
from nexus_ui.ui.stock.sku_view import sku_dialog
from nexus_ui.ui.stock.state import Stock
from nexus_ui.ui.stock.tabs import stock_tabs

ONLY = [("", "All SKUs"), ("differing", "Shown differently"), ("unknown", "Stock unknown"), ("zero", "None available")]
SORTS = [
    ("sku", "SKU"),
    ("on_hand", "On hand"),
    ("reserved", "Reserved"),
    ("available", "Available"),
    ("changed", "Last change"),
]


def stock_view() -> rx.Component:
    """The whole page."""
    return frame("Stock", stock_tabs("Stock"), _toolbar(), _content(), sku_dialog(), import_dialog(), place="Stock")


def _toolbar() -> rx.Component:
    places = rx.foreach(Stock.places, lambda place: rx.el.option(place.name, value=place.id))
    return rx.el.div(
        search_box("Search SKU or title", value=Stock.search, on_change=Stock.look_for),
        filter_choice(
            "Connection",
            Stock.connection,
            [("", "All connections")],
            lambda to: Stock.narrow("connection", to),
            places,
        ),
        filter_choice("Which SKUs", Stock.only, ONLY, lambda to: Stock.narrow("only", to)),
        filter_choice("Sort by", Stock.sort, SORTS, Stock.sort_by, custom_attrs={"data-only": "phone"}),
        rx.cond(Stock.filtered, button("Clear filters", "plain small", on_click=Stock.widen), rx.fragment()),
        rx.el.span(Stock.shown, class_name="muted small num shown", role="status"),
        import_button(),
        download_link("Export CSV", Stock.export_address),
        class_name="toolbar",
    )


def _content() -> rx.Component:
    return rx.cond(Stock.loaded, rx.cond(Stock.matching > 0, _list(), _nothing()), lines(10, "44px"))


def _list() -> rx.Component:
    heads = [
        _head("SKU", "sku"),
        _head("On hand", "on_hand", right=True),
        _head("Reserved", "reserved", right=True),
        _head("Available", "available", right=True),
        plain_head("Connections show"),
    ]
    return rx.fragment(
        list_table(heads, rx.foreach(Stock.rows, _row), caption="Stock", busy=Stock.busy),
        pager(Stock.number, Stock.pages, Stock.shown, Stock.go),
    )


def _head(label: str, column: str, right: bool = False) -> rx.Component:
    return sort_head(label, column, Stock.sort, Stock.down, Stock.sort_by, right)


def _row(row: rx.Var[StockRow]) -> rx.Component:
    here = Stock.editing == row.key
    opener = rx.el.button(
        row.sku,
        type="button",
        class_name="linklike mono",
        aria_haspopup="dialog",
        on_click=StockSku.open_sku(row.key),
    )
    tag = rx.cond(row.sandbox, badge("Sandbox"), rx.fragment())
    title = rx.cond(row.title != "", rx.el.div(row.title, class_name="muted tiny"), rx.fragment())
    number = rx.el.button(
        row.on_hand,
        rx.icon("pencil", size=12, aria_hidden="true", class_name="faint"),
        type="button",
        class_name=rx.cond(row.unknown, "linklike muted num", "linklike num"),
        aria_label="Change what is on hand of " + row.sku + ", now " + row.on_hand,
        aria_expanded=rx.cond(here, "true", "false"),
        on_click=Stock.edit(row.key),
    )
    quiet = rx.cond(row.unknown, "muted", "")
    line = rx.el.tr(
        list_cell("", opener, tag, title, class_name="lead"),
        list_cell(
            "On hand", rx.cond(Session.may_change, number, rx.el.span(row.on_hand, class_name=quiet)), right=True
        ),
        list_cell("Reserved", row.reserved, right=True, class_name="muted"),
        list_cell(
            "Available", rx.el.span(row.available, class_name=rx.cond(row.unknown, "muted", "strong")), right=True
        ),
        list_cell("Connections show", _shows(row)),
        class_name="pick",
    )
    return rx.fragment(line, rx.cond(here, _edit(row), rx.fragment()), key=row.key)


def _shows(row: rx.Var[StockRow]) -> rx.Component:
    more = rx.cond(row.more != "", rx.el.li(row.more, class_name="muted tiny"), rx.fragment())
    found = rx.el.ul(rx.foreach(row.shown, _shown), more, class_name="shows")
    return rx.cond(row.shown.length() > 0, found, rx.el.span("No connection lists it", class_name="muted small"))


def _shown(one: rx.Var[ShownRow]) -> rx.Component:
    return rx.el.li(
        origin_tag(one.place),
        rx.el.span(one.number, class_name=rx.cond(one.number == "Unknown", "muted", "num")),
        rx.cond(one.differs, badge(rx.el.span("Should show ", one.wanted), "warn"), rx.fragment()),
    )


def _edit(row: rx.Var[StockRow]) -> rx.Component:
    boxes = rx.el.div(
        text_field(
            "on_hand",
            "On hand",
            "",
            Stock.wrong["on_hand"],
            default_value=Stock.seen,
            input_mode="numeric",
            auto_complete="off",
        ),
        text_field(
            "reason", "Why", "", Stock.wrong["reason"], placeholder="counted, damaged, delivery …", auto_complete="off"
        ),
        class_name="boxes",
    )
    buttons = rx.el.div(
        button("Save", "primary", type="submit"),
        button("Cancel", on_click=Stock.leave, custom_attrs={"data-escape": "true"}),
        class_name="row",
    )
    form = rx.el.form(
        boxes,
        buttons,
        on_submit=Stock.save,
        no_validate=True,
        class_name="col wide",
        aria_label="Change " + row.sku,
    )
    return rx.el.tr(rx.el.td(form, col_span=5), class_name="opened")


def _nothing() -> rx.Component:
    return rx.cond(
        Stock.total > 0,
        empty_state(
            "search-x",
            "No SKU matches",
            "Nothing here has what you filter for. Change the search, or clear the filters.",
            button("Clear filters", on_click=Stock.widen),
        ),
        rx.cond(
            Stock.places.length() > 0,
            empty_state(
                "boxes",
                "No stock yet",
                "SKUs appear here while the first sync of a connection runs. Its card shows how far it is.",
                link_button("Show connections", "/"),
            ),
            empty_state(
                "boxes",
                "No stock yet",
                "Connect a shop or a marketplace account, and what it has of each SKU appears here.",
                link_button("Add connection", "/connections/add", "primary"),
            ),
        ),
    )
