"""The sync log of a connection: a dialog over any page, and the address that opens it."""

from nexus_ui.ui.sync_log.state import SyncLog
from nexus_ui.ui.sync_log.view import sync_log_dialog

__all__ = ["SyncLog", "sync_log_dialog"]
