"""The audit log: who did what, from what to what, in the same transaction as the change, and no secret in it."""

from dataclasses import replace

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.clock import utcnow
from nexus_ui.errors import AlreadyRunning, NotAllowed
from nexus_ui.flows import connect, manage, preferences, removal, sign_in, sync
from nexus_ui.flows import endpoints as webhooks
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.security.vault import current_vault
from nexus_ui.storage import connections, secrets
from nexus_ui.storage import preferences as kept
from nexus_ui.storage.audit import Action, Change, Subject
from nexus_ui.storage.audit_log import AuditFilter, AuditLine, audit_page
from nexus_ui.storage.database import writing
from nexus_ui.storage.removed import UNDO_FOR
from tests.flows.conftest import admit, typed


def told(*actions: Action) -> list[AuditLine]:
    """The rows about these actions, newest first."""
    found = audit_page(AuditFilter()).lines
    return [line for line in found if not actions or line.action in actions]


@pytest.fixture
async def shop(olga: Who, sandbox: object) -> str:
    """A connected sandbox shop."""
    way, values = typed("shopify")
    result = await connect.test(olga.person_id, "shopify", way, values, sandbox=True)
    return connect.save(result.draft_id, olga.person_id, "Garden shop")


async def test_connecting_and_new_credentials_are_told_without_the_secret(shop: str, adam: Who) -> None:
    """The account and the public fields are told; of a secret only that it was replaced."""
    way, values = typed("shopify")
    declared = connect.sandbox_way(CATALOGUE["shopify"]).fields
    secret = next(entry.name for entry in declared if entry.secret)
    with writing() as session:
        secrets.store(session, current_vault(), shop, {secret: "an older secret value"})
    result = await connect.test(adam.person_id, "shopify", way, values, connection_id=shop)
    connect.update(result.draft_id, adam.person_id)

    edited, connected = told(Action.CREDENTIALS, Action.CONNECTED)
    assert ("Adam@Example.Com", "Garden shop", (Change(secret.replace("_", " "), "", "replaced"),)) == (
        edited.who,
        edited.subject_name,
        edited.changes,
    )
    assert {"account", "shop domain"} == {change.field for change in connected.changes}
    assert not [line for line in told() if any(values[secret] in change.after for change in line.changes)]


async def test_every_deed_on_a_connection_is_told_once(shop: str, adam: Who) -> None:
    """Pause, resume, rename, settings, sync, remove; what changed nothing is not told."""
    manage.pause(shop, adam.person_id, "stock taking")
    manage.resume(shop, adam.person_id)
    manage.resume(shop, adam.person_id)
    manage.rename(shop, adam.person_id, "Balcony shop")
    wanted = replace(connections.get(shop).settings, interval_minutes=15, auto_reconnect=False)
    manage.change_settings(shop, adam.person_id, wanted)
    manage.change_settings(shop, adam.person_id, wanted)
    sync.request(shop, adam.person_id)
    with pytest.raises(AlreadyRunning):
        sync.request(shop, adam.person_id)
    removal.remove(shop, adam.person_id)

    lines = [line for line in told() if line.who == "Adam@Example.Com" and line.subject_id == shop]
    assert [
        (Action.REMOVED, (Change("credentials", "", f"kept until {utcnow() + UNDO_FOR:%Y-%m-%d}"),)),
        (Action.SYNC, (Change("skipped", "", "A sync is already waiting to start."),)),
        (Action.SYNC, ()),
        (Action.SETTINGS, (Change("interval minutes", "60", "15"), Change("auto reconnect", "on", "off"))),
        (Action.RENAMED, (Change("name", "Garden shop", "Balcony shop"),)),
        (Action.RESUMED, ()),
        (Action.PAUSED, (Change("reason", "", "stock taking"),)),
    ] == [(line.action, line.changes) for line in lines]


async def test_what_is_refused_is_not_told(shop: str, olga: Who, vera: Who) -> None:
    """The row belongs to the change's transaction: no change, no row."""
    before = len(told())
    with pytest.raises(NotAllowed):
        preferences.change_connections(kept.ConnectionPreferences(interval_minutes=15), vera)
    with pytest.raises(NotAllowed):
        sign_in.lock_out(olga.person_id, olga)
    with pytest.raises(NotAllowed):
        sign_in.redeem("no such link", email="m@example.com", name="M", password="correct horse battery")

    assert before == len(told())


def test_settings_of_the_installation_are_told_from_what_to_what(adam: Who) -> None:
    """Only what differs; saving the same again says nothing."""
    wanted = kept.ConnectionPreferences(interval_minutes=15, alert_cooldown_minutes=0)
    preferences.change_connections(wanted, adam)
    preferences.change_connections(wanted, adam)
    preferences.change_time_zone("Europe/Berlin", adam)

    assert [
        (Subject.PERSON, (Change("time zone", "UTC", "Europe/Berlin"),)),
        (Subject.SETTINGS, (Change("interval minutes", "60", "15"), Change("alert cooldown minutes", "240", "0"))),
    ] == [(line.subject, line.changes) for line in told(Action.SETTINGS)]


def test_people_are_told_from_invitation_to_lock_out(olga: Who) -> None:
    """Who invited, who joined, whose role changed, who was locked out; never the link."""
    fred = admit(Role.VIEWER, "fred@example.com", olga)
    sign_in.change_role(fred.person_id, Role.ADMIN, olga)
    sign_in.lock_out(fred.person_id, olga)
    sign_in.lock_out(fred.person_id, olga)

    assert [
        ("Olga@Example.Com", Action.LOCKED_OUT, "Fred@Example.Com", ()),
        ("Olga@Example.Com", Action.ROLE, "Fred@Example.Com", (Change("role", "viewer", "admin"),)),
        ("Fred@Example.Com", Action.JOINED, "Fred@Example.Com", (Change("role", "", "viewer"),)),
        ("Olga@Example.Com", Action.INVITED, "", (Change("role", "", "viewer"),)),
    ] == [(line.who, line.action, line.subject_name, line.changes) for line in told()[:4]]


def test_the_operator_made_the_first_link(household: object) -> None:
    """Before there was anybody, whoever runs the product let the owner in."""
    first = told(Action.INVITED)[-1]

    assert ("The operator", (Change("role", "", "owner"),)) == (first.who, first.changes)


async def test_a_webhook_secret_is_told_when_a_person_replaced_it(olga: Who, sandbox: object) -> None:
    """What the product replaces by itself stands in the connection's log, not here."""
    shop = await connect.explore_sandbox(olga.person_id, "woocommerce")
    await webhooks.rotate(shop)
    await webhooks.rotate(shop, olga.person_id)

    assert [("Olga@Example.Com", shop, ())] == [
        (line.who, line.subject_id, line.changes) for line in told(Action.ROTATED)
    ]
