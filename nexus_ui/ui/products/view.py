"""The Products page, drawn."""

from typing import Any

import reflex as rx

from nexus_ui.ui.frame import frame
from nexus_ui.ui.parts import (
    ago,
    badge,
    button,
    dialog,
    dialog_body,
    empty_state,
    lines,
    link_button,
    page_link,
    pager,
    search_box,
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
from nexus_ui.ui.products.rows import ElsewhereRow, ProductRow, VariantRow
from nexus_ui.ui.products.state import Products

STATUSES = [("", "Any status"), ("active", "Active"), ("draft", "Draft"), ("archived", "Archived")]
MISSING = [("", "All products"), ("sku", "Without SKU"), ("stock", "Stock unknown")]
SORTS = [("title", "Title"), ("sku", "SKU"), ("price", "Price"), ("quantity", "Quantity"), ("updated", "Updated")]
TONES = {"active": ("ok", "Active"), "draft": ("", "Draft"), "archived": ("", "Archived")}


def products_page() -> rx.Component:
    """The whole page."""
    return frame("Products", _toolbar(), _content(), _panel(), place="Products")


def _toolbar() -> rx.Component:
    places = rx.foreach(Products.places, lambda place: rx.el.option(place.name, value=place.id))
    return rx.el.div(
        search_box("Search title, SKU or barcode", value=Products.search, on_change=Products.look_for),
        filter_choice(
            "Connection",
            Products.connection,
            [("", "All connections")],
            lambda to: Products.narrow("connection", to),
            places,
        ),
        filter_choice("Status", Products.status, STATUSES, lambda to: Products.narrow("status", to)),
        filter_choice("What is missing", Products.missing, MISSING, lambda to: Products.narrow("missing", to)),
        filter_choice("Sort by", Products.sort, SORTS, Products.sort_by, custom_attrs={"data-only": "phone"}),
        rx.cond(Products.filtered, button("Clear filters", "plain small", on_click=Products.widen), rx.fragment()),
        rx.el.span(Products.shown, class_name="muted small num shown", role="status"),
        download_link("Export CSV", Products.export_address),
        class_name="toolbar",
    )


def _content() -> rx.Component:
    return rx.cond(
        Products.loaded,
        rx.cond(Products.matching > 0, _list(), _nothing()),
        lines(10, "44px"),
    )


def _list() -> rx.Component:
    heads = [
        _head("Product", "title"),
        plain_head("Connection"),
        _head("SKU", "sku"),
        plain_head("Status"),
        _head("Price", "price", right=True),
        _head("Quantity", "quantity", right=True),
        _head("Updated", "updated", right=True),
    ]
    return rx.fragment(
        list_table(heads, rx.foreach(Products.rows, _row), caption="Products", busy=Products.busy),
        pager(Products.number, Products.pages, Products.shown, Products.go),
    )


def _head(label: str, column: str, right: bool = False) -> rx.Component:
    return sort_head(label, column, Products.sort, Products.down, Products.sort_by, right)


def _row(row: rx.Var[ProductRow]) -> rx.Component:
    title = rx.el.button(
        row.title,
        type="button",
        class_name="linklike",
        aria_haspopup="dialog",
        on_click=Products.open_product(row.place.id, row.ref),
    )
    note = rx.cond(row.note != "", rx.el.div(row.note, class_name="muted tiny"), rx.fragment())
    return rx.el.tr(
        list_cell("", title, note, class_name="lead"),
        list_cell("Connection", origin_tag(row.place)),
        list_cell("SKU", rx.el.span(row.sku, class_name=rx.cond(row.sku_quiet, "muted", "mono line"))),
        list_cell("Status", _status(row.status)),
        list_cell("Price", row.price, right=True, class_name="line"),
        list_cell(
            "Quantity", rx.el.span(row.quantity, class_name=rx.cond(row.quantity_quiet, "muted", "")), right=True
        ),
        list_cell("Updated", rx.cond(row.updated != "", ago(row.updated), "–"), right=True, class_name="muted line"),
        class_name="pick",
        key=row.place.id + row.ref,
    )


def _status(status: Any) -> rx.Component:
    return rx.match(status, *[(word, badge(words, tone)) for word, (tone, words) in TONES.items()], badge(status))


def _nothing() -> rx.Component:
    return rx.cond(
        Products.total > 0,
        empty_state(
            "search-x",
            "No product matches",
            "Nothing here has what you filter for. Change the search, or clear the filters.",
            button("Clear filters", on_click=Products.widen),
        ),
        rx.cond(
            Products.places.length() > 0,
            empty_state(
                "package",
                "No products yet",
                "They appear here while the first sync of a connection runs. Its card shows how far it is.",
                link_button("Show connections", "/"),
            ),
            empty_state(
                "package",
                "No products yet",
                "Connect a shop or a marketplace account, and its products appear here.",
                link_button("Add connection", "/connections/add", "primary"),
            ),
        ),
    )


def _panel() -> rx.Component:
    row = Products.panel.row
    facts = rx.el.div(
        origin_tag(row.place),
        _status(row.status),
        rx.el.span(row.quantity, class_name="muted small num"),
        rx.cond(
            Products.panel.url != "",
            rx.el.a("Open in the shop", href=Products.panel.url, target="_blank", rel="noopener", class_name="small"),
            rx.fragment(),
        ),
        class_name="row wrap wide",
        style={"padding_bottom": "12px"},
    )
    heads = [plain_head("Variant"), plain_head("SKU"), plain_head("Price", True), plain_head("Quantity", True)]
    variants = list_table(heads, rx.foreach(Products.panel.variants, _variant), caption="Variants")
    none = rx.el.p("This product has no variants of its own.", class_name="muted small")
    cut = rx.cond(Products.panel.cut != "", rx.el.p(Products.panel.cut, class_name="muted small"), rx.fragment())
    return dialog(
        dialog_body(facts, rx.cond(Products.panel.variants.length() > 0, variants, none), cut),
        title=row.title,
        shown=Products.panel_open,
        on_open_change=Products.show_panel,
        wide=True,
    )


def _variant(variant: rx.Var[VariantRow]) -> rx.Component:
    note = rx.cond(variant.note != "", rx.el.div(variant.note, class_name="muted tiny"), rx.fragment())
    barcode = rx.cond(
        variant.barcode != "", rx.el.div("Barcode ", variant.barcode, class_name="muted tiny mono"), rx.fragment()
    )
    sku = rx.cond(
        variant.history != "",
        page_link(variant.sku, href=variant.history, class_name="mono", title="History"),
        rx.el.span(variant.sku, class_name="mono"),
    )
    elsewhere = rx.cond(
        variant.elsewhere.length() > 0,
        rx.el.ul(
            rx.foreach(variant.elsewhere, _elsewhere), class_name="elsewhere", aria_label="The same SKU elsewhere"
        ),
        rx.fragment(),
    )
    return rx.el.tr(
        list_cell("", rx.el.span(variant.title, class_name="strong"), note, elsewhere, class_name="lead"),
        list_cell("SKU", sku, barcode),
        list_cell("Price", variant.price, right=True),
        list_cell("Quantity", variant.quantity, right=True),
        key=variant.ref,
    )


def _elsewhere(other: rx.Var[ElsewhereRow]) -> rx.Component:
    return rx.el.li(
        origin_tag(other.place),
        rx.el.span(other.quantity, class_name="strong num"),
        rx.el.span(other.price, class_name="muted num"),
    )
