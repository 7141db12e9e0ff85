"""The Connections page, drawn: filters, cards, dialogs, and what to do when there is no connection yet."""

from typing import Any

import reflex as rx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.ui.access import Session
from nexus_ui.ui.connections.card import connection_card
from nexus_ui.ui.connections.causes import causes_section
from nexus_ui.ui.connections.dialogs import pause_dialog, remove_dialog
from nexus_ui.ui.connections.removed import removed_section
from nexus_ui.ui.connections.rows import Card
from nexus_ui.ui.connections.state import Connections
from nexus_ui.ui.frame import frame
from nexus_ui.ui.parts import button, empty_state, link_button, pager, search_box, skeleton
from nexus_ui.ui.parts.listing import filter_choice
from nexus_ui.ui.sync_log import sync_log_dialog

SORTS = [
    ("attention", "Needs attention first"),
    ("name", "Name"),
    ("last_sync", "Last sync"),
    ("next_sync", "Next sync"),
]


def connections_page() -> rx.Component:
    """The whole page."""
    add = rx.cond(
        Session.may_change & (Connections.total > 0),
        link_button(_add_label(), "/connections/add", "primary", "plus"),
        rx.fragment(),
    )
    content = rx.cond(
        Connections.loaded,
        rx.cond((Connections.total > 0) | Connections.filtered, _cards(), _nothing()),
        _arriving(),
    )
    return frame(
        "Connections",
        content,
        removed_section(),
        pause_dialog(),
        remove_dialog(),
        sync_log_dialog(),
        place="Connections",
        actions=add,
    )


def _add_label() -> rx.Component:
    return rx.el.span("Add", rx.el.span(" connection", class_name="wide-only"))


def _cards() -> rx.Component:
    shown = rx.foreach(Connections.cards, _card)
    return rx.fragment(
        causes_section(),
        _toolbar(),
        rx.cond(Connections.matching > 0, rx.el.ul(shown, class_name="cards", aria_label="Connections"), _no_match()),
        pager(Connections.number, Connections.pages, Connections.shown, Connections.go),
    )


def _card(card: rx.Var[Card]) -> rx.Component:
    """The card as it was loaded, or as it was told since."""
    newest = rx.cond(Connections.fresh.contains(card.id), Connections.fresh[card.id], card)
    return rx.el.li(connection_card(card=newest), key=card.id)


def _toolbar() -> rx.Component:
    chips = rx.foreach(
        Connections.tallies,
        lambda tally: rx.el.button(
            tally.label,
            rx.el.span(tally.number, class_name="count"),
            type="button",
            class_name="chip",
            aria_pressed=rx.cond(tally.word == Connections.status, "true", "false"),
            on_click=Connections.narrow("status", tally.word),
        ),
    )
    names = rx.foreach(
        Connections.kinds,
        lambda slug: rx.el.option(
            rx.match(slug, *[(kind.slug, kind.name) for kind in CATALOGUE.values()], slug), value=slug
        ),
    )
    return rx.el.div(
        rx.el.div(chips, class_name="chips", role="group", aria_label="Status"),
        rx.el.div(class_name="grow"),
        search_box("Search name or account", value=Connections.search, on_change=Connections.look_for),
        rx.cond(
            Connections.kinds.length() > 1,
            filter_choice(
                "Marketplace",
                Connections.marketplace,
                [("", "All marketplaces")],
                lambda to: Connections.narrow("marketplace", to),
                names,
            ),
            rx.fragment(),
        ),
        filter_choice("Sort by", Connections.sort, SORTS, lambda to: Connections.narrow("sort", to)),
        class_name="toolbar",
    )


def _no_match() -> rx.Component:
    return empty_state(
        "search-x",
        "No connection matches",
        "Change the search, or clear the filters.",
        button("Clear filters", on_click=Connections.widen),
    )


def _nothing() -> rx.Component:
    sandbox = rx.cond(
        Connections.sandbox_offered,
        button(
            "Explore with a sandbox shop", "large", "flask-conical", Connections.exploring, on_click=Connections.explore
        ),
        rx.fragment(),
    )
    first: Any = rx.cond(
        Session.may_change,
        rx.fragment(link_button("Add your first connection", "/connections/add", "primary large", "plus"), sandbox),
        rx.el.span("An admin or the owner can add the first one.", class_name="muted small"),
    )
    return empty_state(
        "plug-zap",
        "Connect your first shop",
        "Sign in to a shop or marketplace account. Its products, orders and stock arrive here and stay in step.",
        first,
    )


def _arriving() -> rx.Component:
    return rx.fragment(
        rx.el.div(skeleton("30px", "320px"), class_name="toolbar"),
        rx.el.div(*[skeleton("236px") for _ in range(3)], class_name="cards", aria_busy="true"),
    )
