"""Errors by cause, over all connections: what each stopped, and the button that runs just that again after the fix."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.flows import rerun
from nexus_ui.rules.causes import Cause, Hit, Source
from nexus_ui.rules.remedy import remedy
from nexus_ui.ui import words
from nexus_ui.ui.access import Session, needs, who
from nexus_ui.ui.live import look
from nexus_ui.ui.parts import ago, badge, button, mark, page_link, toast_bad, toast_ok

PACE = 2.0
"""Seconds between two looks while connections keep changing, as they do during an import."""
MOST_SHOWN = 20
HITS_SHOWN = 6
OPEN_UP_TO = 3
"""More causes than these would push the cards out of sight, so they wait to be opened."""
STREAMS = {"products": "product", "orders": "order", "inventory": "stock record"}


@dataclass(frozen=True)
class HitRow:
    """A connection that a cause concerns."""

    name: str
    href: str


@dataclass(frozen=True)
class CauseRow:
    """One cause."""

    key: str
    marketplace: str
    title: str
    said: str
    since: str
    again: str
    sandbox: bool = False
    hits: list[HitRow] = field(default_factory=list)
    more: str = ""


class Causes(rx.State):
    """What is wrong or set aside, by cause."""

    rows: list[CauseRow] = []
    summary: str = ""
    busy: str = ""

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Fetch the causes, and follow them from now on."""
        async with self:
            look(self, "causes", rerun.found, pace=PACE)
        answer = await asyncio.to_thread(rerun.found)
        async with self:
            self._told(answer)

    @needs("admin", background=True)
    async def again(self, key: str) -> Any:
        """Run just what this cause had stopped once more."""
        async with self:
            if self.busy:
                return None
            self.busy = str(key)
        try:
            done = await rerun.rerun(str(key), who())
        finally:
            async with self:
                self.busy = ""
        return toast_bad(rerun.said(done)) if done.problems else toast_ok(rerun.said(done))

    def _told(self, answer: tuple[Cause, ...]) -> None:
        """Take in the causes; what did not change is not sent again."""
        shared = [cause for cause in answer if is_told(cause)]
        rows = [cause_row(cause) for cause in shared[:MOST_SHOWN]]
        stopped = sum(cause.count for cause in shared if cause.source is Source.RECORDS)
        summary = words.count(len(shared), "cause") + (
            f" · {words.count(stopped, 'record')} set aside" if stopped else ""
        )
        if (rows, summary) != (self.rows, self.summary):
            self.rows, self.summary = rows, summary


def is_told(cause: Cause) -> bool:
    """Whether a cause is worth a line here: one that its connection's own card does not tell already."""
    return cause.source is not Source.SYNC or len(cause.hits) > 1


def cause_row(cause: Cause) -> CauseRow:
    """One cause, ready to be drawn."""
    kind = CATALOGUE.get(cause.marketplace)
    title, said, again = _words(cause, kind.name if kind else cause.marketplace)
    more = len(cause.hits) - HITS_SHOWN
    return CauseRow(
        key=cause.key,
        marketplace=cause.marketplace,
        title=title,
        said=said,
        since=words.iso(cause.since),
        again=again,
        sandbox=cause.sandbox,
        hits=[HitRow(_name(cause, hit), f"/connections/{hit.connection_id}/why") for hit in cause.hits[:HITS_SHOWN]],
        more=f"and {more:,} more" if more > 0 else "",
    )


def _words(cause: Cause, marketplace: str) -> tuple[str, str, str]:
    """Title, sentence and button."""
    if cause.source is Source.SYNC:
        found = remedy(cause.kind, by_consent=False, scope=cause.scope)
        count = words.count(len(cause.hits), "connection")
        return f"{found.title}: {count}", cause.said or f"{found.cause} {found.resolution}", "Sync these again"
    if cause.source is Source.WEBHOOKS:
        return f"{words.count(cause.count, 'webhook')} of {marketplace} failed", cause.said, "Replay these"
    if cause.source is Source.STOCK:
        return f"{words.count(cause.count, 'SKU')} refused by {marketplace}", cause.said, "Send these again"
    title = f"{words.count(cause.count, STREAMS.get(cause.stream, 'record'))} of {marketplace} set aside"
    return title, cause.said, "Look at these again"


def _name(cause: Cause, hit: Hit) -> str:
    return hit.name if cause.source is Source.SYNC else f"{hit.name} ({hit.count:,})"


def causes_section() -> rx.Component:
    """The section; nothing while nothing is stopped by a common cause."""
    section = rx.el.details(
        rx.el.summary(
            rx.icon("chevron-right", size=15, aria_hidden="true"),
            rx.el.h2("Errors by cause", class_name="small line"),
            badge(Causes.summary, "warn"),
            class_name="causes-head",
        ),
        rx.el.ul(rx.foreach(Causes.rows, _row)),
        class_name="card causes",
        open=Causes.rows.length() <= OPEN_UP_TO,
        aria_label="Errors by cause",
    )
    return rx.cond(Causes.rows.length() > 0, section, rx.fragment())


def _row(row: rx.Var[CauseRow]) -> rx.Component:
    sandbox = rx.cond(row.sandbox, badge("Sandbox", "accent", class_name="square"), rx.fragment())
    since = rx.cond(row.since != "", rx.el.span("since ", ago(row.since), class_name="muted small"), rx.fragment())
    hits = rx.foreach(row.hits, lambda hit: page_link(hit.name, href=hit.href, key=hit.href))
    again = button(
        row.again,
        "small",
        "refresh-cw",
        Causes.busy == row.key,
        on_click=Causes.again(row.key),
        class_name="cause-again",
    )
    return rx.el.li(
        mark(row.marketplace, "small"),
        rx.el.div(
            rx.el.div(rx.el.span(row.title, class_name="strong"), sandbox, since, class_name="row wrap"),
            rx.el.span(row.said, class_name="muted small wrap-any"),
            rx.el.div(
                hits, rx.el.span(row.more, class_name="muted"), class_name="row wrap small", style={"gap": "2px 12px"}
            ),
            class_name="col grow",
            style={"gap": "2px"},
        ),
        rx.cond(Session.may_change, again, rx.fragment()),
        key=row.key,
    )
