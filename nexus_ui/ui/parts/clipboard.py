"""Putting text on the clipboard, also where the panel is reached without HTTPS (`assets/nexus.js` knows how)."""

import json

import reflex as rx


def copied(text: str) -> rx.event.EventSpec:
    """Copy `text`."""
    return rx.call_script(f"window.nexusCopy({json.dumps(text)})")
