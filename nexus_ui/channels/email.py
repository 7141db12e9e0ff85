"""E-mail by SMTP, to a server that the person names. Certificates are checked, and no password goes over a plain line.

aiosmtplib and not the standard library's smtplib: a server that answers one byte a second holds no thread, since the
whole conversation has one deadline.
"""

import asyncio
import re
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

import aiosmtplib
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from nexus_ui.adapters.contract import Field
from nexus_ui.channels.contract import Kind, Note
from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput, CredentialsRejected, NexusError, SetupWrong, Unavailable

PATIENCE = 30.0
STARTTLS, TLS, PLAIN = "starttls", "tls", "none"
ADDRESS = r"[^\s@,;<>\"()\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,250}[A-Za-z0-9])?"
MOST_RECIPIENTS = 20
LONGEST_ANSWER = 300
PERMANENT = 500


async def send(values: Mapping[str, str], note: Note, allow_private: bool) -> str:
    """Send one mail; see `contract.Send`. Mail servers stand in private networks everywhere, so any host will do."""
    security = values["security"]
    try:
        async with asyncio.timeout(PATIENCE):
            refused, _ = await aiosmtplib.send(
                message(values, note),
                recipients=recipients(values["to"]),
                hostname=values["host"],
                port=int(values["port"]),
                username=values.get("username") or None,
                password=values.get("password") or None,
                use_tls=security == TLS,
                start_tls=security == STARTTLS,
                timeout=PATIENCE,
            )
    except (SMTPException, OSError, TimeoutError, ValueError) as trouble:
        raise _meaning(trouble, values) from None
    return _partly(refused)


def message(values: Mapping[str, str], note: Note) -> EmailMessage:
    """The mail. All that is said of one incident is one conversation in the reader's mailbox."""
    domain = values["sender"].rpartition("@")[2]
    mail = EmailMessage()
    mail["Subject"] = f"[Nexus] {note.subject}"
    mail["From"] = formataddr(("Nexus Connections", values["sender"]))
    mail["To"] = ", ".join(recipients(values["to"]))
    mail["Date"] = format_datetime(utcnow())
    mail["Message-ID"] = f"<{note.id}@{domain}>"
    if note.thread:
        mail["References"] = f"<{note.thread}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(note.body)
    return mail


def recipients(typed: str) -> list[str]:
    """The addresses in a box where people separate them as they like."""
    return list(dict.fromkeys(filter(None, re.split(r"[\s,;]+", typed))))


def check(values: Mapping[str, str], allow_private: bool) -> None:
    """Refuse values that could not work, or would give the password away; raises BadInput."""
    wrong = [one for one in recipients(values["to"]) if not re.fullmatch(ADDRESS, one)]
    if wrong:
        raise BadInput(f"{wrong[0][:80]} is not an e-mail address.", "to")
    if len(recipients(values["to"])) > MOST_RECIPIENTS:
        raise BadInput(f"Keep to {MOST_RECIPIENTS} addresses. A mailing list reaches more.", "to")
    if not 1 <= int(values["port"]) <= 65_535:
        raise BadInput("A port is a number from 1 to 65535.", "port")
    if bool(values.get("username")) != bool(values.get("password")):
        missing = "password" if values.get("username") else "username"
        raise BadInput("Enter both the user name and the password, or neither.", missing)
    if values["security"] == PLAIN and values.get("password"):
        raise BadInput("Without encryption the password could be read on the way. Choose STARTTLS or TLS.", "security")


def shows(values: Mapping[str, str]) -> str:
    """Where it leads, without secrets."""
    first, *more = recipients(values["to"])
    others = f" and {len(more)} more" if more else ""
    return f"{first}{others} through {values['host']}:{values['port']}"


def _meaning(trouble: Exception, values: Mapping[str, str]) -> NexusError:
    """What a failed conversation means for the person who set it up."""
    host, said = values["host"], _said(trouble, values)
    if isinstance(trouble, SMTPAuthenticationError):
        return CredentialsRejected(f"{host} does not accept the user name and password. {said}".strip())
    if isinstance(trouble, SMTPNotSupported) or "not supported" in str(trouble):
        return SetupWrong(f"{host} does not offer what is asked of it, such as STARTTLS or signing in. {said}".strip())
    if isinstance(trouble, SMTPRecipientsRefused):
        first = trouble.recipients[0]
        refusal = SetupWrong if first.code >= PERMANENT else Unavailable
        return refusal(f"{host} accepts none of the recipients. It said: {_short(f'{first.code} {first.message}')}")
    if isinstance(trouble, SMTPResponseException):
        refusal = SetupWrong if trouble.code >= PERMANENT else Unavailable
        return refusal(f"{host} refused the mail. {said}")
    if isinstance(trouble, TimeoutError | aiosmtplib.SMTPTimeoutError):
        return Unavailable(f"{host} did not answer in time.")
    if "certificate" in str(trouble).lower():
        return SetupWrong(f"The certificate of {host} is not valid for this name. {said}")
    return Unavailable(f"{host} could not be reached on port {values['port']}. Check the address if this stays.", said)


def _said(trouble: Exception, values: Mapping[str, str]) -> str:
    if isinstance(trouble, SMTPResponseException):
        told = f"{trouble.code} {trouble.message}"
        secret = values.get("password", "")
        return f"It said: {_short(told.replace(secret, '[masked]') if secret else told)}"
    return ""


def _short(text: str) -> str:
    return " ".join(text.split())[:LONGEST_ANSWER]


def _partly(refused: Mapping[str, aiosmtplib.SMTPResponse]) -> str:
    if not refused:
        return ""
    told = "; ".join(f"{address}: {_short(f'{answer.code} {answer.message}')}" for address, answer in refused.items())
    return f"Not accepted for {told}"


KIND = Kind(
    slug="email",
    name="E-mail",
    help="Through your mail provider's SMTP server.",
    icon="mail",
    fields=(
        Field("host", "Mail server", "The name of the SMTP server.", "smtp.example.com", r"[A-Za-z0-9.\-:\[\]]{1,253}"),
        Field("port", "Port", "587 for STARTTLS, 465 for TLS.", "587", r"\d{1,5}"),
        Field(
            "security",
            "Encryption",
            "The certificate is checked.",
            STARTTLS,
            "|".join((STARTTLS, TLS, PLAIN)),
            choices=((STARTTLS, "STARTTLS"), (TLS, "TLS"), (PLAIN, "None: only inside your own network")),
        ),
        Field("username", "User name", "Often the address itself.", "alerts@example.com", r"\S{1,200}", optional=True),
        Field(
            "password",
            "Password",
            "Kept encrypted. Many providers want an app password here.",
            "abcd-efgh-ijkl",
            r".{1,500}",
            secret=True,
            optional=True,
        ),
        Field("sender", "From", "An address the server lets you send from.", "alerts@example.com", ADDRESS),
        Field("to", "To", "One or more addresses, with commas between.", "you@example.com", r".{3,2000}"),
    ),
    rooted=("host", "port", "security", "username"),
    check=check,
    shows=shows,
    send=send,
)
