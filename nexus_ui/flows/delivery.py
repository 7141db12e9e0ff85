"""Sending what was written to people: several that are due together go as one; what fails is tried again for a day."""

import asyncio
import logging
import random
from collections.abc import Sequence
from datetime import timedelta

from nexus_ui import settings
from nexus_ui.channels import KINDS
from nexus_ui.channels.contract import Note
from nexus_ui.clock import utcnow
from nexus_ui.errors import ActionNeeded, NexusError, NotFound, TryLater, Unavailable
from nexus_ui.flows import telling
from nexus_ui.flows.writing import stored
from nexus_ui.rules import alert_words, backoff
from nexus_ui.rules.alert_words import Words
from nexus_ui.rules.alerts import Purpose, Severity, Trouble
from nexus_ui.security.vault import current_vault
from nexus_ui.storage import channels, messages, secrets
from nexus_ui.storage.channels import Channel
from nexus_ui.storage.database import writing
from nexus_ui.storage.messages import Outgoing

logger = logging.getLogger(__name__)

TRIED_FOR = timedelta(hours=24)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
TOGETHER = 20
"""More than so many in one message nobody reads."""
BROKEN_AFTER = 3
"""So many tries in a row fail before a passing fault of a channel becomes an incident of its own."""


async def send_due() -> int:
    """Send every message that is due; returns how many arrived."""
    due = await stored(messages.claim, utcnow())
    by_channel: dict[str, list[Outgoing]] = {}
    for one in due:
        by_channel.setdefault(one.channel_id, []).append(one)
    return sum(await asyncio.gather(*(_send_all(channel, several) for channel, several in by_channel.items())))


async def send_one(channel: Channel, note: Note) -> str:
    """Send one message now; returns what a person should know of it. Raises ActionNeeded, TryLater."""
    kind = KINDS[channel.kind]
    secret = await stored(secrets.reveal, current_vault(), channel.id)
    values = {**channel.public_fields, **secret}
    return await kind.send(values, note, settings.current().allow_private_hosts)


async def _send_all(channel_id: str, several: Sequence[Outgoing]) -> int:
    """Send what is due for one channel; when that fails, everything for it waits."""
    arrived = 0
    for start in range(0, len(several), TOGETHER):
        batch = several[start : start + TOGETHER]
        if not await _send_together(channel_id, batch):
            break
        arrived += len(batch)
    return arrived


async def _send_together(channel_id: str, batch: Sequence[Outgoing]) -> bool:
    try:
        channel = await stored(channels.get, channel_id)
    except NotFound:
        await stored(_dropped, channel_id)
        return False
    try:
        told = await send_one(channel, _note(batch))
    except NexusError as trouble:
        await stored(_failed, channel, batch, trouble)
        return False
    except Exception as bug:
        logger.error("A message could not be sent: %s", type(bug).__name__)
        await stored(_failed, channel, batch, Unavailable("It could not be sent. It is tried again."))
        return False
    await stored(_sent, channel, batch, told)
    return True


def _note(batch: Sequence[Outgoing]) -> Note:
    gravest_first = sorted(batch, key=_gravity)
    told = alert_words.together([Words(one.subject, one.body) for one in gravest_first])
    words = alert_words.signed(told, settings.current().public_url)
    thread = batch[0].incident_id if len(batch) == 1 else None
    return Note(batch[0].id, thread or "", words.subject, words.body)


def _gravity(one: Outgoing) -> tuple[bool, int]:
    """What is wrong before what is over, the gravest first."""
    return one.purpose == Purpose.RECOVERED.value, -list(Severity).index(one.severity)


def _sent(channel: Channel, batch: Sequence[Outgoing], told: str) -> None:
    now = utcnow()
    with writing() as session:
        messages.sent(session, [one.id for one in batch], now, told)
        channels.went(session, channel.id, now, told)
        telling.close_in(
            session, None, [telling.channel_kind(channel.id)], now, f"Alerts by {channel.name} arrive again."
        )


def _failed(channel: Channel, batch: Sequence[Outgoing], trouble: NexusError) -> None:
    """Let everything for this channel wait, give up what has waited for a day, and say that it does not work."""
    now = utcnow()
    attempts = max(one.attempts for one in batch)
    with writing() as session:
        messages.give_up(session, channel.id, now - TRIED_FOR, trouble.message)
        messages.put_off(session, channel.id, now + _wait(attempts, trouble), trouble.message)
        channels.failed(session, channel.id, now, trouble.message)
        if isinstance(trouble, ActionNeeded) or attempts >= BROKEN_AFTER:
            telling.raise_in(session, _broken(channel, trouble), now)


def _broken(channel: Channel, trouble: NexusError) -> Trouble:
    title = f"Alerts by {channel.name} do not arrive"
    return Trouble(telling.channel_kind(channel.id), None, Severity.WARNING, title, trouble.message)


def _dropped(channel_id: str) -> None:
    """The channel was removed while messages waited for it."""
    with writing() as session:
        messages.drop_waiting(session, channel_id)


def _wait(attempts: int, trouble: NexusError) -> timedelta:
    """How long until the next try: soon for a passing fault, an hour where a person must act, what they ask for."""
    if isinstance(trouble, ActionNeeded):
        return LONGEST_WAIT
    asked = trouble.retry_after if isinstance(trouble, TryLater) else None
    soon = backoff.delay(attempts, random.random(), FIRST_WAIT, LONGEST_WAIT, asked)
    return min(soon, TRIED_FOR)
