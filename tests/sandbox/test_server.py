"""One server for all simulated marketplaces, and the controls beside them."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import nexus_ui.sandbox
from nexus_ui.sandbox import server
from nexus_ui.sandbox.server import Running
from tests.sandbox.admin_api import DEMO, SECOND, App

PROJECT = Path(__file__).resolve().parents[2]


def test_every_marketplace_with_a_folder_is_served(sandbox: Running) -> None:
    """Found by looking, not by a list."""
    folders = {path.parent.name for path in Path(nexus_ui.sandbox.__path__[0]).glob("*/__init__.py")}
    state = httpx.get(f"{sandbox.url}/_sandbox/state").json()

    assert folders == set(server.marketplaces())
    assert folders == {shop["marketplace"] for shop in state["shops"]}


def test_a_folder_without_routes_is_loud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken marketplace stops the server instead of being left out."""
    broken = tmp_path / "brokenplace"
    broken.mkdir()
    (broken / "__init__.py").write_text('"""Nothing here."""\n')
    monkeypatch.setattr(nexus_ui.sandbox, "__path__", [*nexus_ui.sandbox.__path__, str(tmp_path)])

    with pytest.raises(server.BrokenMarketplace, match="brokenplace"):
        server.build_app()


def test_the_process_ends_when_its_parent_is_gone() -> None:
    """The pipe to its standard input closes with the parent."""
    command = "from nexus_ui.sandbox.server import main; main(0, products=5, orders=2, parent_pipe=True)"
    child = subprocess.Popen(
        [sys.executable, "-c", command], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None and child.stdin is not None
    address = child.stdout.readline().split()[-1]
    alive = httpx.get(address).status_code
    child.stdin.close()

    assert 200 == alive
    assert 0 == child.wait(20)


def test_state_names_shops_credentials_and_faults(app: App) -> None:
    """What a wizard needs to connect the sandbox shop."""
    app.control("faults", fault="outage", times=3)
    state = httpx.get(f"{app.sandbox.url}/_sandbox/state").json()
    shops = {shop["shop"]: shop for shop in state["shops"] if shop["marketplace"] == "shopify"}

    assert {DEMO, SECOND} == set(shops)
    assert {"EUR", "USD"} == {shop["currency"] for shop in shops.values()}
    assert ("outage", 3) == (shops[DEMO]["faults"][0]["fault"], shops[DEMO]["faults"][0]["times"])
    assert shops[DEMO]["credentials"]["access_token"].startswith("shpat_")


def test_calls_are_recorded_without_secrets(app: App) -> None:
    """Method, path, status; tokens and client secrets only by their last four characters."""
    app.ask("{ shop { name } }")
    app.token_for(grant_type="client_credentials")
    calls = httpx.get(f"{app.sandbox.url}/_sandbox/calls", params={"shop": DEMO}).json()["calls"][-2:]
    secrets = [app.token, app.shop.credentials["client_secret"]]

    assert ["POST", "POST"] == [call["method"] for call in calls]
    assert [200, 200] == [call["status"] for call in calls]
    assert calls[0]["path"].endswith("/admin/api/2026-10/graphql.json")
    assert "{ shop { name } }" in calls[0]["body"]
    assert not [secret for secret in secrets if secret in str(calls)]


def test_the_page_for_people_says_sandbox_and_switches_faults(app: App) -> None:
    """The forms on the page do what the JSON calls do."""
    page = httpx.get(f"{app.sandbox.url}/_sandbox/")
    pressed = httpx.post(
        f"{app.sandbox.url}/_sandbox/faults",
        data={"marketplace": "shopify", "shop": DEMO, "fault": "outage", "times": ""},
        headers={"Accept": "text/html"},
    )

    assert "SANDBOX" in page.text
    assert app.shop.credentials["access_token"] in page.text
    assert 303 == pressed.status_code
    assert "outage" in httpx.get(f"{app.sandbox.url}/_sandbox/").text
    assert 503 == app.post("{ shop { name } }").status_code


@pytest.mark.parametrize(
    ("action", "fields", "says"),
    [
        ("faults", {"shop": "nowhere.myshopify.com", "fault": "outage"}, "nowhere"),
        ("faults", {"fault": "gremlins"}, "gremlins"),
        ("stock", {"sku": "NO-SUCH", "quantity": 1}, "NO-SUCH"),
        ("stock", {"sku": "NO-SUCH"}, "NO-SUCH"),
        ("stock", {"sku": "BOW-000000-0", "quantity": 1, "location": 7}, "locations"),
        ("touch", {"count": "many"}, "many"),
        ("orders", {"lines": [{"sku": "NO-SUCH"}]}, "NO-SUCH"),
    ],
)
def test_a_control_call_that_makes_no_sense_is_told_why(
    app: App, action: str, fields: dict[str, object], says: str
) -> None:
    """400 with a sentence, and nothing changes."""
    before = app.shop.revision()
    answer = httpx.post(f"{app.sandbox.url}/_sandbox/{action}", json={"marketplace": "shopify", "shop": DEMO, **fields})

    assert 400 == answer.status_code
    assert says in answer.json()["error"]
    assert before == app.shop.revision()


def test_latency_applies_to_every_call(own_app: App) -> None:
    """The clock of the client sees it."""
    httpx.post(f"{own_app.sandbox.url}/_sandbox/latency", json={"latency_ms": 120})

    assert own_app.post("{ shop { name } }").elapsed.total_seconds() >= 0.12
