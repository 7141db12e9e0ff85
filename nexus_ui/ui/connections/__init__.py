"""The Connections page: one card per connected account, alive or not, and what to do about it."""

from nexus_ui.ui.connections.causes import Causes
from nexus_ui.ui.connections.removed import RemovedConnections
from nexus_ui.ui.connections.state import Connections
from nexus_ui.ui.connections.view import connections_page

__all__ = ["Causes", "Connections", "RemovedConnections", "connections_page"]
