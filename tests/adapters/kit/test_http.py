"""The kit's HTTP client: what is repeated, what is waited for, what an answer means, what is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from nexus_ui.adapters.kit import http as transport
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.limits import Budget
from nexus_ui.adapters.kit.retry import LONGEST_ASKED, RetryPolicy, retry_after
from nexus_ui.errors import (
    AccountSuspended,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    Surprise,
    Unavailable,
)
from tests.adapters.counterparts import QUICK, Journal

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GET = Exchange("GET", "/things", "read things")
POST = Exchange("POST", "/things", "write things", json={"a": 1}, safe=False)


def client(answer: Callable[[httpx.Request], httpx.Response], journal: Journal | None = None, **parts: object) -> Http:
    """An Http over a transport that answers as told."""
    return Http(
        client=httpx.AsyncClient(transport=httpx.MockTransport(answer)),
        base_url="https://shop.example",
        watcher=journal or Journal(),
        limiter=Budget({}),
        mask=lambda text: text.replace("s3cret", "•••"),
        name="Example",
        retry=QUICK,
        **parts,  # type: ignore[arg-type]  # only judge and auth are passed
    )


def always(status: int, **parts: object) -> Callable[[httpx.Request], httpx.Response]:
    """The same answer each time."""
    return lambda _: httpx.Response(status, **parts)  # type: ignore[arg-type]  # the parts of a response


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("2", 2.0),
        ("1.5", 1.5),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("99999999999", LONGEST_ASKED),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_ASKED),
        ("-5", None),
        ("nan", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_spellings(header: str | None, seconds: float | None) -> None:
    """Seconds or a date; nonsense is None and absurd waits are capped."""
    assert seconds == retry_after(header, NOW)


def test_backoff_grows_and_is_bounded() -> None:
    """No wait is longer than its ceiling, however often it failed."""
    policy = RetryPolicy(first_backoff_seconds=2.0)

    assert all(1.0 <= policy.backoff(1) <= 2.0 for _ in range(50))
    assert all(policy.backoff(3) <= 8.0 for _ in range(50))
    assert all(policy.backoff(10_000) <= 120.0 for _ in range(50))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (302, SetupWrong),
        (400, Surprise),
        (401, CredentialsRejected),
        (402, AccountSuspended),
        (403, PermissionMissing),
        (404, SetupWrong),
        (408, Unavailable),
        (422, Surprise),
        (423, AccountSuspended),
        (429, RateLimited),
        (500, Unavailable),
        (503, Unavailable),
        (599, Unavailable),
    ],
)
async def test_a_status_has_its_error(status: int, expected: type[NexusError]) -> None:
    """The table from status to error."""
    with pytest.raises(NexusError) as raised:
        await client(always(status, json={}, headers={"Retry-After": "600"})).fetch(GET, lambda answer: answer)

    assert expected is type(raised.value)


async def test_redirects_are_not_followed() -> None:
    """A redirect names where it leads and nothing is sent there."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(301, headers={"Location": "https://www.shop.example/"})

    with pytest.raises(SetupWrong, match=r"https://www\.shop\.example/"):
        await client(answer).fetch(GET, lambda found: found)

    assert ["https://shop.example/things"] == asked


async def test_a_write_whose_fate_is_unknown_is_not_repeated() -> None:
    """After a broken answer an unsafe call might have taken effect; a safe one is tried again."""
    journal = Journal()
    for exchange in (POST, GET):
        with pytest.raises(Unavailable):
            await client(always(502), journal).fetch(exchange, lambda answer: answer)

    assert 1 == sum(call.method == "POST" for call in journal.calls)
    assert 1 + QUICK.attempts == sum(call.method == "GET" for call in journal.calls)


async def test_a_write_that_never_left_is_repeated() -> None:
    """When the connection could not be made, nothing can have taken effect."""
    tries = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(200, json={})

    assert 200 == (await client(answer).fetch(POST, lambda found: found)).status
    assert 2 == tries


async def test_throttling_does_not_use_up_the_attempts() -> None:
    """More throttles than attempts, and the call still succeeds."""
    answers = [httpx.Response(429, headers={"Retry-After": "0"}) for _ in range(QUICK.attempts + 2)]
    answers.append(httpx.Response(200, json={}))
    journal = Journal()

    found = await client(lambda _: answers.pop(0), journal).fetch(GET, lambda answer: answer)

    assert 200 == found.status
    assert QUICK.attempts + 2 == len(journal.waits) == journal.resumes


