"""Work that is done again and again: trouble is logged once when it begins and once when it is over."""

import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]


class Careful:
    """Runs jobs by name; none of them can end what repeats it."""

    def __init__(self) -> None:
        """No trouble yet."""
        self._troubled: set[str] = set()

    async def run(self, name: str, job: Job) -> None:
        """Run a job once, whatever it raises."""
        try:
            await job()
        except Exception:
            if name not in self._troubled:
                logger.exception("The %s does not work at the moment. It is tried again.", name)
            self._troubled.add(name)
            return
        if name in self._troubled:
            self._troubled.discard(name)
            logger.warning("The %s works again.", name)
