"""One marketplace over HTTP: sends, waits, retries, keeps the journal, and turns every answer into a value or an error.

The table it asks stands in `refusals`; an adapter overrides single rows of it with a `judge`.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import httpx
import msgspec

from nexus_ui import clock
from nexus_ui.adapters.contract import Call, Watcher
from nexus_ui.adapters.kit.answers import EXCERPT, Answer, Exchange
from nexus_ui.adapters.kit.refusals import Garbled, by_fault, by_status, final, never_sent
from nexus_ui.adapters.kit.retry import RetryPolicy
from nexus_ui.errors import CredentialsRejected, NexusError, RateLimited, Surprise, Unavailable

T = TypeVar("T")
MAX_BYTES = 64 * 1024 * 1024
LONGEST_ANSWER = 120.0
ANNOUNCED_WAIT = 15.0
"""A wait of our own pacing is told to the watcher from this many seconds on; shorter ones are ordinary work."""
_MOST_THROTTLES = 8


Judge = Callable[[Answer], NexusError | None]
Decode = Callable[[Answer], T]


class Auth(Protocol):
    """Puts credentials on a request, and renews them when they are refused."""

    async def apply(self, request: httpx.Request) -> str:
        """Sign the request; returns the token used, so that a refusal of exactly this one can be answered."""
        ...

    async def renew(self, used: str) -> bool:
        """Replace a token that was refused; False when that is not possible."""
        ...


class Limiter(Protocol):
    """Spends the marketplace's budget."""

    def expected_wait(self, operation: str, cost: float) -> float:
        """Seconds until `cost` can be spent."""
        ...

    async def take(self, operation: str, cost: float, urgent: bool) -> None:
        """Spend `cost`, waiting for it."""
        ...

    def learn(
        self, operation: str, *, taken: float, spent: float, burst: float, per_second: float, available: float
    ) -> None:
        """Take over what a reply says of the budget."""
        ...

    def learn_window(self, operation: str, *, limit: float, left: float, seconds: float) -> None:
        """Take over what a reply says of a fixed window, which is full again in so many seconds."""
        ...

    def learn_rate(self, operation: str, per_second: float) -> None:
        """Take over how fast the budget comes back, where a reply says no more than that."""
        ...

    def burst(self, operation: str) -> float:
        """How much can be spent at once."""
        ...

    def done(self, operation: str, cost: float) -> None:
        """A call for which `cost` was taken has come back."""
        ...

    def refused(self, operation: str, seconds: float) -> None:
        """The marketplace refused a call: nobody sends this operation for so long."""
        ...


