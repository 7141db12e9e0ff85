"""Alerts on their way to people: real SMTP and real HTTP on loopback, faults on both, and who hears of what."""

import asyncio
import email
import email.policy
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from nexus_ui import settings
from nexus_ui.errors import BadInput, CredentialsRejected, NexusError, NotAllowed, NotFound, SetupWrong, Unavailable
from nexus_ui.flows import alert, channels, keys
from nexus_ui.flows.alert import Severity, Trouble
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.storage import channels as kept
from nexus_ui.storage import incident_log, incidents, secrets, tidy
from nexus_ui.storage.channels import ChannelLine
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.messages import MESSAGES
from tests.conftest import SettableClock
from tests.databases import Database
from tests.flows.test_alert import person, wrong
from tests.storage.shelves import connection, keep

Answer = Callable[[str], tuple[int, dict[str, str], str]]


class Mailbox:
    """A mail server that keeps what it is given; `refusal` is answered instead, `refused` addresses are turned away."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusal = ""
        self.refused: dict[str, str] = {}

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: object) -> str:
        """Accept a recipient, or not."""
        if to in self.refused:
            return self.refused[to]
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail, or refuse it."""
        if self.refusal:
            return self.refusal
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 kept"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's TLS with a certificate for `localhost` that signs itself; `folder` gets it as cert.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[Mailbox, int]]:
    """A mail server that takes mail over STARTTLS only, from anna with the password pw-1234."""
    box = Mailbox()

    def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        right = (data.login, data.password) == (b"anna", b"pw-1234")
        return AuthResult(success=right, handled=right, message=None if right else "535 5.7.8 not with pw-wrong")

    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=certificate(tmp_path),
        require_starttls=True,
        authenticator=known,
        auth_required=True,
    )
    controller.start()
    yield box, controller.port
    controller.stop()


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mail server on loopback, and its port."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


