"""The house keeps its own rules: doors and arrows, types, lint, layout, and a README that tells the truth."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from nexus_ui.adapters import CATALOGUE

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run one of the tools of this environment at the project's root."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("ruff", "check", "."), id="lint"),
        pytest.param(("ruff", "format", "--check", "."), id="format"),
        pytest.param(("mypy",), id="types"),
        pytest.param(("lint-imports", "--no-cache"), id="doors"),
    ],
)
def test_the_code_passes_its_own_checks(command: tuple[str, ...]) -> None:
    """Lint, format, strict types and the import contracts all hold."""
    done = run(str(BIN / command[0]), *command[1:])

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_readme_names_the_command_that_the_gate_runs() -> None:
    """What CI runs is what the README tells a person to run."""
    command = (ROOT / ".ci" / "run").read_text().strip().splitlines()[-1].replace(" -q ", " ")

    assert command in (ROOT / "README.md").read_text()


def test_the_readme_lists_every_marketplace_with_its_api_version() -> None:
    """The table of marketplaces and the catalogue agree."""
    chapter = (ROOT / "README.md").read_text().partition("\n## Marketplaces\n")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| (\S[^|]*?) \| `([^`]+)` \|", chapter, flags=re.M))

    assert {place.name: place.api_version for place in CATALOGUE.values()} == rows


def test_no_marketplace_knows_another() -> None:
    """A marketplace's folder imports the contract, the kit and itself, never a neighbour."""
    folders = ROOT / "nexus_ui" / "adapters"
    strangers = {
        f"{path.relative_to(folders)}: {name}"
        for slug in CATALOGUE
        for path in (folders / slug).rglob("*.py")
        for name in re.findall(r"nexus_ui\.adapters\.(\w+)", path.read_text())
        if name not in {slug, "contract", "kit"}
    }

    assert set() == strangers


def test_only_settings_and_the_start_up_file_read_the_environment() -> None:
    """os.environ is read in settings.py (and set in rxconfig.py, which runs before everything)."""
    readers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "nexus_ui").rglob("*.py")
        if re.search(r"os\.environ|os\.getenv", path.read_text())
    }

    assert readers == {"nexus_ui/settings.py"}


def test_only_the_clock_asks_for_the_time() -> None:
    """datetime.now and utcnow appear in clock.py alone (the sandbox is another world with a clock of its own)."""
    askers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "nexus_ui").rglob("*.py")
        if "sandbox" not in path.parts and re.search(r"datetime\.(now|utcnow|today)\(", path.read_text())
    }

    assert askers == {"nexus_ui/clock.py"}
