"""The page, drawn: what is wrong and what it holds up, the chain of events, what is set aside, the evidence pack."""

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.connections.card import card_action
from nexus_ui.ui.connections.notes import card_notes
from nexus_ui.ui.frame import frame
from nexus_ui.ui.parts import (
    ago,
    button,
    empty_state,
    link_button,
    mark,
    notice,
    page_link,
    short,
    skeleton,
    status_badge,
)
from nexus_ui.ui.parts.listing import download_link, list_cell, list_table, plain_head
from nexus_ui.ui.sync_log import sync_log_dialog
from nexus_ui.ui.why.rows import ICONS, EventRow, LinkRow, RecordRow
from nexus_ui.ui.why.state import Why

CARD = Why.card


def why_page() -> rx.Component:
    """The whole page."""
    gone = empty_state(
        "unplug",
        "This connection does not exist any more",
        "It was removed, or the link is wrong.",
        link_button("Show connections", "/"),
    )
    content = rx.cond(Why.loaded, rx.cond(Why.missing, gone, _everything()), _arriving())
    name = rx.cond(
        Why.loaded & ~Why.missing,
        rx.fragment(
            page_link(CARD.name, href="/connections/" + CARD.id, class_name="cut"),
            rx.el.span("/", class_name="faint", aria_hidden="true"),
            rx.el.span("Why", class_name="line"),
        ),
        "Why",
    )
    title = rx.el.span(
        page_link("Connections", href="/", class_name="wide-only"),
        rx.el.span("/", class_name="faint wide-only", aria_hidden="true"),
        name,
        class_name="crumb",
    )
    return frame(title, content, sync_log_dialog(), place="Connections")


def _everything() -> rx.Component:
    return rx.el.div(
        _summary(),
        rx.cond(Why.events.length() > 0, _chain(), rx.fragment()),
        rx.cond(Why.total > 0, _set_aside(), rx.fragment()),
        _pack(),
        class_name="col wide detail story-page",
    )


def _summary() -> rx.Component:
    account = rx.el.div(CARD.name, " · ", CARD.marketplace_name, " · ", CARD.identifier, class_name="muted tiny cut")
    said = rx.match(
        Why.tone,
        ("ok", notice(Why.said, tone="ok")),
        ("warn", notice(Why.said, tone="warn")),
        rx.fragment(),
    )
    return rx.el.section(
        rx.el.div(
            mark(CARD.marketplace, "large"),
            rx.el.div(rx.el.h2(Why.title), account, class_name="col grow", style={"gap": "1px"}),
            status_badge(CARD.status),
            card_action(CARD),
            class_name="detail-head",
        ),
        card_notes(CARD, asks_why=False),
        rx.cond(Why.said != "", rx.el.div(said, class_name="con-slot"), rx.fragment()),
        class_name="card",
        aria_label="Summary",
    )


def _chain() -> rx.Component:
    return rx.el.section(
        rx.el.h2("What happened"),
        rx.el.ol(rx.foreach(Why.events, _event), class_name="story"),
        class_name="card pad settings-section",
        aria_label="What happened",
    )


def _event(event: rx.Var[EventRow]) -> rx.Component:
    icon = rx.match(
        event.tone,
        *[(tone, rx.icon(name, size=16, aria_hidden="true")) for tone, name in ICONS.items()],
        rx.icon("dot", size=16, aria_hidden="true"),
    )
    links = rx.foreach(event.links, _link)
    return rx.el.li(
        rx.el.span(icon, class_name="story-mark tone-" + event.tone),
        rx.el.span(short(event.at), class_name="muted small story-time"),
        rx.el.div(
            rx.el.span(event.text, class_name="wrap-any"),
            rx.cond(event.told != "", rx.el.code(event.told, class_name="muted tiny wrap-any"), rx.fragment()),
            rx.el.span(links, class_name="row wrap small", style={"gap": "2px 12px"}),
            class_name="col",
            style={"gap": "2px"},
        ),
        key=event.key,
    )


def _link(link: rx.Var[LinkRow]) -> rx.Component:
    return page_link(link.words, href=link.href, key=link.href)


def _set_aside() -> rx.Component:
    heads = [plain_head("Record"), plain_head("Why it was set aside"), plain_head("Since"), plain_head("Evidence")]
    again = rx.cond(
        Session.may_change,
        button("Look again", "small", "refresh-cw", Why.busy, on_click=Why.look_again),
        rx.fragment(),
    )
    return rx.el.section(
        rx.el.div(rx.el.h2("Set aside"), again, class_name="row between"),
        rx.el.p(
            "These records could not be read; the others arrived. Correct them at the marketplace, then look again.",
            class_name="muted small",
        ),
        list_table(heads, rx.foreach(Why.records, _record), caption="Records set aside"),
        rx.cond(Why.more != "", rx.el.p(Why.more, class_name="muted tiny"), rx.fragment()),
        class_name="card pad settings-section",
        aria_label="Set aside",
        id="set-aside",
    )


def _record(record: rx.Var[RecordRow]) -> rx.Component:
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
        list_cell("Since", ago(record.since), class_name="line"),
        list_cell("Evidence", page_link("Sync log", href=record.href)),
        key=record.key,
    )


def _pack() -> rx.Component:
    told = (
        "One archive with the latest syncs, calls, answers, request ids, times, versions and settings. "
        "Secrets and personal data are masked. Send it to the marketplace's support."
    )
    download = rx.cond(Session.may_change, download_link("Download evidence", Why.pack_address), rx.fragment())
    return rx.el.section(
        rx.el.div(rx.el.h2("Evidence for the marketplace's support"), download, class_name="row wrap between"),
        rx.el.p(told, class_name="muted small"),
        class_name="card pad settings-section",
        aria_label="Evidence pack",
    )


def _arriving() -> rx.Component:
    return rx.el.div(skeleton("140px"), skeleton("280px"), class_name="col wide", aria_busy="true")
