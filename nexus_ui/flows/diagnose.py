"""Diagnosis: why a connection is red, told from its records."""

from dataclasses import dataclass
from datetime import datetime

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import ACCESS_TOKEN, REFRESH_TOKEN, Marketplace
from nexus_ui.clock import utcnow
from nexus_ui.rules.story import Sentence, story
from nexus_ui.storage import connections, evidence

TOKENS = {ACCESS_TOKEN: "Access token", REFRESH_TOKEN: "Refresh token"}


@dataclass(frozen=True, slots=True)
class Why:
    """The chain of events behind a connection's last trouble. `mended_at`: since when it is well again."""

    sentences: tuple[Sentence, ...]
    broke_at: datetime | None = None
    mended_at: datetime | None = None


def why(connection_id: str) -> Why:
    """Why a connection is red, or was lately; raises NotFound."""
    kept = connections.get(connection_id)
    kind = CATALOGUE.get(kept.marketplace)
    found = evidence.records(connection_id, utcnow(), kind.name if kind else kept.marketplace, _labels(kind))
    broke = next((one.ended or one.at for one in found.ran if one.outcome in ("failed", "partial")), None)
    mended = found.mended.ended or found.mended.at if found.mended else None
    return Why(story(found), broke, mended)


def _labels(kind: Marketplace | None) -> dict[str, str]:
    """What the secret fields of a marketplace are called."""
    typed = {field.name: field.label for way in kind.sign_ins for field in way.fields} if kind else {}
    return {**TOKENS, **typed}
