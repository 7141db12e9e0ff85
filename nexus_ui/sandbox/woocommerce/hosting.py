"""What the web server in front of WordPress says when WordPress does not get to speak: always HTML, never JSON."""

from nexus_ui.sandbox.gate import Call, Reply

HTML = "text/html; charset=utf-8"
PAGES = {
    "suspended": (403, "Account Suspended", "This account has been suspended. Contact your hosting provider."),
    "maintenance": (503, "Maintenance", "Briefly unavailable for scheduled maintenance. Check back in a minute."),
    "throttled": (508, "508 Resource Limit Is Reached", "The website is temporarily unable to service your request."),
}


def stopped(call: Call) -> Reply | None:
    """The page of the switch that stops this call, or None."""
    for fault, (status, title, text) in PAGES.items():
        if fault in call.faults:
            status = call.faults[fault].status or status
            headers = {"Retry-After": "600"} if fault == "maintenance" else {}
            return Reply(status, page(title, text), HTML, headers)
    return None


def missing(host: str) -> Reply:
    """What a name without a shop answers."""
    return Reply(404, page("Site not found", f"There is no website at {host}."), HTML)


def front(call: Call) -> Reply:
    """The shop's own front page."""
    return Reply(200, page(call.shop.name, "A simulated shop. Its programming interface is below /wp-json/."), HTML)


def page(title: str, text: str) -> bytes:
    """A small HTML page."""
    return (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>\n"
    ).encode()
