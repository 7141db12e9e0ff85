"""What the page of a connection says, and what its handlers do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nexus_ui import clock
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import GRANTED_SCOPES, WEBHOOK_SECRET, WEBHOOK_SECRET_BEFORE, SecretOrigin, Webhooks
from nexus_ui.flows import keys, reconnect_link, sign_in
from nexus_ui.storage import audit, delivery_log
from nexus_ui.storage.audit import Action, Subject
from nexus_ui.storage.connections import change
from nexus_ui.storage.database import writing
from nexus_ui.storage.delivery_log import Rates
from nexus_ui.storage.secrets import SecretFact
from nexus_ui.storage.tables import StreamCursor
from nexus_ui.ui.connection import hooks_rows
from nexus_ui.ui.connection.hooks import Hooks, _ask
from nexus_ui.ui.connection.linking import ReconnectLink
from nexus_ui.ui.connection.state import ConnectionDetail
from nexus_ui.ui.connections import Connections
from nexus_ui.ui.reconnect import Reconnect
from tests.storage.shelves import NOON, connection, cycle, delivery, endpoint, keep, rejection, tally
from tests.ui.conftest import StateOf

HERE = "/connections/con_a"
SHOPIFY = CATALOGUE["shopify"]
TOPIC = SHOPIFY.webhooks.topics[0].name if SHOPIFY.webhooks else ""


@pytest.fixture
def shop(owner_cookie: str) -> None:
    """A shop with sealed keys, a stream that was read and one that was not."""
    keep(
        connection("con_a", "Berlin", public_fields={"shop_domain": "berlin.myshopify.com"}, sign_in="token"),
        connection("con_b", "Oslo", marketplace="zalando"),
        StreamCursor(connection_id="con_a", stream="orders", since=NOON, changed_at=NOON),
        StreamCursor(connection_id="con_a", stream="products", changed_at=NOON),
    )
    with writing() as session:
        plain = {"access_token": "shpat_0123456789abcdef9f47", GRANTED_SCOPES: "write_inventory,read_orders"}
        keys.keep(session, "con_a", plain)


@pytest.fixture
def arrived(shop: None) -> None:
    """Thirty deliveries worked off, then one that failed; one refused."""
    keep(*(delivery(f"dlv_{n:02}", "con_a", n, topic=TOPIC) for n in range(30)))
    keep(
        delivery("dlv_bad", "con_a", 60, topic=TOPIC, state="failed", attempts=6, problem="It does not answer."),
        endpoint("con_a", TOPIC, last_accepted_at=NOON),
        rejection("rej_1", "con_a", 70, topic=""),
    )


async def opened(state_of: StateOf, cls: type[Any], address: str = HERE, **more: Any) -> Any:
    """A state of the page, loaded."""
    state = state_of(cls, address, **more)
    await cls.event_handlers["load"].fn(state)
    return state


async def test_the_page_tells_the_facts_of_the_connection_in_its_address(state_of: StateOf, shop: None) -> None:
    """The card, the schedule, how far each stream was read, and of secrets only that they are set."""
    state = await opened(state_of, ConnectionDetail)
    said = {row.label: row.value for row in state.facts.credentials}

    assert ("Berlin", True, False) == (state.card.name, state.loaded, state.missing)
    assert ("Every hour", "Any time") == tuple(fact.value for fact in state.facts.schedule[:2])
    assert [("Products", "First read under way", ""), ("Orders", "", NOON.isoformat())] == [
        (fact.name, fact.value, fact.at) for fact in state.facts.streams
    ]
    assert ("berlin.myshopify.com", "Set, ends 9f47") == (said["Shop domain"], said["Admin API access token"])
    assert ["read_orders", "write_inventory"] == [scope.name for scope in state.facts.scopes]
    assert "shpat_" not in repr(state.facts)


async def test_the_page_tells_whose_the_credentials_are_and_what_will_end(state_of: StateOf, shop: None) -> None:
    """Who signed in, when they were proved last, what ends soon, and the link that waits for the account's owner."""
    now = clock.utcnow()
    with writing() as session:
        audit.note(session, None, Action.CONNECTED, Subject.CONNECTION, "con_a", "Berlin", who="Anna")
        keys.keep(
            session, "con_a", {"refresh_token": "a-refresh-token-61"}, {"refresh_token": now + timedelta(days=12)}
        )
        change(session, "con_a", now, rehearsed_at=now, last_success_at=None)
    with clock.set_to(lambda: now - timedelta(days=61)), writing() as session:
        keys.keep(
            session, "con_a", {"refresh_token": "another-refresh-61"}, {"refresh_token": now + timedelta(days=12)}
        )
    state = await opened(state_of, ConnectionDetail)
    access, rows = state.facts.access, {row.label: row for row in state.facts.credentials}

    assert ("Anna", now.isoformat(), "") == (access.by, access.proved_at, access.problem)
    assert access.ending.startswith("The refresh token ends within 12 days, on ")
    assert ("Set, ends h-61", True) == (rows["Refresh token"].value, rows["Refresh token"].ending)
    assert (now - timedelta(days=61)).isoformat() == rows["Refresh token"].set_at
    assert "2026-10 (ends within" in next(fact.value for fact in state.facts.schedule if fact.name == "API version")


