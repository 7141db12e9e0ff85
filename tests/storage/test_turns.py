"""Writers of one SQLite file take turns."""

import subprocess
import sys
import threading
import time
from pathlib import Path

from nexus_ui.storage.turns import turn

HOLDS = """
import sys, time
from pathlib import Path
from nexus_ui.storage.turns import turn
with turn(Path(sys.argv[1])):
    print("mine", flush=True)
    time.sleep(60)
"""


def test_whoever_writes_without_pause_lets_another_in_after_the_write_at_hand(tmp_path: Path) -> None:
    """Between asking and having its turn, the patient one sees at most the write under way and one before it."""
    file, written, stop = tmp_path / "nexus.db", 0, threading.Event()

    def greedy() -> None:
        nonlocal written
        while not stop.is_set():
            with turn(file):
                time.sleep(0.02)
                written += 1

    thread = threading.Thread(target=greedy)
    thread.start()
    waited = []
    try:
        for _ in range(10):
            before = written
            with turn(file):
                waited.append(written - before)
    finally:
        stop.set()
        thread.join()
    assert max(waited) <= 2, waited
    assert written > 0


def test_the_turn_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    """The end of a process ends its turn, however it comes."""
    file = tmp_path / "nexus.db"
    holder = subprocess.Popen([sys.executable, "-c", HOLDS, str(file)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert "mine\n" == holder.stdout.readline()
    holder.kill()
    holder.wait(20)
    order: list[str] = []
    with turn(file):
        order.append("ours")
        other = threading.Thread(target=lambda: _note(file, order))
        other.start()
        time.sleep(0.1)
        order.append("done")
    other.join()
    assert ["ours", "done", "theirs"] == order


def _note(file: Path, order: list[str]) -> None:
    with turn(file):
        order.append("theirs")
