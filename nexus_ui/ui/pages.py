"""The site map."""

from collections.abc import Callable
from typing import Any

import reflex as rx


def build_app(api_transformer: Callable[[Any], Any]) -> rx.App:
    """The Reflex app with every page."""
    app = rx.App(api_transformer=api_transformer)
    app.add_page(rx.heading("Nexus Connections"), route="/", title="Nexus Connections")
    return app
