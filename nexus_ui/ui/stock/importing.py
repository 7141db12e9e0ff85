"""Counted stock from a CSV file: looked at first, row by row, and applied only when a person says so."""

import asyncio
from typing import Any

import reflex as rx

from nexus_ui.errors import BadInput
from nexus_ui.flows import stock as flow
from nexus_ui.ui import words
from nexus_ui.ui.access import Session, needs, who
from nexus_ui.ui.forms import filled
from nexus_ui.ui.parts import badge, button, dialog, dialog_body, dialog_foot, labelled, notice, toast_ok
from nexus_ui.ui.parts.listing import list_cell, list_table, plain_head
from nexus_ui.ui.stock.rows import ChangeRow, WrongRow, change_of, wrong_of
from nexus_ui.ui.stock.state import Stock

MOST_SHOWN = 50
FORM = "stock-import"


class StockImport(rx.State):
    """What the file would do. The file itself stays in the browser until it is looked at or applied."""

    shown: bool = False
    looked: bool = False
    busy: bool = False
    problem: str = ""
    summary: str = ""
    changes: list[ChangeRow] = []
    wrong: list[WrongRow] = []
    count: int = 0
    cut: str = ""

    @needs("admin")
    async def show(self, shown: bool) -> None:
        """Open the dialog with nothing in it, or close it."""
        self._forget()
        self.shown = bool(shown)

    @needs("admin")
    async def forget(self) -> None:
        """The text changed: what was seen of it does not hold any more."""
        self._forget()

    @needs("admin", background=True)
    async def send(self, form: dict[str, Any]) -> Any:
        """Show what the file would do, or apply what was shown."""
        by, pasted = who(), filled(form, "text")
        async with self:
            applying, self.busy = self.looked and self.count > 0, True
        try:
            if not applying:
                found = await asyncio.to_thread(flow.preview, pasted, by)
                async with self:
                    self._look(found)
                return None
            changed = await asyncio.to_thread(flow.apply, pasted, by)
            async with self:
                self._forget()
                self.shown = False
            return [Stock.load, toast_ok(f"{words.count(changed, 'number')} changed.")]
        except BadInput as no:
            async with self:
                self.problem = no.message
            return None
        finally:
            async with self:
                self.busy = False

    def _forget(self) -> None:
        self.looked, self.problem, self.summary, self.count, self.cut = False, "", "", 0, ""
        self.changes, self.wrong = [], []

    def _look(self, found: flow.Preview) -> None:
        self._forget()
        self.problem, self.looked = found.problem, not found.problem
        self.count = len(found.changes)
        self.changes = [change_of(one) for one in found.changes[:MOST_SHOWN]]
        self.wrong = [wrong_of(one) for one in found.wrong[:MOST_SHOWN]]
        hidden = max(0, len(found.changes) - MOST_SHOWN) + max(0, len(found.wrong) - MOST_SHOWN)
        self.cut = f"{words.count(hidden, 'row')} more not shown here." if hidden else ""
        told = [f"{words.count(self.count, 'number')} would change"]
        told += [f"{words.count(len(found.wrong), 'row')} cannot be used"] if found.wrong else []
        told += [f"{words.count(found.unchanged, 'row')} change nothing"] if found.unchanged else []
        told += [f"{words.count(found.again, 'row')} were imported from this very file before"] if found.again else []
        self.summary = ", ".join(told) + "."


def import_button() -> rx.Component:
    """Opens the dialog; only for people who may change the stock."""
    opener = button("Import CSV", "small", icon="upload", on_click=StockImport.show(True))
    return rx.cond(Session.may_change, opener, rx.fragment())


def import_dialog() -> rx.Component:
    """The dialog: a file or pasted text, what it would do, and Apply."""
    choose = labelled(
        rx.el.input(type="file", id="file", accept=".csv,text/csv,text/plain", custom_attrs={"data-fills": "text"}),
        "file",
        "File",
        "A CSV file with the columns sku and on_hand, such as the one that Export CSV gives.",
    )
    paste = labelled(
        rx.el.textarea(
            id="text",
            name="text",
            rows="5",
            class_name="input mono",
            spell_check=False,
            placeholder="sku,on_hand\nMUG-01,12",
            on_change=lambda _text: StockImport.forget(),
        ),
        "text",
        "Or its text",
    )
    apply = rx.cond(
        StockImport.looked & (StockImport.count > 0),
        button(rx.el.span("Apply ", StockImport.count), "primary", busy=StockImport.busy, type="submit", form=FORM),
        button("Preview", "primary", busy=StockImport.busy, type="submit", form=FORM),
    )
    form = rx.el.form(paste, on_submit=StockImport.send, no_validate=True, id=FORM)
    return dialog(
        dialog_body(rx.el.div(choose, form, _found(), class_name="col wide")),
        dialog_foot(button("Cancel", on_click=StockImport.show(False)), apply),
        title="Import stock",
        description="Nothing changes before you have seen what would, and press Apply.",
        shown=StockImport.shown,
        on_open_change=StockImport.show,
        wide=True,
    )


def _found() -> rx.Component:
    problem = rx.cond(StockImport.problem != "", notice(StockImport.problem, tone="bad", role="alert"), rx.fragment())
    heads = [plain_head("SKU"), plain_head("On hand now", True), plain_head("New", True)]
    changes = list_table(heads, rx.foreach(StockImport.changes, _change), caption="Numbers that would change")
    wrong_heads = [plain_head("Row"), plain_head("SKU"), plain_head("What is wrong")]
    wrong = list_table(wrong_heads, rx.foreach(StockImport.wrong, _wrong), caption="Rows that cannot be used")
    again = rx.el.span(
        "The same file is counted once. To set its numbers again, add a column such as a date.",
        class_name="muted small",
    )
    looked = rx.fragment(
        rx.el.p(StockImport.summary, role="status", class_name="strong small"),
        rx.cond(StockImport.summary.contains("before"), again, rx.fragment()),
        rx.cond(StockImport.wrong.length() > 0, wrong, rx.fragment()),
        rx.cond(StockImport.changes.length() > 0, changes, rx.fragment()),
        rx.cond(StockImport.cut != "", rx.el.p(StockImport.cut, class_name="muted small"), rx.fragment()),
    )
    return rx.fragment(problem, rx.cond(StockImport.looked, looked, rx.fragment()))


def _change(row: rx.Var[ChangeRow]) -> rx.Component:
    return rx.el.tr(
        list_cell("SKU", rx.el.span(row.sku, class_name="mono"), rx.cond(row.sandbox, badge("Sandbox"), rx.fragment())),
        list_cell("On hand now", row.before, right=True, class_name="muted"),
        list_cell("New", rx.el.span(row.after, class_name="strong"), right=True),
        key=row.key,
    )


def _wrong(row: rx.Var[WrongRow]) -> rx.Component:
    return rx.el.tr(
        list_cell("Row", row.number),
        list_cell("SKU", rx.el.span(row.sku, class_name="mono")),
        list_cell("What is wrong", row.reason),
        key=row.key,
    )
