"""Amazon's notifications: an SQS queue of the seller's own, into which Amazon writes and from which we read.

Off while no queue is named. https://developer-docs.amazon.com/sp-api/docs/notifications-api-v1-use-case-guide and
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference (read 2026-11-23)
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
from httpx_auth import AWS4Auth

from nexus_ui.adapters.amazon import notices, tokens
from nexus_ui.adapters.amazon.api import Api
from nexus_ui.adapters.amazon.refusals import ThisOneRefused, judge, judge_queue
from nexus_ui.adapters.amazon.usage import NOTIFICATIONS, PLANS
from nexus_ui.adapters.contract import Credentials, Keyring, Letter
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.errors import SetupWrong

T = TypeVar("T")
QUEUE_URL, AWS_KEY_ID, AWS_SECRET = "queue_url", "aws_key_id", "aws_secret"
SCOPE = "sellingpartnerapi::notifications"
NAME, VERSION = "nexus-connections", "1.0"
AT_ONCE = 10
HIDDEN_FOR = 120
"""Seconds after which letters that were read and not thrown away come again."""

_QUEUE = re.compile(r"sqs\.([a-z0-9-]+)\.amazonaws\.com")


class Wire(msgspec.Struct, rename="camel"):
    """Named in camel case there."""


class Sqs(Wire):
    """A queue by its name."""

    arn: str


class Resource(Wire):
    """Where a destination leads."""

    sqs: Sqs | None = None


class Destination(Wire):
    """A place this app's notifications may be written to."""

    destination_id: str
    resource: Resource


class Destinations(Wire):
    """Every one of them."""

    payload: list[Destination] = []


class NewDestination(Wire):
    """The one that was made."""

    payload: Destination


class Message(msgspec.Struct, rename="pascal"):
    """One message of a queue."""

    receipt_handle: str
    body: str = ""


class Messages(msgspec.Struct, rename="pascal"):
    """Some messages of a queue."""

    messages: list[Message] | None = None


class Mailbox:
    """The queue of one account."""

    def __init__(self, api: Api, keys: Keyring) -> None:
        """Read with what `keys` hold."""
        self._api, self._keys = api, keys

    async def check(self) -> str | None:
        """Ask for the queue's name and change nothing; None while no queue is named. Raises like `letters`."""
        held = await self._keys.current()
        if not held.get(QUEUE_URL):
            return None
        await self._queue("GetQueueAttributes", {"AttributeNames": ["QueueArn"]}, lambda answer: answer)
        return f"The queue {arn(held[QUEUE_URL]).rpartition(':')[2]} can be read."

    async def subscribe(self) -> None:
        """Have Amazon write to the queue what it does not write there yet; raises what the transport raises."""
        if not (await self._keys.current()).get(QUEUE_URL):
            return
        missing = [kind for kind in notices.TYPES if not await self._is_subscribed(kind)]
        destination = await self._destination() if missing else ""
        for kind in missing:
            wanted = {"payloadVersion": VERSION, "destinationId": destination}
            path = f"/notifications/v1/subscriptions/{kind}"
            await self._api.ask(Exchange("POST", path, NOTIFICATIONS, json=wanted, safe=False), lambda answer: answer)

    async def letters(self) -> list[Letter]:
        """At most ten letters; none while no queue is named. Raises SetupWrong, CredentialsRejected."""
        if not (await self._keys.current()).get(QUEUE_URL):
            return []
        asked = {"MaxNumberOfMessages": AT_ONCE, "WaitTimeSeconds": 0, "VisibilityTimeout": HIDDEN_FOR}
        found = await self._queue("ReceiveMessage", asked, lambda it: msgspec.json.decode(it.body, type=Messages))
        return [notices.read(one.receipt_handle, one.body) for one in found.messages or []]

    async def discard(self, letters: Sequence[Letter]) -> None:
        """Throw letters away, ten a call."""
        for start in range(0, len(letters), AT_ONCE):
            lot = letters[start : start + AT_ONCE]
            entries = [{"Id": str(place), "ReceiptHandle": one.receipt} for place, one in enumerate(lot)]
            await self._queue("DeleteMessageBatch", {"Entries": entries}, lambda answer: answer)

    async def _queue(self, action: str, asked: dict[str, Any], decode: Callable[[Answer], T]) -> T:
        """Ask SQS to do something; raises SetupWrong for an address that is no queue's, or without a key."""
        held = await self._keys.current()
        url = held[QUEUE_URL]
        exchange = Exchange(
            "POST",
            "",
            "queue",
            content=msgspec.json.encode({"QueueUrl": url, **asked}),
            headers={"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}"},
            cost=0,
            confidential=True,
            url=_service(url, self._api.http.base_url),
        )
        return await self._api.http.using(judge=judge_queue, auth=_signer(held)).fetch(exchange, decode)

    async def _is_subscribed(self, kind: str) -> bool:
        try:
            await self._api.get(f"/notifications/v1/subscriptions/{kind}", NOTIFICATIONS, lambda it: it)
        except ThisOneRefused:
            return False
        return True

    async def _destination(self) -> str:
        """The id of the queue at Amazon, which is told of it where it does not know it yet."""
        held = await self._keys.current()
        name = arn(held[QUEUE_URL])
        app = AppToken(await tokens.grantless(self._api.http, held, SCOPE))
        http = self._api.http.using(judge=lambda it: judge(it, PLANS[NOTIFICATIONS].per_second), auth=app)
        path = "/notifications/v1/destinations"
        known = await http.fetch(
            Exchange("GET", path, NOTIFICATIONS), lambda it: msgspec.json.decode(it.body, type=Destinations)
        )
        for one in known.payload:
            if one.resource.sqs and one.resource.sqs.arn == name:
                return one.destination_id
        wanted = {"name": NAME, "resourceSpecification": {"sqs": {"arn": name}}}
        made = await http.fetch(
            Exchange("POST", path, NOTIFICATIONS, json=wanted, safe=False),
            lambda it: msgspec.json.decode(it.body, type=NewDestination),
        )
        return made.payload.destination_id


