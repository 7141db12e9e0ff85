"""Rehearsing credentials that nothing else uses: a sign-in a day, so that access stays young and its loss shows early.

A connection that rests (paused, or seldom synced) still has its tokens renewed by it, where it renews them by itself.
"""

import asyncio
import logging
from datetime import timedelta

from nexus_ui.clock import utcnow
from nexus_ui.errors import ActionNeeded, NexusError, NotFound
from nexus_ui.flows.opening import opened
from nexus_ui.flows.preflight import finding_of
from nexus_ui.flows.writing import stored
from nexus_ui.storage import connections, credentials
from nexus_ui.storage.connections import Connected

logger = logging.getLogger(__name__)

FRESH = timedelta(days=1)
"""A sync that went well, or a rehearsal, proves credentials for so long."""
AGAIN = timedelta(hours=1)
"""One that could not be held is held again so soon."""
HOPELESS = frozenset(one.kind for one in ActionNeeded.__subclasses__())
"""How syncs fail that only a person can mend: there is nothing left to prove."""
AT_ONCE = 5
PATIENCE_SECONDS = 60.0


async def due() -> int:
    """Rehearse what is due, a few at a time; returns how many. No trouble of one keeps others waiting."""
    claimed = await stored(credentials.claim_rehearsals, utcnow(), FRESH, AGAIN, HOPELESS, AT_ONCE)
    for connection_id in claimed:
        try:
            await rehearse(await stored(connections.get, connection_id))
        except NotFound:
            continue
    return len(claimed)


async def rehearse(kept: Connected) -> str | None:
    """Sign in and remember how it went; returns the problem, "" for none, None when it could not be found out."""
    try:
        problem = await _tried(kept)
    except (NexusError, TimeoutError) as hindrance:
        logger.info("The credentials of %s could not be rehearsed: %s", kept.id, hindrance)
        return None
    now = utcnow()
    await stored(credentials.rehearsed, kept.id, now, problem, now + FRESH)
    return problem


async def _tried(kept: Connected) -> str:
    """What a person must mend, or "". Raises what passes by itself."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), opened(kept) as adapter:
            account = await adapter.verify()
    except ActionNeeded as no:
        return no.message
    if account.account_id != kept.account_id:
        return f"{account.name} answers now, but this connection belongs to {kept.account_name}."
    finding = finding_of(account, {}, "")
    return "" if finding.passed else finding.message
