"""What a kind of channel declares, and what it is given to send."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from nexus_ui.adapters.contract import Field


@dataclass(frozen=True, slots=True)
class Note:
    """One message on its way. `thread` is the same for all that is said of one incident; `id` of this very message."""

    id: str
    thread: str
    subject: str
    body: str


Send = Callable[[Mapping[str, str], Note, bool], Awaitable[str]]
"""Sends with these values; True allows private addresses. Returns what a person should know of it, mostly nothing.

Raises CredentialsRejected, SetupWrong (a person must act), RateLimited, Unavailable (worth another try).
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of channel: the boxes of its form, how it shows where it leads, and how it sends.

    `rooted` names the fields that decide where a secret goes: when one changes, the secret is asked for again.
    """

    slug: str
    name: str
    help: str
    icon: str
    fields: tuple[Field, ...]
    rooted: tuple[str, ...]
    check: Callable[[Mapping[str, str], bool], None]
    shows: Callable[[Mapping[str, str]], str]
    send: Send
