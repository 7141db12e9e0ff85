"""Stateless components that every page is made of. They read no state; what they show is handed to them."""

from nexus_ui.ui.parts.button import button, icon_button, link_button, page_link
from nexus_ui.ui.parts.clipboard import copied
from nexus_ui.ui.parts.dialog import dialog, dialog_body, dialog_foot
from nexus_ui.ui.parts.empty import empty_state
from nexus_ui.ui.parts.field import check_field, choice_field, declared_field, labelled, search_box, text_field
from nexus_ui.ui.parts.mark import mark, mark_tile
from nexus_ui.ui.parts.menu import menu, menu_item, menu_line
from nexus_ui.ui.parts.notice import notice, toast_bad, toast_ok
from nexus_ui.ui.parts.post_form import post_form
from nexus_ui.ui.parts.progress import progress
from nexus_ui.ui.parts.skeleton import lines, skeleton
from nexus_ui.ui.parts.status import badge, health_strip, health_word, status_badge
from nexus_ui.ui.parts.table import cell, pager, table
from nexus_ui.ui.parts.times import absolute, age, ago, countdown, elapsed, next_run, short, until

__all__ = [
    "absolute",
    "age",
    "ago",
    "badge",
    "button",
    "cell",
    "check_field",
    "choice_field",
    "copied",
    "countdown",
    "declared_field",
    "dialog",
    "dialog_body",
    "dialog_foot",
    "elapsed",
    "empty_state",
    "health_strip",
    "health_word",
    "icon_button",
    "labelled",
    "lines",
    "link_button",
    "mark",
    "mark_tile",
    "menu",
    "menu_item",
    "menu_line",
    "next_run",
    "notice",
    "page_link",
    "pager",
    "post_form",
    "progress",
    "search_box",
    "short",
    "skeleton",
    "status_badge",
    "table",
    "text_field",
    "toast_bad",
    "toast_ok",
    "until",
]
