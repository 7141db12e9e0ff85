"""What an error means to a merchant: its cause, what it blocks, and what mends it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ALL_BLOCKED = "Products, orders and stock are not updated until this is fixed."
SOME_BLOCKED = "Everything that needs this permission is not updated."
WAITING = "Nothing is lost: the next sync goes on where the last one stopped."


class Fix(StrEnum):
    """What the button beside an error does. `WAIT`: no button, the next try is shown."""

    RECONNECT = "reconnect"
    EDIT_CREDENTIALS = "edit_credentials"
    REAUTHORISE = "reauthorise"
    SELLER_PORTAL = "seller_portal"
    SET_CLOCK = "set_clock"
    WAIT = "wait"
    SYNC_NOW = "sync_now"


@dataclass(frozen=True, slots=True)
class Remedy:
    """`title` names the error, `button` is empty when nothing is to be pressed."""

    title: str
    cause: str
    blocks: str
    fix: Fix
    resolution: str
    button: str = ""
    url: str = ""
    scope: str = ""
    next_try_at: datetime | None = None


def remedy(
    kind: str,
    *,
    by_consent: bool,
    scope: str = "",
    portal_url: str = "",
    next_sync_at: datetime | None = None,
) -> Remedy:
    """The remedy for an error of this kind. `by_consent`: the connection was made by consent in the browser."""
    match kind:
        case "token_expired":
            return _expired(by_consent)
        case "invalid_credentials":
            return _rejected(by_consent)
        case "scope_missing":
            return _scope(by_consent, scope)
        case "account_suspended":
            return _suspended(portal_url)
        case "clock_skew":
            return _clock()
        case "setup_wrong":
            cause = "The address leads nowhere: the shop or site is unknown there."
            return _typed("Address unknown", cause, "Correct the address.")
        case "secret_unreadable":
            cause = "The saved credentials cannot be decrypted with the keys of this installation."
            return _typed("Credentials unreadable", cause, "Add the missing encryption key, or enter them again.")
        case "unavailable":
            cause = "The marketplace does not answer properly at the moment."
            return _patience("Marketplace unavailable", cause, next_sync_at)
        case "rate_limited":
            return _patience("Waiting for the marketplace", "It asked us to slow down.", next_sync_at)
        case _:
            return _unexpected(next_sync_at)


def _expired(by_consent: bool) -> Remedy:
    cause = "The access token has expired."
    if by_consent:
        return Remedy("Token expired", cause, ALL_BLOCKED, Fix.RECONNECT, "Sign in there again.", "Reconnect")
    return _typed("Token expired", cause, "Enter a new token.")


def _rejected(by_consent: bool) -> Remedy:
    cause = "The key or secret is wrong or was revoked."
    if by_consent:
        resolution = "Sign in there again."
        return Remedy("Invalid credentials", cause, ALL_BLOCKED, Fix.RECONNECT, resolution, "Reconnect")
    return _typed("Invalid credentials", cause, "Enter the right key and secret.")


def _typed(title: str, cause: str, resolution: str) -> Remedy:
    return Remedy(title, cause, ALL_BLOCKED, Fix.EDIT_CREDENTIALS, resolution, "Edit Credentials")


def _scope(by_consent: bool, scope: str) -> Remedy:
    missing = f"the permission {scope}" if scope else "a permission"
    resolution = f"Grant {missing} to the app there, then try again."
    if by_consent:
        button = f"Re-authorise with {scope}" if scope else "Re-authorise"
        title, cause = "Scope missing", f"The app lacks {missing}."
        return Remedy(title, cause, SOME_BLOCKED, Fix.REAUTHORISE, resolution, button, scope=scope)
    cause = f"The key lacks {missing}."
    return Remedy(
        "Scope missing", cause, SOME_BLOCKED, Fix.EDIT_CREDENTIALS, resolution, "Edit Credentials", scope=scope
    )


def _suspended(portal_url: str) -> Remedy:
    cause = "The marketplace has suspended or frozen this seller account."
    resolution = "The seller portal says why. Press Sync Now once it is open again."
    button = "Open seller portal" if portal_url else ""
    return Remedy("Account suspended", cause, ALL_BLOCKED, Fix.SELLER_PORTAL, resolution, button, portal_url)


def _clock() -> Remedy:
    cause = "The clock of the machine this runs on is wrong, so signed calls are refused."
    resolution = "Set the clock right, then press Sync Now."
    return Remedy("Clock is wrong", cause, ALL_BLOCKED, Fix.SET_CLOCK, resolution, "Sync Now")


def _patience(title: str, cause: str, next_sync_at: datetime | None) -> Remedy:
    resolution = "Nothing to do: it is tried again by itself."
    return Remedy(title, cause, WAITING, Fix.WAIT, resolution, next_try_at=next_sync_at)


def _unexpected(next_sync_at: datetime | None) -> Remedy:
    cause = "The sync ended in a way we did not expect."
    resolution = "The sync log keeps the raw answer. It is tried again by itself."
    return Remedy("Unexpected answer", cause, WAITING, Fix.SYNC_NOW, resolution, "Sync Now", next_try_at=next_sync_at)
