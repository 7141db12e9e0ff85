"""Passwords: argon2id hashes with the library's current parameters, renewed when those rise."""

import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(4)
"""Each check takes 64 MB for a moment; a crowd of strangers waits here instead of taking all the memory."""


def hash_password(password: str) -> str:
    """The hash to store."""
    with _AT_ONCE:
        return _hasher.hash(password)


def verify_password(stored: str, password: str) -> bool:
    """Whether `password` is the one behind `stored`."""
    try:
        with _AT_ONCE:
            return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def waste_time(password: str) -> None:
    """Take as long as a check would, for an account that does not exist."""
    verify_password(_hash_of_nobody(), password)


def needs_new_hash(stored: str) -> bool:
    """Whether the stored hash uses weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    return _hasher.hash("no account has this password")
