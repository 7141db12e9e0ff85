"""Whether this installation is alive and ready, for load balancers and monitors. Tells nobody why it is not."""

import logging
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nexus_ui.clock import utcnow
from nexus_ui.storage import beats
from nexus_ui.web.guard import Door

logger = logging.getLogger(__name__)

FRESH = timedelta(seconds=30)


async def live(_request: Request) -> Response:
    """GET /api/health/live: this process answers."""
    return JSONResponse({"status": "ok"})


async def ready(_request: Request) -> Response:
    """GET /api/health/ready: the database is reachable and the scheduler's beat is fresh; 503 otherwise."""
    good = await run_in_threadpool(_ready)
    return JSONResponse({"status": "ok" if good else "unavailable"}, 200 if good else 503)


def _ready() -> bool:
    try:
        freshest = max((sign.at for sign in beats.signs("scheduler")), default=None)
    except Exception:
        logger.exception("The database cannot be read.")
        return False
    return freshest is not None and utcnow() - freshest < FRESH


DOORS = (
    Door("/api/health/live", "GET", live, None, why_open="monitors hold no session; it says only that we answer"),
    Door("/api/health/ready", "GET", ready, None, why_open="monitors hold no session; it says only yes or no"),
)