async def test_an_admin_makes_and_withdraws_a_reconnect_link(state_of: StateOf, shop: None, viewer_cookie: str) -> None:
    """It goes to the clipboard, stands in no state, and the page says that it waits; a viewer makes none."""
    refused: Any = await ReconnectLink.event_handlers["make"].fn(state_of(ReconnectLink, HERE, viewer_cookie))
    assert None is reconnect_link.standing("con_a")
    copied, said = await ReconnectLink.event_handlers["make"].fn(state_of(ReconnectLink, HERE))
    state = await opened(state_of, ConnectionDetail)
    waiting = state.facts.access

    token = repr(copied).partition("link=")[2][:40]
    assert refused and said and len(token) == 40
    assert ("Olga", True) == (waiting.link_by, bool(waiting.link_until))
    assert token not in repr(state.facts)
    await ReconnectLink.event_handlers["withdraw"].fn(state_of(ReconnectLink, HERE))
    assert "" == (await opened(state_of, ConnectionDetail)).facts.access.link_until


async def test_the_page_behind_a_link_shows_what_is_asked(state_of: StateOf, shop: None) -> None:
    """Who asks, for which account, and only the boxes that a guest may fill; a dead link says so."""
    who = sign_in.who(str(state_of(ReconnectLink).router.headers.cookie.partition("=")[2]))
    assert who is not None
    token = reconnect_link.make("con_a", who).partition("link=")[2]
    page = state_of(Reconnect, f"/reconnect?link={token}&refused=bad_input&at=access_token", "nobody")
    await Reconnect.event_handlers["arrive"].fn(page)
    dead = state_of(Reconnect, "/reconnect?link=invented", "nobody")
    await Reconnect.event_handlers["arrive"].fn(dead)

    assert ("Olga", "shopify", ["access_token"]) == (page.by, page.slug, [box.name for box in page.boxes])
    assert ("", True) == (page.boxes[0].value, bool(page.boxes[0].wrong and page.refusal))
    assert ("", True, []) == (dead.slug, dead.loaded, dead.boxes)


async def test_a_connection_that_is_gone_says_so(state_of: StateOf, shop: None) -> None:
    """A wrong address, and a connection removed while somebody looks at it."""
    wrong = await opened(state_of, ConnectionDetail, "/connections/con_gone")
    with writing() as session:
        change(session, "con_a", NOON, removed_at=NOON, live_key=None)
    removed = await opened(state_of, ConnectionDetail)

    assert (True, True) == (wrong.missing, wrong.loaded)
    assert removed.missing


