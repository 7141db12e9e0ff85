"""What people do with the channels that alerts go out by: set up, change, switch off, test, remove."""

from collections.abc import Mapping

from sqlmodel import Session

from nexus_ui import settings
from nexus_ui.adapters.kit.hosts import check_fields
from nexus_ui.channels import KINDS
from nexus_ui.channels.contract import Kind, Note
from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput, NexusError, NotAllowed, NotFound
from nexus_ui.flows import delivery, keys, telling
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.flows.writing import stored
from nexus_ui.ids import new_id
from nexus_ui.rules import alert_words
from nexus_ui.rules.alerts import Severity, Trouble
from nexus_ui.security.vault import current_vault
from nexus_ui.storage import audit, channels, messages, secrets
from nexus_ui.storage.audit import Action, Subject
from nexus_ui.storage.channels import Channel
from nexus_ui.storage.database import reading, writing

LONGEST_NAME = 60


def add(slug: str, name: str, typed: Mapping[str, str], by: Who) -> str:
    """Set up a channel; returns its id. Raises BadInput, naming the field, NotAllowed."""
    _admit(by)
    kind = _kind(slug)
    values = _cleaned(kind, typed)
    _check(kind, values)
    public, secret = _parted(kind, values, by.time_zone)
    channel_id, called = new_id("chn"), _named(name, kind)
    with writing() as session:
        channels.add(session, channel_id, kind.slug, called, public, utcnow(), by.person_id)
        keys.keep(session, channel_id, secret)
        told = audit.differences({}, _told(kind, called, public))
        audit.note(session, by.person_id, Action.CHANNEL_ADDED, Subject.ALERT, channel_id, called, told)
    return channel_id


def change(channel_id: str, name: str, typed: Mapping[str, str], by: Who) -> None:
    """Keep other values; an empty secret keeps the one there is. Raises BadInput, NotAllowed, NotFound.

    Where the secret would go elsewhere than before, it has to be entered again.
    """
    _admit(by)
    before = channels.get(channel_id)
    kind = _kind(before.kind)
    values = _cleaned(kind, typed)
    with reading() as session:
        kept = secrets.readable_in(session, current_vault(), channel_id)
    _keep_secrets(kind, values, kept, before)
    _check(kind, values)
    public, secret = _parted(kind, values, before.public_fields.get("time_zone", by.time_zone))
    called = _named(name, kind)
    with writing() as session:
        channels.change(session, channel_id, name=called, public_fields=public, problem="", problem_since=None)
        secrets.forget(session, channel_id)
        keys.keep(session, channel_id, secret)
        messages.hurry(session, channel_id, utcnow())
        changes = audit.differences(_told(kind, before.name, before.public_fields), _told(kind, called, public))
        changes += audit.replaced([field for field, value in secret.items() if kept.get(field) != value])
        audit.note(session, by.person_id, Action.CHANNEL_CHANGED, Subject.ALERT, channel_id, called, changes)


def switch(channel_id: str, on: bool, by: Who) -> None:
    """Send alerts by this channel, or none any more; what waits is not sent. Raises NotAllowed, NotFound."""
    _admit(by)
    before = channels.get(channel_id)
    with writing() as session:
        channels.change(session, channel_id, enabled=on)
        if not on:
            messages.drop_waiting(session, channel_id)
            _works_again(session, before, "The channel was switched off.")
        told = audit.differences({"enabled": before.enabled}, {"enabled": on})
        audit.note(session, by.person_id, Action.CHANNEL_CHANGED, Subject.ALERT, channel_id, before.name, told)


def remove(channel_id: str, by: Who) -> None:
    """Remove a channel with its secrets. Raises NotAllowed, NotFound."""
    _admit(by)
    before = channels.get(channel_id)
    with writing() as session:
        channels.change(session, channel_id, removed_at=utcnow(), enabled=False)
        messages.drop_waiting(session, channel_id)
        secrets.forget(session, channel_id)
        _works_again(session, before, "The channel was removed.")
        audit.note(session, by.person_id, Action.CHANNEL_REMOVED, Subject.ALERT, channel_id, before.name)


