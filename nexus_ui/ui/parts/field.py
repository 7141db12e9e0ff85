"""Form fields. Inputs are uncontrolled: what a person types reaches the server only with the form."""

from typing import Any

import reflex as rx

from nexus_ui.adapters.contract import Field

SEARCH_PAUSE_MS = 250


def labelled(control: rx.Component, name: str, label: Any, help: Any = "", error: Any = "") -> rx.Component:
    """`control` under its label, with the help beneath, or the error when there is one."""
    advice = rx.el.span(help, id=f"{name}-help", class_name="help") if _given(help) else rx.fragment()
    wrong = rx.el.span(
        rx.icon("circle-alert", size=13, aria_hidden="true"),
        error,
        id=f"{name}-wrong",
        role="alert",
        class_name="wrong",
    )
    if isinstance(error, rx.Var):
        wrong = rx.cond(error != "", wrong, rx.fragment())
    elif not error:
        wrong = rx.fragment()
    return rx.el.div(rx.el.label(label, html_for=name), control, wrong, advice, class_name="field")


def text_field(name: str, label: Any, help: Any = "", error: Any = "", **props: Any) -> rx.Component:
    """A labelled text input."""
    return labelled(_input(name, help, error, **props), name, label, help, error)


def choice_field(
    name: str, label: Any, choices: list[tuple[str, str]], help: Any = "", error: Any = "", **props: Any
) -> rx.Component:
    """A labelled choice; `choices` are (value, words)."""
    return labelled(_choice(name, choices, help, error, **props), name, label, help, error)


def check_field(name: str, label: Any, help: Any = "", **props: Any) -> rx.Component:
    """A box to tick."""
    words = rx.el.span(label, rx.el.span(help, class_name="help muted tiny", display="block") if help else "")
    return rx.el.label(rx.el.input(type="checkbox", name=name, id=name, **props), words, class_name="check")


def declared_field(declared: Field, error: Any = "", **props: Any) -> rx.Component:
    """The box that a marketplace's declaration asks for: label, example, affixes, choices, and where to find it."""
    props = {"placeholder": declared.example, **props}
    if declared.choices:
        props.pop("placeholder")
        control = _choice(declared.name, list(declared.choices), declared.help, error, **props)
    elif declared.secret:
        quiet = {"type": "password", "auto_complete": "new-password", "spell_check": False}
        control = _input(declared.name, declared.help, error, **quiet, **props)
    else:
        control = _input(declared.name, declared.help, error, auto_complete="off", spell_check=False, **props)
    label = rx.el.span(
        declared.label, rx.el.span(" (optional)", class_name="muted") if declared.optional else rx.fragment()
    )
    return labelled(_affixed(declared, control), declared.name, label, _help(declared), error)


def search_box(placeholder: str, **props: Any) -> rx.Component:
    """A search input; `/` jumps into it. It speaks once a person pauses, so that no letter is lost on the way."""
    box = rx.el.input(type="search", class_name="input", placeholder=placeholder, aria_label=placeholder, **props)
    return rx.el.div(
        rx.icon("search", size=15, aria_hidden="true"),
        rx.debounce_input(box, debounce_timeout=SEARCH_PAUSE_MS),
        class_name="search",
    )


def _help(declared: Field) -> rx.Component:
    where: Any = declared.where or "the marketplace's pages"
    if declared.where_url:
        where = rx.el.a(where, href=declared.where_url, target="_blank", rel="noopener")
    elif not declared.where:
        return rx.fragment(declared.help)
    return rx.fragment(declared.help, rx.el.br(), "Where: ", where)


def _affixed(declared: Field, control: rx.Component) -> rx.Component:
    if not declared.prefix and not declared.suffix:
        return control
    before = [rx.el.span(declared.prefix, class_name="affix-text")] if declared.prefix else []
    after = [rx.el.span(declared.suffix, class_name="affix-text")] if declared.suffix else []
    return rx.el.div(*before, control, *after, class_name="affix")


def _described(name: str, help: Any, error: Any) -> dict[str, Any]:
    advice = f"{name}-help" if _given(help) else ""
    if isinstance(error, rx.Var):
        return {
            "aria_invalid": rx.cond(error != "", "true", "false"),
            "aria_describedby": rx.cond(error != "", f"{name}-wrong {advice}", advice),
        }
    return {"aria_describedby": advice} if advice else {}


def _input(name: str, help: Any, error: Any, **props: Any) -> rx.Component:
    return rx.el.input(
        **{"id": name, "name": name, "type": "text", "class_name": "input", **_described(name, help, error), **props}
    )


def _choice(name: str, choices: list[tuple[str, str]], help: Any, error: Any, **props: Any) -> rx.Component:
    options = [rx.el.option(words, value=value) for value, words in choices]
    return rx.el.select(
        *options, **{"id": name, "name": name, "class_name": "input", **_described(name, help, error), **props}
    )


def _given(text: Any) -> bool:
    return isinstance(text, rx.Var | rx.Component) or bool(text)