async def test_a_dialog_opens_for_a_connection_that_no_card_shows(state_of: StateOf, shop: None) -> None:
    """The page of a connection has the same actions as its card."""
    state = state_of(Connections, HERE)
    await Connections.event_handlers["ask"].fn(state, "pause", "con_a")
    asked = (state.dialog, state.chosen.name)
    await Connections.event_handlers["ask"].fn(state, "remove", "con_gone")

    assert ("pause", "Berlin") == asked == (state.dialog, state.chosen.name)


async def test_the_webhooks_section_lists_every_declared_topic(state_of: StateOf, arrived: None) -> None:
    """Also those nobody has asked the marketplace about; the address is the one to register."""
    state = await opened(state_of, Hooks)
    first, second = state.topics[0], state.topics[1]

    assert state.address.endswith("/api/webhooks/shopify/con_a")
    assert SHOPIFY.webhooks is not None
    assert [topic.name for topic in SHOPIFY.webhooks.topics] == [row.topic for row in state.topics]
    assert ("registered", NOON.isoformat()) == (first.state, first.last)
    assert "" == state.problem
    assert ("unknown", "", "0") == (second.state, second.last, second.day)


async def test_what_is_wrong_with_every_topic_is_said_once(state_of: StateOf, shop: None) -> None:
    """What is wrong with one is said at that one."""
    assert SHOPIFY.webhooks is not None
    names = [topic.name for topic in SHOPIFY.webhooks.topics]
    keep(*(endpoint("con_a", name, state="unknown", problem="Nobody reaches this panel.") for name in names))
    all_of_them = await opened(state_of, Hooks)
    with writing() as session:
        session.merge(endpoint("con_a", TOPIC))
    one_less = await opened(state_of, Hooks)

    assert "Nobody reaches this panel." == all_of_them.problem
    assert ("", "Nobody reaches this panel.") == (one_less.problem, one_less.topics[1].problem)


async def test_a_marketplace_without_webhooks_says_so(state_of: StateOf, shop: None) -> None:
    """No address, no topics, no deliveries."""
    state = await opened(state_of, Hooks, "/connections/con_b")

    assert (True, False, "Zalando", []) == (state.loaded, state.offered, state.marketplace_name, state.topics)


async def test_deliveries_are_filtered_and_paged(state_of: StateOf, arrived: None) -> None:
    """Newest first; a word that is no state shows everything; the filter begins at the first page."""
    state = await opened(state_of, Hooks)
    everything = (state.counted, state.pages, state.deliveries[0].id, state.failed)
    await Hooks.event_handlers["go"].fn(state, 2)
    second = (state.number, len(state.deliveries))
    await Hooks.event_handlers["narrow"].fn(state, "failed")
    failed = (state.counted, state.number, state.deliveries[0].said, state.deliveries[0].grave)
    await Hooks.event_handlers["narrow"].fn(state, "nonsense")

    assert ("31 deliveries", 2, "dlv_bad", 1) == everything
    assert (2, 6) == second
    assert ("1 of 31 deliveries", 1, "It does not answer.", True) == failed
    assert "31 deliveries" == state.counted


async def test_a_delivery_opens_with_its_payload_and_closes_again(state_of: StateOf, arrived: None) -> None:
    """What it named, the answer it got, its effect; another connection's does not open."""
    keep(delivery("dlv_x", "con_b", copies=2))
    state = await opened(state_of, Hooks)
    await Hooks.event_handlers["toggle"].fn(state, "dlv_29")
    shown = state.opened
    await Hooks.event_handlers["toggle"].fn(state, "dlv_29")
    closed = state.opened.id
    await Hooks.event_handlers["toggle"].fn(state, "dlv_x")
    said = {line.name: line.value for line in shown.lines}

    assert ("dlv_29", '{\n  "id": 1001\n}', True) == (shown.id, shown.body, shown.replayable)
    assert ("order 1001", "Order #1001 updated.") == (said["About"], said["Effect"])
    assert ("", "") == (closed, state.opened.id)


