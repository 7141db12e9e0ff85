"""Rotating tokens and several processes: the account is never lost."""

import asyncio
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from nexus_ui import clock
from nexus_ui.adapters.contract import ACCESS_EXPIRES_AT, ACCESS_TOKEN, REFRESH_TOKEN, Credentials
from nexus_ui.clock import utcnow
from nexus_ui.errors import TokenExpired
from nexus_ui.flows import keys
from nexus_ui.storage import locks
from nexus_ui.storage.database import writing
from tests import databases
from tests.engine.connecting import connect
from tests.engine.renewing import provider, renew_once
from tests.engine.workers import ROOT

FIRST = {ACCESS_TOKEN: "access-000000", REFRESH_TOKEN: "refresh-000000"}
ROUNDS = 6
PROCESSES = 3


def renewer(*arguments: str) -> subprocess.Popen[bytes]:
    """A process that renews."""
    command = [sys.executable, "-m", "tests.engine.renewing", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | {}, stderr=subprocess.PIPE)


def test_processes_that_renew_one_rotating_token_at_once_never_lose_the_account(database: databases.Database) -> None:
    """Three processes, each renewing the token it knows again and again: no refresh token is sent twice."""
    connection_id = connect(secrets=FIRST)
    with provider() as (behind, url):
        running = [renewer(connection_id, url, str(ROUNDS)) for _ in range(PROCESSES)]
        said = [process.communicate(timeout=120)[1].decode() for process in running]

    assert [0] * PROCESSES == [process.returncode for process in running], said
    assert 0 == behind.replays
    assert ROUNDS <= behind.number <= PROCESSES * ROUNDS
    assert f"refresh-{behind.number:06}" == keys.open(connection_id)[REFRESH_TOKEN]


async def test_a_crash_between_the_answer_and_our_commit_asks_for_a_reconnect(
    sqlite_database: databases.Database,
) -> None:
    """The used-up token is all we have: the next try says so, once, and does not spin."""
    connection_id = connect(secrets=FIRST)
    with provider() as (behind, url):
        dying = renewer(connection_id, url, "1", "die")
        assert 9 == dying.wait(60)
        after_the_lock = utcnow() + 2 * keys.HELD_FOR

        with clock.set_to(lambda: after_the_lock), pytest.raises(TokenExpired):
            await renew_once(keys.ring(connection_id), url)

    assert (1, 1) == (behind.number, behind.replays)


async def test_two_streams_that_are_refused_at_once_renew_once(sqlite_database: databases.Database) -> None:
    """The second finds what the first has won."""
    ring = keys.ring(connect(secrets=FIRST))
    with provider() as (behind, url):
        await asyncio.gather(renew_once(ring, url), renew_once(ring, url))

    assert (1, "access-000001") == (behind.number, (await ring.current())[ACCESS_TOKEN])


async def test_a_reconnect_during_a_renewal_wins(sqlite_database: databases.Database) -> None:
    """What a person has just granted is not overwritten by what the old token still brought."""
    connection_id = connect(secrets=FIRST)
    ring = keys.ring(connection_id)

    async def slow(held: Credentials) -> Credentials:
        with writing() as session:
            keys.keep(session, connection_id, {ACCESS_TOKEN: "access-by-hand", REFRESH_TOKEN: "refresh-by-hand"})
        return {**held, ACCESS_TOKEN: "access-000001", REFRESH_TOKEN: "refresh-000001"}

    renewed = await ring.renew(FIRST[ACCESS_TOKEN], slow)

    assert ("access-by-hand", "refresh-by-hand") == (renewed[ACCESS_TOKEN], keys.open(connection_id)[REFRESH_TOKEN])


async def test_without_auto_reconnect_an_ended_token_is_not_renewed(sqlite_database: databases.Database) -> None:
    """It raises what the card turns into Reconnect; before its end the token is used as it is."""
    ended = FIRST | {ACCESS_EXPIRES_AT: (utcnow() - timedelta(minutes=1)).isoformat()}
    fresh = FIRST | {ACCESS_EXPIRES_AT: (utcnow() + timedelta(minutes=2)).isoformat()}

    async def never(_: Credentials) -> Credentials:
        raise AssertionError("renewed although it must not")

    with pytest.raises(TokenExpired):
        await keys.ring(connect(secrets=ended, auto_reconnect=False)).renew(FIRST[ACCESS_TOKEN], never)
    kept = await keys.ring(connect(secrets=fresh, auto_reconnect=False)).renew(FIRST[ACCESS_TOKEN], never)
    assert FIRST[ACCESS_TOKEN] == kept[ACCESS_TOKEN]


def test_a_lock_has_one_holder_and_ends_by_itself(database: databases.Database) -> None:
    """Taken, refused, held longer, expired, given back."""
    now, until = utcnow(), utcnow() + timedelta(seconds=30)

    assert locks.take("x", "a", now, until)
    assert not locks.take("x", "b", now, until)
    assert locks.take("x", "a", now, until + timedelta(seconds=30))
    assert not locks.take("x", "b", until + timedelta(seconds=1), until + timedelta(seconds=60))
    assert locks.take("x", "b", until + timedelta(seconds=31), until + timedelta(seconds=90))
    locks.give_back("x", "a")
    assert not locks.take("x", "c", until, until)
    locks.give_back("x", "b")
    assert locks.take("x", "c", now, until)


def test_a_keyring_keeps_its_secrets_to_itself(sqlite_database: databases.Database) -> None:
    """Neither its repr nor what it hides in text shows one."""
    ring = keys.ring(connect(secrets={ACCESS_TOKEN: "shpat_verysecretvalue"}))

    assert "verysecret" not in repr(ring)
    assert "verysecret" not in ring.hide("refused: shpat_verysecretvalue")
