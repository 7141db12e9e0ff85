"""The state of Settings > Audit log: its filters stand in the address, its rows read as sentences."""

from typing import Any

import pytest

from nexus_ui.storage import audit
from nexus_ui.storage.audit import Action, Change, Subject
from nexus_ui.storage.database import writing
from nexus_ui.ui.settings.audit_rows import ChangeRow
from nexus_ui.ui.settings.audit_state import AuditLog
from tests.ui.conftest import StateOf


@pytest.fixture
def log(owner_cookie: str) -> None:
    """Ben imported stock and renamed a shop; the owner joined before."""
    many = [Change(f"SKU-{number}", "1", "2") for number in range(9)]
    with writing() as session:
        audit.note(session, None, Action.STOCK_IMPORTED, Subject.STOCK, "import:1", "9 SKUs", many, who="Ben")
        audit.note(
            session, None, Action.RENAMED, Subject.CONNECTION, "con_a", "Shop", [Change("name", "A", "B")], who="Ben"
        )


async def opened(state_of: StateOf, address: str, *cookie: str) -> Any:
    """The page, loaded."""
    state = state_of(AuditLog, address, *cookie)
    await AuditLog.load.fn(state)
    return state


async def test_a_shared_address_shows_the_same_rows(state_of: StateOf, log: None, viewer_cookie: str) -> None:
    """Filters come from the address and go into the export's; nonsense counts as nothing; a viewer may look."""
    state = await opened(state_of, "/settings/audit?person=Ben&action=renamed", viewer_cookie)
    nonsense = await opened(state_of, "/settings/audit?action=stolen&subject=moon&person=Ben")

    assert ["Renamed"] == [row.action for row in state.rows]
    assert "/api/export/audit.csv?person=Ben&action=renamed" == state.export_address
    assert {"Ben", "Olga", "The operator", "Vera"} == set(state.people)
    assert {"Renamed", "Imported stock"} == {row.action for row in nonsense.rows}


async def test_a_row_leads_to_its_subject_and_shows_the_first_changes(state_of: StateOf, log: None) -> None:
    """From what to what; of many changes the first six, and how many there are besides."""
    rows = {row.action: row for row in (await opened(state_of, "/settings/audit?person=Ben")).rows}

    renamed, imported = rows["Renamed"], rows["Imported stock"]
    assert ("/connections/con_a", [ChangeRow("Name", "A", "B", True)]) == (renamed.href, renamed.changes)
    assert ("", 6, "and 3 more in the export") == (imported.href, len(imported.changes), imported.more)
