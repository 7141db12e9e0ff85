"""The webhooks of a connection, drawn: where they arrive, how each topic stands, and the secret that signs them."""

from typing import Any

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.connection.hooks import Hooks
from nexus_ui.ui.connection.hooks_rows import ARRIVING, REJECTED, Healed, TopicRow
from nexus_ui.ui.parts import ago, badge, button, empty_state, icon_button, notice, page_link, until
from nexus_ui.ui.parts.listing import list_cell, list_table, plain_head

STATES = {
    "unknown": ("", "circle-dashed", "Not checked yet"),
    "registered": ("ok", "circle-check", "Registered"),
    "missing": ("warn", "circle-alert", "Missing there"),
    "switched_off": ("warn", "circle-pause", "Switched off there"),
    "elsewhere": ("warn", "corner-up-right", "Sent elsewhere"),
    "by_hand": ("wait", "hand", "Register by hand"),
    ARRIVING: ("ok", "circle-check", "Arriving"),
    REJECTED: ("warn", "shield-alert", "All rejected"),
}


def webhooks_section() -> rx.Component:
    """The section, also where the marketplace offers no webhooks."""
    nothing = empty_state(
        "radio",
        "No webhooks from " + Hooks.marketplace_name,
        "Nexus asks it for changes on the schedule above instead. Nothing is missed, it only arrives a little later.",
    )
    return rx.el.section(
        rx.el.h2("Webhooks"),
        rx.cond(Hooks.offered, _offered(), nothing),
        class_name="card pad settings-section",
        aria_label="Webhooks",
        id="webhooks",
    )


def _offered() -> rx.Component:
    rejected = notice(
        rx.el.span("Deliveries arrive, but all of them are rejected.", class_name="strong"),
        rx.el.span(
            "The secret there is most likely another one than here. Until it is put right, polling fills the gap."
        ),
        tone="warn",
        role="status",
    )
    return rx.fragment(
        _address(),
        rx.cond(Hooks.all_rejected, rejected, rx.fragment()),
        rx.foreach(Hooks.healed, _healed),
        rx.cond(Hooks.problem != "", notice(Hooks.problem, tone="warn", role="status"), rx.fragment()),
        rx.cond(
            Hooks.by_hand != "",
            notice(rx.el.span("Register them by hand", class_name="strong"), rx.el.span(Hooks.by_hand), icon="hand"),
            rx.fragment(),
        ),
        _topics(),
        _secret(),
    )


def _address() -> rx.Component:
    return rx.el.div(
        rx.el.span("Endpoint", class_name="label", id="endpoint-label"),
        rx.el.div(
            rx.el.code(Hooks.address, aria_labelledby="endpoint-label"),
            icon_button("copy", "Copy the address", "small", 14, on_click=Hooks.copy_address),
            class_name="address",
        ),
        rx.el.dl(
            _tally("Accepted in 24 h", Hooks.day),
            _tally("Accepted in 7 days", Hooks.week),
            class_name="tallies",
        ),
        class_name="col",
    )


def _tally(name: str, said: Any) -> rx.Component:
    return rx.el.div(rx.el.dt(name), rx.el.dd(said), class_name="fact")


def _healed(note: rx.Var[Healed]) -> rx.Component:
    said = rx.el.span(note.said, " ", ago(note.at), ". ", page_link("Show that sync", href=note.href))
    return notice(said, tone="ok", role="status", key=note.said)


def _topics() -> rx.Component:
    heads = [
        plain_head("Topic"),
        plain_head("State"),
        plain_head("Last delivery"),
        plain_head("In 24 h", True),
        plain_head("In 7 days", True),
    ]
    return list_table(heads, rx.foreach(Hooks.topics, _topic), caption="Webhook topics")


def _topic(row: rx.Var[TopicRow]) -> rx.Component:
    own = (row.problem != "") & (Hooks.problem == "")
    return rx.el.tr(
        list_cell(
            "",
            rx.el.code(row.topic, class_name="strong wrap-any"),
            rx.el.div(row.why, class_name="muted tiny"),
            class_name="lead",
        ),
        list_cell(
            "State",
            rx.match(
                row.state,
                *[(word, badge(label, tone, icon)) for word, (tone, icon, label) in STATES.items()],
                badge(row.state),
            ),
            rx.cond(own, rx.el.div(row.problem, class_name="tone-warn tiny"), rx.fragment()),
        ),
        list_cell("Last delivery", rx.cond(row.last != "", ago(row.last), rx.el.span("None yet", class_name="faint"))),
        list_cell("In 24 h", row.day, right=True),
        list_cell("In 7 days", row.week, right=True),
        key=row.topic,
    )


def _secret() -> rx.Component:
    secret = Hooks.secret
    age = rx.cond(secret.set_at != "", rx.fragment(", set ", ago(secret.set_at)), rx.fragment())
    due = rx.cond(secret.next_at != "", rx.fragment(" Replaced by itself ", until(secret.next_at), "."), rx.fragment())
    before = rx.cond(
        secret.before != "",
        rx.el.span(
            "The one before it is still accepted. That ends ", until(secret.before), ".", class_name="tone-wait"
        ),
        rx.fragment(),
    )
    hint = rx.cond(Hooks.rotation != "", rx.el.span("To replace it: ", Hooks.rotation), rx.fragment())
    return rx.el.div(
        rx.el.div(
            rx.el.h3("Signing secret"),
            rx.el.p(secret.said, age, ".", due, class_name="small"),
            rx.el.p(before, class_name="small"),
            rx.el.p(hint, class_name="muted small"),
            class_name="col grow",
            style={"gap": "2px"},
        ),
        rx.cond(
            Session.may_change & secret.ours,
            button("Rotate now", "small", "rotate-cw", Hooks.busy == "rotate", on_click=Hooks.rotate),
            rx.fragment(),
        ),
        class_name="row wide wrap",
    )