class Signer:
    """Signs each request for AWS (Signature Version 4)."""

    def __init__(self, signing: AWS4Auth) -> None:
        """Sign with this key."""
        self._signing = signing

    async def apply(self, request: httpx.Request) -> str:
        """Sign the request."""
        next(self._signing.auth_flow(request))
        return ""

    async def renew(self, used: str) -> bool:
        """A key of AWS cannot be renewed."""
        return False


class AppToken:
    """Puts the app's own token on each request."""

    def __init__(self, token: str) -> None:
        """Use this token, which lives an hour."""
        self._token = token

    async def apply(self, request: httpx.Request) -> str:
        """Put the token on the request."""
        request.headers["x-amz-access-token"] = self._token
        return self._token

    async def renew(self, used: str) -> bool:
        """It was fetched a moment ago."""
        return False


def _signer(held: Credentials) -> Signer:
    key, secret = held.get(AWS_KEY_ID), held.get(AWS_SECRET)
    if not key or not secret:
        raise SetupWrong("A queue needs an AWS key that may read it. Enter its ID and its secret, or no queue.")
    return Signer(AWS4Auth(key, secret, region(held[QUEUE_URL]), "sqs"))


def _service(url: str, base_url: str) -> str:
    """The address that answers for a queue; raises SetupWrong for one that is not at AWS.

    Whoever sent the API elsewhere may have sent the queue there too.
    """
    place, api = urlsplit(url), urlsplit(base_url)
    is_real = (api.hostname or "").endswith(".amazon.com")
    if is_real and (place.scheme != "https" or not _QUEUE.fullmatch(place.netloc)):
        raise SetupWrong("This is not the URL of an SQS queue. Copy it from the AWS console.")
    return f"{place.scheme}://{place.netloc}/"


def region(url: str) -> str:
    """The AWS region of a queue."""
    found = _QUEUE.fullmatch(urlsplit(url).hostname or "")
    return found[1] if found else "us-east-1"


def arn(url: str) -> str:
    """Amazon's resource name of a queue: region, account and name."""
    account, _, name = urlsplit(url).path.strip("/").partition("/")
    return f"arn:aws:sqs:{region(url)}:{account}:{name}"
