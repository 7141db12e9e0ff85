"""Where a marketplace is reached: its own address, the one the operator set, or the running sandbox."""

from dataclasses import dataclass

from nexus_ui import children, settings
from nexus_ui.errors import NotFound, Unavailable


@dataclass(frozen=True, slots=True)
class Reach:
    """`endpoint` replaces the marketplace's own address (see `kit.hosts.resolve_base`); None: its own is used."""

    endpoint: str | None
    allow_private: bool


def reach(slug: str, sandbox: bool) -> Reach:
    """How to reach a marketplace; raises Unavailable when the sandbox is meant and does not run."""
    here = settings.current()
    if not sandbox:
        return Reach(here.endpoint(slug), here.allow_private_hosts)
    port = children.remembered_port(here.home) if here.sandbox else None
    if port is None:
        raise Unavailable("The sandbox is not running. It starts with the product; start that and try again.")
    return Reach(f"http://127.0.0.1:{port}/{slug}/{{host}}", True)


async def start_sandbox() -> None:
    """Have the sandbox running; raises NotFound when it is switched off, Unavailable when it does not start."""
    if not settings.current().sandbox:
        raise NotFound("The sandbox is switched off on this installation.")
    await children.ensure_sandbox()
