"""How things fail, grouped by what happens next.

NexusError(message, detail)        message: for the merchant · detail: for the operator, already masked
├── ActionNeeded                   a person must act; retrying is pointless           → status error
│   ├── TokenExpired               the access ended and could not be renewed          remedy: reconnect
│   ├── CredentialsRejected        key or secret is wrong or was revoked              remedy: edit credentials
│   ├── PermissionMissing(scope)   the app lacks a permission                         remedy: re-authorise
│   ├── AccountSuspended           the seller account is closed there                 remedy: seller portal
│   ├── SecretUnreadable           stored secret does not open with our keys          remedy: bring back the key
│   ├── ClockSkew                  this machine's clock is off, so signatures fail    remedy: set the clock
│   └── SetupWrong                 unknown shop, wrong site or host                   remedy: edit credentials
├── TryLater(retry_after)          keep the schedule, wait                            retry_after: seconds or None
│   ├── RateLimited                the marketplace asks to wait; never a failure      → status rate_limited
│   └── Unavailable                5xx, timeout, DNS, TLS, HTML where JSON was due    → status error, retried
├── SkipRecord(ref)                one record makes no sense: set aside, go on        → outcome partial
├── Surprise                       their answer made no sense at all                  → outcome failed, excerpt kept
├── LeaseLost                      another worker holds this connection now: stop, write nothing
└── Refused                        our own "no", said in a sentence
    ├── BadInput(field)            a typed value is not acceptable
    ├── AlreadyConnected           this account is connected already
    ├── OtherAccount               reconnect answered for a different account
    ├── AlreadyRunning / Paused    the connection is busy or paused
    ├── NotTested                  the values being saved are not the ones that passed the test
    ├── NotAllowed                 not signed in, or the role does not permit it
    └── NotFound                   no such thing (any more)

Only `adapters/kit` turns HTTP answers into these, by the table in `refusals.py`; only `flows/` catches them.
"""

from typing import ClassVar


class NexusError(Exception):
    """Anything the product expects to go wrong. `kind` is the stable word stored with a cycle and shown by views."""

    kind: ClassVar[str] = "error"

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class ActionNeeded(NexusError):
    """A person must act before this can work again."""

    kind = "action_needed"


class TokenExpired(ActionNeeded):
    """The access token ended and could not be renewed."""

    kind = "token_expired"


class CredentialsRejected(ActionNeeded):
    """The marketplace refused the key or secret."""

    kind = "invalid_credentials"


class PermissionMissing(ActionNeeded):
    """The app lacks a permission; `scope` names it where the marketplace does."""

    kind = "scope_missing"

    def __init__(self, message: str, detail: str = "", scope: str = "") -> None:
        super().__init__(message, detail)
        self.scope = scope


class AccountSuspended(ActionNeeded):
    """The seller account is suspended, frozen or unpaid at the marketplace."""

    kind = "account_suspended"


class SecretUnreadable(ActionNeeded):
    """A stored secret does not open: its encryption key is gone, or the row was changed or moved."""

    kind = "secret_unreadable"


class ClockSkew(ActionNeeded):
    """Signatures are refused because this machine's clock is off."""

    kind = "clock_skew"


class SetupWrong(ActionNeeded):
    """The address leads nowhere: unknown shop, wrong region or site."""

    kind = "setup_wrong"


class TryLater(NexusError):
    """It may work later; `retry_after` is seconds when the marketplace said so."""

    kind = "try_later"

    def __init__(self, message: str, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, detail)
        self.retry_after = retry_after


class RateLimited(TryLater):
    """The marketplace asks to wait."""

    kind = "rate_limited"


class Unavailable(TryLater):
    """The marketplace does not answer properly right now."""

    kind = "unavailable"


class SkipRecord(NexusError):
    """One record cannot be translated; `ref` names it at the marketplace."""

    kind = "bad_record"

    def __init__(self, message: str, ref: str, detail: str = "") -> None:
        super().__init__(message, detail)
        self.ref = ref


class Surprise(NexusError):
    """The answer made no sense; `detail` keeps an excerpt."""

    kind = "surprise"


class LeaseLost(NexusError):
    """This cycle no longer holds its connection."""

    kind = "lease_lost"


class Refused(NexusError):
    """Our own no."""

    kind = "refused"


class BadInput(Refused):
    """A typed value is not acceptable; `field` names it."""

    kind = "bad_input"

    def __init__(self, message: str, field: str = "", detail: str = "") -> None:
        super().__init__(message, detail)
        self.field = field


class AlreadyConnected(Refused):
    """The account that answered is connected already."""

    kind = "already_connected"


class OtherAccount(Refused):
    """A different account answered than the one this connection belongs to."""

    kind = "other_account"


class AlreadyRunning(Refused):
    """A cycle of this connection is running."""

    kind = "already_running"


class Paused(Refused):
    """The connection is paused."""

    kind = "paused"


class NotTested(Refused):
    """The values to be saved did not pass the test."""

    kind = "not_tested"


class NotAllowed(Refused):
    """Not signed in, or the role does not permit it."""

    kind = "not_allowed"


class NotFound(Refused):
    """No such thing, or not any more."""

    kind = "not_found"
