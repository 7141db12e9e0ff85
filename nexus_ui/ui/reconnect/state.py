"""What the page behind a reconnect link reads from its address. Secrets never come here: the browser posts them."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from nexus_ui.adapters.contract import Field
from nexus_ui.flows import reconnect_link
from nexus_ui.flows.reconnect_link import Visit
from nexus_ui.ui.access import PUBLIC, anybody, forget, needs
from nexus_ui.web.reconnecting import REFUSALS


@dataclass(frozen=True)
class Box:
    """One thing to type."""

    name: str
    label: str
    help: str
    example: str
    secret: bool
    value: str
    where: str
    where_url: str
    wrong: str


class Reconnect(rx.State):
    """Who asks for what, or that the link does not work."""

    link: str = ""
    by: str = ""
    slug: str = ""
    marketplace: str = ""
    account: str = ""
    identifier: str = ""
    by_consent: bool = False
    boxes: list[Box] = []
    refusal: str = ""
    done: bool = False
    loaded: bool = False

    @needs(PUBLIC)
    async def arrive(self) -> None:
        """Open the page behind a link; looking at it uses nothing up."""
        if not anybody():
            forget(self)
        told = self.router.url.query_parameters
        self.done = told.get("done") == "1"
        self.link = told.get("link", "")[:200]
        word = told.get("refused", "")
        found = await asyncio.to_thread(reconnect_link.visit, self.link) if self.link else None
        self.slug = ""
        if found is not None:
            self._show(found, told.get("at", "") if word == "bad_input" else "")
        self.refusal = REFUSALS.get(word, "")
        self.loaded = True

    def _show(self, found: Visit, wrong: str) -> None:
        self.by, self.slug, self.marketplace = found.by, found.marketplace.slug, found.marketplace.name
        self.account, self.identifier, self.by_consent = found.account, found.identifier, found.by_consent
        self.boxes = [_box(entry, found.values.get(entry.name, ""), entry.name == wrong) for entry in found.fields]


def _box(entry: Field, value: str, wrong: bool) -> Box:
    asked = "Fill this in as the example shows." if wrong else ""
    told = (entry.name, entry.label, entry.help, entry.example, entry.secret, value)
    return Box(*told, entry.where, entry.where_url, asked)
