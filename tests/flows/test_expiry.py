"""Months of a connection's life: what will end is told in time and once a step, what rests is rehearsed every day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from nexus_ui import children
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import ACCESS_TOKEN, REFRESH_TOKEN
from nexus_ui.clock import utcnow
from nexus_ui.flows import alert, connect, consent, expiry, keys, manage, rehearse, removal
from nexus_ui.flows.sign_in import Who
from nexus_ui.sandbox import server
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.server import Running
from nexus_ui.sandbox.world import Options, World
from nexus_ui.storage import connections, credentials, secrets
from nexus_ui.storage.connections import ConnectionSettings
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.tables import Connection, Incident
from tests.conftest import SettableClock
from tests.flows.conftest import shop_of, typed
from tests.flows.test_consent import begun, decided


@pytest.fixture
def sandbox(fresh_home: Path, settable_clock: SettableClock) -> Iterator[Running]:
    """A sandbox that lives by the same clock, so that its tokens grow old with ours."""
    world = World(Options(products=30, orders=10, limits=False, clock=lambda: utcnow().timestamp()))
    with server.run_in_thread(world) as running:
        children.remember_port(fresh_home, int(running.url.rpartition(":")[2]))
        yield running


@pytest.fixture
async def consented(olga: Who, sandbox: Running, settable_clock: SettableClock) -> str:
    """A shop connected by consent: an access token of an hour, a refresh token of 90 days."""
    came = await consent.finish("shopify", decided(await begun(olga, sandbox)), olga)
    return connect.save(came.draft_id, olga.person_id, "Garden shop")


@pytest.fixture
async def keyed(olga: Who, sandbox: Running, settable_clock: SettableClock) -> str:
    """A shop connected by keys that end at no known time."""
    return await connect.explore_sandbox(olga.person_id, "woocommerce")


def incidents(kind: str = expiry.KIND) -> list[tuple[str, str, bool]]:
    """Every incident of a kind, oldest first: its step, its title, and whether it is open."""
    with reading() as session:
        found = session.scalars(select(Incident).where(Incident.kind == kind).order_by(Incident.opened_at))
        return [(one.step, one.title, one.closed_at is None) for one in found]


def told_steps() -> str:
    """The step that people were told last."""
    with reading() as session:
        found = session.scalars(select(Incident).where(Incident.kind == expiry.KIND, Incident.closed_at.is_(None)))
        return "".join(one.told_step for one in found)


async def test_the_ladder_is_climbed_once_a_step_over_weeks(keyed: str, settable_clock: SettableClock) -> None:
    """Looked at every six hours for seven weeks: told at 30, 14, 7, 1 days and at the end, one incident throughout."""
    with writing() as session:
        ends = utcnow() + timedelta(days=45)
        keys.keep(session, keyed, {REFRESH_TOKEN: "a refresh token"}, {REFRESH_TOKEN: ends})
    heard: list[tuple[int, str]] = []
    for quarter in range(48 * 4):
        await expiry.look()
        await alert.deliver_due()
        step = told_steps()
        if step and (not heard or heard[-1][1] != step):
            heard.append((quarter // 4, step))
        settable_clock.advance(hours=6)

    assert [(15, "30 days"), (31, "14 days"), (38, "7 days"), (44, "1 days"), (45, "ended")] == heard
    assert [("ended", "The access has ended", True)] == incidents()


async def test_a_reconnect_in_time_ends_the_incident(keyed: str, olga: Who, settable_clock: SettableClock) -> None:
    """New credentials, another end: it is over, and the next ladder is another incident."""
    way, values = typed("woocommerce")
    with writing() as session:
        keys.keep(session, keyed, {REFRESH_TOKEN: "old token"}, {REFRESH_TOKEN: utcnow() + timedelta(days=40)})
    settable_clock.advance(days=12)
    await expiry.look()
    result = await connect.test(olga.person_id, "woocommerce", way, values, connection_id=keyed)
    connect.update(result.draft_id, olga.person_id)
    await expiry.look()

    assert [("30 days", "The access ends soon", False)] == incidents()


async def test_a_resting_connection_stays_alive_for_months(
    consented: str, olga: Who, settable_clock: SettableClock
) -> None:
    """Paused for four months, it signs in every day: its refresh token, good for 90 days, is always a young one."""
    manage.pause(consented, olga.person_id)
    for _ in range(120):
        settable_clock.advance(days=1)
        await rehearse.due()
        await expiry.look()

    ends = secrets.facts(consented)[REFRESH_TOKEN].expires_at
    [known] = credentials.watched(consented)
    assert ends is not None
    assert ends > utcnow() + timedelta(days=80)
    assert ("", True) == (known.problem, known.proved_at is not None and known.proved_at > utcnow() - timedelta(days=2))
    assert [] == incidents()


async def test_without_auto_reconnect_tokens_are_left_alone_and_their_loss_is_said(
    consented: str, olga: Who, settable_clock: SettableClock
) -> None:
    """Off means off, also at night: the token is not renewed, and a person is told to reconnect."""
    manage.change_settings(consented, olga.person_id, ConnectionSettings(auto_reconnect=False))
    before = keys.open(consented)
    manage.pause(consented, olga.person_id)
    settable_clock.advance(days=2)
    await rehearse.due()
    await expiry.look()

    assert before[ACCESS_TOKEN] == keys.open(consented)[ACCESS_TOKEN]
    assert [("refused", "The credentials do not work any more", True)] == incidents()
    manage.change_settings(consented, olga.person_id, ConnectionSettings(auto_reconnect=True))
    settable_clock.advance(days=1, seconds=1)
    await rehearse.due()
    await expiry.look()
    assert before[ACCESS_TOKEN] != keys.open(consented)[ACCESS_TOKEN]
    assert [("refused", "The credentials do not work any more", False)] == incidents()


async def test_revoked_keys_are_noticed_although_nothing_needed_them(
    keyed: str, olga: Who, sandbox: Running, settable_clock: SettableClock
) -> None:
    """A paused shop whose keys were withdrawn there says so within a day; once they work again it is over."""
    manage.pause(keyed, olga.person_id)
    shop_of(sandbox, "woocommerce").faults.switch_on(Fault(fault="wrong_key"))
    settable_clock.advance(days=1, seconds=1)
    assert 1 == await rehearse.due()
    await expiry.look()

    assert [("refused", "The credentials do not work any more", True)] == incidents()
    assert 0 == await rehearse.due()
    shop_of(sandbox, "woocommerce").faults.switch_off()
    settable_clock.advance(days=1, seconds=1)
    await rehearse.due()
    await expiry.look()
    assert [("refused", "The credentials do not work any more", False)] == incidents()


async def test_an_outage_is_no_loss_and_is_asked_again_within_the_hour(
    keyed: str, olga: Who, sandbox: Running, settable_clock: SettableClock
) -> None:
    """Nothing was found out, so nothing is said."""
    manage.pause(keyed, olga.person_id)
    shop_of(sandbox, "woocommerce").faults.switch_on(Fault(fault="outage"))
    settable_clock.advance(days=1, seconds=1)
    assert (1, 0) == (await rehearse.due(), await rehearse.due())
    await expiry.look()
    assert [] == incidents()
    settable_clock.advance(hours=1, seconds=1)

    assert 1 == await rehearse.due()


async def test_what_syncs_well_needs_no_rehearsal_and_what_failed_for_good_gets_none(
    keyed: str, settable_clock: SettableClock
) -> None:
    """A sync proves as much; a connection in error says itself what is wrong."""
    settable_clock.advance(days=3)
    with writing() as session:
        session.get_one(Connection, keyed).last_success_at = utcnow() - timedelta(hours=3)
    assert 0 == await rehearse.due()
    settable_clock.advance(days=1)
    with writing() as session:
        session.get_one(Connection, keyed).error_kind = "invalid_credentials"
        session.get_one(Connection, keyed).proof_problem = "Told elsewhere."
    await expiry.look()

    assert (0, []) == (await rehearse.due(), incidents())
    assert "Told elsewhere." == credentials.watched(connections.get(keyed).id)[0].problem


async def test_the_end_of_an_api_version_is_counted_down_for_all_its_connections(
    consented: str, keyed: str, settable_clock: SettableClock
) -> None:
    """One incident for the installation: told 90 and 30 days before; none while nobody uses that marketplace."""
    sunset = CATALOGUE["shopify"].api_sunset
    assert sunset is not None and sunset > date(2026, 11, 23)
    midnight = datetime(sunset.year, sunset.month, sunset.day, tzinfo=UTC)
    seen = []
    for days in (91, 90, 31, 30, 0):
        settable_clock.set(midnight - timedelta(days=days))
        await expiry.look()
        seen.append([step for step, _, _ in incidents(expiry.SUNSET)])

    assert [[], ["90 days"], ["90 days"], ["30 days"], ["0 days"]] == seen
    removal.remove(consented, "per_olga")
    await expiry.look()
    assert [("0 days", "An API version in use has ended", False)] == incidents(expiry.SUNSET)
