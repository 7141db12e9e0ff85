"""How to speak to each marketplace. CATALOGUE is found by folder; a broken folder stops the start, loudly."""

import importlib
import pkgutil

from nexus_ui.adapters.contract import Marketplace

NOT_MARKETPLACES = {"kit"}


def discover() -> dict[str, Marketplace]:
    """Every marketplace folder's declaration by slug; raises RuntimeError that names a folder without one."""
    found: dict[str, Marketplace] = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.ispkg or module.name in NOT_MARKETPLACES:
            continue
        declared = getattr(importlib.import_module(f"{__name__}.{module.name}"), "MARKETPLACE", None)
        if not isinstance(declared, Marketplace) or declared.slug != module.name:
            raise RuntimeError(f"adapters/{module.name} must declare MARKETPLACE with slug {module.name!r}")
        found[module.name] = declared
    return dict(sorted(found.items(), key=lambda item: item[1].name.casefold()))


CATALOGUE: dict[str, Marketplace] = discover()
