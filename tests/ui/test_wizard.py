"""The wizard's state: where its address leads, what it keeps, and what it never keeps."""

import json
from typing import Any

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Account, Check, CheckState
from nexus_ui.flows import connect
from nexus_ui.storage.secrets import SecretFact
from nexus_ui.ui.wizard.rows import misplaced, outcome_of, told
from nexus_ui.ui.wizard.state import Wizard
from tests.storage.shelves import NOON, connection, keep
from tests.ui.conftest import StateOf

SECRET = "shpat_0000000000000000000000000000dead"
CHECKS = (Check("signs_in", "Signs in", CheckState.PASS, "It answered."),)
ACCOUNT = Account("gid://1", "Berlin", "berlin.myshopify.com", "EUR", "Europe/Berlin", CHECKS)
PASSED = connect.TestResult("drf_1", ACCOUNT, CHECKS, True, "Signed in as Berlin.")


async def run(state: Wizard, name: str, *given: Any) -> Any:
    """What a handler answers."""
    return await Wizard.event_handlers[name].fn(state, *given)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/connections/add", ("", "", False)),
        ("/connections/add?marketplace=nowhere", ("", "", False)),
        ("/connections/add?marketplace=shopify", ("shopify", "shopify.consent", False)),
        ("/connections/add?marketplace=shopify&way=token", ("shopify", "shopify.token", False)),
        ("/connections/add?marketplace=shopify&way=magic", ("shopify", "shopify.consent", False)),
        ("/connections/add?marketplace=shopify&sandbox=1", ("shopify", "shopify.token.sandbox", True)),
        ("/connections/add?marketplace=woocommerce&sandbox=1", ("woocommerce", "woocommerce.keys.sandbox", True)),
    ],
)
async def test_the_address_leads_to_a_step(state_of: StateOf, address: str, expected: tuple[str, str, bool]) -> None:
    """Marketplace, way and sandbox; unknown words count as none, the sandbox opens the way it can fill."""
    state = state_of(Wizard, address)
    await run(state, "open_new")

    assert expected == (state.slug, state.form, state.sandbox)
    assert state.loaded


async def test_a_missing_value_is_said_at_its_field_and_nothing_typed_is_kept(state_of: StateOf) -> None:
    """The refusal names the field; the secret beside it never entered the state."""
    state = state_of(Wizard, "/connections/add?marketplace=shopify&way=token")
    await run(state, "open_new")
    await run(state, "test", {"shop_domain": "", "access_token": SECRET})

    assert ["shop_domain"] == list(state.errors)
    assert not state.testing
    assert SECRET not in json.dumps(state.dict(), default=str)
    assert SECRET not in str(vars(state))


async def test_a_changed_field_takes_the_test_back(state_of: StateOf) -> None:
    """What passed is not what stands there any more, so there is nothing left to save."""
    state = state_of(Wizard)
    state._show(PASSED)
    await run(state, "touched")
    await run(state, "save", {"name": "Berlin"})

    assert "" == state.outcome.draft
    assert not state.outcome.shown


async def test_a_draft_that_is_not_ours_cannot_be_saved(state_of: StateOf) -> None:
    """The flow refuses it in a sentence, and the wizard stays."""
    state = state_of(Wizard)
    state._show(PASSED)
    await run(state, "save", {"name": "Berlin"})

    assert "Test the connection first" in state.problem
    assert not state.saving


async def test_editing_shows_public_values_and_only_describes_secrets(state_of: StateOf) -> None:
    """The form opens with the shop's name in it."""
    keep(connection("con_a", "Berlin", public_fields={"shop_domain": "berlin.myshopify.com"}))
    state = state_of(Wizard, "/connections/con_a/credentials")
    await run(state, "open_existing")

    assert {"shop_domain": "berlin.myshopify.com"} == state.prefill
    assert ("con_a", "Berlin", "shopify.token") == (state.editing, state.name, state.form)


async def test_a_connection_that_is_gone_leads_back(state_of: StateOf) -> None:
    """With a sentence, to the list."""
    answers = await run(state_of(Wizard, "/connections/con_gone/credentials"), "open_existing")

    assert 2 == len(answers)
    assert "_redirect" in str(answers[1])


async def test_a_viewer_gets_nothing_from_the_wizard(state_of: StateOf, viewer_cookie: str) -> None:
    """Neither the form nor a test."""
    state = state_of(Wizard, "/connections/add?marketplace=shopify", cookie=viewer_cookie)
    answer = await run(state, "test", {"shop_domain": "x", "access_token": SECRET})

    assert "Nothing was changed." in str(answer)
    assert ("", False) == (state.slug, state.outcome.shown)


def test_a_passed_test_can_be_saved_and_a_failed_one_cannot() -> None:
    """Only a passed one names its draft."""
    failed = connect.TestResult("drf_1", ACCOUNT, CHECKS, False, "Some checks failed.", "check_failed")

    assert ("drf_1", "Berlin") == (outcome_of(PASSED).draft, outcome_of(PASSED).account)
    assert "" == outcome_of(failed).draft


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("setup_wrong", "shop_domain"),
        ("invalid_credentials", "access_token"),
        ("token_expired", "access_token"),
        ("unavailable", ""),
    ],
)
def test_a_failed_test_points_at_the_field_it_belongs_to(kind: str, field: str) -> None:
    """An unknown shop at the shop's name, a refused key at the key, an outage at none."""
    shopify = CATALOGUE["shopify"]
    result = connect.TestResult("", None, (), False, "No.", kind)

    assert ({field: "No."} if field else {}) == misplaced(result, shopify, shopify.sign_in("token"))


def test_a_set_secret_is_described_and_never_shown() -> None:
    """Its end, its age, and when it expires."""
    old = SecretFact("4f2c", NOON.replace(month=9), NOON.replace(month=12, day=5))
    ended = SecretFact("", NOON, NOON.replace(day=1))

    assert "Set, ends 4f2c, 61 days old, expires in 12 days. Leave blank to keep it." == told(old, NOON)
    assert "Set, new, expired. Leave blank to keep it." == told(ended, NOON)
