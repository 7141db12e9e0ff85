"""The front door: the pages, the HTTP routes around them, and what runs as long as the web process does."""

from nexus_ui import startup
from nexus_ui.ui.gate import Gate
from nexus_ui.ui.pages import build_app
from nexus_ui.web import routes

app = build_app(api_transformer=routes.around)
app.add_middleware(Gate(), index=0)
app.register_lifespan_task(startup.whole_life)
