"""What the door lets in: only what is signed, once, and never before it is durably kept."""

import asyncio
import random
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest

from nexus_ui import settings
from nexus_ui.adapters import CATALOGUE
from nexus_ui.clock import utcnow
from nexus_ui.flows import endpoints, keys, receive, removal, trust
from nexus_ui.flows.intake import INTAKE
from nexus_ui.storage import database, delivery_log
from nexus_ui.storage.database import writing
from nexus_ui.web import webhooks
from tests import databases
from tests.hooks import kiosk
from tests.hooks.conftest import Door, body, connect, secret_of, table

SEED = 20261123


def states(connection_id: str) -> list[tuple[str, int]]:
    """State and copies of what is kept."""
    return [(line.state.value, line.copies) for line in delivery_log.page(connection_id).lines]


def eventually_rejected(connection_id: str, count: int) -> dict[str, tuple[int, ...]]:
    """The rates once so many refusals are stored."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        rates = delivery_log.rates(connection_id, utcnow())
        if rates.get("", (0, 0, 0, 0))[1] >= count:
            return {topic: tuple(figures) for topic, figures in rates.items()}
        time.sleep(0.05)
    raise AssertionError(f"{delivery_log.rates(connection_id, utcnow())}")


def test_a_signed_delivery_is_kept_once(any_door: Door) -> None:
    """200 each time; one row, copies counted, personal data masked."""
    shop = connect()
    said = body("1", email="jon@example.com", customer={"first_name": "Jon"}, note="call +49 151 2345678")

    assert [200, 200, 200] == [any_door.knock(shop, said) for _ in range(3)]
    assert [("kept", 2)] == states(shop)
    (line,) = delivery_log.page(shop).lines
    shown = delivery_log.delivery(shop, line.id).body
    assert '"ref":"1"' in shown
    assert not [word for word in ("jon", "Jon", "2345678") if word in shown]


def forged(said: bytes, secret: str, other: str) -> dict[str, tuple[bytes, str | None]]:
    """Ways to send what nobody signed."""
    good = kiosk.sign(said, secret)
    flipped = bytearray(said)
    flipped[len(said) // 2] ^= 1
    return {
        "a flipped bit": (bytes(flipped), good),
        "another connection's secret": (said, kiosk.sign(said, other)),
        "another topic": (said.replace(b'"order"', b'"goodbye"'), good),
        "truncated": (said[:-1], good),
        "longer": (said + b" ", good),
        "written anew": (said.replace(b": ", b":"), good),
        "empty": (b"", good),
        "no signature": (said, None),
        "an empty signature": (said, ""),
        "a shorter signature": (said, good[:-1]),
        "a longer signature": (said, good + "0"),
        "no secret": (said, kiosk.sign(said, "")),
        "not text": (said, "\xe4\xf6"),
    }


def test_whatever_is_forged_is_refused_and_only_counted(any_door: Door) -> None:
    """401 to each, nothing kept, a tally and the newest refusals."""
    shop, other = connect(), connect("2")
    ways = forged(body("1"), secret_of(shop), secret_of(other))
    said = {}
    for way, (what, signature) in ways.items():
        headers = {} if signature is None else {kiosk.SIGNATURE: signature.encode("latin-1")}
        address = f"{any_door.url}/api/webhooks/kiosk/{shop}"
        said[way] = httpx.post(address, content=what, headers=headers, timeout=20).status_code

    assert dict.fromkeys(ways, 401) == said
    assert {"": (0, len(ways), 0, len(ways))} == eventually_rejected(shop, len(ways))
    assert [] == states(shop)
    assert {(401, "")} == {(one.status, one.topic) for one in delivery_log.rejections(shop)}


def test_nobody_lives_at_an_unknown_address(door: Door) -> None:
    """Another marketplace's path, an unknown one, a removed connection: 404, even when well signed."""
    shop, gone = connect(), connect("2")
    secret = secret_of(gone)
    removal.remove(gone, "per_olga")
    said = body("1")

    assert 404 == door.knock("con_nobody", said, secret)
    assert 404 == door.knock(gone, said, secret)
    assert 404 == door.knock(shop, said, slug="nowhere")
    assert 404 == door.knock(shop, said, slug="shopify")
    assert [] == table("webhook_deliveries", "id")


