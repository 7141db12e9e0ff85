"""Webhooks that heal: what should be registered is compared with what is, repaired, rotated, and its gaps filled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nexus_ui import settings
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Delivery, SecretOrigin
from nexus_ui.clock import utcnow
from nexus_ui.errors import Refused
from nexus_ui.flows import endpoints, heed, keys, manage, receive, removal, sync
from nexus_ui.storage import connections, cycles, preferences
from nexus_ui.storage import endpoints as stored
from nexus_ui.storage.database import writing
from nexus_ui.storage.preferences import ConnectionPreferences
from tests import databases
from tests.conftest import SettableClock
from tests.engine.connecting import cycle
from tests.hooks import kiosk
from tests.hooks.conftest import body, connect, secret_of

TOPICS = ["goodbye", "order", "product"]


@pytest.fixture
def shop(database: databases.Database, street: kiosk.Street, settable_clock: SettableClock) -> str:
    """A connected kiosk, on each kind of database, now."""
    settable_clock.set(utcnow())
    return connect()


@pytest.fixture
def lone_shop(sqlite_database: databases.Database, street: kiosk.Street, settable_clock: SettableClock) -> str:
    """A connected kiosk, on SQLite, at a morning of our own choosing."""
    settable_clock.set(datetime.now(UTC).replace(hour=0, minute=30, second=0, microsecond=0) + timedelta(days=1))
    return connect()


async def told(connection_id: str) -> list[str]:
    """Run a cycle; what it tells."""
    evidence = (await cycle(connection_id)).evidence
    assert evidence is not None
    return list(evidence["notes"])


def states(connection_id: str) -> dict[str, str]:
    """The state of each topic."""
    return {view.topic: view.state for view in stored.of_connection(connection_id)}


def registered(street: kiosk.Street) -> dict[str, tuple[str, str]]:
    """Address and secret of each topic there; fails when one is there twice."""
    found = {hook["topic"]: (hook["address"], hook["secret"]) for hook in street.hooks.values()}
    assert len(found) == len(street.hooks)
    return found


class Mute:
    """A link over which nothing may be said."""

    keys = None

    @property
    def http(self) -> "Mute":
        """Nothing to speak through."""
        return self

    def using(self, **_: object) -> "Mute":
        """Still nothing."""
        return self


async def deliver(connection_id: str, said: bytes, secret: str) -> int:
    """Let a webhook arrive."""
    signed = {kiosk.SIGNATURE: kiosk.sign(said, secret)}
    return await receive.receive(kiosk.SLUG, connection_id, Delivery("POST", "", signed, said, utcnow()))


async def test_the_first_cycle_registers_every_topic(shop: str, street: kiosk.Street) -> None:
    """At our address, with the connection's own secret; until then nothing is known of them."""
    assert dict.fromkeys(TOPICS, "unknown") == states(shop)
    first = await told(shop)

    expected = (endpoints.address(kiosk.SLUG, shop), secret_of(shop))
    assert dict.fromkeys(TOPICS, expected) == registered(street)
    assert dict.fromkeys(TOPICS, "registered") == states(shop)
    assert ["Registered 3 webhooks."] == first
    assert [] == await told(shop)


async def test_what_vanished_or_was_switched_off_is_repaired_and_told(shop: str, street: kiosk.Street) -> None:
    """As marketplaces do after failed deliveries."""
    await cycle(shop)
    by_topic = {hook["topic"]: hook for hook in street.hooks.values()}
    del street.hooks[by_topic["order"]["ref"]]
    by_topic["product"]["active"] = False

    assert ["Repaired webhooks: order was missing, product was switched off."] == await told(shop)
    assert TOPICS == sorted(registered(street))
    assert all(hook["active"] for hook in street.hooks.values())


