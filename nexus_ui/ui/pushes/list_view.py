"""The list of pushes, drawn."""

import reflex as rx

from nexus_ui.ui.frame import frame
from nexus_ui.ui.parts import ago, badge, button, empty_state, lines, link_button, page_link, pager, search_box
from nexus_ui.ui.parts.listing import filter_choice, list_cell, list_table, origin_tag, plain_head
from nexus_ui.ui.pushes.list_state import Pushes
from nexus_ui.ui.pushes.rows import PushRow
from nexus_ui.ui.stock.tabs import stock_tabs

STATES = {
    "held": ("warn", "hand", "Held"),
    "going": ("accent", "loader-circle", "Under way"),
    "done": ("ok", "circle-check", "Done"),
    "declined": ("", "circle-slash", "Declined"),
    "superseded": ("", "replace", "Superseded"),
}
FILTER = [("", "All pushes"), *((word, label) for word, (_, _, label) in STATES.items())]


def pushes_view() -> rx.Component:
    """The whole page."""
    return frame("Stock", stock_tabs("Pushes"), _toolbar(), _content(), place="Stock")


def push_badge(state: rx.Var[str]) -> rx.Component:
    """Where a push stands."""
    return rx.match(
        state,
        *[(word, badge(label, tone, icon)) for word, (tone, icon, label) in STATES.items()],
        badge(state),
    )


def _toolbar() -> rx.Component:
    places = rx.foreach(Pushes.places, lambda place: rx.el.option(place.name, value=place.id))
    return rx.el.div(
        search_box("Search SKU", value=Pushes.search, on_change=Pushes.look_for),
        filter_choice(
            "Connection",
            Pushes.connection,
            [("", "All connections")],
            lambda to: Pushes.narrow("connection", to),
            places,
        ),
        filter_choice("State", Pushes.standing, FILTER, lambda to: Pushes.narrow("state", to)),
        rx.cond(Pushes.filtered, button("Clear filters", "plain small", on_click=Pushes.widen), rx.fragment()),
        rx.el.span(Pushes.shown, class_name="muted small num shown", role="status"),
        class_name="toolbar",
    )


def _content() -> rx.Component:
    return rx.cond(Pushes.loaded, rx.cond(Pushes.matching > 0, _list(), _nothing()), lines(8, "44px"))


def _list() -> rx.Component:
    heads = [
        plain_head("What"),
        plain_head("Connection"),
        plain_head("State"),
        plain_head("Why"),
        plain_head("Came of it"),
        plain_head("When", True),
    ]
    return rx.fragment(
        list_table(heads, rx.foreach(Pushes.rows, _row), caption="Pushes", busy=Pushes.busy),
        pager(Pushes.number, Pushes.pages, Pushes.shown, Pushes.go),
    )


def _row(row: rx.Var[PushRow]) -> rx.Component:
    name = rx.el.span(row.what, class_name=rx.cond(row.named, "mono", ""))
    emptied = rx.cond(row.emptied != "", rx.el.div(row.emptied, class_name="muted tiny"), rx.fragment())
    by = rx.cond(row.by != "", rx.el.div("by ", row.by, class_name="muted tiny"), rx.fragment())
    refused = rx.cond(row.refused != "", rx.el.div(row.refused, class_name="tone-bad"), rx.fragment())
    came = rx.cond(row.came != "", rx.el.div(row.came), rx.fragment())
    return rx.el.tr(
        list_cell(
            "", page_link(name, href="/stock/pushes/" + row.id, class_name="linklike"), emptied, class_name="lead"
        ),
        list_cell("Connection", origin_tag(row.place)),
        list_cell("State", push_badge(row.state)),
        list_cell("Why", rx.el.div(row.cause, by)),
        list_cell("Came of it", rx.el.div(refused, came)),
        list_cell("When", ago(row.created), right=True, class_name="muted line"),
        class_name="pick",
        key=row.id,
    )


def _nothing() -> rx.Component:
    return rx.cond(
        Pushes.total > 0,
        empty_state(
            "search-x",
            "No push matches",
            "Nothing here has what you filter for. Change the search, or clear the filters.",
            button("Clear filters", on_click=Pushes.widen),
        ),
        empty_state(
            "send",
            "Nothing has been pushed yet",
            "When stock changes, what each connection should show is sent there. The first push of a connection waits "
            "here for you.",
            link_button("Show stock", "/stock"),
        ),
    )
