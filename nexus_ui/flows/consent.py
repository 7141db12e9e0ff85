"""Signing in by consent (OAuth): send the browser away with a state that works once, and judge what comes back."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from nexus_ui import settings
from nexus_ui.adapters.contract import Consent, Marketplace, SignInKind
from nexus_ui.adapters.kit.hosts import resolve_base
from nexus_ui.adapters.kit.opening import open_http
from nexus_ui.clock import utcnow
from nexus_ui.errors import NexusError, NotAllowed, NotFound, Refused
from nexus_ui.flows import keys
from nexus_ui.flows.drafting import DRAFT_LASTS, TestResult, marketplace_named, merged, result_of, way_named
from nexus_ui.flows.preflight import (
    PATIENCE,
    Finding,
    Notebook,
    account_as_json,
    account_from_json,
    expiries,
    secret_values,
    split,
    try_out,
)
from nexus_ui.flows.reach import reach, start_sandbox
from nexus_ui.flows.sign_in import Who
from nexus_ui.ids import new_id
from nexus_ui.security import tokens
from nexus_ui.security.redact import mask
from nexus_ui.storage import connections, drafts, secrets
from nexus_ui.storage.database import writing
from nexus_ui.storage.drafts import Drafted
from nexus_ui.storage.tables import Draft

STATE_LASTS = timedelta(minutes=10)
VERIFIER = "pkce_verifier"


@dataclass(frozen=True, slots=True)
class Returned:
    """Where a consent came back to: a draft with its test result, for a new connection or an existing one."""

    result: TestResult
    draft_id: str
    connection_id: str | None


async def begin(
    who: Who,
    slug: str,
    sign_in: str,
    values: Mapping[str, str],
    *,
    sandbox: bool = False,
    connection_id: str | None = None,
) -> str:
    """The marketplace's address to send this browser to; raises BadInput, NotFound.

    The state in it works once, for ten minutes, in this browser session only.
    """
    marketplace = marketplace_named(slug)
    way = way_named(marketplace, sign_in)
    if marketplace.consent is None or way.kind is not SignInKind.CONSENT:
        raise NotFound("This marketplace does not offer to sign in by consent.")
    edited = await asyncio.to_thread(connections.get, connection_id) if connection_id else None
    sandbox = edited.sandbox if edited else sandbox
    if sandbox:
        await start_sandbox()
    typed = await asyncio.to_thread(merged, marketplace, way, values, edited)
    base_url = resolve_base(marketplace, typed, reach(slug, sandbox).endpoint)
    state, verifier, now = tokens.new_token(), tokens.pkce_verifier(), utcnow()
    public, sealed = split(marketplace, way, typed)
    draft = Draft(
        id=new_id("drf"),
        marketplace=slug,
        sign_in=way.slug,
        public_fields=public,
        sandbox=sandbox,
        connection_id=edited.id if edited else None,
        person_id=who.person_id,
        state_hash=tokens.digest(state),
        session_id=who.session_id,
        redirect_uri=callback_address(slug),
        created_at=now,
        expires_at=now + STATE_LASTS,
    )
    await asyncio.to_thread(_keep_draft, draft, {**sealed, VERIFIER: verifier})
    return marketplace.consent.authorize_url(
        typed, base_url, draft.redirect_uri, state, tokens.pkce_challenge(verifier)
    )


async def finish(slug: str, params: Mapping[str, str], who: Who) -> Returned:
    """Judge a callback, trade its code for tokens, and try them; raises Refused kinds with a sentence.

    Refused: an unknown, used or late state, another marketplace's or another session's, a wrong signature, a denial.
    """
    draft = await asyncio.to_thread(drafts.take_state, tokens.digest(params.get("state", "")), utcnow())
    if draft is None:
        raise NotAllowed("This consent was used already or took longer than ten minutes. Start again.")
    if draft.marketplace != slug or draft.person_id != who.person_id or draft.session_id != who.session_id:
        raise NotAllowed("This consent was started elsewhere. Start again in this browser.")
    marketplace = marketplace_named(slug)
    sealed = await asyncio.to_thread(keys.open, draft.id)
    verifier = sealed.pop(VERIFIER, "")
    fields = {**draft.public_fields, **sealed}
    consent = _consent_of(marketplace)
    if "code" not in params:
        consent_error = params.get("error", "")
        said = f" ({consent_error[:60]})" if consent_error.isprintable() and consent_error else ""
        raise NotAllowed(f"{marketplace.name} reports that consent was not given{said}.")
    consent.check_callback(fields, params)
    finding = await _trade(marketplace, consent, draft, fields, params, verifier)
    result = await asyncio.to_thread(_record, draft, marketplace, finding)
    return Returned(result, draft.id, draft.connection_id)


def returned(draft_id: str, person_id: str) -> TestResult | None:
    """The test result of a consent that came back to this person, for the page it returns to; None when unknown."""
    draft = drafts.find(draft_id)
    if draft is None or draft.person_id != person_id or draft.used or draft.account is None:
        return None
    account = account_from_json(draft.account)
    edited = connections.get(draft.connection_id) if draft.connection_id else None
    failed = "" if draft.passed else "Some checks failed. Their rows say what to do."
    finding = Finding(account, {}, failed or f"Signed in as {account.name}.", "" if draft.passed else "check_failed")
    return result_of(draft.id, draft.marketplace, draft.sandbox, finding, edited)


def callback_address(slug: str) -> str:
    """The exact redirect address to register with the marketplace's app."""
    return f"{settings.current().public_url}/oauth/{slug}/callback"


