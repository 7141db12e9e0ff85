"""Rows of the preflight table that every marketplace has: something that is tried, and whether the clocks agree."""

from collections.abc import Awaitable, Callable

from nexus_ui.adapters.contract import Check, CheckState
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.errors import ActionNeeded, NexusError

SKEW_SECONDS = 120
SET_THE_CLOCK = "Set the clock of this machine."


async def attempt(
    name: str, label: str, probe: Callable[[], Awaitable[str]], refusals: tuple[type[NexusError], ...] = (ActionNeeded,)
) -> Check:
    """The row of something that is tried: what `probe` says of it, or why it was refused; other errors are raised."""
    try:
        return Check(name, label, CheckState.PASS, await probe())
    except refusals as refusal:
        return refused(name, label, refusal)


def refused(name: str, label: str, refusal: NexusError) -> Check:
    """The row of something that was refused: in the marketplace's words, and what to do about it in ours."""
    return Check(name, label, CheckState.FAIL, refusal.detail or refusal.message, refusal.message)


def clock_check(
    answer: Answer, vendor: str, *, most: int = SKEW_SECONDS, fix: str = SET_THE_CLOCK, besides: str = ""
) -> Check:
    """Whether this machine's clock and the vendor's agree within `most` seconds; `besides` is added to the proof."""
    name, label, skew = "clock", "Clocks agree", answer.skew
    if skew is None:
        return Check(name, label, CheckState.UNKNOWN, f"{vendor} does not say what time it is.")
    seconds = round(abs(skew))
    proof = f"They differ by {seconds} second{'' if seconds == 1 else 's'}{besides}."
    if seconds > most:
        return Check(name, label, CheckState.WARN, proof, fix)
    return Check(name, label, CheckState.PASS, proof)
