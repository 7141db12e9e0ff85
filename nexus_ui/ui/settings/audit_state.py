"""The state of Settings > Audit log: one page of who did what."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from nexus_ui.storage.audit import Action, Subject
from nexus_ui.storage.audit_log import AuditFilter, AuditPage, audit_page
from nexus_ui.ui.address import address, one_of
from nexus_ui.ui.listing import Listing, Question, Sheet
from nexus_ui.ui.settings.audit_rows import AuditRow, row_of

SHEET = Sheet("/settings/audit", "change", "at", down=True)
EXPORT = "/api/export/audit.csv"


class AuditLog(Listing, rx.State):
    """One page of the log and its filters."""

    rows: list[AuditRow] = []
    people: list[str] = []
    person: str = ""
    action: str = ""
    subject: str = ""

    @rx.var
    def export_address(self) -> str:
        """Where the rows that match can be downloaded."""
        return address(EXPORT, {"q": self.search, "connection": self.connection, **self._filters()}, {})

    def _sheet(self) -> Sheet:
        return SHEET

    def _read_filters(self, told: Mapping[str, str]) -> None:
        self.person = told.get("person", "")[:200]
        self.action, self.subject = one_of(told.get("action", ""), Action), one_of(told.get("subject", ""), Subject)

    def _filters(self) -> dict[str, str]:
        return {"person": self.person, "action": self.action, "subject": self.subject}

    def _question(self) -> Question:
        action = Action(self.action) if self.action else None
        subject = Subject(self.subject) if self.subject else None
        wanted = AuditFilter(self.person, action, subject, self.connection, self.search)
        return Question(audit_page, (wanted, self.number))

    def _drawn(self, page: AuditPage) -> dict[str, Any]:
        return {"rows": [row_of(line) for line in page.lines], "people": list(page.people)}