async def test_an_admin_replays_one_delivery_or_all_that_failed(state_of: StateOf, arrived: None) -> None:
    """They wait to be worked off again; a second press of the same does nothing but say so."""
    state = await opened(state_of, Hooks)
    await Hooks.event_handlers["replay"].fn(state, "dlv_29")
    again: Any = await Hooks.event_handlers["replay"].fn(state, "dlv_29")
    await Hooks.event_handlers["replay_failed"].fn(state)
    waiting = {line.id: line.state.value for line in delivery_log.page("con_a").lines if line.state.value == "kept"}

    assert {"dlv_29": "kept", "dlv_bad": "kept"} == waiting
    assert "waiting to be worked off already" in str(again)
    assert (0, "") == (state.failed, state.busy)


async def test_a_viewer_looks_and_replays_nothing(state_of: StateOf, arrived: None, viewer_cookie: str) -> None:
    """The page is theirs to read."""
    state = await opened(state_of, Hooks, cookie=viewer_cookie)
    refused: Any = await Hooks.event_handlers["replay"].fn(state, "dlv_29")
    await Hooks.event_handlers["replay_failed"].fn(state)

    assert 31 == state.total
    assert "this needs admin" in str(refused)
    assert {"done", "failed"} == {line.state.value for line in delivery_log.page("con_a").lines}


async def test_another_connections_delivery_is_not_replayed(state_of: StateOf, arrived: None) -> None:
    """The page acts on the connection it shows."""
    keep(delivery("dlv_x", "con_b"))
    state = await opened(state_of, Hooks)
    refused: Any = await Hooks.event_handlers["replay"].fn(state, "dlv_x")

    assert "no longer kept" in str(refused)
    assert ["done"] == [line.state.value for line in delivery_log.page("con_b").lines]


async def test_an_answer_to_an_older_question_is_left_alone(state_of: StateOf, arrived: None) -> None:
    """The filter that was chosen last is what the page shows."""
    state = await opened(state_of, Hooks)
    older = _ask(state._wanted)
    await Hooks.event_handlers["narrow"].fn(state, "failed")
    state._told((older,))

    assert "1 of 31 deliveries" == state.counted


async def test_what_a_sync_put_right_is_told_with_the_way_to_its_log(state_of: StateOf, arrived: None) -> None:
    """For two days; later it is history."""
    note = "Webhooks: 8 missed 03:10–04:40, 8 recovered."
    keep(cycle("cyc_1", "con_a", evidence={"notes": [note]}))
    with clock.set_to(lambda: NOON + timedelta(hours=1)):
        (told,) = (await opened(state_of, Hooks)).healed
    with clock.set_to(lambda: NOON + timedelta(days=3)):
        later = (await opened(state_of, Hooks)).healed

    assert (note, "/connections/con_a?log=con_a&cycle=cyc_1") == (told.said, told.href)
    assert [] == later


async def test_a_given_secret_is_not_rotated_here_and_a_viewer_rotates_none(
    state_of: StateOf, shop: None, viewer_cookie: str
) -> None:
    """The page offers neither, and the handler refuses both."""
    state = await opened(state_of, Hooks)
    refused: Any = await Hooks.event_handlers["rotate"].fn(state)
    viewer = await opened(state_of, Hooks, cookie=viewer_cookie)
    forbidden: Any = await Hooks.event_handlers["rotate"].fn(viewer)

    assert ("not ours to replace" in str(refused), state.busy, state.secret.ours) == (True, "", False)
    assert "this needs admin" in str(forbidden)


async def test_a_rejected_delivery_shows_with_its_reason(state_of: StateOf, arrived: None) -> None:
    """One alone says nothing of the secret."""
    state = await opened(state_of, Hooks)
    (row,) = state.rejections

    assert ("401", "The signature does not match.", "64 bytes") == (row.answer, row.reason, row.note)
    assert not state.all_rejected


