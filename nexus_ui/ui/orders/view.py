"""The Orders page, drawn."""

import reflex as rx

from nexus_ui.ui.frame import frame
from nexus_ui.ui.orders.rows import LineRow, OrderRow
from nexus_ui.ui.orders.state import Orders
from nexus_ui.ui.parts import absolute, ago, badge, button, empty_state, lines, link_button, pager, search_box
from nexus_ui.ui.parts.listing import filter_choice, list_cell, list_table, origin_tag, plain_head, sort_head

STATUSES = [
    ("", "Any status"),
    ("open", "Open"),
    ("shipped", "Shipped"),
    ("cancelled", "Cancelled"),
    ("refunded", "Refunded"),
]
SORTS = [("placed", "Placed"), ("number", "Number"), ("total", "Total"), ("updated", "Updated")]
TONES = {
    "open": ("wait", "Open"),
    "shipped": ("ok", "Shipped"),
    "cancelled": ("", "Cancelled"),
    "refunded": ("warn", "Refunded"),
}


def orders_page() -> rx.Component:
    """The whole page."""
    return frame("Orders", _toolbar(), _content(), place="Orders")


def _toolbar() -> rx.Component:
    places = rx.foreach(Orders.places, lambda place: rx.el.option(place.name, value=place.id))
    return rx.el.div(
        search_box("Search order number or SKU", value=Orders.search, on_change=Orders.look_for),
        filter_choice(
            "Connection",
            Orders.connection,
            [("", "All connections")],
            lambda to: Orders.narrow("connection", to),
            places,
        ),
        filter_choice("Status", Orders.status, STATUSES, lambda to: Orders.narrow("status", to)),
        _day_box("From", Orders.since, "from"),
        _day_box("Until", Orders.until, "to"),
        filter_choice("Sort by", Orders.sort, SORTS, Orders.sort_by, custom_attrs={"data-only": "phone"}),
        rx.cond(Orders.filtered, button("Clear filters", "plain small", on_click=Orders.widen), rx.fragment()),
        rx.el.span(Orders.shown, class_name="muted small num shown", role="status"),
        class_name="toolbar",
    )


def _day_box(label: str, value: rx.Var[str], name: str) -> rx.Component:
    return rx.el.label(
        rx.el.span(label, class_name="muted small line"),
        rx.el.input(
            type="date",
            value=value,
            on_change=lambda to: Orders.narrow(name, to),
            class_name="input auto",
            aria_label="Placed " + label.lower(),
        ),
        class_name="row",
    )


def _content() -> rx.Component:
    return rx.cond(Orders.loaded, rx.cond(Orders.matching > 0, _list(), _nothing()), lines(10, "44px"))


def _list() -> rx.Component:
    heads = [
        _head("Order", "number"),
        plain_head("Connection"),
        plain_head("Status"),
        plain_head("Content"),
        _head("Total", "total", right=True),
        _head("Placed", "placed", right=True),
        _head("Updated", "updated", right=True),
    ]
    return rx.fragment(
        list_table(heads, rx.foreach(Orders.rows, _row), caption="Orders", busy=Orders.busy),
        pager(Orders.number, Orders.pages, Orders.shown, Orders.go),
    )


def _head(label: str, column: str, right: bool = False) -> rx.Component:
    return sort_head(label, column, Orders.sort, Orders.down, Orders.sort_by, right)


def _row(row: rx.Var[OrderRow]) -> rx.Component:
    here = Orders.opened == row.key
    number = rx.el.button(
        rx.cond(
            here,
            rx.icon("chevron-down", size=14, aria_hidden="true"),
            rx.icon("chevron-right", size=14, aria_hidden="true"),
        ),
        row.number,
        type="button",
        class_name="linklike",
        aria_expanded=rx.cond(here, "true", "false"),
        on_click=Orders.toggle(row.place.id, row.ref),
    )
    line = rx.el.tr(
        list_cell("", number, class_name="lead"),
        list_cell("Connection", origin_tag(row.place)),
        list_cell("Status", _status(row)),
        list_cell("Content", row.content, class_name="muted"),
        list_cell("Total", row.total, right=True, class_name="line"),
        list_cell("Placed", ago(row.placed), right=True, class_name="muted line"),
        list_cell("Updated", ago(row.updated), right=True, class_name="muted line"),
        class_name="pick",
    )
    return rx.fragment(line, rx.cond(here, _opened(row), rx.fragment()), key=row.key)


def _status(row: rx.Var[OrderRow]) -> rx.Component:
    tone = rx.match(
        row.status, *[(word, badge(words, tone)) for word, (tone, words) in TONES.items()], badge(row.status)
    )
    return rx.el.span(tone, title=row.their_word)


def _opened(row: rx.Var[OrderRow]) -> rx.Component:
    heads = [plain_head("SKU"), plain_head("Title"), plain_head("Quantity", True), plain_head("Unit price", True)]
    ordered = list_table(heads, rx.foreach(Orders.lines, _line), caption="Lines of the order")
    facts = rx.el.dl(
        rx.el.dt("Placed"),
        rx.el.dd(absolute(row.placed)),
        rx.el.dt("At the marketplace"),
        rx.el.dd(rx.cond(row.their_word != "", row.their_word, "–")),
        class_name="kv",
    )
    return rx.el.tr(
        rx.el.td(
            rx.el.div(
                facts,
                rx.cond(Orders.lines.length() > 0, ordered, rx.fragment()),
                link_button("History", row.history, "small plain", "history"),
                class_name="col wide",
            ),
            col_span=7,
        ),
        class_name="opened",
    )


def _line(line: rx.Var[LineRow]) -> rx.Component:
    return rx.el.tr(
        list_cell("SKU", rx.el.span(line.sku, class_name="mono")),
        list_cell("Title", line.title),
        list_cell("Quantity", line.quantity, right=True),
        list_cell("Unit price", line.price, right=True),
        key=line.ref,
    )


def _nothing() -> rx.Component:
    return rx.cond(
        Orders.total > 0,
        empty_state(
            "search-x",
            "No order matches",
            "Nothing here has what you filter for. Change the search or the dates, or clear the filters.",
            button("Clear filters", on_click=Orders.widen),
        ),
        rx.cond(
            Orders.places.length() > 0,
            empty_state(
                "receipt-text",
                "No orders yet",
                "They appear here while the first sync of a connection runs, as far back as the lookback reaches.",
                link_button("Show connections", "/"),
            ),
            empty_state(
                "receipt-text",
                "No orders yet",
                "Connect a shop or a marketplace account, and its orders appear here.",
                link_button("Add connection", "/connections/add", "primary"),
            ),
        ),
    )
