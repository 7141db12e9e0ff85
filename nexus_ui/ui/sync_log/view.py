"""The sync log, drawn."""

from typing import Any

import reflex as rx

from nexus_ui.ui.parts import (
    absolute,
    badge,
    button,
    countdown,
    dialog,
    dialog_body,
    elapsed,
    empty_state,
    notice,
    pager,
)
from nexus_ui.ui.parts.listing import download_link, filter_choice, list_cell, list_table, plain_head
from nexus_ui.ui.sync_log.rows import CallRow, CycleRow, SetAsideRow, StreamRow
from nexus_ui.ui.sync_log.state import SyncLog

RESULTS = {
    "queued": ("wait", "hourglass", "Queued"),
    "running": ("accent", "loader-circle", "Running"),
    "success": ("ok", "circle-check", "Success"),
    "partial": ("warn", "circle-alert", "Partial"),
    "failed": ("bad", "circle-x", "Failed"),
    "deferred": ("wait", "hourglass", "Deferred"),
    "skipped": ("", "circle-slash", "Skipped"),
    "abandoned": ("warn", "unplug", "Abandoned"),
    "noted": ("", "pencil", "Change"),
}
FILTER = [("", "Every entry"), *((word, label) for word, (_, _, label) in RESULTS.items())]


def sync_log_dialog() -> rx.Component:
    """The dialog; a page that can open it holds it once."""
    return dialog(
        dialog_body(_toolbar(), rx.cond(SyncLog.matching > 0, _list(), _nothing())),
        title="Sync log",
        description=SyncLog.place.name + " · " + SyncLog.place.identifier,
        shown=SyncLog.shown,
        on_open_change=SyncLog.show,
        wide=True,
    )


def _toolbar() -> rx.Component:
    return rx.el.div(
        filter_choice("Show", SyncLog.result, FILTER, SyncLog.narrow),
        rx.el.span(SyncLog.counted, class_name="muted small num grow", role="status"),
        download_link("Export CSV", SyncLog.export_address),
        class_name="toolbar",
    )


def _list() -> rx.Component:
    heads = [
        plain_head("Status"),
        plain_head("Start"),
        plain_head("End"),
        plain_head("Duration", True),
        plain_head("Products", True),
        plain_head("Orders", True),
        plain_head("Inventory", True),
    ]
    return rx.fragment(
        list_table(heads, rx.foreach(SyncLog.rows, _row), caption="Sync cycles"),
        pager(SyncLog.number, SyncLog.pages, SyncLog.counted, SyncLog.go),
    )


def _row(row: rx.Var[CycleRow]) -> rx.Component:
    here = SyncLog.opened == row.id
    handle = rx.el.button(
        rx.cond(
            here,
            rx.icon("chevron-down", size=14, aria_hidden="true"),
            rx.icon("chevron-right", size=14, aria_hidden="true"),
        ),
        _result(row.result),
        type="button",
        class_name="linklike",
        aria_expanded=rx.cond(here, "true", "false"),
        on_click=SyncLog.toggle(row.id),
    )
    took = rx.cond(row.result == "running", elapsed(row.started), row.took)
    line = rx.el.tr(
        list_cell("", handle, rx.el.div(row.cause, class_name="muted tiny indent"), class_name="lead"),
        list_cell("Start", absolute(row.started), class_name="num"),
        list_cell("End", rx.cond(row.finished != "", absolute(row.finished), "–"), class_name="num"),
        list_cell("Duration", took, right=True),
        list_cell("Products", row.products, right=True),
        list_cell("Orders", row.orders, right=True),
        list_cell("Inventory", row.inventory, right=True),
        class_name=rx.cond(_needs_words(row), "pick noted", "pick"),
        id="entry-" + row.id,
    )
    return rx.fragment(line, _said(row), rx.cond(here, _opened(row), rx.fragment()), key=row.id)


def _result(result: Any) -> rx.Component:
    shown = [(word, badge(label, tone, icon)) for word, (tone, icon, label) in RESULTS.items()]
    return rx.match(result, *shown, badge(result))


def _said(row: rx.Var[CycleRow]) -> rx.Component:
    """The sentence under a cycle: what went wrong, what was set aside, or how long it waits."""
    waits = rx.cond(
        row.waiting != "",
        rx.el.span("Waiting for the marketplace, ", countdown(row.waiting), " to go.", class_name="tone-wait"),
        rx.cond(row.stage != "", rx.el.span("Now: ", row.stage, class_name="muted"), rx.fragment()),
    )
    message = rx.cond(
        row.message != "", rx.el.span(row.message, class_name=rx.cond(row.grave, "tone-bad", "muted")), rx.fragment()
    )
    note = rx.cond(row.note != "", rx.el.span(row.note, class_name="muted"), rx.fragment())
    cell = rx.el.td(rx.el.div(message, note, waits, class_name="row wrap small indent"), col_span=7)
    return rx.cond(_needs_words(row), rx.el.tr(cell, class_name="said"), rx.fragment())


def _needs_words(row: rx.Var[CycleRow]) -> rx.Var[bool]:
    return (row.message != "") | (row.note != "") | (row.waiting != "") | (row.stage != "")


