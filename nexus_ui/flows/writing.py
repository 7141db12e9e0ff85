"""Where database work of a cycle runs: off the event loop, and on SQLite through one thread.

Two writers in one process starve each other on SQLite's lock; one queue does not.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import ParamSpec, TypeVar

from nexus_ui.storage.database import is_postgres

P = ParamSpec("P")
T = TypeVar("T")
POSTGRES_WRITERS = 4


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(POSTGRES_WRITERS if is_postgres() else 1, thread_name_prefix="writer")


async def stored(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Run `work` in a writer's thread. It is carried through even when whoever waits for it is cancelled."""
    running = asyncio.get_running_loop().run_in_executor(_threads(), lambda: work(*arguments, **named))
    return await asyncio.shield(running)
