"""The state of Settings > People: who may sign in. Only an owner sees or changes anything here."""

import asyncio
from dataclasses import dataclass
from typing import Any

import reflex as rx

from nexus_ui.flows import sign_in
from nexus_ui.flows.sign_in import Role
from nexus_ui.storage.people import Known
from nexus_ui.ui import words
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.address import one_of
from nexus_ui.ui.forms import filled
from nexus_ui.ui.parts import copied, toast_ok


@dataclass(frozen=True)
class PersonRow:
    """One person."""

    id: str
    name: str
    email: str
    role: str
    since: str
    disabled: bool
    myself: bool


class People(rx.State):
    """Everybody who may sign in, or could once."""

    rows: list[PersonRow] = []
    loaded: bool = False

    @needs("owner")
    async def load(self) -> None:
        """Fetch everybody."""
        await self._fetch()

    @needs("owner")
    async def invite(self, form: dict[str, Any]) -> Any:
        """Make a one-time link. It goes to the clipboard and a message, and is kept nowhere."""
        role = Role(one_of(filled(form, "role"), Role, Role.VIEWER.value))
        link = await asyncio.to_thread(sign_in.invite, role, who())
        told = "The invitation is copied. It works once, within 24 hours."
        return [copied(link), rx.toast.success(told, description=link, duration=60_000, close_button=True)]

    @needs("owner")
    async def change_role(self, person_id: str, role: str) -> Any:
        """Give somebody another role."""
        await asyncio.to_thread(sign_in.change_role, person_id, Role(one_of(role, Role, "viewer")), who())
        await self._fetch()
        return toast_ok("The role is changed.")

    @needs("owner")
    async def lock_out(self, person_id: str) -> Any:
        """End somebody's access and sessions."""
        await asyncio.to_thread(sign_in.lock_out, person_id, who())
        await self._fetch()
        return toast_ok("They are signed out everywhere and cannot sign in any more.")

    async def _fetch(self) -> None:
        by = who()
        found = await asyncio.to_thread(sign_in.everybody, by)
        self.rows, self.loaded = [_row(person, by.person_id) for person in found], True


def _row(person: Known, me: str) -> PersonRow:
    since = words.iso(person.created_at)
    name = person.name or person.email
    return PersonRow(person.id, name, person.email, person.role, since, person.disabled, person.id == me)