class Hook:
    """A webhook that keeps what is posted; `answer` says what it replies at a path."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.paths: list[str] = []
        self.answer: Answer = lambda _path: (200, {}, "ok")
        self.url = ""


@pytest.fixture
def hook(fresh_home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """A webhook on loopback; this installation allows private addresses."""
    monkeypatch.setenv("NEXUS_ALLOW_PRIVATE_HOSTS", "1")
    settings.current.cache_clear()
    found = Hook()

    class Replies(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.paths.append(self.path)
            found.texts.append(msgspec.json.decode(self.rfile.read(int(self.headers["content-length"])))["text"])
            status, headers, body = found.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *parts: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Replies)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/services/T0/B0/verysecretXY12"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def clock(hook: Hook, sqlite_database: Database, settable_clock: SettableClock) -> SettableClock:
    """A connection and a clock."""
    keep(connection("con_a", "Berlin Outlet"), connection("con_b", "Paris"))
    return settable_clock


def smtp(port: int, **other: str) -> dict[str, str]:
    """What is typed for a mail server without encryption."""
    plain = {"host": "127.0.0.1", "port": str(port), "security": "none", "sender": "alerts@example.com"}
    return {**plain, "to": "ops@example.com, boss@example.com", **other}


def slack(hook: Hook, name: str = "Ops") -> str:
    """Set up the webhook as a channel."""
    return channels.add("slack", name, {"url": hook.url}, person())


async def walk(clock: SettableClock, took: timedelta, every: timedelta = timedelta(minutes=1)) -> None:
    """Let the watchman deliver while time passes."""
    end = clock.now + took
    while clock.now <= end:
        await alert.deliver_due()
        clock.advance(seconds=every.total_seconds())


def states() -> list[str]:
    """What became of every message, the oldest first."""
    with reading() as session:
        return list(session.scalars(select(MESSAGES.c.state).order_by(MESSAGES.c.created_at, MESSAGES.c.id)))


def line(channel_id: str) -> ChannelLine:
    """A channel in the list."""
    return next(one for one in kept.lines(kept.get(channel_id).created_at) if one.channel.id == channel_id)


async def test_an_alert_and_its_recovery_arrive_as_one_conversation(
    clock: SettableClock, mailbox: tuple[Mailbox, int]
) -> None:
    """Two mails to both people, in plain text, with the place in the subject; the second refers to the same thread."""
    box, port = mailbox
    channels.add("email", "", smtp(port), person())
    alert.raise_(wrong())
    await alert.deliver_due()
    clock.advance(minutes=90)
    alert.close("con_a", "unavailable", "It syncs again.")
    await alert.deliver_due()

    first, second = box.mails

    assert "[Nexus] Berlin Outlet: Marketplace unavailable" == first["subject"]
    assert "[Nexus] Over: Berlin Outlet: Marketplace unavailable" == second["subject"]
    assert "ops@example.com, boss@example.com" == first["to"]
    assert first["references"] == second["references"] != first["message-id"] != second["message-id"]
    assert "It lasted 1 h 30 min" in second.get_content()
    assert "http://127.0.0.1:3000/alerts" in first.get_content()


async def test_what_is_due_together_is_one_message(clock: SettableClock, hook: Hook) -> None:
    """Three alerts at one moment: the gravest and the number in the first line, all inside, the way to them once."""
    slack(hook)
    for kind, severity in (("a", Severity.NOTICE), ("silence", Severity.CRITICAL), ("failing", Severity.WARNING)):
        alert.raise_(Trouble(kind, "con_a", severity, kind, "Why."))
    await alert.deliver_due()

    [text] = hook.texts

    assert "*Berlin Outlet: silence (and 2 more alerts)*" == text.splitlines()[0]
    assert (1, 1, 1) == (text.count("\nBerlin Outlet: silence"), text.count("Outlet: failing"), text.count("/alerts"))
    assert ["sent"] * 3 == states()


async def test_slack_cannot_be_spoken_to_by_a_name(clock: SettableClock, hook: Hook) -> None:
    """What a person or a marketplace wrote is text, never a mention or a link."""
    slack(hook)
    alert.raise_(wrong(title="<!channel> & <https://evil.example|click>"))
    await alert.deliver_due()

    assert "&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;" in hook.texts[0]


async def test_a_channel_that_is_down_is_tried_again_until_it_is_back(clock: SettableClock, hook: Hook) -> None:
    """503 for two hours: tries get rarer, the trouble is shown and told by the other channel, and it arrives once."""
    down, works = slack(hook, "Down"), channels.add("slack", "Other", {"url": f"{hook.url}/2"}, person())
    hook.answer = lambda path: (200, {}, "ok") if path.endswith("/2") else (503, {}, "out")
    alert.raise_(wrong())
    await walk(clock, timedelta(hours=2))
    tries = sum(not path.endswith("/2") for path in hook.paths)
    shown = line(down)
    told = [text for text in hook.texts if "Alerts by Down do not arrive" in text.splitlines()[0]]
    hook.answer = lambda _path: (200, {}, "ok")
    await walk(clock, timedelta(hours=1, minutes=5))

    assert 5 <= tries <= 20
    assert ("127.0.0.1 is not working right now (it answered 503). It said: out", 1) == (
        shown.channel.problem,
        shown.waiting,
    )
    assert 1 == len(told)
    assert ("", 0) == (line(down).channel.problem, line(down).waiting)
    assert frozenset() == incidents.kinds_open_now(None)
    assert "" == kept.get(works).problem


async def test_what_could_not_be_sent_for_a_day_is_given_up_and_shown(clock: SettableClock, hook: Hook) -> None:
    """The address is gone there: once an hour for a day, then it says so for good."""
    channel = slack(hook)
    hook.answer = lambda _path: (404, {}, "no_service")
    alert.raise_(wrong())
    await walk(clock, timedelta(hours=26), timedelta(minutes=10))

    assert ["failed"] == states()
    assert 24 <= len(hook.texts) <= 26
    assert 1 == line(channel).failed
    assert {f"channel {channel}"} == incidents.kinds_open_now(None)


async def test_a_recovery_replaces_what_was_not_sent_yet(clock: SettableClock, hook: Hook) -> None:
    """The channel was down while it lasted: one message, which tells the whole of it."""
    slack(hook)
    hook.answer = lambda _path: (503, {}, "")
    alert.raise_(wrong())
    await alert.deliver_due()
    clock.advance(seconds=10)
    alert.close("con_a", "unavailable", "It syncs again.")
    hook.answer = lambda _path: (200, {}, "ok")
    await walk(clock, timedelta(minutes=5))

    assert ["superseded", "sent"] == states()
    assert "*Over: Berlin Outlet: Marketplace unavailable*" == hook.texts[-1].splitlines()[0]


async def test_a_channel_that_asks_for_patience_gets_it(clock: SettableClock, hook: Hook) -> None:
    """429 with Retry-After: not before."""
    slack(hook)
    hook.answer = lambda _path: (429, {"Retry-After": "600"}, "")
    alert.raise_(wrong())
    await alert.deliver_due()
    hook.answer = lambda _path: (200, {}, "ok")
    await walk(clock, timedelta(minutes=9))
    early = len(hook.texts)
    await walk(clock, timedelta(minutes=3))

    assert (1, 2) == (early, len(hook.texts))


async def test_several_processes_send_once(clock: SettableClock, hook: Hook) -> None:
    """Whoever claims a message sends it; the others find nothing."""
    slack(hook)
    alert.raise_(wrong())
    await asyncio.gather(*(alert.deliver_due() for _ in range(6)))

    assert 1 == len(hook.texts)


async def test_a_sender_that_died_is_followed_by_another(clock: SettableClock, hook: Hook) -> None:
    """Claimed and never sent: after some minutes the next one takes it."""
    from nexus_ui.storage import messages

    slack(hook)
    alert.raise_(wrong())
    claimed = messages.claim(clock.now)
    await alert.deliver_due()
    nobody = len(hook.texts)
    clock.advance(seconds=messages.LEASE.total_seconds())
    await alert.deliver_due()

    assert (1, 0, 1) == (len(claimed), nobody, len(hook.texts))


@pytest.mark.parametrize(
    ("status", "body", "error", "said"),
    [
        (404, "no_service", SetupWrong, "It said: no_service"),
        (403, "invalid_token", SetupWrong, "It said: invalid_token"),
        (200, "<!DOCTYPE html><title>Sign in</title>", SetupWrong, "a web page"),
        (302, "", SetupWrong, "it answered 302"),
        (500, "", Unavailable, "it answered 500"),
    ],
)
async def test_a_test_says_what_the_webhook_answered(
    clock: SettableClock, hook: Hook, status: int, body: str, error: type[NexusError], said: str
) -> None:
    """In its own words, without the address, which is the secret; no redirect is followed."""
    channel = slack(hook)
    hook.answer = lambda _path: (status, {"Location": hook.url}, body or hook.url)

    with pytest.raises(error) as refused:
        await channels.test(channel, person())

    assert said in refused.value.message
    assert "verysecret" not in refused.value.message + refused.value.detail + kept.get(channel).problem
    assert 1 == len(hook.texts)


async def test_a_test_sends_a_real_mail_and_lets_what_waits_go(
    clock: SettableClock, mailbox: tuple[Mailbox, int]
) -> None:
    """After the mend nobody waits for the next try."""
    box, port = mailbox
    channel = channels.add("email", "Team", smtp(port), person())
    box.refusal = "550 not today"
    alert.raise_(wrong())
    await alert.deliver_due()
    problem = kept.get(channel).problem
    box.refusal = ""
    told = await channels.test(channel, person())
    await alert.deliver_due()

    assert "127.0.0.1 refused the mail. It said: 550 not today" == problem
    assert f"The test was sent to ops@example.com and 1 more through 127.0.0.1:{port}." == told
    assert ["[Nexus] Test alert: nothing is wrong", "[Nexus] Berlin Outlet: Marketplace unavailable"] == [
        mail["subject"] for mail in box.mails
    ]
    assert "Sent by Anna" in box.mails[0].get_content()


async def test_a_recipient_that_is_refused_is_named_while_the_others_get_it(
    clock: SettableClock, mailbox: tuple[Mailbox, int]
) -> None:
    """It went, and the channel says what did not; none accepted is a failure."""
    box, port = mailbox
    channel = channels.add("email", "Team", smtp(port), person())
    box.refused = {"boss@example.com": "550 no such person"}
    told = await channels.test(channel, person())
    box.refused["ops@example.com"] = "450 later"
    with pytest.raises(Unavailable):
        await channels.test(channel, person())

    assert "Not accepted for boss@example.com: 550 no such person" == told
    assert 1 == len(box.mails)


async def test_a_mail_server_without_encryption_gets_no_mail_that_wants_it(
    clock: SettableClock, mailbox: tuple[Mailbox, int]
) -> None:
    """STARTTLS is demanded, not tried."""
    box, port = mailbox
    channel = channels.add("email", "Team", smtp(port, security="starttls"), person())

    with pytest.raises(SetupWrong, match="STARTTLS"):
        await channels.test(channel, person())
    assert [] == box.mails


async def test_nobody_listens_there(clock: SettableClock) -> None:
    """Worth another try, said with the port."""
    channel = channels.add("email", "Team", smtp(1), person())

    with pytest.raises(Unavailable, match="could not be reached on port 1"):
        await channels.test(channel, person())


async def test_a_private_webhook_needs_the_operators_permission(
    clock: SettableClock, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it nothing is connected to, whatever the name resolves to."""
    channel = slack(hook)
    monkeypatch.delenv("NEXUS_ALLOW_PRIVATE_HOSTS")
    settings.current.cache_clear()

    with pytest.raises(BadInput, match="https://"):
        channels.add("slack", "", {"url": hook.url}, person())
    with pytest.raises(SetupWrong, match="private network"):
        await channels.test(channel, person())
    assert [] == hook.texts


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        ("slack", {"url": ""}, "url"),
        ("slack", {"url": "https://anna:secret@hooks.example/x"}, "url"),
        ("slack", {"url": "ftp://hooks.example/x"}, "url"),
        ("email", smtp(25, to="nobody"), "to"),
        ("email", smtp(25, to=", ".join(f"p{n}@example.com" for n in range(21))), "to"),
        ("email", smtp(99999), "port"),
        ("email", smtp(25, username="anna"), "password"),
        ("email", smtp(25, username="anna", password="pw"), "security"),
        ("email", smtp(25, sender="Anna <a@example.com>"), "sender"),
        ("email", smtp(25, host="smtp.example.com/x"), "host"),
        ("email", smtp(25, security="maybe"), "security"),
    ],
)
def test_values_that_could_not_work_are_refused_at_their_box(
    clock: SettableClock, kind: str, typed: dict[str, str], field: str
) -> None:
    """Nothing is stored."""
    with pytest.raises(BadInput) as refused:
        channels.add(kind, "", typed, person())

    assert field == refused.value.field
    assert [] == kept.lines(clock.now)


