"""The vault: what it seals opens in its place only, and its keys come from where they should."""

import base64
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nexus_ui import errors, settings
from nexus_ui.security import vault as vaults
from nexus_ui.security.vault import KeysUnusable, Sealed, Vault, current_vault, parse_keys, read_or_make_key_file

PROJECT = Path(__file__).resolve().parents[2]
KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
PLACE = ("con_a", "access_token", 3)


def opened(vault: Vault, sealed: Sealed, owner: str = "con_a", field: str = "access_token", version: int = 3) -> str:
    """Open at a place."""
    return vault.open(owner, field, version, sealed.key_id, sealed.blob)


@given(some.text(), some.text(), some.text(), some.integers(0, 2**40))
def test_any_text_comes_back(plain: str, owner: str, field: str, version: int) -> None:
    """Also an empty one."""
    sealed = Vault([KEY]).seal(owner, field, version, plain)

    assert plain == Vault([KEY]).open(owner, field, version, sealed.key_id, sealed.blob)


@pytest.mark.parametrize(
    "place",
    [
        {"owner": "con_b"},
        {"field": "refresh_token"},
        {"version": 4},
        {"owner": "con_aaccess", "field": "_token"},
        {"owner": "", "field": "con_aaccess_token"},
    ],
    ids=str,
)
def test_a_sealed_value_opens_at_its_own_place_only(place: dict[str, str | int]) -> None:
    """Not for another owner, field or version, nor where the letters are merely divided otherwise."""
    sealed = Vault([KEY]).seal(*PLACE, "a secret")

    with pytest.raises(errors.SecretUnreadable):
        opened(Vault([KEY]), sealed, **place)


def test_no_flipped_bit_goes_unseen() -> None:
    """Every bit of the sealed bytes, one after the other, and every shortening."""
    vault = Vault([KEY])
    sealed = vault.seal(*PLACE, "a secret")

    for place in range(len(sealed.blob) * 8):
        flipped = bytearray(sealed.blob)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises(errors.SecretUnreadable):
            opened(vault, Sealed(sealed.key_id, bytes(flipped)))
    for length in range(len(sealed.blob)):
        with pytest.raises(errors.SecretUnreadable):
            opened(vault, Sealed(sealed.key_id, sealed.blob[:length]))


def test_the_key_id_is_bound_too() -> None:
    """Two keys, one value: it opens only under the id it was sealed with."""
    both = Vault([KEY, OTHER])
    sealed = both.seal(*PLACE, "a secret")

    with pytest.raises(errors.SecretUnreadable):
        opened(both, Sealed(Vault([OTHER]).key_id, sealed.blob))


def test_after_a_rotation_the_new_key_seals_and_the_old_one_opens() -> None:
    """And without the old one, the error says which key is missing and what to do."""
    sealed = Vault([OTHER]).seal(*PLACE, "a secret")
    rotated = Vault([KEY, OTHER])

    assert "a secret" == opened(rotated, sealed)
    assert Vault([KEY]).key_id == rotated.seal(*PLACE, "x").key_id
    with pytest.raises(errors.SecretUnreadable, match="CREDENTIALS_ENCRYPTION_KEY") as caught:
        opened(Vault([KEY]), sealed)
    assert sealed.key_id in caught.value.detail


def test_the_same_text_never_looks_the_same() -> None:
    """A fresh nonce every time."""
    vault = Vault([KEY])

    assert 50 == len({vault.seal(*PLACE, "a secret").blob for _ in range(50)})


def test_a_vault_shows_no_key() -> None:
    """Not in its repr, and its ids are not the keys."""
    shown = repr(Vault([KEY])) + Vault([KEY]).key_id

    assert KEY.hex()[:8] not in shown
    assert base64.b64encode(KEY).decode()[:8] not in shown


@pytest.mark.parametrize(
    "text",
    [
        KEY.hex(),
        KEY.hex().upper(),
        base64.b64encode(KEY).decode(),
        base64.urlsafe_b64encode(KEY).decode().rstrip("="),
        f" {KEY.hex()} \n",
    ],
)
def test_a_key_may_be_written_in_hex_or_base64(text: str) -> None:
    """In either alphabet, padded or not."""
    assert [KEY] == parse_keys(text, "the test")


def test_several_keys_are_read_in_order() -> None:
    """Comma separated; the first one seals."""
    assert [KEY, OTHER] == parse_keys(f"{KEY.hex()},{base64.b64encode(OTHER).decode()}", "the test")


@pytest.mark.parametrize("text", ["", " , ", "tooshort", KEY.hex()[:-2], f"{KEY.hex()},nonsense", "ö" * 44])
def test_a_bad_key_is_refused_without_showing_it(text: str) -> None:
    """The message names the variable, the place of the key, and how to make one."""
    with pytest.raises(KeysUnusable, match=r"THE_VARIABLE.*openssl rand -base64 32") as caught:
        parse_keys(text, "THE_VARIABLE")
    assert KEY.hex()[:16] not in str(caught.value)
    assert "nonsense" not in str(caught.value)


def test_the_environment_beats_the_key_file(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the variable set, no file is made."""
    monkeypatch.setenv("CREDENTIALS_ENCRYPTION_KEY", f"{KEY.hex()},{OTHER.hex()}")
    settings.current.cache_clear()

    assert (Vault([KEY]).key_id, 2) == (current_vault().key_id, len(current_vault().key_ids))
    assert not (fresh_home / vaults.KEY_FILE).exists()


def test_a_key_file_is_made_for_its_owner_alone(fresh_home: Path) -> None:
    """Read again it is the same key, and nothing else is left in the folder."""
    first = current_vault().key_id
    vaults._vault_of.cache_clear()

    assert first == current_vault().key_id
    assert [vaults.KEY_FILE] == [path.name for path in fresh_home.iterdir()]
    assert 0o600 == stat.S_IMODE((fresh_home / vaults.KEY_FILE).stat().st_mode)


def test_an_open_umask_does_not_open_the_key_file(tmp_path: Path) -> None:
    """The rights are given with the file, not afterwards."""
    before = os.umask(0)
    try:
        read_or_make_key_file(tmp_path / "key")
    finally:
        os.umask(before)

    assert 0o600 == stat.S_IMODE((tmp_path / "key").stat().st_mode)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """The message says how to mend it."""
    path = tmp_path / "key"
    read_or_make_key_file(path)
    path.chmod(mode)

    with pytest.raises(KeysUnusable, match=f"chmod 600 {path}"):
        read_or_make_key_file(path)


def test_an_empty_key_file_is_refused_and_kept(tmp_path: Path) -> None:
    """A torn file is never replaced by a new key: what the old one sealed would be lost."""
    path = tmp_path / "key"
    path.touch(0o600)

    with pytest.raises(KeysUnusable):
        parse_keys(read_or_make_key_file(path), f"The key file {path}")
    assert 0 == path.stat().st_size


def test_processes_that_start_at_once_agree_on_one_key(fresh_home: Path) -> None:
    """The file appears whole, once."""
    ask = [sys.executable, "-c", "from nexus_ui.security.vault import current_vault; print(current_vault().key_id)"]
    processes = [
        subprocess.Popen(ask, cwd=PROJECT, env=settings.child_environment(), stdout=subprocess.PIPE) for _ in range(4)
    ]

    answers = {process.communicate(timeout=60)[0] for process in processes}

    assert {f"{current_vault().key_id}\n".encode()} == answers
