"""A Slack incoming webhook, or anything that takes the same: Mattermost, Rocket.Chat, Discord (its address + /slack).

The address is the secret: whoever knows it can post. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
(read 2026-11-23)
"""

import asyncio
import logging
from collections.abc import Mapping
from functools import cache
from ssl import SSLContext
from urllib.parse import urlsplit

import httpx

from nexus_ui.adapters.contract import Field
from nexus_ui.adapters.kit.hosts import PublicOnly
from nexus_ui.adapters.kit.retry import retry_after
from nexus_ui.channels.contract import Kind, Note
from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput, NexusError, RateLimited, SetupWrong, Unavailable

PATIENCE = 20.0
LONGEST_TEXT = 3_500
LONGEST_ANSWER = 200
WHOLE_ANSWER = 20_000

logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses, and this one is a secret


async def send(values: Mapping[str, str], note: Note, allow_private: bool) -> str:
    """Post one message; see `contract.Send`."""
    url = values["url"]
    plain = httpx.AsyncHTTPTransport(verify=_trusted())
    transport = plain if allow_private else PublicOnly(plain)
    try:
        async with (
            asyncio.timeout(PATIENCE),
            httpx.AsyncClient(transport=transport, trust_env=False) as client,
            client.stream("POST", url, json={"text": text(note)}, timeout=PATIENCE) as answer,
        ):
            said = await _beginning(answer)
    except NexusError:
        raise
    except (httpx.HTTPError, TimeoutError) as fault:
        raise Unavailable(f"{_host(url)} could not be reached.", type(fault).__name__) from None
    refusal = _refusal(answer, said, url)
    if refusal is not None:
        raise refusal
    return ""


def text(note: Note) -> str:
    """The message as Slack wants it: three characters escaped, the first line bold."""
    subject, body = (one.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for one in _parts(note))
    return f"*{subject.replace('*', '∗')}*\n{body}"


def check(values: Mapping[str, str], allow_private: bool) -> None:
    """Refuse an address that would carry the secret in the clear; raises BadInput."""
    parts = urlsplit(values["url"])
    if not parts.hostname or parts.username or parts.fragment:
        raise BadInput("This is not the address of a webhook. Copy it whole from there.", "url")
    if parts.scheme != "https" and not allow_private:
        raise BadInput("The address must begin with https://, so that nobody on the way can read it.", "url")


def shows(values: Mapping[str, str]) -> str:
    """Where it leads, without the secret."""
    return f"{_host(values['url'])}, ends {values['url'][-4:]}"


def _parts(note: Note) -> tuple[str, str]:
    body = note.body if len(note.body) <= LONGEST_TEXT else note.body[:LONGEST_TEXT].rstrip() + "…"
    return note.subject, body


async def _beginning(answer: httpx.Response) -> str:
    """What they say, as far as it concerns us."""
    kept = b""
    async for piece in answer.aiter_bytes():
        kept += piece
        if len(kept) > WHOLE_ANSWER:
            break
    return kept.decode(errors="replace")


def _refusal(answer: httpx.Response, said: str, url: str) -> NexusError | None:
    status, host = answer.status_code, _host(url)
    page = said.lstrip()[:1] == "<"
    if answer.is_success and not page:
        return None
    words = "" if page else " ".join(said.replace(url, "[masked]").split())[:LONGEST_ANSWER]
    quoted = f" It said: {words}" if words else ""
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return RateLimited(
            f"{host} asks us to slow down.", retry_after=retry_after(answer.headers.get("retry-after"), utcnow())
        )
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.REQUEST_TIMEOUT:
        return Unavailable(f"{host} is not working right now (it answered {status}).{quoted}")
    if answer.is_success:
        return SetupWrong(f"{host} answered with a web page, so this is not the address of a webhook.")
    return SetupWrong(f"{host} refused the message (it answered {status}).{quoted} Check the address.")


def _host(url: str) -> str:
    return urlsplit(url).hostname or "The address"


@cache
def _trusted() -> SSLContext:
    return httpx.create_ssl_context(trust_env=False)


KIND = Kind(
    slug="slack",
    name="Slack webhook",
    help="Slack, Mattermost, Rocket.Chat, or Discord with /slack at the end of its address.",
    icon="message-square",
    fields=(
        Field(
            "url",
            "Webhook address",
            "Kept encrypted: whoever has it can post there.",
            "https://hooks.slack.com/services/T000/B000/XXXX",
            r"https?://\S{4,2000}",
            secret=True,
            where="Slack: your app > Incoming Webhooks",
            where_url="https://api.slack.com/messaging/webhooks",
        ),
    ),
    rooted=(),
    check=check,
    shows=shows,
    send=send,
)
