"""Amazon's notifications through a real queue: moto speaks SQS on loopback, and the sandbox Amazon's side of it."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.amazon import mailbox, notices
from nexus_ui.adapters.contract import About, Named, ReadsMailbox
from nexus_ui.adapters.kit.hosts import check_fields
from nexus_ui.errors import BadInput, CredentialsRejected, SetupWrong
from tests.adapters.amazon.test_notices import ORDER
from tests.adapters.counterparts import Counterpart, Journal

KEYS = {"aws_key_id": "AKIA0123456789ABCDEF", "aws_secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    """The address of a local SQS."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def queue(aws: str, request: pytest.FixtureRequest) -> tuple[Any, str]:
    """A client that plays Amazon, and the URL of an empty queue."""
    names = {"aws_access_key_id": KEYS["aws_key_id"], "aws_secret_access_key": KEYS["aws_secret"]}
    sqs = boto3.client("sqs", endpoint_url=aws, region_name="us-east-1", **names)
    return sqs, sqs.create_queue(QueueName=f"q{abs(hash(request.node.name))}")["QueueUrl"]


async def test_letters_are_read_and_thrown_away(amazon: Counterpart, queue: tuple[Any, str]) -> None:
    """Twenty-five letters are three looks; what is thrown away does not come again, a stray one neither."""
    sqs, url = queue
    for place in range(24):
        body = ORDER | {"NotificationMetadata": {"NotificationId": f"n{place}"}}
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))
    sqs.send_message(QueueUrl=url, MessageBody="not a notification")
    found = []
    async with amazon.open({"queue_url": url, **KEYS}) as adapter:
        assert isinstance(adapter, ReadsMailbox)
        while letters := await adapter.letters():
            found += letters
            await adapter.discard(letters)
        again = await adapter.letters()
    left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    assert 25 == len(found)
    assert {f"n{place}" for place in range(24)} == {one.notice.key for one in found if one.notice}
    assert {(Named(About.ORDER, "111-1"),)} == {one.notice.named for one in found if one.notice}
    assert [] == again
    assert ("0", "0") == (left["ApproximateNumberOfMessages"], left["ApproximateNumberOfMessagesNotVisible"])


async def test_a_letter_that_was_not_thrown_away_comes_again(amazon: Counterpart, queue: tuple[Any, str]) -> None:
    """Whoever reads and crashes loses nothing: it is only hidden for two minutes."""
    sqs, url = queue
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(ORDER))
    async with amazon.open({"queue_url": url, **KEYS}) as adapter:
        (letter,) = await adapter.letters()
        hidden = await adapter.letters()
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=letter.receipt, VisibilityTimeout=0)
    async with amazon.open({"queue_url": url, **KEYS}) as adapter:
        (again,) = await adapter.letters()

    assert [] == hidden
    assert letter.notice == again.notice
    assert 120 == mailbox.HIDDEN_FOR


async def test_without_a_queue_nothing_is_asked(amazon: Counterpart) -> None:
    """Notifications are off until a queue is named."""
    journal = Journal()
    async with amazon.open(journal=journal) as adapter:
        await adapter.open_mailbox()
        assert [] == await adapter.letters()
        await adapter.discard([])

    assert [] == journal.calls


async def test_amazon_is_told_of_the_queue_once(amazon: Counterpart, queue: tuple[Any, str]) -> None:
    """One destination for the app, one subscription for each kind; a second time asks and changes nothing."""
    account = amazon.shop.private["account"]
    account.destinations.clear()
    account.subscriptions.clear()
    journal = Journal()
    async with amazon.open({"queue_url": queue[1], **KEYS}, journal=journal) as adapter:
        await adapter.open_mailbox()
        first = [call.method for call in journal.calls if "/notifications/" in call.url]
        await adapter.open_mailbox()
    second = [call.method for call in journal.calls if "/notifications/" in call.url][len(first) :]
    (destination,) = account.destinations.values()

    assert set(notices.TYPES) == set(account.subscriptions)
    assert {destination["destinationId"]} == {one["destinationId"] for one in account.subscriptions.values()}
    assert destination["resource"]["sqs"]["arn"] == mailbox.arn(queue[1])
    assert 5 == first.count("POST")
    assert ["GET"] * len(notices.TYPES) == second


def test_a_queue_has_its_region_and_its_name() -> None:
    """As AWS writes them."""
    url = "https://sqs.eu-central-1.amazonaws.com/123456789012/nexus-amazon"

    assert "eu-central-1" == mailbox.region(url)
    assert "arn:aws:sqs:eu-central-1:123456789012:nexus-amazon" == mailbox.arn(url)


async def test_a_queue_that_does_not_exist_is_named(amazon: Counterpart, aws: str) -> None:
    """With what to check."""
    async with amazon.open({"queue_url": f"{aws}/123456789012/nothing", **KEYS}) as adapter:
        with pytest.raises(SetupWrong) as raised:
            await adapter.letters()

    assert "queue" in raised.value.message


async def test_a_queue_without_a_key_is_refused_before_anything_is_sent(amazon: Counterpart, aws: str) -> None:
    """In a sentence."""
    journal = Journal()
    async with amazon.open({"queue_url": f"{aws}/123456789012/q"}, journal=journal) as adapter:
        with pytest.raises(SetupWrong):
            await adapter.letters()

    assert [] == journal.calls


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/123456789012/q",
        "http://sqs.us-east-1.amazonaws.com/123456789012/q",
        "https://sqs.us-east-1.amazonaws.com.evil.example/123456789012/q",
        "https://user@sqs.us-east-1.amazonaws.com/123456789012/q",
        "http://169.254.169.254/latest",
    ],
)
def test_a_queue_elsewhere_is_refused(url: str) -> None:
    """By the form already, and once more before a request leaves for the real Amazon."""
    way = CATALOGUE["amazon"].sign_in("self_authorised")
    typed = {**CATALOGUE["amazon"].sandbox_fields, "queue_url": url, **KEYS}
    with pytest.raises(BadInput):
        check_fields(way.fields, typed)
    with pytest.raises(SetupWrong):
        mailbox._service(url, "https://sellingpartnerapi-na.amazon.com")


async def test_a_key_that_may_not_read_is_a_wrong_key(amazon: Counterpart, aws: str, queue: tuple[Any, str]) -> None:
    """AWS's refusal is told apart from Amazon's."""
    from nexus_ui.adapters.amazon.refusals import judge_queue
    from tests.adapters.amazon.test_refusals import answer

    refusals = [
        judge_queue(answer(403, {"__type": "AccessDeniedException", "message": "not authorized"})),
        judge_queue(answer(400, {"__type": "InvalidClientTokenId", "message": "The security token is invalid."})),
        judge_queue(answer(403, {"__type": "SignatureDoesNotMatch"})),
    ]

    assert all(isinstance(one, CredentialsRejected) for one in refusals)
    assert judge_queue(answer(500)) is None


async def test_no_key_and_no_message_is_kept_in_the_journal(amazon: Counterpart, queue: tuple[Any, str]) -> None:
    """A message may name where a buyer lives."""
    sqs, url = queue
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(ORDER))
    journal = Journal()
    async with amazon.open({"queue_url": url, **KEYS}, journal=journal) as adapter:
        await adapter.letters()
        shown = f"{journal.calls!r} {vars(adapter)!r}"

    assert KEYS["aws_secret"] not in shown
    assert "48110" not in shown