def _opened(row: rx.Var[CycleRow]) -> rx.Component:
    detail = SyncLog.detail
    parts = [
        rx.cond(detail.raw_error != "", _raw_error(), rx.fragment()),
        rx.cond(detail.facts.length() > 0, _evidence(), rx.fragment()),
        rx.cond(detail.set_aside.length() > 0, _set_aside(), rx.fragment()),
        rx.cond(detail.calls.length() > 0, _calls(), rx.fragment()),
        rx.el.div(
            button("Copy link to this entry", "small", icon="link", on_click=SyncLog.copy_link(row.id)),
            rx.el.span(row.id, class_name="faint tiny mono cut"),
            class_name="row wrap",
        ),
    ]
    return rx.el.tr(rx.el.td(rx.el.div(*parts, class_name="col wide"), col_span=7), class_name="opened")


def _raw_error() -> rx.Component:
    return rx.el.section(
        rx.el.h3("What the marketplace answered"),
        rx.el.pre(SyncLog.detail.raw_error, class_name="raw", tab_index=0),
        class_name="col",
    )


def _evidence() -> rx.Component:
    facts = rx.foreach(
        SyncLog.detail.facts, lambda fact: rx.fragment(rx.el.dt(fact.name), rx.el.dd(fact.value, class_name="wrap-any"))
    )
    heads = [
        plain_head("Stream"),
        plain_head("From"),
        plain_head("To"),
        plain_head("Records", True),
        plain_head("Rows written", True),
        plain_head("Set aside", True),
        plain_head("End"),
    ]
    streams = list_table(heads, rx.foreach(SyncLog.detail.streams, _stream), caption="What was read")
    return rx.el.section(
        rx.el.h3("Evidence"),
        rx.cond(SyncLog.detail.streams.length() > 0, streams, rx.fragment()),
        rx.el.dl(facts, class_name="kv"),
        class_name="col",
    )


def _stream(stream: rx.Var[StreamRow]) -> rx.Component:
    why = rx.cond(stream.message != "", rx.el.div(stream.message, class_name="tone-bad tiny"), rx.fragment())
    return rx.el.tr(
        list_cell("", rx.el.span(stream.name, class_name="strong"), class_name="lead"),
        list_cell("From", rx.cond(stream.since != "", absolute(stream.since), "the beginning"), class_name="line"),
        list_cell("To", rx.cond(stream.until != "", absolute(stream.until), "–"), class_name="line"),
        list_cell("Records", stream.records, right=True),
        list_cell("Rows written", stream.written, right=True),
        list_cell("Set aside", stream.set_aside, right=True),
        list_cell("End", stream.end, why),
        key=stream.name,
    )


def _set_aside() -> rx.Component:
    heads = [plain_head("Record"), plain_head("Why it was set aside")]
    note = SyncLog.detail.set_aside_note
    return rx.el.section(
        rx.el.h3("Set aside"),
        notice("Everything else arrived. A record comes back by itself once it is correct there.", tone="warn"),
        list_table(heads, rx.foreach(SyncLog.detail.set_aside, _record), caption="Records set aside"),
        rx.cond(note != "", rx.el.p(note, class_name="muted tiny"), rx.fragment()),
        class_name="col",
    )


def _record(record: rx.Var[SetAsideRow]) -> rx.Component:
    raw = rx.cond(
        record.raw != "",
        rx.el.details(rx.el.summary("Raw record", class_name="small"), rx.el.pre(record.raw, class_name="raw")),
        rx.fragment(),
    )
    return rx.el.tr(
        list_cell(
            "",
            rx.el.div(record.ref, class_name="mono wrap-any"),
            rx.el.div(record.stream, class_name="muted tiny"),
            class_name="lead",
        ),
        list_cell("Why", record.reason, raw),
        key=record.key,
    )


def _calls() -> rx.Component:
    heads = [
        plain_head("Call"),
        plain_head("Answer"),
        plain_head("Took", True),
        plain_head("Attempt", True),
        plain_head("Request id"),
    ]
    note = SyncLog.detail.calls_note
    return rx.el.section(
        rx.el.h3("Calls"),
        list_table(heads, rx.foreach(SyncLog.detail.calls, _call), caption="Calls to the marketplace"),
        rx.cond(note != "", rx.el.p(note, class_name="muted tiny"), rx.fragment()),
        class_name="col",
    )


def _call(call: rx.Var[CallRow]) -> rx.Component:
    answer = rx.el.details(
        rx.el.summary("Raw answer", class_name="small"), rx.el.pre(call.excerpt, class_name="raw", tab_index=0)
    )
    return rx.el.tr(
        list_cell(
            "",
            rx.el.div(call.asked, class_name="mono"),
            rx.el.div(call.url, class_name="muted tiny wrap-any"),
            class_name="lead",
        ),
        list_cell(
            "Answer",
            rx.el.span(call.status, class_name=rx.cond(call.problem != "", "tone-bad strong", "")),
            rx.cond(call.problem != "", rx.el.div(call.problem, class_name="small"), rx.fragment()),
            rx.cond(call.excerpt != "", answer, rx.fragment()),
        ),
        list_cell("Took", call.took, right=True),
        list_cell("Attempt", call.attempt, right=True),
        list_cell("Request id", rx.el.span(call.request_id, class_name="mono tiny wrap-any")),
        key=call.id,
    )


def _nothing() -> rx.Component:
    return rx.cond(
        SyncLog.total > 0,
        empty_state("search-x", "No such entry", "The log has entries, but none that ended this way."),
        empty_state("history", "Nothing here yet", "The first sync writes its first line as soon as it starts."),
    )
