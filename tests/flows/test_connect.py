"""Connecting an account: nothing is saved that was not tested, and nothing untested passes as tested."""

import threading

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.errors import AlreadyConnected, BadInput, NexusError, NotFound, NotTested, OtherAccount
from nexus_ui.flows import connect
from nexus_ui.flows.sign_in import Who
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.server import Running
from nexus_ui.security.vault import current_vault
from nexus_ui.storage import connections, cycles, secrets
from tests.conftest import SettableClock
from tests.flows.conftest import shop_of, typed

pytestmark = pytest.mark.usefixtures("sandbox")
MARKETPLACES = sorted(CATALOGUE)


async def trial(
    who: Who, slug: str = "shopify", connection_id: str | None = None, **changes: str
) -> connect.TestResult:
    """A test of the sandbox shop by this person."""
    way, values = typed(slug, **changes)
    return await connect.test(who.person_id, slug, way, values, sandbox=True, connection_id=connection_id)


@pytest.mark.parametrize("slug", MARKETPLACES)
async def test_what_passed_the_test_is_saved_and_syncs_at_once(olga: Who, slug: str) -> None:
    """Test, then save: the connection is due now and remembers the account that answered."""
    result = await trial(olga, slug)
    connection_id = connect.save(result.draft_id, olga.person_id, "My shop")
    kept = connections.get(connection_id)

    assert result.passed
    assert result.account is not None
    assert (slug, "My shop", result.account.account_id, True) == (
        kept.marketplace,
        kept.name,
        kept.account_id,
        kept.sandbox,
    )
    assert kept.next_sync_at is not None


@pytest.mark.parametrize("slug", MARKETPLACES)
async def test_the_saved_credentials_are_the_tested_ones_and_only_sealed(olga: Who, slug: str) -> None:
    """The secrets open to what was typed, and stand nowhere else."""
    way, values = typed(slug)
    result = await trial(olga, slug)
    connection_id = connect.save(result.draft_id, olga.person_id)
    opened = secrets.reveal(current_vault(), connection_id)
    declared = CATALOGUE[slug].sign_in(way)
    typed_secrets = {
        entry.name: values[entry.name] for entry in declared.fields if entry.secret and entry.name in values
    }

    assert typed_secrets == {name: opened[name] for name in typed_secrets}
    assert not set(typed_secrets.values()) & set(connections.get(connection_id).public_fields.values())
    assert {} == secrets.reveal(current_vault(), result.draft_id)


async def test_a_draft_is_saved_once(olga: Who) -> None:
    """The second press of Save finds the draft used."""
    result = await trial(olga)
    connect.save(result.draft_id, olga.person_id)

    with pytest.raises(NotTested):
        connect.save(result.draft_id, olga.person_id)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"access_token": "shpat_ffffffffffffffffffffffffffffffff"}, id="another secret"),
        pytest.param({"shop_domain": "second.myshopify.com"}, id="another shop"),
    ],
)
async def test_a_form_that_was_changed_after_the_test_is_not_saved(olga: Who, changes: dict[str, str]) -> None:
    """What stands in the form must be what was tested; with the tested values the same draft can still be saved."""
    result = await trial(olga)
    _, values = typed("shopify")
    with pytest.raises(NotTested):
        connect.save(result.draft_id, olga.person_id, typed=values | changes)

    assert connect.save(result.draft_id, olga.person_id, typed=values | {"name": "ignored"}).startswith("con_")


async def test_somebody_elses_draft_cannot_be_saved(olga: Who, adam: Who) -> None:
    """A draft belongs to the person who tested it."""
    result = await trial(olga)

    with pytest.raises(NotTested):
        connect.save(result.draft_id, adam.person_id)


async def test_an_old_draft_cannot_be_saved(olga: Who, settable_clock: SettableClock) -> None:
    """After half an hour the test has to be repeated."""
    result = await trial(olga)
    settable_clock.advance(minutes=31)

    with pytest.raises(NotTested):
        connect.save(result.draft_id, olga.person_id)


