"""Our own mistakes: what no class of error foresees still ends a cycle in good order, with the trace in its log."""

import logging
import traceback
from collections.abc import Callable

from nexus_ui.errors import NexusError

logger = logging.getLogger(__name__)


class Internal(NexusError):
    """Our own fault."""

    kind = "internal"


def internal(bug: BaseException, hide: Callable[[str], str]) -> NexusError:
    """The error behind a group in which calls made side by side failed, or an Internal that keeps the masked trace."""
    first = bug
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    if isinstance(first, NexusError):
        return first
    trace = hide("".join(traceback.format_exception(first)))
    logger.error("Something broke: %s", trace)
    return Internal("Something went wrong inside this product. The log of this cycle says what.", trace)
