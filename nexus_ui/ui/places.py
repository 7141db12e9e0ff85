"""A connection as the rows of a list name it."""

from dataclasses import dataclass

from nexus_ui.storage.origins import Origin


@dataclass(frozen=True)
class Place:
    """Where a row comes from."""

    id: str = ""
    name: str = ""
    marketplace: str = ""
    identifier: str = ""
    removed: bool = False


def place_of(origin: Origin) -> Place:
    """The place behind an origin."""
    return Place(origin.connection_id, origin.name, origin.marketplace, origin.identifier, origin.removed)