@pytest.mark.parametrize("draft_id", ["", "drf_nothing", "' OR 1=1 --"])
def test_an_invented_draft_cannot_be_saved(olga: Who, draft_id: str) -> None:
    """Only the server hands out drafts."""
    with pytest.raises(NotTested):
        connect.save(draft_id, olga.person_id)


async def test_a_failed_test_leaves_nothing_to_save(olga: Who, sandbox: Running) -> None:
    """A refused key gives a sentence, its kind, the masked answer, and no draft."""
    shop_of(sandbox, "shopify").faults.switch_on(Fault(fault="wrong_key"))
    _way, values = typed("shopify")
    result = await trial(olga)

    assert (False, "", "invalid_credentials") == (result.passed, result.draft_id, result.error_kind)
    assert result.raw
    assert values["access_token"] not in result.raw + result.message


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(Fault(fault="wrong_key"), "invalid_credentials", id="wrong key"),
        pytest.param(Fault(fault="suspended"), "account_suspended", id="suspended"),
        pytest.param(Fault(fault="outage"), "unavailable", id="outage"),
        pytest.param(Fault(fault="html"), "unavailable", id="html"),
        pytest.param(Fault(fault="empty"), "surprise", id="empty body"),
        pytest.param(Fault(fault="torn"), "unavailable", id="torn body"),
        pytest.param(Fault(fault="rate_limited", seconds=600), "rate_limited", id="rate limited"),
        pytest.param(Fault(fault="missing_scope", scope="read_products"), "check_failed", id="missing scope"),
    ],
)
async def test_whatever_goes_wrong_is_named_and_the_next_test_can_pass(
    olga: Who, sandbox: Running, fault: Fault, kind: str
) -> None:
    """Each fault gives its own kind; once it is mended the same form passes."""
    faults = shop_of(sandbox, "shopify").faults
    faults.switch_on(fault)
    broken = await trial(olga)
    faults.switch_off()
    mended = await trial(olga)

    assert (kind, False, "") == (broken.error_kind, broken.passed, broken.draft_id)
    assert broken.message.endswith(".")
    assert mended.passed


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"shop_domain": ""}, "shop_domain", id="missing"),
        pytest.param({"shop_domain": "evil.example.com"}, "shop_domain", id="not a shop"),
        pytest.param({"shop_domain": "x.myshopify.com@evil.com"}, "shop_domain", id="user name"),
        pytest.param({"access_token": "hello"}, "access_token", id="not a token"),
        pytest.param({"access_token": "shpat_" + "0" * 5_000}, "access_token", id="endless"),
    ],
)
async def test_a_value_that_cannot_be_right_is_refused_before_any_call(
    olga: Who, sandbox: Running, changes: dict[str, str], field: str
) -> None:
    """The refusal names the box, and nothing was sent."""
    before = sandbox.world.calls.total

    with pytest.raises(BadInput) as refusal:
        await trial(olga, **changes)

    assert (field, before) == (refusal.value.field, sandbox.world.calls.total)


@pytest.mark.parametrize(("slug", "way"), [("amazing", "token"), ("shopify", "magic")])
async def test_unknown_marketplaces_and_ways_are_refused(olga: Who, slug: str, way: str) -> None:
    """A browser can send any words."""
    with pytest.raises(NotFound):
        await connect.test(olga.person_id, slug, way, {})


async def test_the_same_account_is_not_connected_twice(olga: Who) -> None:
    """The second test says so already, and a second save is refused."""
    first, second = await trial(olga), await trial(olga)
    connection_id = connect.save(first.draft_id, olga.person_id)
    third = await trial(olga)

    assert (False, connection_id) == (third.passed, third.already_connected)
    with pytest.raises(AlreadyConnected):
        connect.save(second.draft_id, olga.person_id)


