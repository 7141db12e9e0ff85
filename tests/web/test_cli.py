"""What operators type, run as they run it: as commands of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nexus_ui import children
from nexus_ui.flows import connect, manage
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.sandbox import server
from nexus_ui.sandbox.faults import Fault
from nexus_ui.security import vault
from nexus_ui.storage import people
from tests import databases
from tests.flows.conftest import PASSWORD, admit, shop_of

ROOT = Path(__file__).parent.parent.parent


def run(*words: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m nexus_ui` with these words."""
    environ = {**os.environ, "NEXUS_HOME": str(home), **environment}
    command = [sys.executable, "-m", "nexus_ui", *words]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False)


def test_owner_link_prints_a_link_that_works_once(fresh_home: Path) -> None:
    """On an empty installation it makes the tables first; the link lets the owner in."""
    done = run("owner-link", home=fresh_home)
    found = re.search(r"http://127\.0\.0\.1:3000/welcome\?link=(\S+)", done.stdout)

    assert found is not None, done.stderr
    assert Role.OWNER is who_by(found[1]).role


def who_by(token: str) -> Who:
    """Who comes in by a link."""
    from nexus_ui.flows import sign_in

    found = sign_in.who(sign_in.redeem(token, email="olga@example.com", name="Olga", password=PASSWORD))
    assert found is not None
    return found


def test_doctor_finds_nothing_wrong_with_an_installation_that_was_never_started(fresh_home: Path) -> None:
    """Exit code 0, and looking makes nothing."""
    done = run("doctor", home=fresh_home)

    assert (0, "") == (done.returncode, done.stderr), done.stdout
    assert not fresh_home.exists() or not list(fresh_home.iterdir())


@pytest.mark.parametrize(
    ("environment", "subject"),
    [
        pytest.param({"NEXUS_PUBLIC_URL": "http://127.0.0.1:1"}, "Address", id="another port"),
        pytest.param({"NEXUS_HOST": "0.0.0.0"}, "Address", id="open without an address"),  # noqa: S104 - a bad example
        pytest.param(
            {"NEXUS_HOST": "0.0.0.0", "NEXUS_PUBLIC_URL": "http://panel.example.com"},  # noqa: S104 - a bad example
            "Address",
            id="open without TLS",
        ),
        pytest.param({"CREDENTIALS_ENCRYPTION_KEY": "short"}, "Encryption keys", id="bad key"),
        pytest.param({"DATABASE_URL": "postgresql://127.0.0.1:1/nexus"}, "Database", id="database away"),
    ],
)
def test_doctor_names_what_is_wrong_and_how_to_mend_it(
    fresh_home: Path, environment: dict[str, str], subject: str
) -> None:
    """A line with BAD, an arrow below it, and exit code 1."""
    done = run("doctor", home=fresh_home, **environment)

    assert 1 == done.returncode
    assert re.search(rf"^BAD {subject}: .+\n    → .+", done.stdout, flags=re.M), done.stdout


def test_doctor_notices_lost_keys_dead_workers_and_open_folders(
    sqlite_database: databases.Database, sandbox: server.Running, olga: Who
) -> None:
    """After a first start: credentials that do not open, nobody at work, a folder others may change."""
    import asyncio

    asyncio.run(connect.explore_sandbox(olga.person_id))
    (sqlite_database.home / vault.KEY_FILE).unlink()
    sqlite_database.home.chmod(0o777)
    done = run("doctor", home=sqlite_database.home)

    assert 1 == done.returncode
    assert {"Saved credentials", "Engine", "Data folder"} == set(re.findall(r"^BAD ([^:]+):", done.stdout, flags=re.M))


@pytest.mark.parametrize(
    ("fault", "code", "word"),
    [
        pytest.param(None, 0, "Success", id="success"),
        pytest.param(Fault(fault="wrong_key"), 1, "Failed", id="failed"),
        pytest.param(Fault(fault="bad_records", every=5), 3, "Partial", id="partial"),
    ],
)
async def test_sync_runs_one_cycle_and_its_exit_code_tells(
    sqlite_database: databases.Database, sandbox: server.Running, olga: Who, fault: Fault | None, code: int, word: str
) -> None:
    """The cycle runs in the command's own process and is in the log like any other."""
    connection_id = await connect.explore_sandbox(olga.person_id)
    if fault:
        shop_of(sandbox, "shopify").faults.switch_on(fault)
    done = run("sync", "Shopify sandbox", home=sqlite_database.home)

    assert (code, word) == (done.returncode, done.stdout.partition(":")[0]), done.stdout + done.stderr
    assert connection_id.startswith("con_")


async def test_sync_says_why_it_did_nothing(
    sqlite_database: databases.Database, sandbox: server.Running, olga: Who
) -> None:
    """Paused, or unknown: exit code 2 and a sentence."""
    connection_id = await connect.explore_sandbox(olga.person_id)
    manage.pause(connection_id, olga.person_id)
    paused = run("sync", connection_id, home=sqlite_database.home)
    unknown = run("sync", "nothing", home=sqlite_database.home)

    assert (2, 2) == (paused.returncode, unknown.returncode)
    assert "Paused since" in paused.stderr
    assert "nothing" in unknown.stderr


def test_an_owner_is_found_by_the_doctor(sqlite_database: databases.Database) -> None:
    """It tells how many people can sign in."""
    admit(Role.OWNER, "olga@example.com")

    assert people.anybody()
    assert "People: 1 can sign in." in run("doctor", home=sqlite_database.home).stdout


def test_a_port_in_use_is_said_in_a_sentence(fresh_home: Path, sandbox_server: server.Running) -> None:
    """The start ends with what to do about it."""
    port = sandbox_server.url.rpartition(":")[2]
    done = run("start", home=fresh_home, NEXUS_PORT=port)

    assert (1, "") == (done.returncode, done.stdout)
    assert "set NEXUS_PORT to another port" in done.stderr


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        pytest.param({"DATABASE_URL": "postgresql://127.0.0.1:1/nexus"}, "doctor", id="database away"),
        pytest.param({"CREDENTIALS_ENCRYPTION_KEY": "short"}, "openssl rand -base64 32", id="bad key"),
        pytest.param({"NEXUS_PORT": "many"}, "NEXUS_PORT must be a number", id="bad number"),
    ],
)
def test_a_start_that_cannot_work_says_what_to_mend_and_builds_nothing(
    fresh_home: Path, environment: dict[str, str], word: str
) -> None:
    """A sentence instead of a traceback, before a minute is spent on building."""
    done = run("start", home=fresh_home, **({"NEXUS_PORT": str(databases.free_port())} | environment))

    assert (1, "") == (done.returncode, done.stdout)
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_remembered_ports_survive_nonsense(fresh_home: Path) -> None:
    """A damaged file means: no port yet."""
    fresh_home.mkdir()
    (fresh_home / children.SANDBOX_FILE).write_text("{not json")

    assert children.remembered_port(fresh_home) is None
