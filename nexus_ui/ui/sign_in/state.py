"""What the pages for strangers read from their address. Passwords never come here: the browser posts them itself."""

import asyncio
from typing import Any

import reflex as rx

from nexus_ui.flows import sign_in
from nexus_ui.flows.sign_in import Role
from nexus_ui.storage import people
from nexus_ui.ui.access import PUBLIC, anybody, forget, needs
from nexus_ui.web.signing import REFUSALS


class Gate(rx.State):
    """The refusal to show, where to go afterwards, and whether a one-time link is good."""

    refusal: str = ""
    goal: str = "/"
    link: str = ""
    link_role: str = ""
    renews: bool = False
    loaded: bool = False

    @needs(PUBLIC)
    async def arrive(self) -> Any:
        """Open the sign-in page; somebody who is signed in goes straight on."""
        if anybody():
            return rx.redirect("/")
        forget(self)
        told = self.router.url.query_parameters
        self.refusal = REFUSALS.get(told.get("refused", ""), "")
        self.goal = told.get("next", "/")[:500]
        self.loaded = True
        return None

    @needs(PUBLIC)
    async def welcome(self) -> None:
        """Open the page behind a one-time link."""
        if not anybody():
            forget(self)
        told = self.router.url.query_parameters
        self.link = told.get("link", "")[:200]
        role = await asyncio.to_thread(sign_in.link_role, self.link)
        self.link_role = role.value if role else ""
        self.renews = role is Role.OWNER and await asyncio.to_thread(people.owner) is not None
        self.refusal = REFUSALS.get(told.get("refused", ""), "")
        self.loaded = True
