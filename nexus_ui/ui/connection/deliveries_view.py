"""The deliveries of a connection, drawn: what arrived and what came of it, and what was refused."""

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.connection.hooks import Hooks
from nexus_ui.ui.connection.hooks_rows import DeliveryRow, Line, RejectionRow
from nexus_ui.ui.parts import absolute, ago, badge, button, empty_state, pager, until
from nexus_ui.ui.parts.listing import filter_choice, list_cell, list_table, plain_head

STATES = {
    "kept": ("wait", "hourglass", "Waiting"),
    "done": ("ok", "circle-check", "Done"),
    "ignored": ("", "circle-slash", "Nothing to do"),
    "failed": ("bad", "circle-x", "Failed"),
}
FILTER = [("", "All"), *((word, label) for word, (_, _, label) in STATES.items())]


def deliveries_section() -> rx.Component:
    """What was accepted, page by page; one can be opened and replayed."""
    again = rx.cond(
        Session.may_change & (Hooks.failed > 0),
        button(
            rx.fragment("Replay failed (", Hooks.failed, ")"),
            "small",
            "rotate-ccw",
            Hooks.busy == "failed",
            on_click=Hooks.replay_failed,
        ),
        rx.fragment(),
    )
    bar = rx.el.div(
        filter_choice("Show", Hooks.result, FILTER, Hooks.narrow),
        rx.el.span(Hooks.counted, class_name="muted small num grow", role="status"),
        again,
        class_name="toolbar",
        style={"margin_bottom": "0"},
    )
    return rx.el.section(
        rx.el.h2("Deliveries"),
        rx.cond(Hooks.total > 0, rx.fragment(bar, rx.cond(Hooks.matching > 0, _list(), _no_match())), _nothing()),
        class_name="card pad settings-section",
        aria_label="Deliveries",
    )


def rejections_section() -> rx.Component:
    """The newest refused ones; nothing they say was believed."""
    heads = [plain_head("Received"), plain_head("Why"), plain_head("Answer", True)]
    nothing = rx.el.p("None so far.", class_name="muted small")
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Rejected deliveries"),
            rx.el.p("They changed nothing. Their content was neither read nor kept.", class_name="muted small"),
            class_name="col",
            style={"gap": "2px"},
        ),
        rx.cond(
            Hooks.rejections.length() > 0,
            list_table(heads, rx.foreach(Hooks.rejections, _rejection), caption="Rejected deliveries"),
            nothing,
        ),
        class_name="card pad settings-section",
        aria_label="Rejected deliveries",
    )


def _list() -> rx.Component:
    heads = [
        plain_head("Topic"),
        plain_head("State"),
        plain_head("Received"),
        plain_head("Effect"),
        plain_head("Copies", True),
    ]
    return rx.fragment(
        list_table(heads, rx.foreach(Hooks.deliveries, _row), caption="Deliveries"),
        pager(Hooks.number, Hooks.pages, Hooks.counted, Hooks.go),
    )


def _row(row: rx.Var[DeliveryRow]) -> rx.Component:
    here = Hooks.opened.id == row.id
    handle = rx.el.button(
        rx.cond(
            here,
            rx.icon("chevron-down", size=14, aria_hidden="true"),
            rx.icon("chevron-right", size=14, aria_hidden="true"),
        ),
        rx.el.code(row.topic, class_name="wrap-any"),
        type="button",
        class_name="linklike",
        aria_expanded=rx.cond(here, "true", "false"),
        on_click=Hooks.toggle(row.id),
    )
    state = rx.match(
        row.state,
        *[(word, badge(label, tone, icon)) for word, (tone, icon, label) in STATES.items()],
        badge(row.state),
    )
    again = rx.cond(
        row.next_try != "", rx.el.div("Next try ", until(row.next_try), class_name="muted tiny"), rx.fragment()
    )
    effect = rx.el.span(row.said, class_name=rx.cond(row.grave, "tone-bad", ""))
    said = rx.cond(row.said != "", effect, rx.el.span("–", class_name="faint"))
    line = rx.el.tr(
        list_cell("", handle, class_name="lead"),
        list_cell("State", state),
        list_cell("Received", ago(row.received), class_name="line"),
        list_cell("Effect", said, again),
        list_cell("Copies", row.copies, right=True),
        class_name="pick",
    )
    return rx.fragment(line, rx.cond(here, _opened(row), rx.fragment()), key=row.id)


def _opened(row: rx.Var[DeliveryRow]) -> rx.Component:
    opened = Hooks.opened
    again = rx.cond(
        Session.may_change & opened.replayable,
        button("Replay", "small", "rotate-ccw", Hooks.busy == row.id, on_click=Hooks.replay(row.id)),
        rx.fragment(),
    )
    payload = rx.el.div(
        rx.el.h3("Payload, personal data masked"),
        rx.el.pre(opened.body, class_name="raw", tab_index=0, aria_label="Payload"),
        class_name="col",
    )
    detail = rx.el.div(
        rx.el.dl(rx.foreach(opened.lines, _line), class_name="lines"),
        rx.cond(opened.body != "", payload, rx.fragment()),
        rx.el.div(again, rx.el.span(row.id, class_name="faint tiny mono cut"), class_name="row wrap"),
        class_name="col wide",
    )
    return rx.el.tr(rx.el.td(detail, col_span=5), class_name="opened")


def _line(line: rx.Var[Line]) -> rx.Component:
    said = rx.cond(line.at != "", absolute(line.at), line.value)
    return rx.fragment(rx.el.dt(line.name), rx.el.dd(said), key=line.name)


def _rejection(row: rx.Var[RejectionRow]) -> rx.Component:
    return rx.el.tr(
        list_cell("Received", ago(row.at), class_name="line"),
        list_cell("Why", row.reason, rx.el.div(row.note, class_name="muted tiny wrap-any")),
        list_cell("Answer", row.answer, right=True),
        key=row.id,
    )


def _no_match() -> rx.Component:
    return empty_state("search-x", "No such delivery", "There are deliveries, but none of this kind.")


def _nothing() -> rx.Component:
    return empty_state("inbox", "Nothing has arrived yet", "The first delivery shows here the moment it is stored.")
