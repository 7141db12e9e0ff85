"""Lists as CSV files, streamed. Cells that a spreadsheet would take for a formula are made plain text."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from nexus_ui.flows.sign_in import Role
from nexus_ui.records import ProductStatus
from nexus_ui.storage.audit import Action, Subject
from nexus_ui.storage.audit_log import AuditFilter, AuditLine, export_audit
from nexus_ui.storage.product_export import ExportedVariant, export_variants
from nexus_ui.storage.products import Missing, ProductFilter
from nexus_ui.storage.stock import Only, StockFilter, StockLine, export_stock
from nexus_ui.storage.sync_log import CycleLine, Result, export_cycles
from nexus_ui.web.guard import Door

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet run a cell (OWASP, CSV injection, 2026-11-23)."""

CYCLE_HEADS = (
    *("cycle", "connection", "status", "trigger", "by", "start", "end", "seconds", "products", "orders", "inventory"),
    *("set_aside", "rows_written", "calls", "retries", "error", "message"),
)
VARIANT_HEADS = (
    *("connection", "marketplace", "product", "variant", "sku", "barcode", "status", "price", "currency"),
    *("quantity", "tracked", "updated"),
)
STOCK_HEADS = ("sku", "sandbox", "title", "on_hand", "reserved", "available", "shown", "changed")
AUDIT_HEADS = ("at", "who", "action", "subject", "id", "name", "field", "from", "to")
Word = TypeVar("Word", bound=StrEnum)


async def cycles(request: Request) -> Response:
    """GET /api/export/cycles.csv?connection=&status=: sync cycles, newest first."""
    told = request.query_params
    result = _word(Result, told.get("status", ""))
    if told.get("status") and result is None:
        return JSONResponse({"error": "No cycle ever has this status."}, 400)
    return _csv("cycles", CYCLE_HEADS, map(_cycle, export_cycles(told.get("connection") or None, result)))


async def products(request: Request) -> Response:
    """GET /api/export/products.csv?connection=&status=&missing=&q=: every variant of the products that match."""
    told = request.query_params
    status, missing = _word(ProductStatus, told.get("status", "")), _word(Missing, told.get("missing", ""))
    wanted = ProductFilter(told.get("connection") or None, status, missing, told.get("q", "")[:200])
    return _csv("products", VARIANT_HEADS, map(_variant, export_variants(wanted)))


async def stock(request: Request) -> Response:
    """GET /api/export/stock.csv?connection=&only=&q=: every SKU that matches; the import reads this file as it is."""
    told = request.query_params
    only = _word(Only, told.get("only", ""))
    wanted = StockFilter(told.get("connection") or None, only, told.get("q", "")[:200])
    return _csv("stock", STOCK_HEADS, map(_stock, export_stock(wanted)))


async def audit(request: Request) -> Response:
    """GET /api/export/audit.csv?person=&action=&subject=&connection=&q=: who did what, a row per thing changed."""
    told = request.query_params
    action, subject = _word(Action, told.get("action", "")), _word(Subject, told.get("subject", ""))
    chosen = (told.get("person", "")[:200], action, subject, told.get("connection", ""), told.get("q", "")[:200])
    lines = export_audit(AuditFilter(*chosen))
    return _csv("audit", AUDIT_HEADS, (row for line in lines for row in _audited(line)))


DOORS = (
    Door("/api/export/cycles.csv", "GET", cycles, Role.VIEWER),
    Door("/api/export/products.csv", "GET", products, Role.VIEWER),
    Door("/api/export/stock.csv", "GET", stock, Role.VIEWER),
    Door("/api/export/audit.csv", "GET", audit, Role.VIEWER),
)


def safe(value: object) -> object:
    """A cell no spreadsheet runs: text that begins like a formula gets an apostrophe, times become ISO 8601."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value


def _csv(name: str, heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="nexus-{name}.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(heads, rows), media_type="text/csv; charset=utf-8", headers=disposition)


def _lines(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([safe(value) for value in row])
        if buffer.tell() > 64_000:
            yield _drained(buffer)
    yield _drained(buffer)


def _drained(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _cycle(line: CycleLine) -> tuple[object, ...]:
    took = round((line.finished_at - line.started_at).total_seconds(), 3) if line.finished_at else None
    asked = (line.id, line.connection_id, line.result.value, line.trigger, line.requested_by)
    counted = (line.products, line.orders, line.inventory, line.quarantined, line.written, line.calls, line.retries)
    return *asked, line.started_at, line.finished_at, took, *counted, line.error_kind, line.error_message


def _variant(row: ExportedVariant) -> tuple[object, ...]:
    quantity = row.available if row.tracked else None
    listed = (row.origin.name, row.origin.marketplace, row.product_title, row.variant_title, row.sku, row.barcode)
    tracked = "" if row.tracked is None else "yes" if row.tracked else "no"
    return *listed, row.status, row.price, row.currency, quantity, tracked, row.updated_at


def _stock(line: StockLine) -> tuple[object, ...]:
    shown = "; ".join(f"{one.origin.name}: {'?' if one.available is None else one.available}" for one in line.shown)
    key = (line.sku, "yes" if line.sandbox else "no")
    return *key, line.title, line.on_hand, line.reserved, line.available, shown, line.changed_at


def _audited(line: AuditLine) -> Iterator[tuple[object, ...]]:
    """A row per change; one that tells of no change stands alone."""
    told = (line.at, line.who, line.action, line.subject, line.subject_id, line.subject_name)
    if not line.changes:
        yield *told, "", "", ""
    for change in line.changes:
        yield *told, change.field, change.before, change.after


def _word(words: type[Word], text: str) -> Word | None:
    return words(text) if text in set(words) else None
