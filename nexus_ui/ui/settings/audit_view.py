"""Settings > Audit log, drawn."""

import reflex as rx

from nexus_ui.storage.audit import Action
from nexus_ui.ui.parts import absolute, ago, button, empty_state, lines, page_link, pager, search_box
from nexus_ui.ui.parts.listing import download_link, filter_choice, list_cell, list_table, plain_head
from nexus_ui.ui.settings.audit_rows import SUBJECTS, AuditRow, ChangeRow, sentence_case
from nexus_ui.ui.settings.audit_state import AuditLog
from nexus_ui.ui.settings.layout import settings_page

ACTIONS = [("", "Everything"), *((action.value, sentence_case(action.value)) for action in Action)]
KINDS = [("", "All subjects"), *((subject.value, words) for subject, words in SUBJECTS.items())]


def audit_page_view() -> rx.Component:
    """The whole page."""
    said = "Who changed what, from what to what. Secrets never appear here, only that somebody replaced them."
    return settings_page("Audit log", rx.el.p(said, class_name="muted small"), _toolbar(), _content())


def _toolbar() -> rx.Component:
    people = rx.foreach(AuditLog.people, lambda name: rx.el.option(name, value=name))
    places = rx.foreach(AuditLog.places, lambda place: rx.el.option(place.name, value=place.id))
    return rx.el.div(
        search_box("Search what it was done to", value=AuditLog.search, on_change=AuditLog.look_for),
        filter_choice("Person", AuditLog.person, [("", "Everybody")], lambda to: AuditLog.narrow("person", to), people),
        filter_choice("What was done", AuditLog.action, ACTIONS, lambda to: AuditLog.narrow("action", to)),
        filter_choice("Subject", AuditLog.subject, KINDS, lambda to: AuditLog.narrow("subject", to)),
        filter_choice(
            "Connection",
            AuditLog.connection,
            [("", "All connections")],
            lambda to: AuditLog.narrow("connection", to),
            places,
        ),
        rx.cond(AuditLog.filtered, button("Clear filters", "plain small", on_click=AuditLog.widen), rx.fragment()),
        rx.el.span(AuditLog.shown, class_name="muted small num shown", role="status"),
        download_link("Export CSV", AuditLog.export_address),
        class_name="toolbar",
    )


def _content() -> rx.Component:
    return rx.cond(AuditLog.loaded, rx.cond(AuditLog.matching > 0, _list(), _nothing()), lines(8, "44px"))


def _list() -> rx.Component:
    heads = [plain_head("When"), plain_head("Who"), plain_head("What"), plain_head("From → to")]
    return rx.fragment(
        list_table(heads, rx.foreach(AuditLog.rows, _row), caption="Audit log", busy=AuditLog.busy),
        pager(AuditLog.number, AuditLog.pages, AuditLog.shown, AuditLog.go),
    )


def _row(row: rx.Var[AuditRow]) -> rx.Component:
    subject = rx.cond(row.href != "", page_link(row.name, href=row.href), rx.el.span(row.name))
    kind = rx.cond((row.kind != "") & (row.name != ""), rx.el.div(row.kind, ": ", subject), rx.fragment(subject))
    more = rx.cond(row.more != "", rx.el.li(row.more, class_name="muted tiny"), rx.fragment())
    changes = rx.el.ul(rx.foreach(row.changes, _change), more, class_name="changes")
    return rx.el.tr(
        list_cell("When", rx.el.div(ago(row.at), rx.el.div(absolute(row.at), class_name="muted tiny nowrap"))),
        list_cell("Who", row.who),
        list_cell(
            "What", rx.el.div(rx.el.div(row.action, class_name="strong"), rx.el.div(kind, class_name="muted small"))
        ),
        list_cell("From → to", rx.cond(row.changes.length() > 0, changes, rx.fragment())),
        key=row.id,
    )


def _change(change: rx.Var[ChangeRow]) -> rx.Component:
    told = rx.cond(
        change.between,
        rx.fragment(rx.el.del_(change.before), " → ", rx.el.ins(change.after)),
        rx.el.ins(change.after),
    )
    return rx.el.li(rx.el.span(change.field, class_name="muted"), rx.cond(change.after != "", ": ", ""), told)


def _nothing() -> rx.Component:
    return rx.cond(
        AuditLog.total > 0,
        empty_state(
            "search-x",
            "No entry matches",
            "Nobody did what you filter for. Change the search, or clear the filters.",
            button("Clear filters", on_click=AuditLog.widen),
        ),
        empty_state("scroll-text", "Nothing yet", "What people change in this panel is listed here."),
    )