async def test_endless_throttling_ends() -> None:
    """A marketplace that throttles for ever is given up, so that the cycle can be put off."""
    journal = Journal()
    with pytest.raises(RateLimited):
        await client(always(429, headers={"Retry-After": "0"}), journal).fetch(GET, lambda answer: answer)

    assert 10 > len(journal.calls)


async def test_an_answer_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded, also for a small body that unpacks into a large one."""
    monkeypatch.setattr(transport, "MAX_BYTES", 1_000)
    with pytest.raises(Surprise, match="more than"):
        await client(always(200, content=b" " * 2_000)).fetch(GET, lambda answer: answer)


async def test_invalid_json_is_tried_again_and_then_a_surprise_with_an_excerpt() -> None:
    """A body torn in transit may be whole the next time; one that stays broken is shown."""
    journal = Journal()
    broken = always(200, content=b'{"a": [1, 2', headers={"content-type": "application/json"})
    with pytest.raises(Surprise) as raised:
        await client(broken, journal).fetch(GET, _decode)

    assert 1 + QUICK.attempts == len(journal.calls)
    assert '{"a": [1, 2' in raised.value.detail


async def test_a_web_page_is_no_data() -> None:
    """HTML with status 200 is an outage, not an answer."""
    page = always(200, html="<html>Be right back</html>")
    with pytest.raises(Unavailable, match="web page"):
        await client(page).fetch(GET, _decode)


async def test_what_is_told_is_masked() -> None:
    """Addresses and excerpts pass the mask before the journal and the error keep them."""
    journal = Journal()
    leaky = always(400, json={"echo": "s3cret"})
    with pytest.raises(Surprise) as raised:
        await client(leaky, journal).fetch(Exchange("GET", "/x", "x", params={"key": "s3cret"}), lambda found: found)
    told = repr(journal.calls) + raised.value.detail + raised.value.message

    assert "s3cret" not in told
    assert "•••" in told


async def test_nothing_of_a_confidential_answer_is_kept() -> None:
    """A token answer that cannot be read leaves no trace of the token."""
    journal = Journal()
    broken = always(
        200, content=b'{"access_token": "fresh-token-nobody-knows', headers={"content-type": "application/json"}
    )
    exchange = Exchange("POST", "/token", "token", json={"client_secret": "s3cret"}, confidential=True)
    with pytest.raises(Surprise) as raised:
        await client(broken, journal).fetch(exchange, _decode)
    told = repr(journal.calls) + raised.value.detail + repr(exchange)

    assert "fresh-token" not in told
    assert "s3cret" not in told


async def test_a_refused_token_is_renewed_once() -> None:
    """401, renew, again; a second 401 is final."""
    auth = _Auth(renewable=True)
    journal = Journal()
    with pytest.raises(CredentialsRejected):
        await client(always(401, json={}), journal, auth=auth).fetch(GET, lambda answer: answer)

    assert 2 == len(journal.calls)
    assert 1 == auth.renewals


class _Auth:
    """Counts how often it is asked to renew."""

    def __init__(self, renewable: bool) -> None:
        self.renewable, self.renewals = renewable, 0

    async def apply(self, request: httpx.Request) -> str:
        request.headers["Authorization"] = "Bearer token"
        return "token"

    async def renew(self, used: str) -> bool:
        self.renewals += 1
        return self.renewable


def _decode(answer: transport.Answer) -> object:
    import msgspec

    return msgspec.json.decode(answer.body)


async def test_an_address_the_marketplace_hands_out_is_used_whole_and_told_without_its_query() -> None:
    """Documents lie elsewhere, and whoever holds the query of such an address may read them."""
    journal, asked = Journal(), list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={})

    place = "https://storage.example/a%2Fb?signature=s3cretish"
    await client(answer, journal).fetch(Exchange("GET", "", "document", url=place), lambda it: it)

    assert [place] == asked
    assert ["https://storage.example/a%2Fb"] == [call.url for call in journal.calls]