async def test_of_saves_at_the_same_instant_one_wins(olga: Who) -> None:
    """Four tabs save the same account at once."""
    drafts = [(await trial(olga)).draft_id for _ in range(4)]
    saved: list[str] = []
    refused: list[NexusError] = []

    def press(draft_id: str) -> None:
        try:
            saved.append(connect.save(draft_id, olga.person_id))
        except NexusError as error:
            refused.append(error)

    threads = [threading.Thread(target=press, args=(draft,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert 1 == len(saved)
    assert ["already_connected"] * 3 == [error.kind for error in refused]


async def test_a_refused_save_keeps_the_draft_for_another_try(olga: Who) -> None:
    """An unusable name does not cost the person the test."""
    result = await trial(olga)
    with pytest.raises(BadInput):
        connect.save(result.draft_id, olga.person_id, "x" * 200)

    assert connect.save(result.draft_id, olga.person_id, "Fine").startswith("con_")


async def test_editing_with_blank_secrets_tests_and_keeps_the_stored_ones(
    olga: Who, settable_clock: SettableClock
) -> None:
    """Blank means keep: the test uses the stored value, whose age stays."""
    connection_id = connect.save((await trial(olga)).draft_id, olga.person_id)
    before = secrets.facts(connection_id)["access_token"]
    settable_clock.advance(days=61)
    edited = await trial(olga, connection_id=connection_id, access_token="")
    connect.update(edited.draft_id, olga.person_id)

    assert edited.passed
    assert before == secrets.facts(connection_id)["access_token"]


async def test_edited_credentials_replace_the_old_ones(olga: Who, sandbox: Running) -> None:
    """A new way to sign in leaves nothing of the old one behind."""
    connection_id = connect.save((await trial(olga)).draft_id, olga.person_id)
    shop = shop_of(sandbox, "shopify")
    values = {"shop_domain": shop.host} | {name: str(shop.credentials[name]) for name in ("client_id", "client_secret")}
    result = await connect.test(olga.person_id, "shopify", "client_credentials", values, connection_id=connection_id)
    connect.update(result.draft_id, olga.person_id)
    opened = secrets.reveal(current_vault(), connection_id)
    _, old = typed("shopify")

    assert ("client_credentials", values["client_secret"]) == (
        connections.get(connection_id).sign_in,
        opened["client_secret"],
    )
    assert old["access_token"] not in opened.values()


async def test_another_account_is_refused_unless_confirmed(olga: Who, sandbox: Running) -> None:
    """Editing never turns a connection into another shop's by accident."""
    connection_id = connect.save((await trial(olga)).draft_id, olga.person_id)
    second = [shop for shop in sandbox.world.shops() if shop.marketplace == "shopify"][1]
    other = {"shop_domain": second.host, "access_token": str(second.credentials["access_token"])}
    result = await trial(olga, connection_id=connection_id, **other)

    assert (True, True) == (result.passed, result.other_account)
    with pytest.raises(OtherAccount):
        connect.update(result.draft_id, olga.person_id)
    assert connection_id == connect.update(result.draft_id, olga.person_id, accept_other_account=True)
    assert second.host == connections.get(connection_id).identifier


async def test_one_click_connects_the_sandbox_and_a_second_finds_it(olga: Who) -> None:
    """Explore with a sandbox shop is the same test and save."""
    first = await connect.explore_sandbox(olga.person_id)
    second = await connect.explore_sandbox(olga.person_id)

    assert first == second
    assert connections.get(first).sandbox


async def test_the_sandbox_can_be_switched_off(olga: Who, monkeypatch: pytest.MonkeyPatch) -> None:
    """NEXUS_SANDBOX=0: nothing leads there."""
    monkeypatch.setenv("NEXUS_SANDBOX", "0")
    from nexus_ui import settings

    settings.current.cache_clear()
    with pytest.raises(NotFound):
        await connect.explore_sandbox(olga.person_id)


async def test_connecting_leaves_a_row_in_the_log(olga: Who) -> None:
    """Who connected what stands in the connection's log."""
    connection_id = connect.save((await trial(olga)).draft_id, olga.person_id)

    assert [("connected", "noted")] == [(row.trigger, row.outcome) for row in cycles.of_connection(connection_id)]


async def test_private_addresses_are_refused(olga: Who) -> None:
    """A shop URL that leads into our own network is not called."""
    _, values = typed("woocommerce", shop_url="http://127.0.0.1:8089")
    result = await connect.test(olga.person_id, "woocommerce", "keys", values)

    assert (False, "setup_wrong") == (result.passed, result.error_kind)