def test_a_secret_is_kept_by_an_empty_box_and_never_sent_elsewhere(clock: SettableClock) -> None:
    """Changed recipients keep the password; another server asks for it again."""
    typed = smtp(587, security="starttls", username="anna", password="correct horse")
    channel = channels.add("email", "Team", typed, person())
    again = {**typed, "password": "", "to": "new@example.com"}
    channels.change(channel, "Team", again, person())

    with pytest.raises(BadInput) as refused:
        channels.change(channel, "Team", {**again, "host": "evil.example"}, person())
    assert ("password", {"password": "correct horse"}) == (refused.value.field, keys.open(channel))
    assert "new@example.com through 127.0.0.1:587" == kept.get(channel).public_fields["at"]
    assert "correct" not in repr(kept.get(channel))


def test_a_channel_whose_secret_does_not_open_can_be_given_another(clock: SettableClock, hook: Hook) -> None:
    """The key is gone: typing the address again mends it."""
    channel = slack(hook)
    with writing() as session:
        session.connection().exec_driver_sql("UPDATE secrets SET key_id = 'gone'")
    channels.change(channel, "Ops", {"url": f"{hook.url}/new"}, person())

    assert f"{hook.url}/new" == keys.open(channel)["url"]


def test_a_channel_keeps_its_secret_through_tidying_and_loses_it_when_removed(clock: SettableClock, hook: Hook) -> None:
    """The hourly tidying knows channels as owners of secrets."""
    channel = slack(hook)
    clock.advance(days=40)
    tidy.forget_access(clock.now)
    through = set(secrets.facts(channel))
    channels.remove(channel, person())

    assert ({"url"}, {}) == (through, secrets.facts(channel))
    with pytest.raises(NotFound):
        kept.get(channel)


