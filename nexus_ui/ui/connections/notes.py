"""What a card says before anything else: an error and its fix, what is set aside, a wait, a doubt, a pause."""

from typing import Any

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.connections.rows import Card
from nexus_ui.ui.connections.state import Connections
from nexus_ui.ui.parts import ago, button, countdown, link_button, notice, page_link, short, until


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
        ("sync", sync_button(card, trouble.button)),
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


def sync_button(card: rx.Var[Card], label: Any) -> rx.Component:
    """Asks for a sync."""
    return button(
        label,
        "small",
        "refresh-cw",
        busy(card) | card.starting,
        disabled=card.running | card.paused,
        on_click=Connections.sync_now(card.id),
    )


def busy(card: rx.Var[Card]) -> rx.Var[bool]:
    """Whether something is being done with the connection right now."""
    return Connections.busy_id == card.id
