"""One HTTP server for all simulated marketplaces: /<marketplace>/<shop host>/..., controls under /_sandbox/."""

import contextlib
import gc
import importlib
import os
import pkgutil
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route

import nexus_ui.sandbox
from nexus_ui.sandbox import catalog as catalog_files
from nexus_ui.sandbox import control
from nexus_ui.sandbox.world import DEFAULT_ORDERS, DEFAULT_PRODUCTS, Options, World

_START_PATIENCE = 20.0
_YOUNG = 100_000
"""Objects a process that only serves may make before it collects: a page of 250 products is some 10,000 of them."""


class BrokenMarketplace(RuntimeError):
    """A folder of the sandbox offers no `routes(world)`."""


def marketplaces() -> list[str]:
    """Slugs of the simulated marketplaces: every folder of this package."""
    return sorted(found.name for found in pkgutil.iter_modules(nexus_ui.sandbox.__path__) if found.ispkg)


def build_app(world: World | None = None) -> Starlette:
    """The application. Raises BrokenMarketplace for a folder that offers no routes, ImportError for one that fails."""
    world = world or World()
    routes: list[BaseRoute] = [Mount("/_sandbox", routes=control.routes(world))]
    for slug in marketplaces():
        module = importlib.import_module(f"{nexus_ui.sandbox.__name__}.{slug}")
        if not callable(getattr(module, "routes", None)):
            raise BrokenMarketplace(f"nexus_ui/sandbox/{slug} must offer routes(world)")
        routes.append(Mount(f"/{slug}/{{shop}}", routes=module.routes(world)))
    routes.append(Route("/", lambda _: RedirectResponse("/_sandbox/")))
    app = Starlette(routes=routes)
    app.state.world = world
    return app


def serve(port: int, host: str = "127.0.0.1", *, world: World | None = None, parent_pipe: bool = False) -> None:
    """Serve until stopped; with `parent_pipe` also stop when standard input closes, that is when the parent is gone."""
    server = _server(world or World())
    gc.freeze()
    gc.set_threshold(_YOUNG)
    sock = listen(host, port)
    print(f"Sandbox listening on http://{host}:{sock.getsockname()[1]}/_sandbox/", flush=True)
    if parent_pipe:
        threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    server.run(sockets=[sock])


@dataclass(frozen=True)
class Running:
    """A sandbox in a thread of this process: its address and its world."""

    url: str
    world: World


@contextlib.contextmanager
def run_in_thread(world: World | None = None, host: str = "127.0.0.1", port: int = 0) -> Iterator[Running]:
    """Serve in a thread while the block runs. Raises RuntimeError when the server does not start."""
    world = world or World()
    server = _server(world)
    sock = listen(host, port)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    if not server.ready.wait(_START_PATIENCE):
        raise RuntimeError("The sandbox did not start")
    try:
        yield Running(f"http://{host}:{sock.getsockname()[1]}", world)
    finally:
        server.should_exit = True
        thread.join(_START_PATIENCE)
        world.hooks.courier.close()


def main(
    port: int = 0,
    catalog: Path | None = None,
    products: int = DEFAULT_PRODUCTS,
    orders: int = DEFAULT_ORDERS,
    latency_ms: float = 0.0,
    limits: bool = True,
    host: str = "127.0.0.1",
    seed: int = 7,
    cache_mb: int = 256,
    parent_pipe: bool = False,
) -> None:
    """What `python -m nexus_ui sandbox` runs. Raises CatalogError for a catalogue file that cannot be read."""
    files = {} if catalog is None else {catalog_files.load(catalog).marketplace: catalog}
    options = Options(
        products=products,
        orders=orders,
        latency_ms=latency_ms,
        limits=limits,
        seed=seed,
        cache_mb=cache_mb,
        catalogs=files,
    )
    serve(port, host, world=World(options), parent_pipe=parent_pipe)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    sock.listen(512)
    return sock


class _Server(uvicorn.Server):
    """Uvicorn that tells when it is listening."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def _server(world: World) -> _Server:
    config = uvicorn.Config(
        build_app(world),
        http="httptools",
        loop="uvloop",
        lifespan="off",
        access_log=False,
        log_level="critical",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=1,
    )
    return _Server(config)


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    server.should_exit = True