async def test_arriving_but_all_rejected_turns_registered_topics_amber(state_of: StateOf, arrived: None) -> None:
    """Once several were refused since the last one that was accepted; polling goes on meanwhile."""
    keep(*(rejection(f"rej_more_{n}", "con_a", 80 + n) for n in range(3)))
    keep(tally("con_a", TOPIC, accepted=6), tally("con_a", "", rejected=4))
    with clock.set_to(lambda: NOON + timedelta(hours=2)):
        state = await opened(state_of, Hooks)
    with clock.set_to(lambda: NOON + timedelta(days=3)):
        later = await opened(state_of, Hooks)

    assert (True, "rejected", "unknown") == (state.all_rejected, state.topics[0].state, state.topics[1].state)
    assert ("60 % of 10", "6") == (state.day, state.topics[0].day)
    assert not later.all_rejected


@pytest.mark.parametrize(
    ("accepted", "rejected", "said"),
    [(0, 0, "–"), (12, 0, "100 % of 12"), (999, 1, "99 % of 1,000"), (0, 4, "0 % of 4")],
)
def test_a_rate_is_never_rounded_up_to_everything(accepted: int, rejected: int, said: str) -> None:
    """One refusal in a thousand is not a hundred percent."""
    assert said == hooks_rows.rate(accepted, rejected)


def test_rates_of_no_topic_add_up_to_nothing() -> None:
    """A connection that never heard anything."""
    assert Rates() == hooks_rows.overall({})


def declared(origin: SecretOrigin) -> Webhooks:
    """Webhooks whose secret comes from there."""
    return Webhooks((), origin, lambda delivery, secrets: True, lambda delivery: None, secret_field="client_secret")


def test_a_secret_we_chose_says_when_it_is_replaced_and_until_when_the_one_before_counts() -> None:
    """Its age and the setting decide; an overlap that is over is not told."""
    facts = {
        WEBHOOK_SECRET: SecretFact("4f2c", NOON, None),
        WEBHOOK_SECRET_BEFORE: SecretFact("", NOON, NOON + timedelta(hours=24)),
    }
    days = timedelta(days=90)
    row = hooks_rows.secret_row(declared(SecretOrigin.CHOSEN), facts, days, NOON)
    later = hooks_rows.secret_row(declared(SecretOrigin.CHOSEN), facts, days, NOON + timedelta(hours=25))

    assert ("Set, ends 4f2c", True) == (row.said, row.ours)
    assert ((NOON + days).isoformat(), (NOON + timedelta(hours=24)).isoformat()) == (row.next_at, row.before)
    assert "" == later.before


def test_a_secret_we_were_given_is_not_ours_to_rotate() -> None:
    """It is one of the credentials; a public key is no secret at all."""
    given = hooks_rows.secret_row(
        declared(SecretOrigin.GIVEN), {"client_secret": SecretFact("2bc2", NOON, None)}, timedelta(days=90), NOON
    )
    public = hooks_rows.secret_row(declared(SecretOrigin.PUBLIC_KEY), {}, timedelta(days=90), NOON)

    assert ("Set, ends 2bc2", "", False) == (given.said, given.next_at, given.ours)
    assert ("", False) == (public.set_at, public.ours)


def test_a_secret_that_only_proves_our_address_is_ours_to_rotate() -> None:
    """The marketplace signs with its own key; what we chose beside it has an age and a next time."""
    proving = replace(declared(SecretOrigin.PUBLIC_KEY), challenge=lambda query, address, secret: None)
    row = hooks_rows.secret_row(proving, {WEBHOOK_SECRET: SecretFact("4f2c", NOON, None)}, timedelta(days=90), NOON)

    assert ((NOON + timedelta(days=90)).isoformat(), True) == (row.next_at, row.ours)
    assert "its own key" in row.said
