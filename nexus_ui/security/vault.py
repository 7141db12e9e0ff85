"""Seals credentials with AES-256-GCM, each bound to its owner, field and version, so that none can be moved.

The keys come from CREDENTIALS_ENCRYPTION_KEY (comma separated: the first seals, all open) or from a key file.
"""

import base64
import binascii
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nexus_ui import errors, settings

VARIABLE = "CREDENTIALS_ENCRYPTION_KEY"
KEY_FILE = "encryption.key"
KEY_BYTES = 32
NONCE_BYTES = 12


class KeysUnusable(errors.NexusError):
    """The encryption keys of this installation are missing, malformed or readable by others."""

    kind = "keys_unusable"


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted value and the id of the key that sealed it."""

    key_id: str
    blob: bytes


class Vault:
    """Seals with its first key and opens with any of its keys."""

    __slots__ = ("_ciphers", "_first")

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take raw keys of 32 bytes; raises KeysUnusable when there is none or one has another length."""
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise KeysUnusable(f"{VARIABLE} must hold at least one key, and each must be {KEY_BYTES} bytes long.")
        self._ciphers = {key_id_of(key): AESGCM(key) for key in keys}
        self._first = key_id_of(keys[0])

    def __repr__(self) -> str:
        return f"Vault(keys={sorted(self._ciphers)})"

    @property
    def key_id(self) -> str:
        """The id of the key that seals."""
        return self._first

    @property
    def key_ids(self) -> frozenset[str]:
        """The ids of all keys that open."""
        return frozenset(self._ciphers)

    def seal(self, owner_id: str, field: str, version: int, plain: str) -> Sealed:
        """Encrypt `plain` so that it opens for this owner, field and version only."""
        nonce = os.urandom(NONCE_BYTES)
        bound = _bound_to(self._first, owner_id, field, version)
        return Sealed(self._first, nonce + self._ciphers[self._first].encrypt(nonce, plain.encode(), bound))

    def open(self, owner_id: str, field: str, version: int, key_id: str, blob: bytes) -> str:
        """Decrypt; raises SecretUnreadable when the key is unknown or the value was moved or changed."""
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise errors.SecretUnreadable(
                f"The saved credentials were encrypted with a key that is not set any more. Add it to {VARIABLE}, "
                "after a comma, or enter the credentials again.",
                f"key {key_id} is needed for {field} of {owner_id}",
            )
        nonce, cipher_text = blob[:NONCE_BYTES], blob[NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, cipher_text, _bound_to(key_id, owner_id, field, version)).decode()
        except (InvalidTag, ValueError):
            raise errors.SecretUnreadable(
                "The saved credentials were damaged or changed outside the product. Enter them again.",
                f"{field} of {owner_id} (version {version}) does not open with key {key_id}",
            ) from None


def current_vault() -> Vault:
    """The vault of this process; makes the key file on first use. Raises KeysUnusable."""
    here = settings.current()
    typed = here.encryption_keys.get_secret_value() if here.encryption_keys else None
    return _vault_of(typed, here.home)


def key_id_of(key: bytes) -> str:
    """A short public name of a key that does not give it away."""
    return hashlib.sha256(b"nexus-connections key id\0" + key).hexdigest()[:16]


def parse_keys(text: str, source: str) -> list[bytes]:
    """Raw keys from comma separated base64 or hex; raises KeysUnusable that names `source`, never the key."""
    words = [word for word in re.split(r"[\s,]+", text) if word]
    if not words:
        raise KeysUnusable(f"{source} holds no key. {_how_to_make_one()}")
    return [_decode(word, place, source) for place, word in enumerate(words, 1)]


def read_or_make_key_file(path: Path) -> str:
    """The content of the key file, made when missing; raises KeysUnusable when others can read it."""
    if not path.exists():
        _make_key_file(path)
    with path.open(encoding="ascii", errors="replace") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or stat.S_IMODE(found.st_mode) & 0o077:
            raise KeysUnusable(
                f"The key file {path} can be read or changed by others on this machine. "
                f"Run: chmod 600 {path}. If it may have been copied, change the key too."
            )
        return file.read()


@lru_cache(maxsize=1)
def _vault_of(typed: str | None, home: Path) -> Vault:
    if typed is not None:
        return Vault(parse_keys(typed, VARIABLE))
    path = home / KEY_FILE
    return Vault(parse_keys(read_or_make_key_file(path), f"The key file {path}"))


def _decode(word: str, place: int, source: str) -> bytes:
    for read in (bytes.fromhex, _from_base64):
        try:
            key = read(word)
        except (ValueError, binascii.Error):
            continue
        if len(key) == KEY_BYTES:
            return key
    raise KeysUnusable(f"{source}: key {place} is not {KEY_BYTES} bytes in base64 or hex. {_how_to_make_one()}")


def _from_base64(word: str) -> bytes:
    standard = word.replace("-", "+").replace("_", "/").rstrip("=")
    return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)


def _how_to_make_one() -> str:
    return "Make one with: openssl rand -base64 32"


def _make_key_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())
        _publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _publish(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _bound_to(key_id: str, owner_id: str, field: str, version: int) -> bytes:
    parts = (key_id.encode(), owner_id.encode(), field.encode(), str(version).encode())
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
