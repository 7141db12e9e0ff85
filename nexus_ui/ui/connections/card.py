"""One card, drawn. What appears while a cycle runs has its place reserved, so that nothing jumps."""

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.connections.notes import busy, card_notes, sync_button
from nexus_ui.ui.connections.rows import Card
from nexus_ui.ui.connections.state import Connections
from nexus_ui.ui.parts import (
    ago,
    badge,
    button,
    countdown,
    health_strip,
    health_word,
    mark,
    menu,
    menu_item,
    menu_line,
    next_run,
    page_link,
    progress,
    status_badge,
)
from nexus_ui.ui.sync_log import SyncLog


@rx.memo
def connection_card(card: rx.Var[Card]) -> rx.Component:
    """The card of one connection."""
    return rx.el.article(
        _head(card),
        card_facts(card),
        card_notes(card),
        card_pulse(card),
        _foot(card),
        class_name="card",
        aria_label=card.name,
        id=card.id,
    )


def _head(card: rx.Var[Card]) -> rx.Component:
    sandbox = rx.cond(card.sandbox, badge("Sandbox", "accent", class_name="square"), rx.fragment())
    account = rx.el.div(
        card.marketplace_name, " · ", card.identifier, class_name="muted tiny cut", title=card.identifier
    )
    link = page_link(card.name, href="/connections/" + card.id)
    name = rx.el.h2(link, class_name="con-name cut", title=card.name)
    who = rx.el.div(rx.el.div(name, sandbox, class_name="row"), account, class_name="col grow", style={"gap": "1px"})
    return rx.el.header(mark(card.marketplace), who, card_status(card), class_name="con-head")


def card_status(card: rx.Var[Card]) -> rx.Component:
    """The status, and beside it the mark of one that should have been heard from by now."""
    overdue = rx.cond(card.overdue_since != "", badge("Overdue", "bad", "alarm-clock"), rx.fragment())
    return rx.el.div(overdue, status_badge(card.status), class_name="con-status")


def card_facts(card: rx.Var[Card]) -> rx.Component:
    """When it synced last and will next, and how much there is."""
    unplanned = rx.cond(card.trouble.title != "", "After the fix", "Not planned")
    planned = rx.cond(
        card.next_sync != "", next_run(card.next_sync, card.overdue_since), rx.el.span(unplanned, class_name="faint")
    )
    next_sync = rx.cond(
        card.running,
        rx.el.span("Running now"),
        rx.cond(card.starting, rx.el.span("Starting"), rx.cond(card.paused, rx.el.span("Paused"), planned)),
    )
    last_sync = rx.cond(card.last_sync != "", ago(card.last_sync), rx.el.span("Not yet", class_name="faint"))
    facts = (
        ("Last sync", last_sync),
        ("Next sync", next_sync),
        ("Products", card.products),
        ("Orders today", card.orders),
    )
    return rx.el.dl(
        *[rx.el.div(rx.el.dt(name), rx.el.dd(value), class_name="fact") for name, value in facts],
        class_name="con-facts",
    )


def card_pulse(card: rx.Var[Card]) -> rx.Component:
    """Health on the left; on the right, while a cycle runs, what it does and how long it will take."""
    done = rx.el.span(
        card.work.counts,
        rx.cond(card.work.remaining != "", rx.fragment(" · ", card.work.remaining), rx.fragment()),
        class_name="num cut",
    )
    waits = rx.el.span(
        "Waiting for ", card.marketplace_name, " ", countdown(card.work.waiting), class_name="tone-wait cut"
    )
    work = rx.el.div(
        rx.el.span(card.work.stage, class_name="cut strong"),
        rx.cond(card.work.waiting != "", waits, done),
        class_name="con-work",
    )
    return rx.el.div(
        rx.el.div(
            health_strip(card.strip, card.strip_words),
            health_word(card.health),
            class_name="con-health",
            title=card.strip_words,
        ),
        rx.cond(card.running, work, rx.fragment()),
        rx.cond(
            card.running,
            rx.el.div(progress(card.work.percent, "Progress of the running sync"), class_name="con-bar"),
            rx.fragment(),
        ),
        class_name="con-pulse",
    )


def _foot(card: rx.Var[Card]) -> rx.Component:
    return rx.el.footer(
        card_action(card),
        log_button(card, "small plain"),
        rx.el.span(class_name="grow"),
        card_menu(card),
        class_name="con-foot",
    )


def card_action(card: rx.Var[Card]) -> rx.Component:
    """The one thing to do next: sync, or resume. Nothing for those who only look."""
    resume = button("Resume", "small", "play", busy(card), on_click=Connections.resume(card.id))
    return rx.cond(Session.may_change, rx.cond(card.paused, resume, sync_button(card, "Sync now")), rx.fragment())


def log_button(card: rx.Var[Card], kind: str) -> rx.Component:
    """Opens the sync log."""
    return button("View sync log", kind, "scroll-text", on_click=SyncLog.open_log(card.id))


def card_menu(card: rx.Var[Card]) -> rx.Component:
    """Everything else one can do with a connection. Nothing for those who only look."""
    page = "/connections/" + card.id
    pause = rx.cond(
        card.paused,
        menu_item("Resume", "play", on_click=Connections.resume(card.id)),
        menu_item("Pause", "pause", on_click=Connections.ask("pause", card.id)),
    )
    items = menu(
        "More actions",
        rx.cond(
            card.by_consent,
            menu_item("Reconnect", "link-2", href=page + "/credentials"),
            menu_item("Edit credentials", "key-round", href=page + "/credentials"),
        ),
        menu_item("Settings", "settings-2", href="/settings/connections/" + card.id),
        menu_item("Pushes of stock", "send", href="/stock/pushes?connection=" + card.id),
        menu_item("Diagnosis", "stethoscope", href=page + "/why"),
        pause,
        menu_line(),
        menu_item("Remove", "trash-2", danger=True, on_click=Connections.ask("remove", card.id)),
    )
    return rx.cond(Session.may_change, items, rx.fragment())
