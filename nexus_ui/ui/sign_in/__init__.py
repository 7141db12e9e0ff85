"""The two pages for strangers: signing in, and the one-time link that lets somebody in for the first time."""

from nexus_ui.ui.sign_in.state import Gate
from nexus_ui.ui.sign_in.view import sign_in_page, welcome_page

__all__ = ["Gate", "sign_in_page", "welcome_page"]
