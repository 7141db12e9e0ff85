"""The History page, drawn."""

import reflex as rx

from nexus_ui.ui.frame import frame
from nexus_ui.ui.history.rows import HistoryRow
from nexus_ui.ui.history.state import History
from nexus_ui.ui.parts import absolute, badge, button, empty_state, lines, link_button, page_link
from nexus_ui.ui.parts.listing import list_cell, list_table, origin_tag, plain_head


def history_page() -> rx.Component:
    """The whole page."""
    back = rx.cond(History.is_order, "/orders", "/stock")
    title = rx.el.span(
        page_link(rx.cond(History.is_order, "Orders", "Stock"), href=back, class_name="wide-only"),
        rx.el.span("/", class_name="faint wide-only", aria_hidden="true"),
        rx.el.span(rx.cond(History.name != "", History.name, "History"), class_name="cut"),
        class_name="crumb",
    )
    content = rx.cond(History.missing, _unknown(), rx.fragment(_facts(), _toolbar(), _list()))
    return frame(title, rx.cond(History.loaded, content, lines(10, "44px")), place="Stock")


def _facts() -> rx.Component:
    row = History.stock
    now = [("On hand", row.on_hand), ("Reserved", row.reserved), ("Available", row.available)]
    of_sku = rx.el.dl(
        *[part for name, value in now for part in (rx.el.dt(name), rx.el.dd(value, class_name="num"))],
        class_name="kv",
    )
    of_order = rx.el.dl(
        rx.el.dt("Connection"),
        rx.el.dd(origin_tag(History.place)),
        rx.el.dt("Status"),
        rx.el.dd(History.status),
        class_name="kv",
    )
    facts = rx.cond(History.is_order, of_order, rx.cond(row.sku != "", of_sku, rx.fragment()))
    tag = rx.cond(row.sandbox, badge("Sandbox", "accent", class_name="square"), rx.fragment())
    return rx.el.section(
        rx.cond(row.title != "", rx.el.div(rx.el.span(row.title, class_name="muted small"), tag, class_name="row")),
        facts,
        class_name="col wide",
        aria_label="Now",
        style={"padding_bottom": "12px"},
    )


def _toolbar() -> rx.Component:
    moment = rx.el.label(
        rx.el.span("Before", class_name="muted small line"),
        rx.el.input(
            type="datetime-local",
            step="1",
            value=History.until,
            on_change=History.look_before,
            class_name="input auto",
            aria_label="Show what happened before",
        ),
        class_name="row",
    )
    back = button("Show up to now", "plain small", on_click=History.look_before(""))
    return rx.el.div(
        moment,
        rx.cond(History.until != "", back, rx.fragment()),
        rx.el.span("Newest first", class_name="muted small shown"),
        class_name="toolbar",
    )


def _list() -> rx.Component:
    heads = [plain_head("When"), plain_head("Where"), plain_head("What"), plain_head("Value"), plain_head("Because of")]
    happened = list_table(heads, rx.foreach(History.rows, _row), caption="What happened")
    nothing = rx.el.p(
        "Nothing is known of that time. Values are kept from the first change on, as long as the sync log.",
        class_name="muted small",
    )
    earlier = rx.cond(
        History.earlier != "", link_button("Earlier", History.earlier, "small", "chevron-down"), rx.fragment()
    )
    return rx.el.div(rx.cond(History.rows.length() > 0, happened, nothing), earlier, class_name="col wide")


def _row(row: rx.Var[HistoryRow]) -> rx.Component:
    note = rx.cond(row.note != "", rx.el.div(row.note, class_name="muted tiny wrap-any"), rx.fragment())
    where = rx.cond(row.placed, origin_tag(row.place), rx.el.span("Our stock", class_name="strong"))
    cause = rx.cond(
        row.href != "",
        page_link(row.cause, href=row.href, class_name="small"),
        rx.el.span(rx.cond(row.cause != "", row.cause, "–"), class_name="muted small"),
    )
    return rx.el.tr(
        list_cell("When", absolute(row.at), class_name="muted line"),
        list_cell("Where", where),
        list_cell("What", rx.el.div(rx.el.span(row.what, class_name=row.tone), note)),
        list_cell("Value", _value(row), class_name="line"),
        list_cell("Because of", cause),
        key=row.key,
    )


def _value(row: rx.Var[HistoryRow]) -> rx.Component:
    arrow = rx.el.span(" → ", class_name="faint", aria_hidden="true")
    to = rx.el.span(" to ", class_name="sr")
    before = rx.cond(row.before != "", rx.fragment(rx.el.span(row.before, class_name="muted num"), arrow, to))
    return rx.cond(
        row.after != "",
        rx.el.span(before, rx.el.span(row.after, class_name="strong num")),
        rx.el.span("–", class_name="muted"),
    )


def _unknown() -> rx.Component:
    return empty_state(
        "history",
        "Nothing is known of this",
        "No connection has shown it, and nobody has counted it. The link may be wrong, or its history was forgotten.",
        link_button("Show stock", "/stock"),
    )
