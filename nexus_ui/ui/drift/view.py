"""The drift board, drawn."""

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.drift.rows import DriftRow
from nexus_ui.ui.drift.state import Drift
from nexus_ui.ui.frame import frame
from nexus_ui.ui.parts import ago, badge, button, empty_state, lines, page_link, pager, search_box
from nexus_ui.ui.parts.listing import filter_choice, list_cell, list_table, origin_tag, plain_head, sort_head
from nexus_ui.ui.stock.tabs import stock_tabs

STANDINGS = {
    "open": ("warn", "triangle-alert", "Differs"),
    "queued": ("wait", "hourglass", "Will be pushed"),
    "going": ("accent", "send", "On its way"),
    "held": ("warn", "hand", "Held for approval"),
    "refused": ("bad", "circle-x", "Refused"),
    "declined": ("", "circle-slash", "Declined"),
    "taken_back": ("", "undo-2", "Taken back"),
    "paused": ("", "circle-pause", "Connection is paused"),
    "first": ("wait", "hand", "Not published to yet"),
}
SORTS = [("since", "Oldest"), ("sku", "SKU"), ("gap", "Difference")]


def drift_view() -> rx.Component:
    """The whole page."""
    return frame("Stock", stock_tabs("Drift"), _toolbar(), _content(), place="Stock")


def _toolbar() -> rx.Component:
    places = rx.foreach(Drift.places, lambda place: rx.el.option(place.name, value=place.id))
    every = button(
        rx.el.span("Push all on this page (", Drift.ready, ")"),
        "small",
        "send",
        Drift.pushing == "all",
        on_click=Drift.repush_shown,
    )
    return rx.el.div(
        search_box("Search SKU or title", value=Drift.search, on_change=Drift.look_for),
        filter_choice(
            "Connection",
            Drift.connection,
            [("", "All connections")],
            lambda to: Drift.narrow("connection", to),
            places,
        ),
        filter_choice("Sort by", Drift.sort, SORTS, Drift.sort_by, custom_attrs={"data-only": "phone"}),
        rx.cond(Drift.filtered, button("Clear filters", "plain small", on_click=Drift.widen), rx.fragment()),
        rx.el.span(Drift.shown, class_name="muted small num shown", role="status"),
        rx.cond(Session.may_change & (Drift.ready > 1), every, rx.fragment()),
        class_name="toolbar",
    )


def _content() -> rx.Component:
    return rx.cond(Drift.loaded, rx.cond(Drift.matching > 0, _list(), _nothing()), lines(8, "44px"))


def _list() -> rx.Component:
    heads = [
        _head("SKU", "sku"),
        plain_head("Connection"),
        plain_head("Shows", True),
        plain_head("Should show", True),
        _head("Difference", "gap"),
        _head("Since", "since"),
        plain_head("State"),
    ]
    return rx.fragment(
        list_table(heads, rx.foreach(Drift.rows, _row), caption="Drift", busy=Drift.busy),
        pager(Drift.number, Drift.pages, Drift.shown, Drift.go),
    )


def _head(label: str, column: str, right: bool = False) -> rx.Component:
    return sort_head(label, column, Drift.sort, Drift.down, Drift.sort_by, right)


def _row(row: rx.Var[DriftRow]) -> rx.Component:
    title = rx.cond(row.title != "", rx.el.div(row.title, class_name="muted tiny"), rx.fragment())
    rule = rx.cond(row.rule != "", rx.el.div(row.rule, class_name="muted tiny"), rx.fragment())
    return rx.el.tr(
        list_cell("", rx.el.span(row.sku, class_name="mono strong"), title, class_name="lead"),
        list_cell("Connection", origin_tag(row.place)),
        list_cell("Shows", row.live, right=True),
        list_cell("Should show", rx.el.div(rx.el.span(row.ours, class_name="strong"), rule), right=True),
        list_cell("Difference", rx.el.span(row.gap, class_name=rx.cond(row.oversells, "tone-bad", ""))),
        list_cell("Since", ago(row.since), class_name="muted line"),
        list_cell("State", _state(row)),
        key=row.key,
    )


def _state(row: rx.Var[DriftRow]) -> rx.Component:
    word = rx.match(
        row.standing,
        *[(name, badge(label, tone, icon)) for name, (tone, icon, label) in STANDINGS.items()],
        badge(row.standing),
    )
    linked = rx.cond(row.push_id != "", page_link(word, href="/stock/pushes/" + row.push_id), word)
    again = button(
        "Push again",
        "small",
        "send",
        Drift.pushing == row.key,
        on_click=Drift.repush(row.key),
        custom_attrs={"aria-label": "Push " + row.sku + " again"},
    )
    said = rx.cond(row.said != "", rx.el.div(row.said, class_name="tiny wrap-any"), rx.fragment())
    return rx.el.div(
        rx.el.div(linked, rx.cond(row.again & Session.may_change, again, rx.fragment()), class_name="row wrap"),
        said,
        class_name="col",
        style={"gap": "4px"},
    )


def _nothing() -> rx.Component:
    return rx.cond(
        Drift.total > 0,
        empty_state(
            "search-x",
            "Nothing matches",
            "Nothing here has what you filter for. Change the search, or clear the filters.",
            button("Clear filters", on_click=Drift.widen),
        ),
        empty_state(
            "equal",
            "No drift",
            "Every connection shows what it should, as far as it was last read.",
        ),
    )
