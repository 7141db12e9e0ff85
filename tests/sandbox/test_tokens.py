"""Access tokens of the simulated marketplaces: how long they are good, and what faults make of them."""

import pytest

from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.tokens import Tokens

LIFE = 300


@pytest.fixture
def now() -> list[float]:
    """A clock that a test moves."""
    return [1_000.0]


@pytest.fixture
def tokens(now: list[float]) -> Tokens:
    """Tokens of one account."""
    return Tokens(lambda: now[0], LIFE, "eyJ.{}.", 20)


def test_a_token_is_good_until_it_ends(tokens: Tokens, now: list[float]) -> None:
    """Also when another one was issued after it; it stays known a little longer."""
    first = tokens.issue()
    now[0] += LIFE - 1
    second = tokens.issue()

    assert first.startswith("eyJ.")
    assert first != second
    assert tokens.accepts(first, {})
    now[0] += 1
    assert not tokens.accepts(first, {})
    assert tokens.knows(first, {})
    assert tokens.accepts(second, {})
    assert now[0] - 1 == tokens.issued(second)


def test_tokens_that_ended_are_forgotten_with_the_next(tokens: Tokens, now: list[float]) -> None:
    """So that a long run keeps none."""
    first = tokens.issue()
    now[0] += LIFE
    tokens.issue()

    assert not tokens.knows(first, {})


def test_a_token_nobody_issued_is_not_known(tokens: Tokens) -> None:
    """Nor is an empty one."""
    assert not tokens.accepts("eyJ.x.", {})
    assert not tokens.accepts("", {})


@pytest.mark.parametrize("name", ["wrong_key", "revoked_consent"])
def test_a_withdrawn_token_is_not_known(tokens: Tokens, name: str) -> None:
    """Whatever its age."""
    token = tokens.issue()

    assert not tokens.knows(token, {name: Fault(fault=name)})
    assert not tokens.accepts(token, {name: Fault(fault=name)})


def test_an_expired_token_is_one_from_before_the_switch(tokens: Tokens, now: list[float]) -> None:
    """One that was issued after it is good."""
    before = tokens.issue()
    faults = {"expired_token": Fault(fault="expired_token", since=now[0])}
    now[0] += 1

    assert tokens.knows(before, faults)
    assert not tokens.accepts(before, faults)
    assert tokens.accepts(tokens.issue(), faults)
