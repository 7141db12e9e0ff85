"""A journey through alerts: a channel set up and tested, a real failure told, snoozed, opened again, and over."""

import email
import email.policy
import re
import socket
import time
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Sandbox

LONG = 60_000
SHOP = "demo.myshopify.com"


class Inbox:
    """Keeps the subjects and texts of the mails it gets."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail."""
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = mail.get_body()
        self.mails.append((str(mail["subject"]), str(body.get_content()) if body else ""))
        return "250 kept"

    def subjects(self, after: int, until: str) -> list[str]:
        """Those of the mails after so many, once one with the subject `until` is there."""
        ends = time.monotonic() + LONG / 1000
        while time.monotonic() < ends and until not in [subject for subject, _ in self.mails]:
            time.sleep(0.2)
        return [subject for subject, _ in self.mails[after:]]


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    """A mail server on loopback, and its port."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = int(sock.getsockname()[1])
    kept = Inbox()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    yield kept, port
    controller.stop()


@pytest.fixture
def healthy(visit: Visit, sandbox: Sandbox) -> Iterator[Page]:
    """The Connections page, with a shop whose first import is done; mended afterwards."""
    page = visit()
    card = page.get_by_role("article", name="Shopify sandbox", exact=True)
    expect(card.locator("header .badge", has_text="Active")).to_be_visible(timeout=LONG)
    yield page
    sandbox.mend(SHOP)


def sync(page: Page) -> None:
    """Ask for a sync of the shop now."""
    page.get_by_role("link", name="Connections").first.click()
    page.get_by_role("article", name="Shopify sandbox", exact=True).get_by_role("button", name="Sync Now").click()


def test_a_failure_is_told_by_mail_snoozed_and_over(healthy: Page, sandbox: Sandbox, inbox: tuple[Inbox, int]) -> None:
    """The form says at its box what is wrong; the test mail arrives; alert and recovery arrive by themselves."""
    page, (box, port) = healthy, inbox
    page.goto(re.sub(r"/$", "", page.url) + "/settings/alerts")
    page.get_by_role("button", name="Add E-mail").click()
    page.get_by_label("Name", exact=True).fill("Team")
    page.get_by_label("Mail server").fill("127.0.0.1")
    page.get_by_label("Port").fill(str(port))
    page.get_by_label("Encryption").select_option("none")
    page.get_by_label("From").fill("alerts@example.com")
    page.get_by_label("To", exact=True).fill("nobody")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").first).to_contain_text("nobody is not an e-mail address.")
    page.get_by_label("To", exact=True).fill("ops@example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not tried yet")).to_be_visible()
    page.get_by_role("button", name="Send a test by Team").click()
    expect(page.get_by_text("Works", exact=True)).to_be_visible()
    assert "[Nexus] Test alert: nothing is wrong" == box.mails[0][0]

    sandbox.fault(SHOP, "wrong_key")
    sync(page)
    bell = page.get_by_role("link", name=re.compile("^(No|[0-9]+) open alert"))
    bell.click()
    alert = page.get_by_role("article", name="Invalid credentials")
    expect(alert).to_contain_text("Orders not read since", timeout=LONG)
    expect(bell).not_to_have_accessible_name("No open alert")
    alert.get_by_label("Snooze").click()
    page.get_by_role("menuitem", name="For an hour").click()
    expect(alert).to_be_hidden()
    page.get_by_role("button", name="Acknowledged or snoozed").click()
    expect(alert).to_contain_text("Snoozed until")
    alert.get_by_role("button", name="Open again").click()
    page.get_by_role("button", name=re.compile("^Open")).first.click()
    alert.get_by_role("button", name="Acknowledge").click()
    page.get_by_role("button", name="Acknowledged or snoozed").click()
    expect(alert).to_contain_text("Acknowledged by Anna Berg")
    alert.get_by_role("link", name="The sync that failed").click()
    expect(page.get_by_role("dialog")).to_contain_text("Failed")
    page.keyboard.press("Escape")

    sandbox.mend(SHOP)
    sync(page)
    bell.click()
    page.get_by_role("button", name=re.compile("^Over")).click()
    ended = alert.filter(has_text="Messages: 2").first
    expect(ended).to_contain_text("Lasted", timeout=LONG)
    ended.get_by_text("Messages: 2").click()
    expect(page.get_by_text("Recovery by Team").first).to_be_visible()
    over = "[Nexus] Over: Shopify sandbox: Invalid credentials"
    assert ["[Nexus] Shopify sandbox: Invalid credentials", over] == box.subjects(after=1, until=over)


def test_alerts_and_their_settings_fit_a_phone(healthy: Page, visit: Visit) -> None:
    """At 360 pixels nothing scrolls sideways, also with a form open."""
    alerts, settings = visit("/alerts?show=over", width=360, height=780), visit("/settings/alerts", width=360)
    expect(alerts.get_by_role("button", name=re.compile("^Over"))).to_be_visible()
    settings.get_by_role("button", name="Add Slack webhook").click()
    expect(settings.get_by_label("Webhook address")).to_be_visible()

    assert (360, 360) == tuple(
        max(360, page.evaluate("document.documentElement.scrollWidth")) for page in (alerts, settings)
    )
