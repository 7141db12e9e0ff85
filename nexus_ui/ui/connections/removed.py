"""Removed connections below the cards: who went, until when each can be brought back, and the button that does it."""

import asyncio
from dataclasses import dataclass
from typing import Any

import reflex as rx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.clock import utcnow
from nexus_ui.flows import removal
from nexus_ui.storage import removed
from nexus_ui.ui import words
from nexus_ui.ui.access import Session, needs, who
from nexus_ui.ui.live import look
from nexus_ui.ui.parts import ago, badge, button, mark, short, toast_ok

PACE = 1.0
"""Seconds between two looks while connections keep changing, as they do during an import."""


@dataclass(frozen=True)
class RemovedRow:
    """One connection. `rival` has its account now, so that it cannot be brought back."""

    id: str
    name: str
    marketplace: str
    account: str
    removed_at: str
    ends_at: str
    sandbox: bool = False
    has_credentials: bool = True
    rival: str = ""


class RemovedConnections(rx.State):
    """The connections whose removal can still be undone."""

    rows: list[RemovedRow] = []
    summary: str = ""
    busy: str = ""

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Fetch them, and follow them from now on."""
        async with self:
            look(self, "removed connections", _ask, pace=PACE)
        answer = await asyncio.to_thread(_ask)
        async with self:
            self._told(answer)

    @needs("admin", background=True)
    async def bring_back(self, connection_id: str) -> Any:
        """Undo a removal."""
        async with self:
            if self.busy:
                return None
            self.busy = str(connection_id)
        try:
            name = await removal.bring_back(str(connection_id), who().person_id)
        finally:
            async with self:
                self.busy = ""
        return toast_ok(f"{name} is back, with its settings and history.")

    def _told(self, answer: tuple[removed.Removed, ...]) -> None:
        """Take them in; what did not change is not sent again."""
        rows = [row_of(one) for one in answer]
        if rows != self.rows:
            self.rows, self.summary = rows, words.count(len(rows), "connection")


def row_of(one: removed.Removed) -> RemovedRow:
    """One removed connection, ready to be drawn."""
    kind = CATALOGUE.get(one.marketplace)
    return RemovedRow(
        id=one.id,
        name=one.name,
        marketplace=one.marketplace,
        account=f"{kind.name if kind else one.marketplace} · {one.identifier}",
        removed_at=words.iso(one.removed_at),
        ends_at=words.iso(one.ends_at),
        sandbox=one.sandbox,
        has_credentials=one.has_credentials,
        rival=one.rival or "",
    )


def removed_section() -> rx.Component:
    """The section; nothing while nothing was removed lately."""
    section = rx.el.details(
        rx.el.summary(
            rx.el.h2("Removed", class_name="small"),
            badge(RemovedConnections.summary),
            class_name="causes-head",
        ),
        rx.el.ul(rx.foreach(RemovedConnections.rows, _row)),
        class_name="card causes removed",
        aria_label="Removed connections",
    )
    return rx.cond(RemovedConnections.rows.length() > 0, section, rx.fragment())


def _row(row: rx.Var[RemovedRow]) -> rx.Component:
    sandbox = rx.cond(row.sandbox, badge("Sandbox", "accent", class_name="square"), rx.fragment())
    head = rx.el.div(
        rx.el.span(row.name, class_name="strong"),
        sandbox,
        rx.el.span("removed ", ago(row.removed_at), class_name="muted small"),
        class_name="row wrap",
    )
    fate = rx.fragment(
        rx.cond(
            row.has_credentials,
            "Settings, history and encrypted credentials are kept.",
            "Its credentials were deleted: you will have to enter them again.",
        ),
        " Undo is possible until ",
        short(row.ends_at),
        ".",
    )
    rival = rx.fragment("The account is connected anew, as ", row.rival, ". Remove that one to bring this one back.")
    undo = button(
        rx.fragment("Undo", rx.el.span(" removal of ", row.name, class_name="sr")),
        "small",
        "undo-2",
        RemovedConnections.busy == row.id,
        on_click=RemovedConnections.bring_back(row.id),
        class_name="cause-again",
    )
    return rx.el.li(
        mark(row.marketplace, "small"),
        rx.el.div(
            head,
            rx.el.span(row.account, class_name="muted small wrap-any"),
            rx.el.span(rx.cond(row.rival != "", rival, fate), class_name="small"),
            class_name="col grow",
            style={"gap": "2px"},
        ),
        rx.cond(Session.may_change & (row.rival == ""), undo, rx.fragment()),
        key=row.id,
    )


def _ask() -> tuple[removed.Removed, ...]:
    return removed.removed(utcnow())
