"""One card, drawn. What appears while a cycle runs has its place reserved, so that nothing jumps."""

from typing import Any

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.connections.rows import Card
from nexus_ui.ui.connections.state import Connections
from nexus_ui.ui.parts import (
    ago,
    badge,
    button,
    countdown,
    health_strip,
    health_word,
    link_button,
    mark,
    menu,
    menu_item,
    menu_line,
    next_run,
    notice,
    page_link,
    progress,
    short,
    status_badge,
    until,
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


def card_notes(card: rx.Var[Card], asks_why: bool = True) -> rx.Component:
    """What a person should know before anything else: an error, a wait, a pause. `asks_why`: leads to its story."""
    return rx.fragment(
        rx.cond(card.trouble.title != "", _trouble(card, asks_why), rx.fragment()),
        *([rx.cond(card.set_aside != "", _set_aside(card), rx.fragment())] if asks_why else []),
        rx.cond(card.overdue_since != "", _overdue(card), rx.fragment()),
        rx.cond(card.limited_until != "", _limited(card), rx.fragment()),
        rx.cond(card.doubt != "", _doubt(card), rx.fragment()),
        rx.cond(card.paused, _paused(card), rx.fragment()),
        rx.cond(card.held != "", _held(card), rx.fragment()),
    )


def _trouble(card: rx.Var[Card], asks_why: bool) -> rx.Component:
    trouble = card.trouble
    fix = rx.match(
        trouble.way,
        ("page", rx.cond(Session.may_change, link_button(trouble.button, trouble.url, "small"), rx.fragment())),
        (
            "portal",
            rx.el.a(
                trouble.button, href=trouble.url, target="_blank", rel="noopener noreferrer", class_name="btn small"
            ),
        ),
        ("sync", _sync_button(card, trouble.button)),
        rx.fragment(),
    )
    retry = rx.cond(
        trouble.next_try != "", rx.el.span("Next try ", until(trouble.next_try), class_name="small"), rx.fragment()
    )
    more = why_link(card) if asks_why else _portal_link(card)
    said = [
        rx.el.div(
            rx.el.span(rx.cond(trouble.part, "In part: ", ""), trouble.title, class_name="strong"),
            rx.cond(trouble.since != "", rx.el.span("since ", ago(trouble.since), class_name="muted"), rx.fragment()),
            class_name="row wrap",
            style={"gap": "0 6px"},
        ),
        rx.el.span(trouble.text, class_name="wrap-any"),
        rx.el.span(trouble.blocks, " ", trouble.resolution, class_name="muted"),
        held_list(trouble.held),
        rx.el.div(fix, retry, more, class_name="row wrap", style={"padding_top": "2px"}),
    ]
    return rx.el.div(
        rx.cond(trouble.part, notice(*said, tone="warn", role="status"), notice(*said, tone="bad", role="alert")),
        class_name="con-slot",
    )


def _portal_link(card: rx.Var[Card]) -> rx.Component:
    """Leads to the marketplace's own page about it."""
    link = rx.el.a(
        "See it at ",
        card.marketplace_name,
        rx.icon("external-link", size=13, aria_hidden="true"),
        href=card.trouble.portal,
        target="_blank",
        rel="noopener noreferrer",
        class_name="small row",
        style={"gap": "4px"},
    )
    return rx.cond(card.trouble.portal != "", link, rx.fragment())


def held_list(held: rx.Var[Any]) -> rx.Component:
    """What is held up, each with its number."""
    lines = rx.foreach(
        held,
        lambda one: rx.el.li(
            one.text,
            rx.cond(one.since != "", rx.fragment(" ", short(one.since), ", ", ago(one.since)), rx.fragment()),
            one.more,
            key=one.text,
        ),
    )
    return rx.cond(held.length() > 0, rx.el.ul(lines, class_name="held", aria_label="Held up"), rx.fragment())


def why_link(card: rx.Var[Card]) -> rx.Component:
    """Leads to the chain of events behind it."""
    asked = rx.cond(card.trouble.part, "What did not arrive?", "Why is this red?")
    return page_link(asked, href="/connections/" + card.id + "/why", class_name="small strong")


def _set_aside(card: rx.Var[Card]) -> rx.Component:
    said = rx.el.span(card.set_aside, " could not be read.")
    link = page_link("Show them", href="/connections/" + card.id + "/why#set-aside", class_name="small strong")
    return rx.el.div(notice(rx.el.span(said, " ", link), tone="warn", role="status"), class_name="con-slot")


def _overdue(card: rx.Var[Card]) -> rx.Component:
    since = rx.el.span("Overdue since ", short(card.overdue_since), class_name="strong")
    return rx.el.div(
        notice(since, rx.el.span(card.overdue_because), tone="bad", icon="alarm-clock", role="alert"),
        class_name="con-slot",
    )


def _doubt(card: rx.Var[Card]) -> rx.Component:
    said = rx.el.div(
        rx.el.span("Less than usual", class_name="strong"),
        rx.el.span("since ", ago(card.doubt_since), class_name="muted"),
        class_name="row wrap",
        style={"gap": "0 6px"},
    )
    advice = rx.el.span("The sync reports no error. Compare with the marketplace's own list.", class_name="muted")
    return rx.el.div(
        notice(said, rx.el.span(card.doubt), advice, tone="warn", icon="trending-down", role="status"),
        class_name="con-slot",
    )


def _limited(card: rx.Var[Card]) -> rx.Component:
    said = rx.el.span(
        card.marketplace_name, " asked us to wait. It goes on in ", countdown(card.limited_until), ".", class_name="num"
    )
    return rx.el.div(notice(said, tone="wait"), class_name="con-slot")


def _paused(card: rx.Var[Card]) -> rx.Component:
    ends = rx.cond(
        card.paused_until != "",
        rx.fragment("Paused ", ago(card.paused_since), ", goes on ", until(card.paused_until), "."),
        rx.fragment("Paused ", ago(card.paused_since), ", until somebody resumes it."),
    )
    why = rx.cond(card.pause_reason != "", rx.el.span(card.pause_reason, class_name="muted wrap-any"), rx.fragment())
    waits = rx.cond(card.pause_waits != "", rx.el.span(card.pause_waits, class_name="small"), rx.fragment())
    return rx.el.div(notice(rx.el.span(ends), why, waits, icon="circle-pause"), class_name="con-slot")


def _held(card: rx.Var[Card]) -> rx.Component:
    look = link_button("Look at it", "/stock/pushes?state=held&connection=" + card.id, "small")
    return rx.el.div(notice(rx.el.span(card.held), rx.el.div(look), tone="warn", icon="hand"), class_name="con-slot")


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
    resume = button("Resume", "small", "play", _busy(card), on_click=Connections.resume(card.id))
    return rx.cond(Session.may_change, rx.cond(card.paused, resume, _sync_button(card, "Sync now")), rx.fragment())


def log_button(card: rx.Var[Card], kind: str) -> rx.Component:
    """Opens the sync log."""
    return button("View sync log", kind, "scroll-text", on_click=SyncLog.open_log(card.id))


def _sync_button(card: rx.Var[Card], label: Any) -> rx.Component:
    return button(
        label,
        "small",
        "refresh-cw",
        _busy(card) | card.starting,
        disabled=card.running | card.paused,
        on_click=Connections.sync_now(card.id),
    )


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


def _busy(card: rx.Var[Card]) -> rx.Var[bool]:
    return Connections.busy_id == card.id
