"""The state of the Alerts page, and of the bell."""

import asyncio
from collections.abc import Mapping
from typing import Any

import reflex as rx

from nexus_ui.clock import utcnow
from nexus_ui.flows import attend
from nexus_ui.rules.schedule import zone_named
from nexus_ui.storage.incident_log import IncidentFilter, IncidentPage, Show, incident_page
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.address import one_of
from nexus_ui.ui.alerts.rows import AlertRow, row_of, snoozed_until
from nexus_ui.ui.listing import Listing, Question, Sheet
from nexus_ui.ui.parts import toast_ok

SHEET = Sheet("/alerts", "alert", "", every=2.0)


class Alerts(Listing, rx.State):
    """One page of alerts, and how many there are of each sort."""

    rows: list[AlertRow] = []
    show: str = Show.OPEN.value
    counts: dict[str, str] = dict.fromkeys(Show, "0")

    @needs("admin", background=True)
    async def acknowledge(self, incident_id: str) -> Any:
        """Take an alert on."""
        await asyncio.to_thread(attend.acknowledge, str(incident_id), who())
        await self._look_again()
        return toast_ok("Acknowledged. You hear of it again when it is over.")

    @needs("admin", background=True)
    async def snooze(self, incident_id: str, word: str) -> Any:
        """Put an alert off."""
        by = who()
        until = snoozed_until(str(word), utcnow(), zone_named(by.time_zone))
        await asyncio.to_thread(attend.snooze, str(incident_id), until, by)
        await self._look_again()
        return toast_ok("Snoozed. If it is still open then, you hear of it again.")

    @needs("admin", background=True)
    async def wake(self, incident_id: str) -> Any:
        """Take an acknowledgement or a snooze back."""
        await asyncio.to_thread(attend.wake, str(incident_id), who())
        await self._look_again()
        return toast_ok("It is open again.")

    async def _look_again(self) -> None:
        async with self:
            question = self._question()
        found = await asyncio.to_thread(question.answer)
        async with self:
            self._told(found)

    def _sheet(self) -> Sheet:
        return SHEET

    def _read_filters(self, told: Mapping[str, str]) -> None:
        self.show = one_of(told.get("show", ""), Show, Show.OPEN.value)

    def _filters(self) -> dict[str, str]:
        return {"show": "" if self.show == Show.OPEN.value else self.show}

    def _question(self) -> Question:
        return Question(_page, (IncidentFilter(Show(self.show), self.connection or None), self.number))

    def _drawn(self, page: IncidentPage) -> dict[str, Any]:
        counts = {show.value: f"{number:,}" for show, number in page.counts.items()}
        return {"rows": [row_of(line, utcnow()) for line in page.lines], "counts": counts}


def _page(wanted: IncidentFilter, number: int) -> IncidentPage:
    return incident_page(wanted, number, utcnow())
