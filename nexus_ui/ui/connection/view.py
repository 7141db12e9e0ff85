"""The page of one connection, drawn: its card over the whole width, and the facts behind it."""

from typing import Any

import reflex as rx

from nexus_ui.ui.connection.credentials_view import credentials_panel
from nexus_ui.ui.connection.deliveries_view import deliveries_section, rejections_section
from nexus_ui.ui.connection.facts import Fact
from nexus_ui.ui.connection.hooks import Hooks
from nexus_ui.ui.connection.hooks_view import webhooks_section
from nexus_ui.ui.connection.panel import panel
from nexus_ui.ui.connection.state import ConnectionDetail
from nexus_ui.ui.connections.card import card_action, card_facts, card_menu, card_pulse, card_status, log_button
from nexus_ui.ui.connections.dialogs import pause_dialog, remove_dialog
from nexus_ui.ui.connections.notes import card_notes
from nexus_ui.ui.frame import frame
from nexus_ui.ui.parts import (
    absolute,
    badge,
    empty_state,
    link_button,
    mark,
    page_link,
    skeleton,
)
from nexus_ui.ui.sync_log import sync_log_dialog

CARD = ConnectionDetail.card
FACTS = ConnectionDetail.facts


def connection_page() -> rx.Component:
    """The whole page."""
    gone = empty_state(
        "unplug",
        "This connection does not exist any more",
        "It was removed, or the link is wrong. Its products and orders are still in their lists.",
        link_button("Show connections", "/"),
    )
    ready = ConnectionDetail.loaded & (Hooks.loaded | ConnectionDetail.missing)
    content = rx.cond(ready, rx.cond(ConnectionDetail.missing, gone, _everything()), _arriving())
    name = rx.cond(ConnectionDetail.loaded & ~ConnectionDetail.missing, CARD.name, "Connection")
    title = rx.el.span(
        page_link("Connections", href="/", class_name="wide-only"),
        rx.el.span("/", class_name="faint wide-only", aria_hidden="true"),
        rx.el.span(name, class_name="cut"),
        class_name="crumb",
    )
    return frame(title, content, pause_dialog(), remove_dialog(), sync_log_dialog(), place="Connections")


def _everything() -> rx.Component:
    return rx.el.div(
        _head(),
        rx.el.div(_schedule(), _streams(), credentials_panel(), class_name="trio"),
        webhooks_section(),
        rx.cond(Hooks.offered, rx.fragment(deliveries_section(), rejections_section()), rx.fragment()),
        class_name="col wide detail",
    )


def _head() -> rx.Component:
    sandbox = rx.cond(CARD.sandbox, badge("Sandbox", "accent", class_name="square"), rx.fragment())
    name = rx.el.h2(CARD.name, class_name="con-name cut", title=CARD.name)
    account = rx.el.div(CARD.marketplace_name, " · ", CARD.identifier, class_name="muted tiny cut")
    return rx.el.section(
        rx.el.div(
            mark(CARD.marketplace, "large"),
            rx.el.div(rx.el.div(name, sandbox, class_name="row"), account, class_name="col grow", style={"gap": "1px"}),
            card_status(CARD),
            rx.el.div(card_action(CARD), log_button(CARD, "small"), card_menu(CARD), class_name="row wrap"),
            class_name="detail-head",
        ),
        card_facts(CARD),
        card_notes(CARD),
        card_pulse(CARD),
        class_name="card",
        aria_label=CARD.name,
    )


def _schedule() -> rx.Component:
    change = link_button("Settings", "/settings/connections/" + CARD.id, "small plain", "settings-2")
    return panel("Schedule", _facts(FACTS.schedule), change)


def _streams() -> rx.Component:
    nothing = rx.el.p("Nothing has been read yet. The first sync begins with the products.", class_name="muted small")
    read = rx.fragment(
        rx.el.p("Everything that changed there before these times is here.", class_name="muted tiny"),
        _facts(FACTS.streams),
    )
    return panel("Read so far", rx.cond(FACTS.streams.length() > 0, read, nothing))


def _facts(facts: rx.Var[Any]) -> rx.Component:
    return rx.el.dl(rx.foreach(facts, _fact), class_name="kv")


def _fact(fact: rx.Var[Fact]) -> rx.Component:
    said = rx.cond(fact.at != "", absolute(fact.at), fact.value)
    return rx.fragment(rx.el.dt(fact.name), rx.el.dd(said), key=fact.name)


def _arriving() -> rx.Component:
    return rx.el.div(
        skeleton("176px"),
        rx.el.div(*[skeleton("220px") for _ in range(3)], class_name="trio"),
        skeleton("280px"),
        class_name="col wide",
        aria_busy="true",
    )
