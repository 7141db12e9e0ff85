"""The state of the wizard. What a person types is never kept here: it goes through, into a sealed draft."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from nexus_ui import settings
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Marketplace, SignIn
from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput, NotFound, Refused
from nexus_ui.flows import connect, consent
from nexus_ui.storage import connections, drafts, secrets
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.parts import toast_bad, toast_ok
from nexus_ui.ui.wizard.rows import Outcome, misplaced, outcome_of, summary, told
from nexus_ui.web.consents import REFUSALS

ADD = "/connections/add"


class Wizard(rx.State):
    """Where somebody is in the wizard, and how the last test went."""

    slug: str = ""
    marketplace: str = ""
    way: str = ""
    sandbox: bool = False
    sandbox_way: str = ""
    form: str = ""
    editing: str = ""
    name: str = ""
    prefill: dict[str, str] = {}
    facts: dict[str, str] = {}
    errors: dict[str, str] = {}
    problem: str = ""
    outcome: Outcome = Outcome()
    summary: str = ""
    testing: bool = False
    saving: bool = False
    loaded: bool = False

    @needs("admin", background=True)
    async def open_new(self) -> None:
        """Open the wizard where its address says: marketplace, way to sign in, sandbox, or a consent that came back."""
        told_us = dict(self.router.url.query_parameters)
        result, place = await _returned(told_us)
        async with self:
            self._start({**told_us, **place})
            if result is not None:
                self._show(result)
            self.loaded = True

    @needs("admin", background=True)
    async def open_existing(self) -> Any:
        """Open the form of an existing connection: public values filled in, secrets only described."""
        told_us = dict(self.router.url.query_parameters)
        path = self.router.url.path.strip("/").split("/")
        connection_id = path[1] if len(path) > 1 else ""
        try:
            kept = await asyncio.to_thread(connections.get, connection_id)
        except NotFound as gone:
            return [toast_bad(gone.message), rx.redirect("/")]
        facts = await asyncio.to_thread(secrets.facts, connection_id)
        result, place = await _returned(told_us)
        now = utcnow()
        chosen = {"marketplace": kept.marketplace, "way": place.get("way") or told_us.get("way") or kept.sign_in}
        async with self:
            self._start({**told_us, **chosen})
            self.editing, self.name, self.sandbox = kept.id, kept.name, kept.sandbox
            self.form = f"{self.slug}.{self.way}"
            self.prefill = {name: str(value) for name, value in kept.public_fields.items()}
            self.facts = {name: told(fact, now) for name, fact in facts.items()}
            if result is not None:
                self._show(result)
            self.loaded = True
        return None

    @needs("admin", background=True)
    async def test(self, typed: dict[str, Any]) -> Any:
        """Try exactly what is typed; what passes can be saved until a field changes."""
        async with self:
            if self.testing:
                return None
            self.testing, self.errors, self.problem, self.outcome = True, {}, "", Outcome()
            slug, way, sandbox, editing = self.slug, self.way, self.sandbox, self.editing or None
        try:
            result = await connect.test(
                who().person_id, slug, way, _texts(typed), sandbox=sandbox, connection_id=editing
            )
        except Refused as no:
            return await self._refuse(no)
        finally:
            async with self:
                self.testing = False
        marketplace = CATALOGUE[slug]
        async with self:
            self._show(result)
            self.errors = misplaced(result, marketplace, marketplace.sign_in(way))
            goal = next(iter(self.errors), "name" if result.passed and not editing else "")
        return rx.set_focus(goal) if goal else None

    @needs("admin", background=True)
    async def go_and_consent(self, typed: dict[str, Any]) -> Any:
        """Send this browser to the marketplace's own page; it comes back here."""
        async with self:
            if self.testing:
                return None
            self.testing, self.errors, self.problem, self.outcome = True, {}, "", Outcome()
            slug, way, sandbox, editing = self.slug, self.way, self.sandbox, self.editing or None
        try:
            address = await consent.begin(who(), slug, way, _texts(typed), sandbox=sandbox, connection_id=editing)
        except Refused as no:
            return await self._refuse(no)
        finally:
            async with self:
                self.testing = False
        return rx.redirect(address)

    @needs("admin")
    async def touched(self) -> None:
        """A field changed: what was tested is not what stands there any more."""
        if self.outcome.shown and not self.testing:
            self.outcome, self.errors, self.problem = Outcome(), {}, ""

    @needs("admin", background=True)
    async def save(self, typed: dict[str, Any]) -> Any:
        """Make it a connection (or give the existing one its new credentials) and let it sync."""
        async with self:
            if self.saving or not self.outcome.draft:
                return None
            self.saving, self.problem = True, ""
            draft, editing = self.outcome.draft, self.editing
        here, name = who().person_id, str(typed.get("name", ""))
        other = bool(typed.get("accept_other"))
        try:
            if editing:
                await asyncio.to_thread(connect.update, draft, here, accept_other_account=other, typed=_texts(typed))
            else:
                await asyncio.to_thread(connect.save, draft, here, name, typed=_texts(typed))
        except Refused as no:
            return await self._refuse(no)
        finally:
            async with self:
                self.saving = False
        async with self:
            self.outcome = Outcome()
        said = "Saved. It syncs with the new credentials now." if editing else "Connected. The first import is running."
        return [rx.redirect("/"), toast_ok(said)]

    async def _refuse(self, no: Refused) -> Any:
        field = no.field if isinstance(no, BadInput) else ""
        async with self:
            self.errors = {field: no.message} if field else {}
            self.problem = "" if field else no.message
        return rx.set_focus(field) if field else None

    def _start(self, told_us: Mapping[str, str]) -> None:
        """Begin at the step the address names; unknown words count as none."""
        self.reset()
        marketplace = CATALOGUE.get(told_us.get("marketplace", ""))
        if marketplace is None:
            return
        self.slug, self.marketplace = marketplace.slug, marketplace.name
        sandboxed = _sandbox_way(marketplace)
        self.sandbox_way = sandboxed.slug if sandboxed else ""
        self.sandbox = told_us.get("sandbox") == "1" and settings.current().sandbox
        ways = {way.slug: way for way in marketplace.sign_ins}
        first = sandboxed.slug if self.sandbox and sandboxed else marketplace.sign_ins[0].slug
        self.way = told_us["way"] if told_us.get("way", "") in ways else first
        self.form = f"{self.slug}.{self.way}" + (".sandbox" if self.sandbox else "")
        self.problem = REFUSALS.get(told_us.get("refused", ""), "")

    def _show(self, result: connect.TestResult) -> None:
        self.outcome, self.summary = outcome_of(result), summary(result)
        self.name = self.name or self.outcome.account


async def _returned(told_us: Mapping[str, str]) -> tuple[connect.TestResult | None, dict[str, str]]:
    """The result of a consent that came back, and the step of the wizard it belongs to."""
    draft_id = told_us.get("draft", "")
    result = await asyncio.to_thread(consent.returned, draft_id, who().person_id) if draft_id else None
    draft = await asyncio.to_thread(drafts.find, draft_id) if result else None
    if draft is None:
        return None, {}
    place = {"marketplace": draft.marketplace, "way": draft.sign_in, "sandbox": "1" if draft.sandbox else ""}
    return result, place


def _sandbox_way(marketplace: Marketplace) -> SignIn | None:
    try:
        return connect.sandbox_way(marketplace) if settings.current().sandbox else None
    except NotFound:
        return None


def _texts(typed: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): value for name, value in typed.items() if isinstance(value, str)}


def step(marketplace: str, way: str = "", sandbox: bool = False) -> str:
    """The address of one step of the wizard."""
    told_us = {"marketplace": marketplace} | ({"way": way} if way else {}) | ({"sandbox": "1"} if sandbox else {})
    return f"{ADD}?{urlencode(told_us)}"
