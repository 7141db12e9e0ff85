"""Who gets in: the one-time link that creates the owner, invitations, passwords, sessions, and who somebody is."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import available_timezones

from nexus_ui import settings
from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput, NotAllowed
from nexus_ui.security import passwords, tokens
from nexus_ui.storage import audit, people
from nexus_ui.storage.audit import Action, Change, Subject
from nexus_ui.storage.database import writing

COOKIE = "nexus_session"
SESSION_LASTS = timedelta(days=30)
LINK_LASTS = timedelta(hours=24)
REMEMBERED = timedelta(minutes=30)
SLIDE_AFTER = timedelta(days=1)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256
LONGEST_EMAIL = 254
FREE_TRIES_PER_ADDRESS = 5
FREE_TRIES_PER_SENDER = 20
LONGEST_WAIT_SECONDS = 300
OPERATOR = "The operator"
"""Who starts the product and sees its console."""


class Role(StrEnum):
    """What a person may do: viewers look, admins also change, owners also decide who gets in."""

    OWNER = "owner"
    ADMIN = "admin"
    VIEWER = "viewer"

    def covers(self, needed: "Role") -> bool:
        """Whether this role may do what `needed` may."""
        return _RANK[self] >= _RANK[needed]


_RANK = {Role.VIEWER: 0, Role.ADMIN: 1, Role.OWNER: 2}


@dataclass(frozen=True, slots=True)
class Who:
    """The person behind a session. `session_id` is the stored hash of the cookie, never the cookie."""

    person_id: str
    name: str
    email: str
    role: Role
    time_zone: str
    session_id: str

    def may(self, needed: Role) -> bool:
        """Whether their role covers `needed`."""
        return self.role.covers(needed)


class Throttled(NotAllowed):
    """Too many refused attempts; `seconds` until the next is judged."""

    kind = "throttled"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many attempts. Wait {seconds} seconds and try again.")
        self.seconds = seconds


def new_owner_link() -> str:
    """A fresh link that creates the owner, or gives the existing owner a new password; earlier ones stop working."""
    return _new_link(Role.OWNER, None)


def invite(role: Role, by: Who) -> str:
    """A one-time link for a new admin or viewer; raises NotAllowed unless an owner asks, BadInput for another role."""
    if not by.may(Role.OWNER):
        raise NotAllowed("Only the owner can invite people.")
    if role is Role.OWNER:
        raise BadInput("Invite an admin or a viewer.", field="role")
    return _new_link(role, by)


def link_role(token: str) -> Role | None:
    """The role a one-time link gives, or None when it is not good (any more)."""
    purpose = people.link_purpose(tokens.digest(token), utcnow())
    return Role(purpose) if purpose in set(Role) else None


def redeem(token: str, *, email: str, name: str, password: str, time_zone: str = "") -> str:
    """Use a one-time link and sign in; returns the cookie value. Raises BadInput or NotAllowed.

    The owner's link renews the password of the owner when there is one already; e-mail and name then stay.
    """
    role = link_role(token)
    if role is None:
        raise NotAllowed("This link was used already or is too old. Ask for a new one.")
    resets = role is Role.OWNER and people.owner() is not None
    newcomer = people.NewPerson(
        email="" if resets else _checked_email(email),
        name=name.strip()[:120],
        role=role.value,
        password_hash=passwords.hash_password(_checked_password(password)),
    )
    try:
        return _open_session(_let_in(token, newcomer, "" if resets else time_zone))
    except ValueError:
        raise BadInput("Somebody with this e-mail address can sign in already.", field="email") from None


def sign_in(email: str, password: str, sender: str) -> str:
    """Check a password; returns the cookie value. Raises NotAllowed (unknown and wrong sound alike) or Throttled.

    Every attempt is noted before it is judged, so that many at once gain nothing.
    """
    address = email.strip().lower()[: LONGEST_EMAIL + 1]
    notes = _note_attempt(address, sender)
    found = people.password_of(address)
    if found is None:
        passwords.waste_time(password[:LONGEST_PASSWORD])
        raise NotAllowed("This e-mail address and password do not belong together.")
    person_id, stored = found
    if len(password) > LONGEST_PASSWORD or not passwords.verify_password(stored, password):
        raise NotAllowed("This e-mail address and password do not belong together.")
    people.forget_attempts(notes)
    people.forgive(_subject("address", address))
    if passwords.needs_new_hash(stored):
        people.set_password(person_id, passwords.hash_password(password))
    return _open_session(person_id)


def sign_out(cookie: str) -> None:
    """End the session behind a cookie, on the server too."""
    people.end_session(tokens.digest(cookie), utcnow())


def who(cookie: str | None) -> Who | None:
    """The person behind a cookie's value, or None. A session in use is extended now and then."""
    if not cookie or len(cookie) > 200:
        return None
    now = utcnow()
    found = people.session_of(tokens.digest(cookie), now)
    if found is None:
        return None
    if found.expires_at - now < SESSION_LASTS - SLIDE_AFTER:
        people.extend_session(found.id, now + SESSION_LASTS)
    person = found.person
    return Who(person.id, person.name, person.email, Role(person.role), person.time_zone, found.id)


