"""The evidence pack: one archive about one connection for its marketplace's support, secrets and people masked."""

import csv
import io
import json
import platform
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import metadata
from typing import Any

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Marketplace
from nexus_ui.clock import utcnow
from nexus_ui.errors import NotAllowed, SecretUnreadable
from nexus_ui.flows import diagnose, keys
from nexus_ui.flows.preflight import secret_values
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.rules.story import Sentence
from nexus_ui.security.redact import mask
from nexus_ui.storage import audit, dossier, fitness, preferences
from nexus_ui.storage.database import writing
from nexus_ui.storage.dossier import Dossier

SPARE = 1_000
"""A masked text may be longer than it was, by so much and as much again."""
MOST_ANSWERS = 50
LIBRARIES = ("reflex", "httpx", "sqlmodel", "cryptography")
README = """Evidence about one connection, collected by Nexus Connections.

connection.json   the account, its settings, and when each credential was set and expires
versions.json     the marketplace's API version, and what this installation runs on
story.txt         what happened, in order
cycles.json       the latest syncs with what they read
calls.csv         the calls of those syncs: time, operation, address, status, request id, duration, attempt
                  (what was sent in their bodies is not kept)
answers/          what the marketplace answered to calls that failed
webhooks.json     registered topics, deliveries (without what they carried) and refused deliveries
set_aside.json    records that could not be read, and why

Times are UTC. Secrets are replaced by [masked], personal data by [personal]; long answers are cut.
"""


@dataclass(frozen=True, slots=True)
class Pack:
    """An archive and what its file is called."""

    name: str
    content: bytes


Hide = Callable[[str], str]


def pack(connection_id: str, by: Who) -> Pack:
    """Collect what is on record of a connection into one archive; raises NotAllowed, NotFound. Leaves an audit row."""
    if not by.may(Role.ADMIN):
        raise NotAllowed("Your role does not allow this.")
    found = dossier.dossier(connection_id)
    kind = CATALOGUE.get(found.kept.marketplace)
    files = _files(found, kind, diagnose.why(connection_id).sentences)
    hide = _hiding(connection_id, kind)
    buffer = io.BytesIO()
    now = utcnow()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(
                zipfile.ZipInfo(name, now.timetuple()[:6]), _masked(name, text, hide), zipfile.ZIP_DEFLATED
            )
    with writing() as session:
        audit.note(
            session, by.person_id, audit.Action.EVIDENCE, audit.Subject.CONNECTION, connection_id, found.kept.name
        )
    slug = re.sub(r"[^a-z0-9]+", "-", found.kept.name.lower()).strip("-") or found.kept.marketplace
    return Pack(f"evidence-{slug}-{now:%Y%m%d-%H%M}.zip", buffer.getvalue())


def _hiding(connection_id: str, kind: Marketplace | None) -> Hide:
    """Masks secrets by their looks, and those of this connection by what they are."""
    try:
        held = secret_values(kind, keys.open(connection_id)) if kind else []
    except SecretUnreadable:
        held = []
    return lambda text: mask(text, held, SPARE + 2 * len(text))


def _masked(name: str, text: str, hide: Hide) -> str:
    """A file without secrets. Lines of JSON and CSV are masked one by one, so that nothing else waits for long."""
    return hide(text) if name.endswith(".txt") else "".join(map(hide, text.splitlines(keepends=True)))


def _files(found: Dossier, kind: Marketplace | None, sentences: Iterable[Sentence]) -> dict[str, str]:
    answers = {
        f"answers/{place:03}-{_plain(call['operation'])}.txt": _answer(call)
        for place, call in enumerate((call for call in found.calls if call["problem"]), start=1)
        if place <= MOST_ANSWERS
    }
    webhooks = {"topics": found.topics, "deliveries": found.deliveries, "refused": found.rejections}
    return {
        "README.txt": README,
        "connection.json": _json(_connection(found)),
        "versions.json": _json(_versions(kind)),
        "story.txt": "".join(
            f"{_stamp(one.at)}  {one.text}{f' [{one.told}]' if one.told else ''}\n" for one in sentences
        ),
        "cycles.json": _json(found.cycles),
        "calls.csv": _calls(found.calls),
        **answers,
        "webhooks.json": _json(webhooks),
        "set_aside.json": _json(found.set_aside),
    }


def _connection(found: Dossier) -> dict[str, Any]:
    kept = found.kept
    return {
        "id": kept.id,
        "marketplace": kept.marketplace,
        "account_id": kept.account_id,
        "account": kept.account_name,
        "identifier": kept.identifier,
        "signs_in_by": kept.sign_in,
        "fields": kept.public_fields,
        "sandbox": kept.sandbox,
        "connected_at": kept.created_at,
        "paused_at": kept.paused_at,
        "settings": _spelled(asdict(kept.settings)),
        "general settings": _spelled(asdict(preferences.connections())),
        "credentials": found.credentials,
        "read_so_far": found.cursors,
    }


def _spelled(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by the names a person reads; none of them is a secret, whatever it is about."""
    return {name.replace("_", " "): value for name, value in settings.items()}


def _versions(kind: Marketplace | None) -> dict[str, Any]:
    return {
        "collected_at": utcnow(),
        "marketplace_api": kind.api_version if kind else None,
        "api_sunset": kind.api_sunset if kind else None,
        "database": fitness.version(),
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in LIBRARIES},
    }


def _calls(calls: Iterable[Mapping[str, Any]]) -> str:
    heads = (
        "at",
        "operation",
        "method",
        "url",
        "status",
        "request_id",
        "milliseconds",
        "attempt",
        "problem",
        "cycle_id",
    )
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(heads)
    for call in sorted(calls, key=lambda call: (call["at"], call["id"])):
        writer.writerow([_stamp(call[head]) if head == "at" else call[head] for head in heads])
    return buffer.getvalue()


def _answer(call: Mapping[str, Any]) -> str:
    status = "no answer" if call["status"] is None else call["status"]
    return (
        f"{call['method']} {call['url']}\n"
        f"Operation: {call['operation']}\nAt: {_stamp(call['at'])}\nAttempt: {call['attempt']}\n"
        f"Status: {status}\nRequest id: {call['request_id'] or 'none given'}\nTook: {call['milliseconds']} ms\n"
        f"Taken as: {call['problem']}\n\n{call['excerpt']}\n"
    )


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, default=_told) + "\n"


def _told(value: Any) -> str:
    return _stamp(value) if isinstance(value, datetime) else str(value)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name)[:60]
