"""A form that the browser posts by itself, without the page's event loop: for cookies that scripts must not see."""

from typing import Any

import reflex as rx
from reflex.components.el.element import Element


class PostForm(Element):
    """An ordinary HTML form."""

    tag = "form"
    action: rx.Var[str]
    method: rx.Var[str]


def post_form(action: str, *children: rx.Component, **props: Any) -> rx.Component:
    """A form that posts its fields to `action`."""
    return PostForm.create(*children, action=action, method="post", **props)