def everybody(by: Who) -> list[people.Known]:
    """All people; raises NotAllowed unless an owner asks."""
    _owner_only(by)
    return people.everybody()


def change_role(person_id: str, role: Role, by: Who) -> None:
    """Give somebody another role; raises NotAllowed, also when no owner would be left."""
    _owner_only(by)
    with writing() as session:
        before = people.change_role(session, person_id, role.value)
        if before is None:
            raise NotAllowed("Somebody has to stay the owner.")
        if before.role != role.value:
            told = [Change("role", before.role, role.value)]
            audit.note(session, by.person_id, Action.ROLE, Subject.PERSON, person_id, before.name or before.email, told)


def lock_out(person_id: str, by: Who) -> None:
    """End a person's access and sessions; raises NotAllowed, also for the last owner."""
    _owner_only(by)
    with writing() as session:
        before = people.disable(session, person_id, utcnow())
        if before is None:
            raise NotAllowed("The last owner cannot be locked out.")
        if not before.disabled:
            subject = (Subject.PERSON, person_id, before.name or before.email)
            audit.note(session, by.person_id, Action.LOCKED_OUT, *subject)


def _owner_only(by: Who) -> None:
    if not by.may(Role.OWNER):
        raise NotAllowed("Only the owner manages people.")


def _let_in(token: str, newcomer: people.NewPerson, time_zone: str) -> str:
    """Spend a one-time link; returns whom it lets in. Raises NotAllowed, ValueError for an address somebody has."""
    with writing() as session:
        person = people.redeem(session, tokens.digest(token), utcnow(), newcomer)
        if person is None:
            raise NotAllowed("This link was used already or is too old. Ask for a new one.")
        if time_zone in available_timezones():
            people.set_time_zone(session, person.id, time_zone)
        told = [Change("role", "", person.role)] if newcomer.email else []
        action = Action.JOINED if newcomer.email else Action.NEW_PASSWORD
        audit.note(session, person.id, action, Subject.PERSON, person.id, person.name or person.email, told)
    return person.id


def _new_link(role: Role, by: Who | None) -> str:
    """A one-time link; without a person, whoever runs the product made it."""
    token, now = tokens.new_token(), utcnow()
    told = [Change("role", "", role.value)]
    with writing() as session:
        people.add_link(session, tokens.digest(token), role.value, now, now + LINK_LASTS)
        person, who = (by.person_id, "") if by else (None, OPERATOR)
        audit.note(session, person, Action.INVITED, Subject.PERSON, "", "", told, who=who)
    return f"{settings.current().public_url}/welcome?link={token}"


def _open_session(person_id: str) -> str:
    cookie, now = tokens.new_token(), utcnow()
    people.open_session(tokens.digest(cookie), person_id, now, now + SESSION_LASTS)
    return cookie


def _note_attempt(address: str, sender: str) -> Sequence[str]:
    """Count this attempt for its address and its sender; raises Throttled, uncounted, when one must wait."""
    now = utcnow()
    subjects = (_subject("address", address), _subject("sender", sender))
    notes, refused = people.count_attempt(subjects, now, now - REMEMBERED)
    waits = (
        _wait(refused[0], FREE_TRIES_PER_ADDRESS, now),
        _wait(refused[1], FREE_TRIES_PER_SENDER, now),
    )
    if max(waits) > 0:
        people.forget_attempts(notes)
        raise Throttled(max(waits))
    return notes


def _wait(refused: people.Refusals, free: int, now: datetime) -> int:
    """Seconds until the next attempt is judged: doubling with every refusal beyond the free ones."""
    if refused.last is None or refused.count < free:
        return 0
    delay = min(2 ** min(refused.count - free + 1, 16), LONGEST_WAIT_SECONDS)
    left = (refused.last + timedelta(seconds=delay) - now).total_seconds()
    return max(0, int(left) + (left > int(left)))


def _subject(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}\0{value}".encode()).hexdigest()


def _checked_email(email: str) -> str:
    address = email.strip().lower()
    local, at, domain = address.partition("@")
    if not (local and at and domain) or len(address) > LONGEST_EMAIL or any(sign.isspace() for sign in address):
        raise BadInput("Enter an e-mail address, such as anna@example.com.", field="email")
    return address


def _checked_password(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(f"The password needs at least {SHORTEST_PASSWORD} characters.", field="password")
    if len(password) > LONGEST_PASSWORD:
        raise BadInput(f"The password can have at most {LONGEST_PASSWORD} characters.", field="password")
    return password
