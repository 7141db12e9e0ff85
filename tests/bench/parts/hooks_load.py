"""Delivers signed webhooks over a few kept connections and prints one JSON line: how fast, and how late the answers.

Speaks HTTP itself: a client library would cost more than what is measured. Argument: a JSON object with `port`, `path`,
`secret`, `count`, `connections`, `start` (the first order's number) and `per_second` (0: as fast as they are answered).
"""

import asyncio
import base64
import hashlib
import hmac
import json
import sys
import time
from typing import Any

LINES = [{"id": n, "name": f"Something {n}", "sku": f"SKU-{n}", "quantity": 2, "price": "12.30"} for n in range(6)]
ADDRESS = {"first_name": "Ada", "last_name": "Example", "address_1": "Street 1", "city": "Town", "postcode": "12345"}


def request(wanted: dict[str, Any], number: int) -> bytes:
    """One signed delivery of a WooCommerce order, ready to be sent."""
    order = {"id": number, "status": "processing", "currency": "EUR", "total": "73.80", "billing": ADDRESS}
    order |= {"date_modified_gmt": "2026-11-23T10:00:00", "shipping": ADDRESS, "line_items": LINES}
    body = json.dumps(order).encode()
    signed = base64.b64encode(hmac.digest(wanted["secret"].encode(), body, hashlib.sha256)).decode()
    head = (
        f"POST {wanted['path']} HTTP/1.1\r\nHost: 127.0.0.1:{wanted['port']}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nX-WC-Webhook-Topic: order.updated\r\nX-WC-Webhook-Signature: {signed}\r\n\r\n"
    )
    return head.encode() + body


async def deliver(wanted: dict[str, Any]) -> dict[str, Any]:
    """Send them all; what they were answered and when."""
    waiting = [request(wanted, wanted["start"] + number) for number in range(wanted["count"])]
    statuses: dict[str, int] = {}
    late: list[float] = []
    began = time.perf_counter()
    due = iter(range(len(waiting)))

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", wanted["port"])
        for number in due:
            planned = began + number / wanted["per_second"] if wanted["per_second"] else time.perf_counter()
            await asyncio.sleep(max(0.0, planned - time.perf_counter()))
            writer.write(waiting[number])
            status = await answer(reader)
            late.append(time.perf_counter() - planned)
            statuses[status] = statuses.get(status, 0) + 1
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(wanted["connections"])))
    seconds = time.perf_counter() - began
    late.sort()
    return {
        "per_second": round(len(late) / seconds),
        "p50_ms": round(1000 * late[len(late) // 2], 1),
        "p99_ms": round(1000 * late[int(len(late) * 0.99)], 1),
        "worst_ms": round(1000 * late[-1], 1),
        "late_ms": [round(1000 * one, 1) for one in late] if wanted["per_second"] else [],
        "seconds": round(seconds, 2),
        "statuses": statuses,
    }


async def answer(reader: asyncio.StreamReader) -> str:
    """Read one answer; its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next(
        (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")),
        0,
    )
    await reader.readexactly(length)
    return head.split(" ", 2)[1]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(deliver(json.loads(sys.argv[1])))))
