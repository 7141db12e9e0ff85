"""Why is this red? The chain of events behind a connection's trouble, each sentence linked to its evidence."""

from nexus_ui.ui.why.state import Why
from nexus_ui.ui.why.view import why_page

__all__ = ["Why", "why_page"]
