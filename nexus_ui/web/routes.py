"""Every HTTP route of the product, with the role it asks for."""

from starlette.applications import Starlette
from starlette.types import ASGIApp


def around(inner: ASGIApp) -> ASGIApp:
    """The product's routes in front of Reflex's own."""
    app = Starlette(routes=[])
    app.mount("", inner)
    return app
