"""A process that claims whatever is due and settles it at once. Run as `python -m tests.engine.claiming NAME`."""

import sys
from datetime import timedelta

from nexus_ui.clock import utcnow
from nexus_ui.flows import sync
from nexus_ui.storage import claims


def claim_all(name: str) -> int:
    """Claim in batches until nothing is due; returns how many there were."""
    count, idle = 0, 0
    while idle < 3:
        claimed = sync.claim(name, 8)
        idle = 0 if claimed else idle + 1
        for claim in claimed:
            later = {"next_sync_at": utcnow() + timedelta(hours=1)}
            ended = {"outcome": "success"}
            claims.settle(claim.connection_id, claim.cycle_id, utcnow(), cycle=ended, connection=later)
        count += len(claimed)
    return count


if __name__ == "__main__":
    print(claim_all(sys.argv[1]))
