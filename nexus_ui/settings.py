"""The environment, read once into one frozen object. Nothing else in the product looks at os.environ."""

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr

ENDPOINT_PREFIX = "NEXUS_ENDPOINT_"
TRUE_WORDS = {"1", "true", "yes", "on"}


class Settings(BaseModel):
    """How this installation was set up. `home` holds the database, the key file and the sandbox's port."""

    model_config = ConfigDict(frozen=True)

    home: Path
    database_url: SecretStr
    encryption_keys: SecretStr | None = None
    public_url: str
    host: str
    port: int
    allow_private_hosts: bool
    sandbox: bool
    start_worker: bool
    concurrency: int
    lease_seconds: float
    tick_seconds: float
    endpoints: dict[str, str]

    def endpoint(self, slug: str) -> str | None:
        """The base URL that replaces the marketplace's own, or None. `{host}` in it stands for the typed host."""
        return self.endpoints.get(slug)


def load(environ: Mapping[str, str]) -> Settings:
    """Read settings from `environ`; raises ValueError that names the variable when a value makes no sense."""
    home = Path(environ.get("NEXUS_HOME") or ".nexus").expanduser().absolute()
    host = environ.get("NEXUS_HOST") or "127.0.0.1"
    port = _number(environ, "NEXUS_PORT", 3000)
    return Settings(
        home=home,
        database_url=SecretStr(environ.get("DATABASE_URL") or f"sqlite:///{home / 'nexus.db'}"),
        encryption_keys=_secret(environ, "CREDENTIALS_ENCRYPTION_KEY"),
        public_url=(environ.get("NEXUS_PUBLIC_URL") or f"http://{host}:{port}").rstrip("/"),
        host=host,
        port=port,
        allow_private_hosts=_flag(environ, "NEXUS_ALLOW_PRIVATE_HOSTS", False),
        sandbox=_flag(environ, "NEXUS_SANDBOX", True),
        start_worker=_flag(environ, "NEXUS_WORKER", True),
        concurrency=_number(environ, "NEXUS_CONCURRENCY", 8),
        lease_seconds=float(_number(environ, "NEXUS_LEASE_SECONDS", 60)),
        tick_seconds=_seconds(environ, "NEXUS_TICK_SECONDS", 0.5),
        endpoints={
            name.removeprefix(ENDPOINT_PREFIX).lower(): value.rstrip("/")
            for name, value in environ.items()
            if name.startswith(ENDPOINT_PREFIX) and value
        },
    )


@lru_cache(maxsize=1)
def current() -> Settings:
    """The settings of this process, read on first use. Tests call `current.cache_clear()` after changing them."""
    return load(os.environ)


def child_environment(**extra: str) -> dict[str, str]:
    """The environment for a process that we start ourselves."""
    return {**os.environ, **extra}


def _flag(environ: Mapping[str, str], name: str, default: bool) -> bool:
    value = environ.get(name)
    return default if not value else value.strip().lower() in TRUE_WORDS


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    return int(_seconds(environ, name, float(default)))


def _seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    value = environ.get(name)
    if not value:
        return default
    try:
        return float(value)
    except ValueError:
        raise ValueError(f"{name} must be a number, not {value!r}. Correct it or leave it out.") from None


def _secret(environ: Mapping[str, str], name: str) -> SecretStr | None:
    value = environ.get(name)
    return SecretStr(value) if value else None