async def _trade(
    marketplace: Marketplace,
    consent: Consent,
    draft: Drafted,
    fields: dict[str, str],
    params: Mapping[str, str],
    verifier: str,
) -> Finding:
    """Tokens for the code, then the same test as for typed keys."""
    notebook = Notebook()

    def hide(text: str) -> str:
        return mask(text, [*secret_values(marketplace, fields), params.get("code", ""), verifier])

    way = reach(marketplace.slug, draft.sandbox)
    try:
        async with open_http(
            marketplace,
            fields,
            watcher=notebook,
            mask=hide,
            endpoint=way.endpoint,
            allow_private=way.allow_private,
            retry=PATIENCE,
            urgent=True,
        ) as http:
            won = await consent.exchange(http, fields, params, draft.redirect_uri, verifier)
    except Refused:
        raise
    except NexusError as error:
        return Finding(None, fields, error.message, error.kind, "", hide(notebook.last_problem() or error.detail))
    return await try_out(marketplace, {**fields, **won}, draft.sandbox)


def _record(draft: Drafted, marketplace: Marketplace, finding: Finding) -> TestResult:
    """Keep the tokens and the finding with the draft; a refusal is raised, since there is nothing to keep."""
    if finding.account is None:
        raise NotAllowed(finding.message, finding.raw)
    way = way_named(marketplace, draft.sign_in)
    _, sealed = split(marketplace, way, finding.keys)
    now = utcnow()
    with writing() as session:
        secrets.forget(session, draft.id)
        keys.keep(session, draft.id, sealed, expiries(sealed))
        passed_at = now if finding.passed else None
        drafts.record_test(session, draft.id, account_as_json(finding.account), passed_at, now + DRAFT_LASTS)
    edited = connections.get(draft.connection_id) if draft.connection_id else None
    return result_of(draft.id, draft.marketplace, draft.sandbox, finding, edited)


def _keep_draft(draft: Draft, sealed: dict[str, str]) -> None:
    with writing() as session:
        drafts.add(session, draft)
        keys.keep(session, draft.id, sealed, {})


def _consent_of(marketplace: Marketplace) -> Consent:
    if marketplace.consent is None:
        raise NotFound("This marketplace does not offer to sign in by consent.")
    return marketplace.consent