async def test_a_channel_that_is_off_or_removed_gets_nothing(clock: SettableClock, hook: Hook) -> None:
    """Neither what is new nor what waited; its own trouble is over."""
    off, gone = slack(hook, "Off"), slack(hook, "Gone")
    hook.answer = lambda _path: (404, {}, "")
    alert.raise_(wrong())
    await alert.deliver_due()
    tried = len(hook.texts)
    channels.switch(off, False, person())
    channels.remove(gone, person())
    alert.raise_(wrong(connection_id="con_b"))
    await walk(clock, timedelta(hours=3), timedelta(minutes=20))

    assert (2, 2) == (tried, len(hook.texts))
    assert frozenset() == incidents.kinds_open_now(None)


async def test_a_test_of_the_panel_stays_there_and_ends_by_itself(clock: SettableClock, hook: Hook) -> None:
    """The bell counts it for ten minutes; nothing goes out, however often it is asked for."""
    slack(hook)
    channels.test_here(person())
    channels.test_here(person())
    counted = incident_log.asking(clock.now).count
    await walk(clock, timedelta(minutes=11))

    assert (1, 0, []) == (counted, incident_log.asking(clock.now).count, hook.texts)


async def test_a_viewer_sets_nothing_up_and_tests_nothing(clock: SettableClock, hook: Hook) -> None:
    """Every change asks for an admin."""
    channel, vera = slack(hook), Who("per_v", "Vera", "v@example.com", Role.VIEWER, "UTC", "s")

    with pytest.raises(NotAllowed):
        channels.add("slack", "", {"url": hook.url}, vera)
    with pytest.raises(NotAllowed):
        channels.change(channel, "", {"url": hook.url}, vera)
    with pytest.raises(NotAllowed):
        channels.switch(channel, False, vera)
    with pytest.raises(NotAllowed):
        channels.remove(channel, vera)
    with pytest.raises(NotAllowed):
        await channels.test(channel, vera)
    with pytest.raises(NotAllowed):
        channels.test_here(vera)


async def test_signing_in_happens_over_a_line_whose_certificate_is_believed(
    clock: SettableClock, guarded: tuple[Mailbox, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STARTTLS first, then the password; a wrong one is for a person to mend, and is not repeated to anybody."""
    box, port = guarded
    typed = smtp(port, host="localhost", security="starttls", username="anna", password="pw-1234")
    channel = channels.add("email", "Team", typed, person())
    with pytest.raises(SetupWrong, match="certificate of localhost"):
        await channels.test(channel, person())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    await channels.test(channel, person())
    channels.change(channel, "Team", {**typed, "password": "pw-wrong"}, person())
    with pytest.raises(CredentialsRejected) as refused:
        await channels.test(channel, person())

    assert 1 == len(box.mails)
    assert "localhost does not accept the user name and password." in refused.value.message
    assert "pw-wrong" not in refused.value.message + kept.get(channel).problem
