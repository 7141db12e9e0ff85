"""The state of Settings > Alerts: the channels, the one being set up or changed, and what a test came to."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import reflex as rx

from nexus_ui.channels import KINDS
from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput, NexusError
from nexus_ui.flows import channels as flow
from nexus_ui.storage import channels, preferences, secrets
from nexus_ui.storage.channels import ChannelLine
from nexus_ui.ui import words
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.forms import filled
from nexus_ui.ui.live import look
from nexus_ui.ui.parts import toast_bad, toast_ok

EVERY = 3.0
COUNTED = timedelta(days=7)
BOXES = ("name", *dict.fromkeys(field.name for kind in KINDS.values() for field in kind.fields))
EMPTY = dict.fromkeys(BOXES, "")


@dataclass(frozen=True)
class ChannelRow:
    """One channel."""

    id: str
    kind: str
    kind_name: str
    name: str
    at: str
    enabled: bool
    sent: str
    problem: str
    since: str
    waiting: str
    failed: str


class Channels(rx.State):
    """Every channel. `form` is empty, the slug of a kind that is being added, or the id of the one being changed."""

    rows: list[ChannelRow] = []
    form: str = ""
    kind: str = ""
    values: dict[str, str] = EMPTY
    hints: dict[str, str] = EMPTY
    wrong: dict[str, str] = EMPTY
    cooldown: str = ""
    testing: str = ""
    leaving: str = ""
    leaving_name: str = ""
    loaded: bool = False

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Fetch the channels, and follow what becomes of their messages."""
        found = await asyncio.to_thread(_lines)
        general = await asyncio.to_thread(preferences.connections)
        async with self:
            self._close()
            self._told(found)
            self.cooldown = _hours(general.alert_cooldown_minutes)
            self.testing, self.loaded = "", True
            look(self, "channels", _lines, every=EVERY)

    @needs("admin")
    async def begin(self, kind: str) -> None:
        """Open the form of a new channel."""
        if kind in KINDS:
            self._close()
            self.form = self.kind = kind
            self.values = {**EMPTY, **_beginnings(kind)}

    @needs("admin", background=True)
    async def edit(self, channel_id: str) -> None:
        """Open the form of a channel there is, without its secrets."""
        found = await asyncio.to_thread(channels.get, str(channel_id))
        known = await asyncio.to_thread(secrets.facts, found.id)
        async with self:
            self._close()
            self.form, self.kind = found.id, found.kind
            shown = {name: value for name, value in found.public_fields.items() if name in EMPTY}
            self.values = {**EMPTY, **shown, "name": found.name}
            self.hints = {**EMPTY, **{name: _hint(fact.last_four) for name, fact in known.items() if name in EMPTY}}

    @needs("admin")
    async def leave(self) -> None:
        """Change nothing after all."""
        self._close()

    @needs("admin", background=True)
    async def save(self, form: dict[str, Any]) -> Any:
        """Keep what was typed, or say at the box what is wrong with it."""
        by = who()
        async with self:
            target, kind = self.form, self.kind
        typed = {name: filled(form, name)[:4000] for name in BOXES}
        try:
            if target == kind:
                await asyncio.to_thread(flow.add, kind, typed["name"], typed, by)
            else:
                await asyncio.to_thread(flow.change, target, typed["name"], typed, by)
        except BadInput as no:
            async with self:
                self.wrong = {**EMPTY, no.field if no.field in EMPTY else "name": no.message}
            return None
        async with self:
            self._close()
        await self._look_again()
        return toast_ok("Saved. Send a test to see that it arrives.")

    @needs("admin", background=True)
    async def test(self, channel_id: str) -> Any:
        """Send a real message by a channel, and say what became of it."""
        by = who()
        async with self:
            if self.testing:
                return None
            self.testing = str(channel_id)
        try:
            told = toast_ok(await flow.test(str(channel_id), by))
        except NexusError as no:
            told = toast_bad(no.message)
        async with self:
            self.testing = ""
        await self._look_again()
        return told

    @needs("admin")
    async def test_here(self) -> Any:
        """Open a test alert on the Alerts page."""
        await asyncio.to_thread(flow.test_here, who())
        return toast_ok("A test alert stands on the Alerts page, and the bell counts it.")

    @needs("admin", background=True)
    async def switch(self, channel_id: str, on: bool) -> Any:
        """Send alerts by a channel, or no longer."""
        await asyncio.to_thread(flow.switch, str(channel_id), bool(on), who())
        await self._look_again()
        return toast_ok("Alerts go out by it again." if on else "No alert goes out by it.")

    @needs("admin")
    async def ask_remove(self, channel_id: str) -> None:
        """Ask before a channel is removed."""
        found = next((row for row in self.rows if row.id == channel_id), None)
        self.leaving, self.leaving_name = (found.id, found.name) if found else ("", "")

    @needs("admin")
    async def keep(self, shown: bool) -> None:
        """Remove nothing (the dialog says when it closes)."""
        if not shown:
            self.leaving = ""

    @needs("admin", background=True)
    async def remove(self) -> Any:
        """Remove the channel that was asked about."""
        async with self:
            target, self.leaving = self.leaving, ""
        if not target:
            return None
        await asyncio.to_thread(flow.remove, target, who())
        async with self:
            if self.form == target:
                self._close()
        await self._look_again()
        return toast_ok("The channel is removed.")

    async def _look_again(self) -> None:
        found = await asyncio.to_thread(_lines)
        async with self:
            self._told(found)

    def _close(self) -> None:
        self.form = self.kind = ""
        self.values, self.hints, self.wrong = EMPTY, EMPTY, EMPTY

    def _told(self, found: list[ChannelLine]) -> None:
        rows = [_row(line) for line in found]
        if rows != self.rows:
            self.rows = rows


def _lines() -> list[ChannelLine]:
    return channels.lines(utcnow() - COUNTED)


def _row(line: ChannelLine) -> ChannelRow:
    one = line.channel
    return ChannelRow(
        id=one.id,
        kind=one.kind,
        kind_name=KINDS[one.kind].name,
        name=one.name,
        at=one.public_fields.get("at", ""),
        enabled=one.enabled,
        sent=words.iso(one.last_sent_at),
        problem=one.problem,
        since=words.iso(one.problem_since),
        waiting=f"{words.count(line.waiting, 'message')} waiting" if line.waiting else "",
        failed=f"{words.count(line.failed, 'message')} given up in 7 days" if line.failed else "",
    )


def _beginnings(kind: str) -> dict[str, str]:
    """What a new form starts with."""
    return {"port": "587", "security": "starttls"} if kind == "email" else {}


def _hint(last_four: str) -> str:
    return f"Set, ends {last_four}. Leave it empty to keep it." if last_four else "Set. Leave it empty to keep it."


def _hours(minutes: int) -> str:
    return words.count(minutes // 60, "hour") if minutes % 60 == 0 else f"{minutes / 60:g} hours"