async def test_an_unknown_address_costs_the_same_work_as_a_forged_delivery(
    sqlite_database: databases.Database, street: kiosk.Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signature is held against as many secrets, as often; only the answer differs."""
    held: list[int] = []

    def counted(delivery: object, secrets: list[str]) -> bool:
        held.append(len(secrets))
        return False

    spied = replace(kiosk.WEBHOOKS, verify=counted)
    monkeypatch.setitem(CATALOGUE, kiosk.SLUG, replace(kiosk.MARKETPLACE, webhooks=spied))
    work = {}
    for connection_id in (connect(), "con_nobody"):
        held.clear()
        delivery = kiosk.Delivery("POST", "", {}, body("1"), utcnow())
        status = [await receive.receive(kiosk.SLUG, connection_id, delivery) for _ in range(3)]
        work[status[0]] = list(held)

    assert {401, 404} == set(work)
    assert work[401] == work[404]


def test_what_is_too_large_is_refused_before_it_is_read(door: Door) -> None:
    """By what it says it is, and by what it turns out to be."""
    shop = connect()
    large = b"x" * (webhooks.LARGEST + 1)

    def endless() -> object:
        yield from (large[start : start + 65_536] for start in range(0, len(large), 65_536))

    assert 413 == door.knock(shop, large)
    assert 413 == httpx.post(f"{door.url}/api/webhooks/kiosk/{shop}", content=endless(), timeout=20).status_code
    assert 413 == door.knock("con_nobody", large, "secret")
    assert 2 == eventually_rejected(shop, 2)[""][1]


def test_the_largest_that_is_allowed_is_kept_capped(door: Door) -> None:
    """One megabyte of a signed order."""
    shop = connect()
    said = body("1", note="x" * 900_000)

    assert 200 == door.knock(shop, said)
    (line,) = delivery_log.page(shop).lines
    assert len(delivery_log.delivery(shop, line.id).body) < 5_000


def test_a_ping_is_answered_and_nothing_follows(door: Door) -> None:
    """200, no row."""
    shop = connect()

    assert 200 == door.knock(shop, b"ping")
    assert [] == states(shop)


@pytest.mark.parametrize(
    "said", [b"", b"[]", b"null", b"\xff", b'{"topic":"order"}', b"[" * 50_000, b'{"topic":[],"ref":1}']
)
def test_a_signed_body_that_makes_no_sense_is_kept_to_be_seen(door: Door, said: bytes) -> None:
    """200, since sending it again changes nothing; the page says what is wrong."""
    shop = connect()
    if said.startswith(b"[["):
        said = b'"' + said + b'"'

    assert 200 == door.knock(shop, said)
    (line,) = delivery_log.page(shop).lines
    assert ("ignored", "This makes no sense.") == (line.state.value, line.problem)


def test_the_old_secret_is_accepted_until_its_day_is_over(door: Door) -> None:
    """Both at once, at once in this process although it remembers secrets; then only the new one."""
    shop = connect()
    old = secret_of(shop)
    assert 200 == door.knock(shop, body("1"), old)
    with writing() as session:
        trust.choose(session, shop, old, utcnow())
    new = secret_of(shop)

    assert [200, 200] == [door.knock(shop, body("2"), new), door.knock(shop, body("3"), old)]
    with writing() as session:
        keys.keep(session, shop, {"webhook_secret_before": old}, {"webhook_secret_before": utcnow()})
    receive.forget()
    assert [200, 401] == [door.knock(shop, body("4"), new), door.knock(shop, body("5"), old)]


def test_503_while_the_database_is_locked_and_200_after(door: Door, sqlite_database: databases.Database) -> None:
    """The sender is told when to come back, soon; nothing was acknowledged that is not there."""
    shop = connect()
    assert 200 == door.knock(shop, body("0"))
    with sqlite3.connect(sqlite_database.home / "nexus.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(4) as several:
            signature = kiosk.sign(body("1"), secret_of(shop))
            answers = list(several.map(lambda _: door.send(shop, body("1"), signature), range(4)))
        other.execute("ROLLBACK")

    assert {(503, "5")} == {(answer.status_code, answer.headers.get("retry-after")) for answer in answers}
    until = time.monotonic() + 20
    while (status := door.knock(shop, body("1"))) != 200 and time.monotonic() < until:
        time.sleep(0.1)
    assert 200 == status
    assert 2 == len(states(shop))


def test_503_while_the_database_is_gone(door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Also for a connection that was not looked up yet; forged or not cannot be said either."""
    shop = connect()
    secret = secret_of(shop)
    database.forget_engine()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/away/nexus.db")
    (tmp_path / "away").write_text("a file where the folder should be")  # type: ignore[operator]
    settings.current.cache_clear()

    assert 503 == door.knock(shop, body("1"), secret)


async def test_503_at_once_while_too_many_wait(sqlite_database: databases.Database, street: kiosk.Street) -> None:
    """What waits is bounded: beyond it the sender is asked to come back, and memory does not grow."""
    shop, said = connect(), body("1")
    signed = {kiosk.SIGNATURE: kiosk.sign(said, secret_of(shop))}
    INTAKE._waiting = [None] * 2_000  # type: ignore[list-item]  # as if so many waited
    status = await receive.receive(kiosk.SLUG, shop, kiosk.Delivery("POST", "", signed, said, utcnow()))
    INTAKE._waiting = []

    assert 503 == status


async def test_many_at_once_are_kept_in_few_transactions(
    database: databases.Database, street: kiosk.Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shuffled storm with copies: every 200 is in the table, each event once."""
    shop = connect()
    dice, secret = random.Random(SEED), secret_of(shop)
    events = [body(str(number)) for number in range(300)]
    storm = events + dice.sample(events, 60)
    dice.shuffle(storm)
    deliveries = [
        kiosk.Delivery("POST", "", {kiosk.SIGNATURE: kiosk.sign(one, secret)}, one, utcnow()) for one in storm
    ]

    answers = await asyncio.gather(*(receive.receive(kiosk.SLUG, shop, one) for one in deliveries))

    assert {200} == set(answers)
    rows = table("webhook_deliveries", "event_key", "copies")
    assert (300, 60) == (len(rows), sum(copies for _, copies in rows))


def test_the_check_of_an_address_is_answered_where_there_is_one(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """With our own address and the connection's secret; 404 where nothing is checked."""
    shop = connect()
    address = f"{door.url}/api/webhooks/kiosk/{shop}?challenge=abc"
    assert 404 == httpx.get(address).status_code

    def challenge(query: dict[str, str], url: str, secret: str) -> dict[str, str] | None:
        return {"answer": f"{query['challenge']} {url} {secret}"}

    proving = replace(kiosk.WEBHOOKS, challenge=challenge)
    monkeypatch.setitem(CATALOGUE, kiosk.SLUG, replace(kiosk.MARKETPLACE, webhooks=proving))
    receive.forget()

    said = f"abc {endpoints.address('kiosk', shop)} {secret_of(shop)}"
    assert {"answer": said} == httpx.get(address).json()
    assert 404 == httpx.get(f"{door.url}/api/webhooks/kiosk/con_nobody?challenge=abc").status_code
