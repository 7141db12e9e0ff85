"""Several workers on one database spend each marketplace's budget together."""

import asyncio
from datetime import timedelta

from nexus_ui.adapters.kit.limits import shared_among
from nexus_ui.clock import utcnow
from nexus_ui.dispatch import Here
from nexus_ui.flows.sharing import ALIVE, share_budgets
from nexus_ui.storage import beats
from nexus_ui.worker import beating
from tests import databases


def heard(name: str, seconds_ago: float = 0.0, kind: str = "worker") -> None:
    """A process gave a sign of life so long ago."""
    now = utcnow()
    beats.beat(name, kind, now - timedelta(seconds=seconds_ago), now - timedelta(hours=1))


async def test_whoever_is_alive_counts(database: databases.Database) -> None:
    """A worker that has been silent for too long spends nothing; schedulers never do."""
    shares = []
    heard("worker one")
    for name, ago, kind in (
        ("scheduler one", 0, "scheduler"),
        ("worker dead", ALIVE.total_seconds() + 1, "worker"),
        ("worker two", ALIVE.total_seconds() - 5, "worker"),
        ("worker three", 0, "worker"),
    ):
        heard(name, ago, kind)
        await share_budgets()
        shares.append(shared_among())
    beats.gone("worker two")
    await share_budgets()

    assert ([1, 1, 2, 3], 2) == (shares, shared_among())


async def test_a_worker_takes_its_part_with_its_first_sign_of_life(sqlite_database: databases.Database) -> None:
    """And counts itself only while it works."""
    heard("worker there")
    async with beating("here", Here(2)):
        for _ in range(200):
            if shared_among() == 2:
                break
            await asyncio.sleep(0.05)

    assert 2 == shared_among()
    assert ["worker there"] == [sign.name for sign in beats.signs("worker")]
