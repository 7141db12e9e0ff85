"""What operators type: start, sandbox, sync, owner-link, doctor."""

from pathlib import Path
from typing import Annotated

import typer

from nexus_ui import settings

app = typer.Typer(add_completion=False, no_args_is_help=False, pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True)
def whole(context: typer.Context) -> None:
    """Nexus Connections: the control panel for a seller's marketplace accounts. Without a command it starts."""
    try:
        settings.current()
    except ValueError as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(1) from None
    if context.invoked_subcommand is None:
        start()


@app.command()
def start() -> None:
    """Start the product on one port (default; NEXUS_PORT and NEXUS_HOST say where)."""
    from nexus_ui import serving

    try:
        serving.start()
    except serving.CannotStart as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(1) from None


@app.command("owner-link")
def owner_link() -> None:
    """Print a one-time link that creates the owner, or gives the owner a new password."""
    from nexus_ui.flows import sign_in
    from nexus_ui.storage import upgrades

    upgrades.upgrade()
    typer.echo(sign_in.new_owner_link())


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Where to listen; 0 takes a free port.")] = 0,
    catalog: Annotated[
        Path | None, typer.Option(help="A Shopify or WooCommerce product export to serve instead of made-up goods.")
    ] = None,
    products: Annotated[int, typer.Option(help="How many products each made-up shop has.")] = 1_200,
    orders: Annotated[int, typer.Option(help="How many orders each made-up shop has.")] = 400,
    latency_ms: Annotated[float, typer.Option(help="How long each answer takes at least.")] = 0.0,
    limits: Annotated[bool, typer.Option(help="Whether rate limits apply.")] = True,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    seed: Annotated[int, typer.Option(help="Another number makes other goods.")] = 7,
    parent_pipe: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Run the simulated marketplaces with their fault switches."""
    from nexus_ui.sandbox import server

    server.main(
        port=port,
        catalog=catalog,
        products=products,
        orders=orders,
        latency_ms=latency_ms,
        limits=limits,
        host=host,
        seed=seed,
        parent_pipe=parent_pipe,
    )


@app.command()
def sync(connection: Annotated[str, typer.Argument(help="The connection's id or name.")]) -> None:
    """Run one sync cycle now and print how it went.

    Exit code 0: success; 1: it failed; 2: it was refused (paused, running, unknown); 3: some records were set aside.
    """
    from nexus_ui import once
    from nexus_ui.errors import Refused

    try:
        done = once.cycle_of(connection)
    except Refused as refusal:
        typer.echo(f"Not done: {refusal.message}", err=True)
        raise typer.Exit(2) from None
    for line in once.report(done):
        typer.echo(line)
    raise typer.Exit({"success": 0, "partial": 3}.get(done.outcome or "", 1))


@app.command(hidden=True)
def worker(parent_pipe: Annotated[bool, typer.Option(hidden=True)] = False) -> None:
    """Run cycles until stopped; the product starts this by itself."""
    from nexus_ui import worker as process

    process.main(parent_pipe=parent_pipe)


@app.command()
def doctor() -> None:
    """Check this installation; says what is wrong and how to mend it. The exit code is 1 when something is."""
    from nexus_ui import doctor as checks

    sound = True
    for finding in checks.examine():
        sound = sound and finding.well
        typer.echo(f"{'ok ' if finding.well else 'BAD'} {finding.subject}: {finding.said}")
        if not finding.well:
            typer.echo(f"    → {finding.mend}")
    typer.echo("Everything is in order." if sound else "Something needs mending; each arrow says how.")
    if not sound:
        raise typer.Exit(1)
