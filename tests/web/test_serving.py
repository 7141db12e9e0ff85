"""Starting: the pages are built once and again when they would differ, and never otherwise."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests import databases

ROOT = Path(__file__).parent.parent.parent
LEFT_BEHIND = shutil.ignore_patterns(".git", ".web", ".nexus", "__pycache__", ".*_cache", "tests")
PATIENCE = 90.0
PAGE = "<!DOCTYPE html><title>Built before</title><script>let ours = 1</script>"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources, as a user has them."""
    return Path(shutil.copytree(ROOT, tmp_path / "copy", ignore=LEFT_BEHIND))


def environment(copy: Path, port: int = 3000) -> dict[str, str]:
    """A home beside the copy, and nothing of this run's own settings."""
    own = ("NEXUS_", "DATABASE_URL", "CREDENTIALS_ENCRYPTION_KEY")
    mine = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return mine | {"NEXUS_HOME": str(copy.parent / "home"), "NEXUS_PORT": str(port), "NEXUS_WORKER": "0"}


def answer(copy: Path, question: str, port: int = 3000) -> str:
    """What an expression over `serving` gives in the copy."""
    code = f"from nexus_ui import serving; print({question})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=copy, env=environment(copy, port), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def pretend_built(copy: Path, port: int = 3000) -> None:
    """Leave what a build leaves: a page, and the stamp of what it was made of."""
    client = copy / ".web" / "build" / "client"
    client.mkdir(parents=True)
    (client / "index.html").write_text(PAGE)
    (client.parent / "nexus.stamp").write_text(answer(copy, "serving.fingerprint()", port))


@contextmanager
def started(copy: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    """`python -m nexus_ui` in the copy."""
    with subprocess.Popen(
        [sys.executable, "-m", "nexus_ui"],
        cwd=copy,
        env=environment(copy, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_up(process: "subprocess.Popen[str]", url: str) -> None:
    """Until it answers; fails with what it said when it ends instead."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        try:
            httpx.get(f"{url}/api/health/live").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("it did not answer")


def test_pages_count_as_built_until_something_they_are_made_of_changes(copy: Path) -> None:
    """Another port, another line of code or another asset asks for a build; another sandbox does not."""
    before = answer(copy, "serving.is_built()")
    pretend_built(copy)
    after, elsewhere = answer(copy, "serving.is_built()"), answer(copy, "serving.is_built()", port=3001)
    (copy / "nexus_ui" / "sandbox" / "world.py").open("a").write("\n")
    sandbox = answer(copy, "serving.is_built()")
    (copy / "assets" / "nexus.css").open("a").write("\n")
    asset = answer(copy, "serving.is_built()")

    assert ("False", "True", "False", "True", "False") == (before, after, elsewhere, sandbox, asset)


def test_a_second_start_serves_what_was_built_without_building(copy: Path) -> None:
    """The page of the earlier build comes back, with a policy that lets exactly its own script run."""
    port = databases.free_port()
    pretend_built(copy, port)
    with started(copy, port) as process:
        wait_until_up(process, f"http://127.0.0.1:{port}")
        page = httpx.get(f"http://127.0.0.1:{port}/")
        process.terminate()
        said, _ = process.communicate(timeout=PATIENCE)

    assert PAGE == page.text
    assert "'sha256-" in page.headers["content-security-policy"]
    assert "Building" not in said
    assert f"Nexus Connections runs at http://127.0.0.1:{port}" in said


def test_only_the_loopback_address_is_listened_on(copy: Path) -> None:
    """Nobody on the network sees an installation that was not opened on purpose."""
    port = databases.free_port()
    pretend_built(copy, port)
    with started(copy, port) as process:
        wait_until_up(process, f"http://127.0.0.1:{port}")
        import psutil

        addresses = {
            found.laddr.ip for found in psutil.Process(process.pid).net_connections() if found.status == "LISTEN"
        }

    assert {"127.0.0.1"} == addresses


def test_a_build_that_fails_ends_the_start_and_says_so(copy: Path) -> None:
    """The end of Reflex's own output stands in the message; nothing half-built is taken for built."""
    (copy / "rxconfig.py").write_text("raise RuntimeError('broken on purpose')\n")
    with started(copy, databases.free_port()) as process:
        said, _ = process.communicate(timeout=PATIENCE)

    assert 1 == process.returncode
    assert "The pages could not be built." in said
    assert "broken on purpose" in said
    assert "False" == answer(copy, "serving.is_built()")


def test_the_node_of_this_environment_goes_before_any_other(copy: Path) -> None:
    """Whatever node the machine has, the build finds ours first."""
    code = "import rxconfig, shutil, sysconfig; print(shutil.which('node') == sysconfig.get_path('scripts') + '/node')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=copy, env=environment(copy), capture_output=True, text=True, check=True
    )

    assert "True" == done.stdout.strip()