async def test(channel_id: str, by: Who) -> str:
    """Send a real message that says it is a test; returns a sentence on what became of it.

    Raises what the channel answers (ActionNeeded, TryLater), NotAllowed, NotFound. What waits is sent after a success.
    """
    _admit(by)
    channel = await stored(channels.get, channel_id)
    words = alert_words.trial(channel.name, by.name or by.email, utcnow(), telling.reader(channel))
    try:
        told = await delivery.send_one(channel, Note(new_id("msg"), "", words.subject, words.body))
    except NexusError as trouble:
        await stored(_tested, channel, trouble.message, False)
        raise
    await stored(_tested, channel, told, True)
    return told or f"The test was sent to {channel.public_fields.get('at', channel.name)}."


def test_here(by: Who) -> None:
    """Open an alert that says it is a test, on the Alerts page and the bell alone; it ends soon. Raises NotAllowed."""
    _admit(by)
    said = f"Nothing is wrong. {by.name or by.email} asked how an alert looks here. It ends by itself in ten minutes."
    trouble = Trouble(telling.TEST, None, Severity.NOTICE, "Test alert", said)
    now = utcnow()
    with writing() as session:
        telling.drop_in(session, None, [telling.TEST], now, telling.TEST_OVER)
        telling.raise_in(session, trouble, now)


def _tested(channel: Channel, said: str, arrived: bool) -> None:
    now = utcnow()
    with writing() as session:
        if not arrived:
            channels.failed(session, channel.id, now, said)
            return
        channels.went(session, channel.id, now, said)
        messages.hurry(session, channel.id, now)
        telling.close_in(session, None, [telling.channel_kind(channel.id)], now, "It works again.")


def _works_again(session: Session, channel: Channel, why: str) -> None:
    telling.drop_in(session, None, [telling.channel_kind(channel.id)], utcnow(), why)


def _admit(by: Who) -> None:
    if not by.may(Role.ADMIN):
        raise NotAllowed("Your role does not allow changing where alerts go.")


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise NotFound("There is no such kind of channel.")
    return KINDS[slug]


def _named(typed: str, kind: Kind) -> str:
    name = " ".join(typed.split()) or kind.name
    if len(name) > LONGEST_NAME:
        raise BadInput(f"Keep the name within {LONGEST_NAME} characters.", "name")
    return name


def _cleaned(kind: Kind, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, as far as this kind asks for it."""
    return {field.name: str(typed.get(field.name, "")).strip() for field in kind.fields}


def _check(kind: Kind, values: Mapping[str, str]) -> None:
    check_fields(kind.fields, values)
    kind.check(values, settings.current().allow_private_hosts)


def _keep_secrets(kind: Kind, values: dict[str, str], kept: Mapping[str, str], before: Channel) -> None:
    """Take over the secrets that were left empty; raises BadInput when they would go somewhere else."""
    elsewhere = any(values[name] != before.public_fields.get(name, "") for name in kind.rooted)
    for field in kind.fields:
        if not field.secret or values[field.name] or not kept.get(field.name):
            continue
        if not elsewhere:
            values[field.name] = kept[field.name]
        elif not field.optional or _signs_in(values):
            raise BadInput(f"Enter the {field.label.lower()} again: it would go to another place now.", field.name)


def _signs_in(values: Mapping[str, str]) -> bool:
    return bool(values.get("username"))


def _parted(kind: Kind, values: Mapping[str, str], zone: str) -> tuple[dict[str, str], dict[str, str]]:
    """What may be shown, and what is kept encrypted."""
    hidden = {field.name for field in kind.fields if field.secret}
    public = {name: value for name, value in values.items() if name not in hidden}
    secret = {name: value for name, value in values.items() if name in hidden and value}
    return {**public, "at": kind.shows(values), "time_zone": zone}, secret


def _told(kind: Kind, name: str, public: Mapping[str, str]) -> dict[str, str]:
    """What the audit log may say of a channel."""
    return {"name": name, "kind": kind.name, "to": public.get("at", "")}
