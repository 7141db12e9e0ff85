"""`python -m nexus_ui`: starts the product; `--help` lists what else it can do."""

from nexus_ui.cli import app

app(prog_name="python -m nexus_ui")
