"""What people decide about published stock: held pushes, pushes taken back, exceptions, and the brake's settings."""

from collections.abc import Collection
from dataclasses import asdict

from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput, NotAllowed, NotFound
from nexus_ui.flows import alert
from nexus_ui.flows.comparing import compare_now
from nexus_ui.flows.manage import MOST_BUFFER
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.rules.publish import Cause
from nexus_ui.storage import audit, connections, decisions, preferences
from nexus_ui.storage.audit import Action, Change, Subject, differences
from nexus_ui.storage.database import writing
from nexus_ui.storage.preferences import StockPreferences

HELD = "stock_held"
MOST_REPUSHED = 1_000
NAME = "Stock settings"


def approve(push_id: str, by: Who, receipt_ids: Collection[str] | None = None) -> None:
    """Let a held push go: all of it, or these receipts; the others are declined. Raises NotAllowed, NotFound, BadInput.

    From the first approval on a connection publishes by itself.
    """
    _admit(by)
    now = utcnow()
    with writing() as session:
        done = decisions.decide(session, push_id, receipt_ids, by.person_id, by.name or by.email, now)
        alert.close_in(session, done.connection.id, [HELD], now, f"Decided by {by.name or by.email}.")
        action = Action.PUSH_APPROVED if done.approved else Action.PUSH_DECLINED
        told = [Change("approved", "", str(done.approved)), Change("declined", "", str(done.declined))]
        audit.note(session, by.person_id, action, Subject.CONNECTION, done.connection.id, done.connection.name, told)


def decline(push_id: str, by: Who) -> None:
    """Send nothing of a held push; what stands there stays until the stock changes. Raises as `approve`."""
    approve(push_id, by, ())


def undo(push_id: str, by: Who) -> str:
    """Publish what stood there before a push, without what was sold since; returns the push that does it.

    The numbers stay as they are then, but for sales, until somebody changes the stock. Raises as `approve`.
    """
    _admit(by)
    with writing() as session:
        new, kept, skus = decisions.undo(session, push_id, by.person_id, utcnow())
        told = [Change("SKUs", "", str(skus))]
        audit.note(session, by.person_id, Action.PUSH_UNDONE, Subject.CONNECTION, kept.id, kept.name, told)
    return new


def repush(connection_id: str, skus: Collection[str], by: Who) -> None:
    """Look at these SKUs there now and publish what differs, also what was declined or refused. Raises as `approve`."""
    _admit(by)
    if len(skus) > MOST_REPUSHED:
        raise BadInput(f"Choose {MOST_REPUSHED:,} SKUs at most.")
    with writing() as session:
        kept = decisions.ask_again(session, connection_id, skus, utcnow())
        told = [Change("SKUs", "", ", ".join(sorted(skus)))]
        audit.note(session, by.person_id, Action.REPUSHED, Subject.CONNECTION, kept.id, kept.name, told)


def set_rule(connection_id: str, sku: str, by: Who, buffer_percent: int | None, withheld: bool) -> None:
    """Give a SKU its own buffer on a connection, or keep it off there; neither: as the connection does.

    Raises as `approve`; BadInput names the field.
    """
    _admit(by)
    if buffer_percent is not None and not 0 <= buffer_percent <= MOST_BUFFER:
        raise BadInput(f"Choose a buffer from 0 to {MOST_BUFFER} percent.", field="buffer_percent")
    with writing() as session:
        kept, before = decisions.set_rule(session, connection_id, sku, buffer_percent, withheld, by.person_id, utcnow())
        was = {"buffer": before.buffer_percent if before else None, "kept off": before.withheld if before else False}
        changes = differences(was, {"buffer": buffer_percent, "kept off": withheld})
        told = [Change("SKU", sku, sku), *changes]
        audit.note(session, by.person_id, Action.RULE_SET, Subject.CONNECTION, kept.id, kept.name, told)


def save_stock_preferences(wanted: StockPreferences, by: Who) -> None:
    """Keep the settings of the brake and of last units; what is published follows. Raises NotAllowed, BadInput."""
    _admit(by)
    if wanted.last_units:
        try:
            connections.get(wanted.last_unit_connection)
        except NotFound:
            raise BadInput("Choose a connection that is still there.", field="last_unit_connection") from None
    before = preferences.stock()
    changes = differences(asdict(before), asdict(wanted))
    if not changes:
        return
    with writing() as session:
        preferences.save_stock(session, wanted)
        audit.note(session, by.person_id, Action.SETTINGS, Subject.SETTINGS, preferences.STOCK, NAME, changes)
    if (before.last_units, before.last_unit_connection) != (wanted.last_units, wanted.last_unit_connection):
        for connection_id in connections.living():
            compare_now(connection_id, Cause.SETTINGS)


def _admit(by: Who) -> None:
    if not by.may(Role.ADMIN):
        raise NotAllowed("Your role does not allow deciding what is published.")
