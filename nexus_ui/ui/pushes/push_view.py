"""One push, drawn: what it is, what it would send or sent, and what a person can decide."""

from typing import Any

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.frame import frame
from nexus_ui.ui.parts import (
    absolute,
    ago,
    badge,
    button,
    dialog,
    dialog_body,
    dialog_foot,
    empty_state,
    lines,
    link_button,
    notice,
    page_link,
    pager,
    search_box,
)
from nexus_ui.ui.parts.listing import filter_choice, list_cell, list_table, origin_tag, plain_head
from nexus_ui.ui.pushes.list_view import push_badge
from nexus_ui.ui.pushes.push_state import OnePush
from nexus_ui.ui.pushes.rows import ReceiptRow

PUSH = OnePush.push
ROW = OnePush.push.row
STATES = {
    "planned": ("wait", "hourglass", "Planned"),
    "sent": ("wait", "send", "Sent"),
    "superseded": ("", "replace", "Superseded"),
    "skipped": ("warn", "circle-slash", "Skipped"),
    "refused": ("bad", "circle-x", "Refused"),
    "stale": ("warn", "refresh-cw", "Stale"),
    "accepted": ("ok", "check", "Accepted"),
    "confirmed": ("ok", "check-check", "Confirmed"),
}
FILTER = [
    ("", "All numbers"),
    ("emptied", "Falls to zero"),
    ("taken", "Accepted"),
    ("trouble", "Refused, skipped or stale"),
]


def push_view() -> rx.Component:
    """The whole page."""
    gone = empty_state(
        "search-x",
        "This push does not exist",
        "The link is wrong, or the push is older than what is kept.",
        link_button("Show pushes", "/stock/pushes"),
    )
    title = rx.el.span(
        page_link("Stock", href="/stock", class_name="wide-only"),
        rx.el.span("/", class_name="faint wide-only", aria_hidden="true"),
        page_link("Pushes", href="/stock/pushes"),
        rx.el.span("/", class_name="faint", aria_hidden="true"),
        rx.el.span(rx.cond(OnePush.loaded & ~OnePush.missing, ROW.what, "Push"), class_name="cut"),
        class_name="crumb",
    )
    content = rx.cond(OnePush.loaded, rx.cond(OnePush.missing, gone, _everything()), lines(8, "44px"))
    return frame(title, content, _undo_dialog(), place="Stock")


def _everything() -> rx.Component:
    return rx.el.div(_head(), _notices(), rx.el.div(_toolbar(), _list()), class_name="col wide detail")


def _head() -> rx.Component:
    undo = button("Undo", "small", "undo-2", OnePush.busy == "undo", on_click=OnePush.ask_undo(True))
    return rx.el.section(
        rx.el.div(
            rx.el.div(origin_tag(ROW.place), class_name="col grow"),
            push_badge(ROW.state),
            rx.cond(PUSH.undoable & Session.may_change, undo, rx.fragment()),
            class_name="detail-head",
        ),
        _facts(),
        class_name="card",
        aria_label="Push",
    )


def _facts() -> rx.Component:
    by = rx.cond(ROW.by != "", rx.fragment(" by ", ROW.by), rx.fragment())
    undone = rx.cond(
        PUSH.undoes != "",
        rx.fragment(" ", page_link("of this push", href="/stock/pushes/" + PUSH.undoes)),
        rx.fragment(),
    )
    came = rx.el.span(
        rx.cond(ROW.refused != "", rx.el.span(ROW.refused, class_name="tone-bad"), rx.fragment()),
        rx.cond((ROW.refused != "") & (ROW.came != ""), ", ", ""),
        ROW.came,
    )
    facts = (
        ("Why", rx.el.span(ROW.cause, undone, by)),
        ("Planned", ago(ROW.created)),
        ("Decided", rx.cond(PUSH.decided != "", rx.el.span(PUSH.decided, " ", ago(PUSH.decided_at)), _none())),
        ("Came of it", rx.cond((ROW.came != "") | (ROW.refused != ""), came, _none())),
    )
    return rx.el.dl(
        *[rx.el.div(rx.el.dt(name), rx.el.dd(value), class_name="fact") for name, value in facts],
        class_name="con-facts",
    )


def _none() -> rx.Component:
    return rx.el.span("–", class_name="faint")


