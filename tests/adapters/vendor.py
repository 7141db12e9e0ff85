"""Where the vendors' own descriptions lie: data for tests, never part of the product."""

import os
from pathlib import Path

import pytest

SPECS = Path(os.environ.get("NEXUS_SPECS") or Path(__file__).resolve().parents[3] / "shared" / "specs")


def specs_of(slug: str) -> Path:
    """The folder of a vendor's descriptions; skips the test, with the reason, where it is absent."""
    folder = SPECS / slug
    if not folder.is_dir():
        pytest.skip(f"no vendor specs in {folder}; set NEXUS_SPECS")
    return folder