async def test_a_new_address_of_this_panel_takes_the_webhooks_along(
    lone_shop: str, street: kiosk.Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Registered anew, the old ones taken away; what is not ours stays."""
    await cycle(lone_shop)
    street.hooks["other"] = {"ref": "other", "topic": "order", "address": "https://else.example/x", "secret": "s"}
    monkeypatch.setenv("NEXUS_PUBLIC_URL", "https://panel.example.com")
    settings.current.cache_clear()
    note = await told(lone_shop)

    addresses = {hook["address"] for hook in street.hooks.values()}
    assert {f"https://panel.example.com/api/webhooks/kiosk/{lone_shop}", "https://else.example/x"} == addresses
    assert 4 == len(street.hooks)
    moved = ", ".join(f"{topic.name} led to another address" for topic in kiosk.TOPICS)
    assert [f"Repaired webhooks: {moved}."] == note


async def test_a_refused_registration_is_told_and_tried_again(lone_shop: str, street: kiosk.Street) -> None:
    """The cycle itself goes well; the topic says what is wrong."""
    street.refuses_hooks = 403
    done = await cycle(lone_shop)

    assert "success" == done.outcome
    assert dict.fromkeys(TOPICS, "missing") == states(lone_shop)
    assert all(view.problem for view in stored.of_connection(lone_shop))
    (note,) = (done.evidence or {})["notes"]
    assert note.startswith("Webhooks could not be registered (order, product, goodbye): ")
    street.refuses_hooks = 0
    await cycle(lone_shop)
    assert dict.fromkeys(TOPICS, "registered") == states(lone_shop)
    assert {""} == {view.problem for view in stored.of_connection(lone_shop)}


async def test_a_real_marketplace_is_given_no_address_it_cannot_reach(
    lone_shop: str, street: kiosk.Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state says so, and what to do; the sandbox and an operator's own address are always reached."""
    kept = connections.get(lone_shop)
    assert endpoints._reachable(kept)
    monkeypatch.delenv("NEXUS_ENDPOINT_KIOSK")
    for url, reached in (
        ("http://127.0.0.1:3000", False),
        ("http://localhost:3000", False),
        ("http://10.1.2.3", False),
        ("http://[::1]:3000", False),
        ("http://panel", False),
        ("https://panel.local", False),
        ("https://panel.example.com", True),
    ):
        monkeypatch.setenv("NEXUS_PUBLIC_URL", url)
        settings.current.cache_clear()
        assert (reached, True) == (endpoints._reachable(kept), endpoints._reachable(replace(kept, sandbox=True))), url

    monkeypatch.setenv("NEXUS_PUBLIC_URL", "http://127.0.0.1:3000")
    settings.current.cache_clear()
    assert () == await endpoints.tend(kept, kiosk.Kiosk(Mute()))  # type: ignore[arg-type]  # it is not asked anything
    assert dict.fromkeys(TOPICS, "unknown") == states(lone_shop)
    assert {endpoints.NOT_REACHABLE.format(url="http://127.0.0.1:3000")} == {
        view.problem for view in stored.of_connection(lone_shop)
    }


async def test_where_a_person_registers_the_address_the_state_says_so(
    lone_shop: str, street: kiosk.Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is called; what to do stands with each topic."""

    class ByHand(kiosk.Kiosk):
        registrations = register = unregister = None  # type: ignore[assignment]  # takes the capability away

    webhooks = replace(kiosk.WEBHOOKS, register_by_hand="Paste the address into the kiosk's form.")
    monkeypatch.setitem(CATALOGUE, kiosk.SLUG, replace(kiosk.MARKETPLACE, build=ByHand, webhooks=webhooks))
    await cycle(lone_shop)

    assert dict.fromkeys(TOPICS, "by_hand") == states(lone_shop)
    assert {webhooks.register_by_hand} == {view.problem for view in stored.of_connection(lone_shop)}


async def test_rotation_refuses_no_good_delivery(
    shop: str, street: kiosk.Street, settable_clock: SettableClock
) -> None:
    """New secret registered, the old one accepted for a day, then refused; the log says so."""
    await cycle(shop)
    old = secret_of(shop)
    settable_clock.advance(60)
    await endpoints.rotate(shop, "per_olga")
    new = secret_of(shop)

    assert old != new
    assert {new} == {secret for _, secret in registered(street).values()}
    assert [200, 200] == [await deliver(shop, body("1"), old), await deliver(shop, body("2"), new)]
    settable_clock.advance(24 * 3600 + 1)
    receive.forget()
    assert [401, 200] == [await deliver(shop, body("3"), old), await deliver(shop, body("4"), new)]
    assert "rotated" in {row.trigger for row in cycles.of_connection(shop)}


async def test_secrets_rotate_when_their_time_has_come(
    lone_shop: str, street: kiosk.Street, settable_clock: SettableClock
) -> None:
    """By the general setting; not a day earlier, and not while paused."""
    with writing() as session:
        preferences.save_connections(session, ConnectionPreferences(secret_rotation_days=30))
    await cycle(lone_shop)
    old = secret_of(lone_shop)
    settable_clock.advance(days=29)
    assert (0, old) == (await endpoints.rotate_due(), secret_of(lone_shop))
    settable_clock.advance(days=2)
    manage.pause(lone_shop, "per_olga")
    assert (0, old) == (await endpoints.rotate_due(), secret_of(lone_shop))
    manage.resume(lone_shop, "per_olga")

    assert 1 == await endpoints.rotate_due()
    assert old != secret_of(lone_shop)
    assert 0 == await endpoints.rotate_due()


async def test_a_rotation_cut_short_is_finished_by_the_next_cycle(
    lone_shop: str, street: kiosk.Street, settable_clock: SettableClock
) -> None:
    """Both secrets are accepted meanwhile; pressing again does not lose the one still in use there."""
    await cycle(lone_shop)
    old = secret_of(lone_shop)
    settable_clock.advance(60)
    street.refuses_hooks = 503
    await endpoints.rotate(lone_shop)
    await endpoints.rotate(lone_shop)
    new = secret_of(lone_shop)
    assert {old} == {secret for _, secret in registered(street).values()}
    assert [200, 200] == [await deliver(lone_shop, body("1"), old), await deliver(lone_shop, body("2"), new)]
    street.refuses_hooks = 0
    await cycle(lone_shop)

    assert {new} == {secret for _, secret in registered(street).values()}


async def test_a_given_secret_is_not_ours_to_rotate(
    lone_shop: str, street: kiosk.Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused in a sentence; and without the secret nothing is registered that nobody could verify."""
    given = replace(kiosk.WEBHOOKS, secret=SecretOrigin.GIVEN, secret_field="app_secret")
    monkeypatch.setitem(CATALOGUE, kiosk.SLUG, replace(kiosk.MARKETPLACE, webhooks=given))
    with pytest.raises(Refused):
        await endpoints.rotate(lone_shop)
    await cycle(lone_shop)
    assert ({}, dict.fromkeys(TOPICS, "unknown")) == (street.hooks, states(lone_shop))
    with writing() as session:
        keys.keep(session, lone_shop, {"app_secret": "given by the kiosk"})
    await cycle(lone_shop)

    assert dict.fromkeys(TOPICS, "registered") == states(lone_shop)
    assert 200 == await deliver(lone_shop, body("1"), "given by the kiosk")


async def test_removing_a_connection_takes_its_webhooks_away(lone_shop: str, street: kiosk.Street) -> None:
    """Only its own; a marketplace that does not answer is not waited for."""
    await cycle(lone_shop)
    street.hooks["other"] = {"ref": "other", "topic": "order", "address": "https://else.example/x", "secret": "s"}
    await removal.take_leave(lone_shop, "per_olga")
    assert ["other"] == list(street.hooks)

    second = connect("2")
    await cycle(second)
    street.status = 500
    await removal.take_leave(second, "per_olga")
    assert [] == sync.claim("test", 8)


async def test_bringing_a_connection_back_registers_its_webhooks_again(lone_shop: str, street: kiosk.Street) -> None:
    """They were taken away with it; the first sync after the undo has them all, and deliveries are believed."""
    await cycle(lone_shop)
    await removal.take_leave(lone_shop, "per_olga")
    assert {} == street.hooks
    await removal.bring_back(lone_shop, "per_olga")
    await cycle(lone_shop)

    assert dict.fromkeys(TOPICS, "registered") == states(lone_shop)
    assert 200 == await deliver(lone_shop, body("1"), secret_of(lone_shop))


async def test_the_gap_is_filled_by_polling_and_told(
    lone_shop: str, street: kiosk.Street, settable_clock: SettableClock
) -> None:
    """Deliveries lost for an hour and a half; those that came, and those still on their way, are not counted."""
    clock = settable_clock
    await cycle(lone_shop)
    secret = secret_of(lone_shop)
    day = clock.now.replace(hour=2, minute=0)
    clock.set(day)
    street.order("came", day)
    await deliver(lone_shop, body("came"), secret)
    await heed.heed(lone_shop)
    for minute in range(0, 91, 10):
        street.order(f"lost-{minute}", day.replace(hour=3, minute=10) + timedelta(minutes=minute))
    clock.set(day.replace(hour=5))
    street.order("late", clock.now - timedelta(seconds=30))

    assert ["Webhooks: 10 missed 03:10–04:40, 10 recovered."] == await told(lone_shop)
    clock.set(day.replace(hour=6))
    assert [] == await told(lone_shop)


async def test_a_vanished_webhook_is_repaired_and_its_gap_told_in_one_cycle(
    lone_shop: str, street: kiosk.Street, settable_clock: SettableClock
) -> None:
    """What was not delivered meanwhile counts as missed, and is here."""
    await cycle(lone_shop)
    settable_clock.advance(3600)
    street.hooks.clear()
    street.order("1", settable_clock.now)
    settable_clock.advance(600)
    repaired, missed = await told(lone_shop)

    assert repaired.startswith("Repaired webhooks: order was missing")
    assert missed.startswith("Webhooks: 1 missed ")
