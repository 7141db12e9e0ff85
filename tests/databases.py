"""Private databases for tests: SQLite files, a PostgreSQL server, and PgBouncer in transaction mode before it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

OWNER = "nexus"
TEMPLATE = "nexus_template"
PATIENCE = 30.0


@dataclass(frozen=True)
class Database:
    """An upgraded, empty database. `kind` is sqlite, postgres or pgbouncer; `url` is what DATABASE_URL holds."""

    kind: str
    url: str
    home: Path


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL, or a pooler before one."""

    port: int

    def url(self, name: str) -> str:
        """The address of the database called `name`."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{name}"

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run one statement as the superuser, outside any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)


def missing(kind: str) -> str | None:
    """Why databases of this kind cannot be had here, or None."""
    if kind != "sqlite" and postgres_programs() is None:
        return "PostgreSQL is not installed: apt-get install postgresql"
    if kind == "pgbouncer" and pgbouncer_program() is None:
        return "PgBouncer is not installed: apt-get install pgbouncer"
    return None


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's server programs, newest version first."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if versions:
        return versions[-1].parent
    found = shutil.which("postgres")
    return Path(found).parent if found else None


def pgbouncer_program() -> str | None:
    """PgBouncer, which Debian keeps where ordinary users do not look."""
    return shutil.which("pgbouncer", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


@contextmanager
def postgres(durable: bool = False) -> Iterator[Server]:
    """A private PostgreSQL on a free port; `durable` keeps fsync on, for tests that kill it."""
    programs = postgres_programs()
    assert programs is not None
    with _folder() as folder:
        data = folder / "data"
        make = [programs / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, **_as_somebody())
        port = free_port()
        options = {"unix_socket_directories": folder, "listen_addresses": "127.0.0.1", "max_connections": 100}
        if not durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with _running([programs / "postgres", "-D", data, "-p", str(port), *settings], folder / "log", port):
            yield Server(port)


@contextmanager
def pgbouncer(behind: Server) -> Iterator[Server]:
    """PgBouncer in transaction mode before `behind`, as Supabase's pooler works."""
    program = pgbouncer_program()
    assert program is not None
    with _folder() as folder:
        port = free_port()
        settings = folder / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\n* = host=127.0.0.1 port={behind.port} user={OWNER}\n"
            f"[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port={port}\nauth_type=any\nunix_socket_dir=\n"
            "pool_mode=transaction\ndefault_pool_size=8\nmax_client_conn=200\nserver_idle_timeout=5\n"
        )
        with _running([program, settings], folder / "log", port):
            yield Server(port)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="nexus-db-"))
    try:
        if "user" in (who := _as_somebody()):
            shutil.chown(folder, who["user"])
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_somebody() -> dict[str, str]:
    """PostgreSQL and PgBouncer refuse to run as root; then they run as Debian's postgres, or as nobody."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    return {"user": "postgres" if "postgres" in known else "nobody"}


@contextmanager
def _running(command: list[object], log: Path, port: int) -> Iterator[None]:
    with log.open("w") as out:
        process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=out, **_as_somebody())
    try:
        _wait_until_open(process, port, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait_until_open(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args} ended: {log.read_text()}")
        try:
            psycopg.connect(f"postgresql://{OWNER}@127.0.0.1:{port}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args} did not answer: {log.read_text()}")
