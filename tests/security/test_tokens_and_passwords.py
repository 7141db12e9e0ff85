"""Tokens and passwords: random enough, stored as hashes only, compared safely."""

import hashlib

import pytest

from nexus_ui.security import tokens
from nexus_ui.security.passwords import hash_password, needs_new_hash, verify_password, waste_time


def test_tokens_are_long_and_never_repeat() -> None:
    """256 random bits, fit for a URL."""
    made = {tokens.new_token() for _ in range(1000)}

    assert 1000 == len(made)
    assert {43} == {len(token) for token in made}
    assert all(token.replace("-", "").replace("_", "").isalnum() for token in made)


def test_only_the_hash_of_a_token_is_stored() -> None:
    """SHA-256, in hex."""
    assert hashlib.sha256(b"abc").hexdigest() == tokens.digest("abc")


@pytest.mark.parametrize(
    ("one", "other", "equal"), [("a", "a", True), ("a", "b", False), ("é", "é".encode(), True), ("", "x", False)]
)
def test_values_are_compared_whatever_their_type(one: str, other: str | bytes, equal: bool) -> None:
    """Text and bytes alike."""
    assert equal is tokens.same(one, other)


def test_the_pkce_challenge_is_the_one_of_the_standard() -> None:
    """The example of RFC 7636, appendix B."""
    assert "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" == tokens.pkce_challenge(
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )
    assert 43 <= len(tokens.pkce_verifier()) <= 128


def test_a_password_is_verified_against_its_hash() -> None:
    """Argon2id; another password, a damaged hash and an empty one are all a plain no."""
    stored = hash_password("correct horse")

    assert stored.startswith("$argon2id$")
    assert verify_password(stored, "correct horse")
    assert not verify_password(stored, "wrong horse")
    assert not verify_password(stored[:-5], "correct horse")
    assert not verify_password("", "correct horse")


def test_a_hash_of_weaker_parameters_is_to_be_renewed() -> None:
    """Today's own is not."""
    weak = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$qqQ1KMJzcJk2ycUeTmfPnA"

    assert needs_new_hash(weak)
    assert not needs_new_hash(hash_password("x"))


def test_nobody_has_a_password() -> None:
    """Checking for an account that does not exist ends quietly."""
    assert None is waste_time("anything")