@dataclass(frozen=True, kw_only=True)
class Http:
    """An HTTP client bound to one marketplace's base URL. Raises only `errors`; nothing it keeps names a secret."""

    client: httpx.AsyncClient = field(repr=False)
    base_url: str
    watcher: Watcher = field(repr=False)
    limiter: Limiter = field(repr=False)
    mask: Callable[[str], str] = field(repr=False)
    name: str = "The marketplace"
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    urgent: bool = False
    judge: Judge | None = field(default=None, repr=False)
    auth: Auth | None = field(default=None, repr=False)
    hosts: Mapping[str, str] = field(default_factory=dict)

    def using(self, *, judge: Judge | None = None, auth: Auth | None = None) -> "Http":
        """The same client with an adapter's own verdicts and sign-in."""
        return replace(self, judge=judge or self.judge, auth=auth or self.auth)

    def without_auth(self) -> "Http":
        """The same client for calls that carry their own credentials, such as those to a token endpoint."""
        return replace(self, auth=None)

    def overhearing(self, hear: Callable[[Answer], None]) -> "Http":
        """The same client, showing every answer to `hear` before it is judged."""
        inner = self.judge

        def judge(answer: Answer) -> NexusError | None:
            hear(answer)
            return inner(answer) if inner else None

        return replace(self, judge=judge)

    async def send(self, method: str, path: str, *, operation: str, **parts: Any) -> Answer:
        """Make one call (see `Exchange` for the parts) and return its answer; raises errors of `errors`."""
        return await self.fetch(Exchange(method, path, operation, **parts), lambda answer: answer)

    async def fetch(self, exchange: Exchange, decode: Decode[T]) -> T:
        """Make one call and decode its answer; what `decode` raises is treated like any other refusal."""
        failures = throttles = 0
        renewed = False
        while True:
            request = self._request(exchange)
            used = await self.auth.apply(request) if self.auth else ""
            await self._within_budget(exchange)
            try:
                return await self._once(exchange, request, decode, failures + throttles + 1)
            except RateLimited as limited:
                throttles += 1
                await self._wait_out(exchange, limited, throttles)
            except CredentialsRejected:
                if renewed or self.auth is None or not await self.auth.renew(used):
                    raise
                renewed = True
            except Unavailable as fault:
                failures += 1
                if failures > self.retry.attempts or not (exchange.safe or never_sent(fault)):
                    raise final(fault) from fault
                await self._back_off(fault, failures)

    async def _once(self, exchange: Exchange, request: httpx.Request, decode: Decode[T], attempt: int) -> T:
        began, at = clock.monotonic(), clock.utcnow()
        answer: Answer | None = None
        problem: NexusError | None = None
        try:
            answer = await self._receive(request)
            self._refuse(answer, exchange)
            return self._decoded(answer, exchange, decode)
        except httpx.HTTPError as fault:
            problem = by_fault(fault, self.name, self.mask)
            raise problem from fault
        except NexusError as error:
            problem = error
            raise
        finally:
            self.limiter.done(exchange.operation, exchange.cost)
            self.watcher.called(
                Call(
                    at=at,
                    operation=exchange.operation,
                    method=exchange.method,
                    url=self.mask(str(request.url.copy_with(query=None) if exchange.url else request.url)),
                    status=answer.status if answer else None,
                    milliseconds=round((clock.monotonic() - began) * 1000),
                    attempt=attempt,
                    request_id=answer.request_id if answer else "",
                    problem=problem.kind if problem else "",
                    excerpt=self._evidence(answer, exchange, problem),
                )
            )

    async def _receive(self, request: httpx.Request) -> Answer:
        """Send and read the whole body, which may neither be too large nor drip for ever."""
        try:
            async with asyncio.timeout(LONGEST_ANSWER):
                response = await self.client.send(request, stream=True, auth=None, follow_redirects=False)
                try:
                    body = await self._body(response)
                finally:
                    await response.aclose()
        except TimeoutError as fault:
            raise Unavailable(f"{self.name} took longer than {LONGEST_ANSWER:.0f} seconds to answer.") from fault
        return Answer(response.status_code, response.headers, body, clock.utcnow())

    async def _body(self, response: httpx.Response) -> bytes:
        chunks, size = [], 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > MAX_BYTES:
                raise Surprise(f"{self.name} sent an answer of more than {MAX_BYTES >> 20} MB, which was not read.")
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _request(self, exchange: Exchange) -> httpx.Request:
        content, headers = exchange.content, dict(exchange.headers)
        if exchange.json is not None:
            content = msgspec.json.encode(exchange.json)
            headers.setdefault("Content-Type", "application/json")
        headers.setdefault("Accept", "application/json")
        base_url = self.hosts[exchange.host] if exchange.host else self.base_url
        return self.client.build_request(
            exchange.method,
            exchange.url or f"{base_url.rstrip('/')}/{exchange.path.lstrip('/')}",
            params=exchange.params,
            content=content,
            data=exchange.data,
            headers=headers,
        )

    def _refuse(self, answer: Answer, exchange: Exchange) -> None:
        """Raise what the answer means, unless it is a good one."""
        verdict = (self.judge(answer) if self.judge else None) or by_status(answer, self.name, self.mask)
        if verdict is not None:
            raise self._with_excerpt(verdict, answer, exchange)
        kind = answer.headers.get("content-type", "")
        if exchange.media_type and answer.body and kind and exchange.media_type not in kind.lower():
            said = f"{self.name} answered with a web page instead of data. That usually passes; it is tried again."
            raise self._with_excerpt(Unavailable(said, f"content-type {kind}"), answer, exchange)

    def _decoded(self, answer: Answer, exchange: Exchange, decode: Decode[T]) -> T:
        try:
            return decode(answer)
        except msgspec.ValidationError as error:
            problem: NexusError = Surprise(f"{self.name} sent an answer of a shape we do not know.", str(error))
            raise self._with_excerpt(problem, answer, exchange) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            problem = Garbled(f"{self.name} sent an answer that cannot be read.", str(error))
            raise self._with_excerpt(problem, answer, exchange) from error

    def _with_excerpt(self, error: NexusError, answer: Answer, exchange: Exchange) -> NexusError:
        error.detail = f"{self.mask(error.detail)}\n{self._shown(answer, exchange)}".strip()
        return error

    def _evidence(self, answer: Answer | None, exchange: Exchange, problem: NexusError | None) -> str:
        if problem is None:
            return ""
        return self._shown(answer, exchange) if answer and answer.body else problem.detail

    def _shown(self, answer: Answer, exchange: Exchange) -> str:
        """As much of the body as may be kept."""
        if exchange.confidential and answer.status < 300:
            return "(The answer is not kept: it may hold a token.)"
        return self.mask(answer.excerpt())[:EXCERPT]

    async def _within_budget(self, exchange: Exchange) -> None:
        wait = self.limiter.expected_wait(exchange.operation, exchange.cost)
        if wait < ANNOUNCED_WAIT:
            await self.limiter.take(exchange.operation, exchange.cost, self.urgent)
            return
        if wait > self.retry.longest_wait_seconds:
            raise RateLimited(f"The calls {self.name} allows are spent for now.", retry_after=wait)
        await self.watcher.waiting(
            clock.utcnow() + timedelta(seconds=wait), f"{self.name} allows no more calls for now."
        )
        await self.limiter.take(exchange.operation, exchange.cost, self.urgent)
        await self.watcher.resumed()

    async def _wait_out(self, exchange: Exchange, limited: RateLimited, throttles: int) -> None:
        """Wait as long as the marketplace asks; raises `limited` when that is too long or happens too often."""
        asked = limited.retry_after
        seconds = self.retry.backoff(throttles) if asked is None else asked
        if seconds > self.retry.longest_wait_seconds or throttles > _MOST_THROTTLES:
            limited.retry_after = seconds
            raise limited
        self.limiter.refused(exchange.operation, seconds)
        await self.watcher.waiting(clock.utcnow() + timedelta(seconds=seconds), limited.message)
        await asyncio.sleep(seconds)
        await self.watcher.resumed()

    async def _back_off(self, fault: Unavailable, failures: int) -> None:
        seconds = max(fault.retry_after or 0.0, self.retry.backoff(failures))
        if seconds > self.retry.longest_wait_seconds:
            raise fault
        await asyncio.sleep(seconds)
