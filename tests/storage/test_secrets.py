"""Stored credentials: bound to their place, kept when nothing changed, sealed anew without loss."""

import os
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text

from nexus_ui import errors
from nexus_ui.security.vault import Vault
from nexus_ui.storage import secrets
from nexus_ui.storage.database import reading, writing
from tests.conftest import SettableClock
from tests.databases import Database

TOKEN = "shpat_0123456789abcdef"


@pytest.fixture
def vault() -> Vault:
    """A vault with one key."""
    return Vault([os.urandom(32)])


def keep(vault: Vault, owner_id: str, **plain: str) -> None:
    """Store fields in a transaction of their own."""
    with writing() as session:
        secrets.store(session, vault, owner_id, plain)


def change(statement: str) -> None:
    """Change the table behind the product's back."""
    with writing() as session:
        session.execute(text(statement))


def test_what_was_stored_is_revealed(database: Database, vault: Vault) -> None:
    """Every field comes back, also one with characters from everywhere."""
    keep(vault, "con_a", access_token=TOKEN, shop="żółw ☕.example")

    assert {"access_token": TOKEN, "shop": "żółw ☕.example"} == secrets.reveal(vault, "con_a")
    assert {} == secrets.reveal(vault, "con_b")


def test_no_plain_text_reaches_the_disk(sqlite_database: Database, vault: Vault) -> None:
    """The secret is in none of the database's files."""
    keep(vault, "con_a", access_token=TOKEN)

    written = b"".join(path.read_bytes() for path in sqlite_database.home.iterdir())
    assert TOKEN.encode() not in written
    assert b"access_token" in written


def test_facts_tell_the_end_and_the_age_and_nothing_more(
    database: Database, vault: Vault, settable_clock: SettableClock
) -> None:
    """The last four characters of a long secret, none of a short one."""
    end = settable_clock.now + timedelta(days=12)
    with writing() as session:
        secrets.store(session, vault, "con_a", {"access_token": TOKEN, "pin": "12345678"}, {"access_token": end})

    assert {
        "access_token": secrets.SecretFact("cdef", settable_clock.now, end),
        "pin": secrets.SecretFact("", settable_clock.now, None),
    } == secrets.facts("con_a")


def test_an_equal_value_keeps_its_age_and_a_new_one_does_not(
    database: Database, vault: Vault, settable_clock: SettableClock
) -> None:
    """Saving the form again does not make an old secret look new."""
    before = settable_clock.now
    keep(vault, "con_a", key="one", token="two")
    settable_clock.advance(days=61)

    keep(vault, "con_a", key="one", token="three")

    facts = secrets.facts("con_a")
    assert (before, settable_clock.now) == (facts["key"].set_at, facts["token"].set_at)
    assert {"key": "one", "token": "three"} == secrets.reveal(vault, "con_a")


def test_secrets_move_to_their_connection_sealed_anew(database: Database, vault: Vault) -> None:
    """A draft's secrets become the connection's; what the connection had under the same name is replaced."""
    keep(vault, "con_a", key="old", other="stays")
    keep(vault, "drf_a", key="new", token="also")

    with writing() as session:
        secrets.move(session, vault, "drf_a", "con_a")

    assert {"key": "new", "token": "also", "other": "stays"} == secrets.reveal(vault, "con_a")
    assert {} == secrets.reveal(vault, "drf_a")


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE secrets SET owner_id = 'con_b'",
        "UPDATE secrets SET field = 'refresh_token'",
        "UPDATE secrets SET version = version + 1",
        "UPDATE secrets SET key_id = '0000000000000000'",
        "UPDATE secrets SET sealed = (SELECT sealed FROM (SELECT sealed FROM secrets WHERE owner_id = 'con_c') AS c)",
    ],
    ids=["other owner", "other field", "other version", "unknown key", "another row's bytes"],
)
def test_a_moved_secret_does_not_open(database: Database, vault: Vault, tampering: str) -> None:
    """An error, never the plain text of another row."""
    keep(vault, "con_a", access_token=TOKEN)
    keep(vault, "con_c", access_token="another secret")
    if "con_c" not in tampering:
        change("DELETE FROM secrets WHERE owner_id = 'con_c'")
    change(tampering)

    with pytest.raises(errors.SecretUnreadable) as caught:
        for owner in ("con_a", "con_b"):
            secrets.reveal(vault, owner)
    assert TOKEN not in caught.value.message + caught.value.detail


def test_rotation_goes_on_where_it_was_stopped(database: Database) -> None:
    """Stopped in the middle, it is run again: everything opens at every moment, and at the end without the old key."""
    old, new = os.urandom(32), os.urandom(32)
    wanted = {f"con_{number:03}": {"key": f"k{number}", "token": f"t{number}"} for number in range(25)}
    for owner, plain in wanted.items():
        keep(Vault([old]), owner, **plain)
    both = Vault([new, old])
    stopping = StopsAfter(both, 17)

    with pytest.raises(KeyboardInterrupt):
        secrets.reseal_all(stopping, batch=7)
    halfway = {owner: secrets.reveal(both, owner) for owner in wanted}
    rest = secrets.reseal_all(both, batch=7)

    assert wanted == halfway
    assert secrets.Resealed(50 - 14, ()) == rest
    assert wanted == {owner: secrets.reveal(Vault([new]), owner) for owner in wanted}
    assert secrets.Resealed(0, ()) == secrets.reseal_all(both)


def test_rotation_names_what_it_cannot_open_and_does_the_rest(database: Database) -> None:
    """A row whose key is gone stays as it is and is named."""
    lost, old, new = os.urandom(32), os.urandom(32), os.urandom(32)
    keep(Vault([lost]), "con_a", key="gone")
    keep(Vault([old]), "con_b", key="kept")

    assert secrets.Resealed(1, (("con_a", "key"),)) == secrets.reseal_all(Vault([new, old]), batch=1)


def test_forgotten_secrets_are_gone(database: Database, vault: Vault) -> None:
    """No row of the owner is left; others stay."""
    keep(vault, "con_a", key="one")
    keep(vault, "con_b", key="two")

    with writing() as session:
        secrets.forget(session, "con_a")

    with reading() as session:
        assert ["con_b"] == list(session.execute(text("SELECT owner_id FROM secrets")).scalars())


@dataclass
class StopsAfter:
    """A vault that is interrupted after so many seals, as by a kill."""

    vault: Vault
    left: int

    @property
    def key_id(self) -> str:
        """The key that seals."""
        return self.vault.key_id

    def seal(self, owner_id: str, field: str, version: int, plain: str) -> secrets.SealedValue:
        """Seal, or be interrupted."""
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        return self.vault.seal(owner_id, field, version, plain)

    def open(self, owner_id: str, field: str, version: int, key_id: str, blob: bytes) -> str:
        """Open."""
        return self.vault.open(owner_id, field, version, key_id, blob)
