"""The round of the queues: each letter is kept once for every connection it concerns, and thrown away after that."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import text

from nexus_ui.flows.collect import Collector
from nexus_ui.flows.heed import heed
from nexus_ui.sandbox.amazon.orders import ref_of
from nexus_ui.sandbox.server import Running
from nexus_ui.storage import arrivals
from nexus_ui.storage.database import reading, writing
from tests import databases
from tests.adapters.amazon.test_mailbox import KEYS
from tests.adapters.amazon.test_notices import ORDER
from tests.engine.connecting import connect
from tests.flows.conftest import shop_of

SELLER, US, CANADA = "A2SANDBOXSELLR", "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"


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


def store(url: str, store_id: str) -> str:
    """A connection of the demo seller to one store, with this queue."""
    connection_id = connect("amazon", {"queue_url": url, **KEYS})
    with writing() as session:
        wanted = text("UPDATE connections SET account_id = :a WHERE id = :c")
        session.execute(wanted, {"a": f"{SELLER}@{store_id}", "c": connection_id})
    return connection_id


def order(ref: str, store_id: str = US, seller: str = SELLER, key: str = "") -> str:
    """An order's notification."""
    change = {"SellerId": seller, "AmazonOrderId": ref, "Summary": {"MarketplaceId": store_id}}
    told = {"Payload": {"OrderChangeNotification": change}, "NotificationMetadata": {"NotificationId": key or ref}}
    return json.dumps(ORDER | told)


def quantity(sku: str) -> str:
    """A quantity's notification, which names no store."""
    metadata = {"NotificationId": sku}
    kind = "LISTINGS_ITEM_MFN_QUANTITY_CHANGE"
    payload = {"SellerId": SELLER, "Sku": sku}
    return json.dumps({"NotificationType": kind, "Payload": payload, "NotificationMetadata": metadata})


def kept(connection_id: str) -> set[tuple[str, int]]:
    """Topic and number of copies of every delivery of a connection."""
    query = text("SELECT event_key, copies FROM webhook_deliveries WHERE connection_id = :c")
    with reading() as session:
        return {(row[0], row[1]) for row in session.execute(query, {"c": connection_id})}


def left(queue: tuple[Any, str]) -> int:
    """How many messages lie in the queue, hidden ones included."""
    sqs, url = queue
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(told["ApproximateNumberOfMessages"]) + int(told["ApproximateNumberOfMessagesNotVisible"])


async def test_each_store_gets_what_concerns_it(
    sqlite_database: databases.Database, sandbox: Running, queue: tuple[Any, str]
) -> None:
    """An order is one store's, a quantity every store's of its seller; another seller's is nobody's."""
    sqs, url = queue
    us, canada, off = store(url, US), store(url, CANADA), connect("amazon")
    for body in (
        order("111-1"),
        order("111-1", key="111-1"),
        order("111-2", CANADA),
        quantity("MUG-1"),
        order("111-3", seller="A9SOMEBODYELSE"),
        "not a notification",
    ):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    collector = Collector()
    new, again = await collector.collect(), await collector.collect()

    assert {("111-1", 1), ("MUG-1", 0)} == kept(us)
    assert {("111-2", 0), ("MUG-1", 0)} == kept(canada)
    assert set() == kept(off)
    assert (4, 0, 0) == (new, again, left(queue))


async def test_an_order_is_there_before_any_sync(
    sqlite_database: databases.Database, sandbox: Running, queue: tuple[Any, str]
) -> None:
    """From the queue to the inbox, from there to a look at that one order, and into the table."""
    sqs, url = queue
    us, shop = store(url, US), shop_of(sandbox, "amazon")
    ref, before = ref_of(shop.place_order([(3, 0, 2)], payment="paid")), sandbox.world.calls.total
    sqs.send_message(QueueUrl=url, MessageBody=order(ref))
    await Collector().collect()
    worked = await heed(us)
    asked = [call.path.rpartition("/")[2] for call in sandbox.world.calls.find("amazon", after=before)]
    with reading() as session:
        found = session.execute(text("SELECT ref FROM orders WHERE connection_id = :c"), {"c": us}).all()

    assert (1, [(ref,)]) == (worked, [tuple(row) for row in found])
    assert 1 == asked.count(ref)
    assert 0 == asked.count("orders")


async def test_amazon_is_told_of_the_queue_once_a_day(
    sqlite_database: databases.Database, sandbox: Running, queue: tuple[Any, str]
) -> None:
    """Rounds come every twenty seconds; subscriptions are looked at once."""
    account, before = shop_of(sandbox, "amazon").private["account"], sandbox.world.calls.total
    account.subscriptions.clear()
    store(queue[1], US)
    collector = Collector()
    for _ in range(3):
        await collector.collect()
    asked = [call for call in sandbox.world.calls.find("amazon", after=before) if "/subscriptions/" in call.path]

    assert {"GET": 4, "POST": 4} == Counter(call.method for call in asked)
    assert 4 == len(account.subscriptions)


async def test_one_queues_trouble_is_told_once_and_stays_its_own(
    sqlite_database: databases.Database,
    sandbox: Running,
    aws: str,
    queue: tuple[Any, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A queue that does not exist keeps no other from being read."""
    sqs, url = queue
    store(f"{aws}/123456789012/nothing", US)
    good = store(url, CANADA)
    sqs.send_message(QueueUrl=url, MessageBody=order("111-2", CANADA))
    collector = Collector()
    for _ in range(2):
        await collector.collect()

    assert {("111-2", 0)} == kept(good)
    assert 1 == sum("cannot be read" in record.message for record in caplog.records)


async def test_a_letter_that_could_not_be_kept_stays_in_the_queue(
    sqlite_database: databases.Database, sandbox: Running, queue: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database was away: nothing is thrown away."""
    sqs, url = queue
    us = store(url, US)
    sqs.send_message(QueueUrl=url, MessageBody=order("111-1"))

    def away(*_: object) -> int:
        raise OSError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(arrivals, "keep", away)
        with pytest.raises(OSError):
            await Collector().collect()

    assert set() == kept(us)
    assert 1 == left(queue)
