"""Every route: who gets an answer, what stands on every answer, and what is closed."""

from pathlib import Path

import pytest

from nexus_ui.clock import utcnow
from nexus_ui.flows.sign_in import Role
from nexus_ui.storage import beats, database
from nexus_ui.web import webhooks
from nexus_ui.web.guard import Door
from nexus_ui.web.headers import content_policy
from nexus_ui.web.routes import DOORS
from tests.web.conftest import Site

FILLED = {"{marketplace}": "shopify", "{connection_id}": "con_nothing", "{cycle_id}": "cyc_nothing"}


def address(door: Door) -> str:
    """A path that leads to a door."""
    path = door.path
    for blank, filling in FILLED.items():
        path = path.replace(blank, filling)
    assert "{" not in path, f"fill in {path}"
    return path


def name(door: Door) -> str:
    """How a test is called."""
    return f"{door.method} {door.path}"


GUARDED = [door for door in DOORS if door.needs is not None]
OPEN = [door for door in DOORS if door.needs is None]


@pytest.mark.parametrize("door", GUARDED, ids=name)
@pytest.mark.parametrize("cookie", [None, "invented", ""])
def test_no_guarded_route_answers_without_a_session(site: Site, door: Door, cookie: str | None) -> None:
    """401 and nothing else."""
    with site.browser(cookie) as browser:
        answer = browser.request(door.method, address(door))

    assert (401, {"error": "Sign in first."}) == (answer.status_code, answer.json())


@pytest.mark.parametrize("door", [door for door in GUARDED if door.needs is not Role.VIEWER], ids=name)
def test_no_route_for_admins_answers_a_viewer(site: Site, door: Door, cookies: dict[Role, str]) -> None:
    """403 and nothing else."""
    with site.browser(cookies[Role.VIEWER]) as browser:
        answer = browser.request(door.method, address(door))

    assert (403, {"error": "Your role does not allow this."}) == (answer.status_code, answer.json())


def test_the_open_routes_are_these_and_say_why() -> None:
    """A new open route has to be argued for here."""
    known = {"/auth/sign-in", "/auth/owner", "/api/health/live", "/api/health/ready", webhooks.PATH}
    by_link = {"/auth/reconnect", "/auth/reconnect/consent", "/oauth/{marketplace}/callback"}
    assert known | by_link == {door.path for door in OPEN}
    assert all(door.why_open for door in OPEN)


@pytest.mark.parametrize("path", ["/", "/auth/nothing", "/api/health/live", "/oauth/shopify/callback"])
def test_every_answer_carries_the_security_headers(site: Site, path: str) -> None:
    """Static page, refusal, JSON: all of them."""
    with site.browser() as browser:
        headers = browser.get(path).headers

    assert ("nosniff", "DENY", "same-origin") == (
        headers["x-content-type-options"],
        headers["x-frame-options"],
        headers["referrer-policy"],
    )
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_only_the_inline_scripts_that_were_built_may_run(tmp_path: Path) -> None:
    """The policy lists the hash of each inline script, and no blanket permission."""
    page = tmp_path / "index.html"
    page.write_text('<script>let a = 1</script><script src="/x.js"></script><script type="module">b()</script>')
    policy = content_policy([page])

    assert 2 == policy.count("'sha256-")
    assert "script-src 'self' 'unsafe-eval' 'sha256-" in policy


@pytest.mark.parametrize("path", ["/_health", "/_health/", "/_all_routes", "/auth-codespace"])
def test_what_reflex_offers_and_nobody_needs_is_closed(site: Site, cookies: dict[Role, str], path: str) -> None:
    """404, whoever asks."""
    with site.browser(cookies[Role.OWNER]) as browser:
        assert 404 == browser.get(path).status_code


@pytest.mark.parametrize("path", ["/_upload", "/_upload/", "/_upload/picture.png"])
def test_uploads_ask_for_a_session_that_may_change_things(site: Site, cookies: dict[Role, str], path: str) -> None:
    """Nobody: 401; a viewer: 403; an admin passes; a foreign page does not, whoever is behind it."""
    answers = {}
    for who, cookie in (("nobody", None), ("viewer", cookies[Role.VIEWER]), ("admin", cookies[Role.ADMIN])):
        with site.browser(cookie) as browser:
            answers[who] = browser.get(path).status_code
    with site.browser(cookies[Role.ADMIN], origin="https://evil.com") as browser:
        answers["foreign page"] = browser.post(path).status_code

    assert (401, 403, 403) == (answers["nobody"], answers["viewer"], answers["foreign page"])
    assert answers["admin"] not in {401, 403}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("127.0.0.1:3000", 200),
        ("[::1]:3000", 200),
        ("panel.example.com", 200),
        ("PANEL.example.com:443", 200),
        ("evil.com", 421),
        ("panel.example.com.evil.com", 421),
        ("", 421),
        ("[::1", 421),
    ],
)
def test_only_our_own_names_are_answered(site: Site, monkeypatch: pytest.MonkeyPatch, host: str, status: int) -> None:
    """A foreign name pointed at us reaches nothing; monitors may ask by any address."""
    monkeypatch.setenv("NEXUS_PUBLIC_URL", "https://panel.example.com")
    from nexus_ui import settings

    settings.current.cache_clear()
    with site.browser() as browser:
        assert status == browser.get("/", headers={"Host": host}).status_code
        assert 200 == browser.get("/api/health/live", headers={"Host": host}).status_code


def test_ready_needs_a_fresh_beat_of_the_scheduler(site: Site) -> None:
    """503 without one, 200 with one; nothing more is told."""
    with site.browser() as browser:
        before = browser.get("/api/health/ready")
        beats.beat("one", "scheduler", utcnow(), utcnow())
        after = browser.get("/api/health/ready")

    assert (503, {"status": "unavailable"}) == (before.status_code, before.json())
    assert (200, {"status": "ok"}) == (after.status_code, after.json())


def test_ready_says_no_and_nothing_else_when_the_database_is_away(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The reason stands in our log, not in the answer."""
    beats.beat("one", "scheduler", utcnow(), utcnow())
    database.forget_engine()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/nowhere")
    (tmp_path / "nowhere").mkdir()
    from nexus_ui import settings

    settings.current.cache_clear()
    with site.browser() as browser:
        ready, live = browser.get("/api/health/ready"), browser.get("/api/health/live")

    assert (503, '{"status":"unavailable"}') == (ready.status_code, ready.text)
    assert 200 == live.status_code


def test_an_open_route_without_a_reason_cannot_be_declared() -> None:
    """Forgetting the role is an error at start, not a hole."""
    with pytest.raises(ValueError, match="does not say why"):
        Door("/x", "GET", DOORS[0].answer, None)
