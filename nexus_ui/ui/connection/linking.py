"""Making and withdrawing the link by which an account's owner reconnects a connection."""

import asyncio
from typing import Any

import reflex as rx

from nexus_ui.flows import reconnect_link
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.connection.state import connection_of
from nexus_ui.ui.parts import copied, toast_ok


class ReconnectLink(rx.State):
    """The link goes to the clipboard and a message, and is kept nowhere."""

    @needs("admin", background=True)
    async def make(self) -> Any:
        """Make a link; an earlier one stops working."""
        link = await asyncio.to_thread(reconnect_link.make, connection_of(self), who())
        told = "The link is copied. Send it to the account's owner: it works once, within 7 days."
        return [copied(link), rx.toast.success(told, description=link, duration=60_000, close_button=True)]

    @needs("admin", background=True)
    async def withdraw(self) -> Any:
        """Let the link work no longer."""
        await asyncio.to_thread(reconnect_link.withdraw, connection_of(self), who())
        return toast_ok("The link does not work any more.")
