"""The bell in the header: how many alerts ask for somebody, on every page."""

import asyncio

import reflex as rx

from nexus_ui.clock import utcnow
from nexus_ui.storage.incident_log import Asking, asking
from nexus_ui.ui.access import needs
from nexus_ui.ui.live import look
from nexus_ui.ui.parts import page_link

EVERY = 2.0
MOST = 99


class Bell(rx.State):
    """How many alerts are open, and whether one of them is critical."""

    count: int = 0
    critical: bool = False

    @rx.var
    def said(self) -> str:
        """The number as it stands on the bell."""
        return f"{MOST}+" if self.count > MOST else str(self.count)

    @needs("viewer")
    async def arrive(self) -> None:
        """A page opened: show and follow what is open."""
        self._told(await asyncio.to_thread(_asked))
        look(self, "bell", _asked, every=EVERY)

    def _told(self, answer: Asking) -> None:
        self.count, self.critical = answer.count, answer.critical


def bell() -> rx.Component:
    """The way to the alerts."""
    number = rx.el.span(Bell.said, class_name=rx.cond(Bell.critical, "bell-count bad", "bell-count"))
    label = rx.cond(
        Bell.count == 1, "1 open alert", rx.cond(Bell.count > 0, Bell.said + " open alerts", "No open alert")
    )
    return page_link(
        rx.icon("bell", size=16, aria_hidden="true"),
        rx.cond(Bell.count > 0, number, rx.fragment()),
        href="/alerts",
        class_name="btn icon plain bell",
        aria_label=label,
        title=label,
    )


def _asked() -> Asking:
    return asking(utcnow())
