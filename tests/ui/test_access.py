"""The guard in front of every event handler: plain, async, step by step, and in the background."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import reflex as rx

from nexus_ui.errors import NotFound
from nexus_ui.flows import sign_in
from nexus_ui.ui import access
from nexus_ui.ui.access import REGISTRY, needs, session_cookie, who
from tests.ui.conftest import StateOf


class Guarded(rx.State):
    """One handler of every kind."""

    done: str = ""

    @needs("admin")
    def plain(self) -> None:
        """Plain."""
        self.done = f"plain by {who().name}"

    @needs("admin")
    async def waits(self) -> None:
        """Async."""
        self.done = f"waits by {who().name}"

    @needs("admin")
    def steps(self) -> Iterator[None]:
        """Step by step."""
        self.done = f"steps by {who().name}"
        yield

    @needs("admin", background=True)
    async def slowly(self) -> AsyncIterator[None]:
        """In the background, step by step."""
        async with self:
            self.done = f"slowly by {who().name}"
        yield

    @needs("viewer")
    async def refused(self) -> None:
        """Refused by a flow."""
        raise NotFound("There is no such thing.")

    @needs(access.PUBLIC)
    async def open_to_all(self) -> None:
        """For anybody."""
        self.done = f"anybody: {access.anybody()}"


KINDS = ("plain", "waits", "steps", "slowly")


async def run(state: Guarded, name: str) -> list[Any]:
    """Everything a handler answered."""
    answer = Guarded.event_handlers[name].fn(state)
    if hasattr(answer, "__aiter__"):
        return [step async for step in answer if step is not None]
    told = await answer
    return [] if told is None else [told]


def said(answers: list[Any]) -> str:
    """The events of `answers` as text."""
    return " ".join(str(answer) for answer in answers)


@pytest.mark.parametrize("name", KINDS)
async def test_the_right_role_runs_it(state_of: StateOf, name: str) -> None:
    """The owner may do what an admin may, and the handler knows who it is."""
    state = state_of(Guarded)

    assert [] == await run(state, name)
    assert f"{name} by Olga" == state.done


@pytest.mark.parametrize("name", KINDS)
async def test_too_low_a_role_is_told_so_and_changes_nothing(state_of: StateOf, viewer_cookie: str, name: str) -> None:
    """A sentence, and the handler never ran."""
    state = state_of(Guarded, cookie=viewer_cookie)

    assert "Nothing was changed." in said(await run(state, name))
    assert "" == state.done


@pytest.mark.parametrize("name", KINDS)
async def test_a_stranger_is_sent_to_sign_in(state_of: StateOf, name: str) -> None:
    """With the way back in the address."""
    state = state_of(Guarded, "/products?q=x", cookie="made-up")

    assert "/sign-in?next=%2Fproducts%3Fq%3Dx" in said(await run(state, name))
    assert "" == state.done


@pytest.mark.parametrize("name", KINDS)
async def test_an_open_tab_is_worth_nothing_after_signing_out(state_of: StateOf, owner_cookie: str, name: str) -> None:
    """The socket keeps its cookie; the database decides."""
    state = state_of(Guarded)
    sign_in.sign_out(owner_cookie)

    assert "/sign-in" in said(await run(state, name))
    assert "" == state.done


async def test_a_refusal_is_said_and_not_thrown(state_of: StateOf) -> None:
    """What a flow refuses reaches the person in its own sentence."""
    assert "There is no such thing." in said(await run(state_of(Guarded), "refused"))


async def test_a_public_handler_runs_for_anybody(state_of: StateOf) -> None:
    """And knows whether somebody is there."""
    stranger, owner = state_of(Guarded, cookie=""), state_of(Guarded)
    await run(stranger, "open_to_all")
    await run(owner, "open_to_all")

    assert ("anybody: False", "anybody: True") == (stranger.done, owner.done)


def test_every_handler_is_registered_with_its_role() -> None:
    """By module, class and name."""
    rule = REGISTRY[f"{__name__}.Guarded.slowly"]

    assert ("admin", True) == (rule.role, rule.background)


def test_a_role_that_does_not_exist_is_refused_at_once() -> None:
    """A slip in a declaration stops the start, not a merchant."""
    with pytest.raises(ValueError, match="no such role"):
        needs("king")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("nexus_session=abc", "abc"),
        ("theme=dark; nexus_session=abc; other=1", "abc"),
        ("xnexus_session=abc", ""),
        ("", ""),
        ("broken cookie \x00 =;;", ""),
    ],
)
def test_the_session_is_read_from_the_cookie_header(header: str, expected: str) -> None:
    """Whatever else stands there."""
    assert expected == session_cookie(header)
