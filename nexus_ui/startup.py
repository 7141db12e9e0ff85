"""What happens around the life of the web process: schema, keys, the owner's first link, and the children."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nexus_ui import children, settings
from nexus_ui.flows import sign_in
from nexus_ui.security import passwords, vault
from nexus_ui.storage import connections, people, upgrades
from nexus_ui.watchman import Watchman

logger = logging.getLogger(__name__)


@asynccontextmanager
async def whole_life() -> AsyncIterator[None]:
    """Prepare, keep the children running and watch over them while the web process lives, and end them."""
    here = settings.current()
    welcome = await asyncio.to_thread(prepare)
    if welcome:
        print(f"\nOpen this link to create the owner. It works once, within 24 hours:\n\n  {welcome}\n", flush=True)
    async with children.supervised() as supervisor, Watchman().on_duty():
        if here.start_worker:
            supervisor.keep("worker", "worker", "--parent-pipe")
        reviving = asyncio.create_task(_revive_sandbox(supervisor))
        try:
            yield
        finally:
            reviving.cancel()


def prepare() -> str | None:
    """Make everything ready; returns the owner's link when nobody can sign in yet. Raises as `make_ready` does."""
    make_ready()
    passwords.waste_time("the first check takes longer than the others")
    return None if people.anybody() else sign_in.new_owner_link()


def make_ready() -> None:
    """Make the data folder, the schema and the key file; raises DatabaseTooNew, KeysUnusable, database errors."""
    settings.current().home.mkdir(mode=0o700, parents=True, exist_ok=True)
    upgrades.upgrade()
    vault.current_vault()


async def _revive_sandbox(supervisor: children.Supervisor) -> None:
    """Start the sandbox again when a connection leads there."""
    if settings.current().sandbox and await asyncio.to_thread(connections.any_sandbox):
        try:
            await supervisor.keep_sandbox()
        except Exception:
            logger.exception("The sandbox could not be started.")