def _notices() -> rx.Component:
    """Why the push is held, and the buttons that decide; later, why it was, and what took it back."""
    label = rx.cond(
        OnePush.left_out.length() > 0,
        rx.el.span("Approve ", OnePush.chosen, " of ", PUSH.numbers),
        rx.el.span("Approve all ", PUSH.numbers),
    )
    approve = button(
        label,
        "primary",
        "check",
        OnePush.busy == "approve",
        disabled=OnePush.chosen == 0,
        on_click=OnePush.approve,
    )
    decline = button("Decline all", "danger", "x", OnePush.busy == "decline", on_click=OnePush.decline)
    without = rx.cond(
        PUSH.emptied > 0,
        button("Leave out what falls to zero", "plain small", on_click=OnePush.leave_out_emptied),
        rx.fragment(),
    )
    again = rx.cond(
        OnePush.left_out.length() > 0, button("Take all again", "plain small", on_click=OnePush.take_all), rx.fragment()
    )
    choices = rx.cond(
        Session.may_change,
        rx.el.div(approve, decline, without, again, class_name="row wrap", style={"padding_top": "6px"}),
        rx.el.span("An admin or the owner can approve it.", class_name="muted"),
    )
    said = rx.el.span(PUSH.because, class_name="strong wrap-any")
    rest = rx.el.span(
        "Nothing of it has been sent. What you leave out is declined: it stays as it is there, but for sales, until "
        "somebody changes its stock or pushes it again.",
        class_name="muted",
    )
    held = notice(said, rest, choices, tone="warn", icon="hand", role="region", aria_label="Approval")
    earlier = notice(rx.el.span("It was held: ", PUSH.because), icon="hand")
    link = page_link("another push", href="/stock/pushes/" + PUSH.undone_by)
    back = notice(rx.el.span("It was taken back by ", link, "."), icon="undo-2")
    return rx.fragment(
        rx.cond(PUSH.held, held, rx.cond(PUSH.because != "", earlier, rx.fragment())),
        rx.cond(PUSH.undone_by != "", back, rx.fragment()),
    )


def _toolbar() -> rx.Component:
    return rx.el.div(
        search_box("Search SKU", value=OnePush.search, on_change=OnePush.look_for),
        filter_choice("Which numbers", OnePush.only, FILTER, OnePush.narrow),
        rx.el.span(OnePush.counted, class_name="muted small num shown", role="status"),
        class_name="toolbar",
    )


def _list() -> rx.Component:
    deciding = PUSH.held & Session.may_change
    heads = [
        plain_head("SKU"),
        plain_head("Now", True),
        plain_head("New", True),
        plain_head("Rule"),
        plain_head("State"),
    ]
    tick = rx.cond(deciding, rx.el.th(rx.el.span("Send", class_name="sr"), scope="col"), rx.fragment())
    table = list_table([tick, *heads], rx.foreach(OnePush.rows, _row), caption="Numbers of this push")
    nothing = empty_state("search-x", "No such number", "This push has numbers, but none of this kind.")
    return rx.cond(
        OnePush.rows.length() > 0,
        rx.fragment(table, pager(OnePush.number, OnePush.pages, OnePush.counted, OnePush.go)),
        nothing,
    )


def _row(row: rx.Var[ReceiptRow]) -> rx.Component:
    out = OnePush.left_out.contains(row.place)
    tick = rx.el.input(
        type="checkbox",
        checked=row.waits & ~out,
        disabled=~row.waits,
        id="send-" + row.id,
        aria_label="Send " + row.sku,
        on_change=OnePush.leave_out(row.place),
    )
    sku = rx.el.label(row.sku, html_for="send-" + row.id, class_name="mono strong")
    named = [
        rx.cond(part != "", rx.el.div(part, class_name="muted tiny"), rx.fragment())
        for part in (row.title, row.location)
    ]
    change = rx.cond(row.change != "", rx.el.div(row.change, class_name="tiny num muted"), rx.fragment())
    cause = rx.cond(row.cause != "", rx.el.div(row.cause, class_name="muted tiny wrap-any"), rx.fragment())
    return rx.el.tr(
        rx.cond(PUSH.held & Session.may_change, list_cell("Send", tick), rx.fragment()),
        list_cell("", sku, *named, class_name="lead"),
        list_cell("Now", row.before, right=True, class_name="muted"),
        list_cell("New", rx.el.div(rx.el.span(row.after, class_name="strong strike " + row.tone), change), right=True),
        list_cell("Rule", rx.el.div(row.rule, cause)),
        list_cell("State", _state(row)),
        class_name=rx.cond(out & row.waits, "left-out", ""),
        key=row.id,
    )


def _state(row: rx.Var[ReceiptRow]) -> rx.Component:
    word = rx.match(
        row.state,
        *[(name, badge(label, tone, icon)) for name, (tone, icon, label) in STATES.items()],
        badge(row.state),
    )
    held = rx.cond(PUSH.held & row.waits, badge("Waits for you", "warn", "hand"), word)
    notes: list[Any] = [
        rx.cond(row.read_back != "", rx.el.div(row.read_back, class_name="tiny tone-warn"), rx.fragment()),
        rx.cond(row.said != "", rx.el.div(row.said, class_name="tiny wrap-any"), rx.fragment()),
        rx.cond(row.at != "", rx.el.div(absolute(row.at), class_name="tiny muted"), rx.fragment()),
    ]
    return rx.el.div(held, *notes, class_name="col", style={"gap": "2px", "align_items": "flex-start"})


def _undo_dialog() -> rx.Component:
    return dialog(
        dialog_body(
            rx.el.p(
                "What stood at ",
                ROW.place.name,
                " before this push is sent there again, less what was sold since. Those numbers then stay as they are, "
                "but for sales, until somebody changes the stock.",
            )
        ),
        dialog_foot(
            button("Cancel", on_click=OnePush.ask_undo(False)),
            button("Send the earlier numbers", "primary", on_click=OnePush.undo),
        ),
        title="Undo this push",
        shown=OnePush.undoing,
        on_open_change=OnePush.ask_undo,
    )
