"""The rows every preflight table shares: something tried, something refused, the clocks."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from nexus_ui.adapters.contract import Check, CheckState
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.adapters.kit.preflight import attempt, clock_check
from nexus_ui.errors import ActionNeeded, CredentialsRejected, PermissionMissing, SkipRecord, Unavailable

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def dated(date: str) -> Answer:
    """An answer that arrived now and says this date; an empty one is not said."""
    return Answer(200, httpx.Headers({"Date": date} if date else {}), b"", NOW)


def ago(seconds: float) -> Answer:
    """An answer that says the time of so many seconds before it arrived."""
    return dated(format_datetime(NOW - timedelta(seconds=seconds), usegmt=True))


async def said() -> str:
    """A probe that finds something."""
    return "7 products can be read."


async def test_what_is_tried_says_what_it_found() -> None:
    """The probe's words are the proof."""
    expected = Check("products", "Reads products", CheckState.PASS, "7 products can be read.")

    assert expected == await attempt("products", "Reads products", said)


@pytest.mark.parametrize(
    ("refusal", "proof"),
    [
        (PermissionMissing("Grant it.", "403 scope absent"), "403 scope absent"),
        (CredentialsRejected("Enter it again."), "Enter it again."),
    ],
)
async def test_a_refusal_is_a_row_with_their_words_and_the_fix(refusal: ActionNeeded, proof: str) -> None:
    """Without words of theirs, ours are the proof as well."""

    async def probe() -> str:
        raise refusal

    assert Check("orders", "Reads orders", CheckState.FAIL, proof, refusal.message) == await attempt(
        "orders", "Reads orders", probe
    )


async def test_what_is_no_refusal_ends_the_test() -> None:
    """An outage says nothing about a permission; what counts as a refusal can be said."""

    async def away() -> str:
        raise Unavailable("Away.")

    async def skipped() -> str:
        raise SkipRecord("No such list.", "1")

    with pytest.raises(Unavailable):
        await attempt("orders", "Reads orders", away)
    with pytest.raises(SkipRecord):
        await attempt("orders", "Reads orders", skipped)
    assert CheckState.FAIL == (await attempt("orders", "Reads orders", skipped, (ActionNeeded, SkipRecord))).state


@pytest.mark.parametrize(
    ("answer", "state", "proof"),
    [
        (ago(0), CheckState.PASS, "They differ by 0 seconds."),
        (ago(1), CheckState.PASS, "They differ by 1 second."),
        (ago(-120), CheckState.PASS, "They differ by 120 seconds."),
        (ago(121), CheckState.WARN, "They differ by 121 seconds."),
        (ago(-3600), CheckState.WARN, "They differ by 3600 seconds."),
        (dated("Mon, 23 Nov 2026 12:00:05"), CheckState.PASS, "They differ by 5 seconds."),
        (dated(""), CheckState.UNKNOWN, "Example does not say what time it is."),
        (dated("soon"), CheckState.UNKNOWN, "Example does not say what time it is."),
        (dated("Mon, 99 Nov 2026 12:00:05 GMT"), CheckState.UNKNOWN, "Example does not say what time it is."),
    ],
)
def test_the_clocks_are_compared(answer: Answer, state: CheckState, proof: str) -> None:
    """Two minutes apart is agreement; whoever does not tell his time is not blamed."""
    fix = "Set the clock of this machine." if state is CheckState.WARN else ""

    assert Check("clock", "Clocks agree", state, proof, fix) == clock_check(answer, "Example")


def test_a_marketplace_may_be_stricter_and_say_why() -> None:
    """Where signatures depend on the clock, less is too much, and the fix may name another machine."""
    found = clock_check(ago(90), "Example", most=60, fix="Set the shop's clock.", besides="; signatures count a minute")

    assert (CheckState.WARN, "They differ by 90 seconds; signatures count a minute.", "Set the shop's clock.") == (
        found.state,
        found.proof,
        found.fix,
    )


def test_skew_tells_the_direction() -> None:
    """Ahead of them is positive."""
    assert 30 == ago(30).skew
    assert -30 == ago(-30).skew
