"""THE table from HTTP statuses and transport faults to `errors`. An adapter overrides single rows with a `judge`."""

from collections.abc import Callable

import httpx

from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.errors import (
    AccountSuspended,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    Surprise,
    Unavailable,
)


class Garbled(Unavailable):
    """The body cannot be read: worth another try, and a Surprise when it stays so."""


def by_status(answer: Answer, name: str, mask: Callable[[str], str]) -> NexusError | None:
    """What a status means; None when it is no refusal."""
    match answer.status:
        case status if 200 <= status < 300:
            return None
        case status if 300 <= status < 400:
            target = answer.headers.get("location", "another address")
            return SetupWrong(f"{name} sends us on to {mask(target)}. Enter that address instead.")
        case 401:
            return CredentialsRejected(f"{name} does not accept the key. Check it and enter it again.")
        case 402 | 423:
            return AccountSuspended(f"{name} has closed this account for now. Its seller portal says why.")
        case 403:
            return PermissionMissing(f"{name} does not allow this app to do that. Grant it the permission.")
        case 404 | 410:
            return SetupWrong(f"{name} knows nothing at this address. Check the name that was entered.")
        case 429 | 430:
            return RateLimited(f"{name} asks us to slow down.", retry_after=answer.retry_after)
        case status if status >= 500 or status in (408, 425):
            return Unavailable(
                f"{name} is not working right now (it answered {status}).", retry_after=answer.retry_after
            )
        case status:
            return Surprise(f"{name} refused our request with an answer we do not know ({status}).")


def by_fault(fault: httpx.HTTPError, name: str, mask: Callable[[str], str]) -> NexusError:
    """What a transport fault means."""
    detail = mask(f"{type(fault).__name__}: {fault}")
    if isinstance(fault, httpx.TimeoutException):
        return Unavailable(f"{name} did not answer in time.", detail)
    if isinstance(fault, httpx.ConnectError):
        return Unavailable(f"{name} could not be reached. Check the address if this does not pass.", detail)
    if isinstance(fault, httpx.DecodingError):
        return Garbled(f"{name} sent an answer that cannot be read.", detail)
    return Unavailable(f"The connection to {name} broke before its answer was complete.", detail)


def never_sent(fault: Unavailable) -> bool:
    """True when the fault happened before the marketplace can have seen the request."""
    return isinstance(fault.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def final(fault: Unavailable) -> NexusError:
    """What a fault is called once trying again has not helped."""
    return Surprise(fault.message, fault.detail) if isinstance(fault, Garbled) else fault
