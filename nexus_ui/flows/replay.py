"""Working kept deliveries off once more: what they named is looked at again, as if they had just arrived."""

from nexus_ui.errors import Refused
from nexus_ui.storage import connections, deliveries, delivery_log
from nexus_ui.storage.delivery_log import DeliveryState


def one(connection_id: str, by: str, delivery_id: str) -> None:
    """Replay one delivery of a connection; raises NotFound, or Refused where there is nothing to work off."""
    found = delivery_log.delivery(connections.get(connection_id).id, delivery_id)
    if found.line.state is DeliveryState.KEPT:
        raise Refused("This delivery is waiting to be worked off already.")
    if not deliveries.replay([delivery_id], by):
        raise Refused("This delivery names nothing that could be looked at.")


def failed(connection_id: str, by: str) -> int:
    """Replay every failed delivery of a connection; returns how many there were. Raises NotFound."""
    return deliveries.replay(deliveries.failed_ids(connections.get(connection_id).id), by)
