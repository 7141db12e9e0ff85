"""Signing in by consent (OAuth): send the browser away with a state that works once, and judge what comes back."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from nexus_ui import settings
from nexus_ui.adapters.contract import CONSENT_HOST, Consent, Marketplace, SignInKind
from nexus_ui.adapters.kit.hosts import resolve_base
from nexus_ui.adapters.kit.opening import open_http
from nexus_ui.clock import utcnow
from nexus_ui.errors import NexusError, NotAllowed, NotFound, Refused
from nexus_ui.flows.drafting import DRAFT_LASTS, TestResult, marketplace_named, merged, result_of, way_named
from nexus_ui.flows.preflight import (
    PATIENCE,
    Finding,
    Notebook,
    account_as_json,
    account_from_json,
    expiries,
    finding_of,
    secret_values,
    split,
    try_out,
)
from nexus_ui.flows.reach import reach, start_sandbox
from nexus_ui.flows.sign_in import Who
from nexus_ui.ids import new_id
from nexus_ui.security import tokens
from nexus_ui.security.redact import mask
from nexus_ui.security.vault import current_vault
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
    person_id: str


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
    host = CONSENT_HOST if CONSENT_HOST in marketplace.hosts else ""
    base_url = resolve_base(marketplace, typed, reach(slug, sandbox).endpoint, host)
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


async def finish(slug: str, params: Mapping[str, str], *present: Who) -> Returned:
    """Judge a callback, trade its code for tokens, try them, and keep how it went with the draft.

    Whoever began it must be among those `present` in the browser. Raises NotAllowed for an unknown, used or late state,
    another marketplace's, or another browser session's.
    """
    draft = await asyncio.to_thread(drafts.take_state, tokens.digest(params.get("state", "")), utcnow())
    if draft is None:
        raise NotAllowed("This consent was used already or took longer than ten minutes. Start again.")
    began = (draft.person_id, draft.session_id)
    if draft.marketplace != slug or began not in {(who.person_id, who.session_id) for who in present}:
        raise NotAllowed("This consent was started elsewhere. Start again in this browser.")
    marketplace = marketplace_named(slug)
    sealed = await asyncio.to_thread(secrets.reveal, current_vault(), draft.id)
    verifier = sealed.pop(VERIFIER, "")
    try:
        finding = await _trade(marketplace, draft, {**draft.public_fields, **sealed}, params, verifier)
    except Refused as refusal:
        finding = Finding(None, {}, refusal.message, refusal.kind)
    result = await asyncio.to_thread(_record, draft, marketplace, finding)
    return Returned(result, draft.id, draft.connection_id, draft.person_id)


def returned(draft_id: str, person_id: str) -> TestResult | None:
    """How a consent of this person went, for the page it came back to; None when there is nothing (any more)."""
    draft = drafts.find(draft_id)
    if draft is None or draft.person_id != person_id or draft.used or draft.account is None:
        return None
    edited = connections.get(draft.connection_id) if draft.connection_id else None
    refused = draft.account.get("refused")
    if refused is not None:
        finding = Finding(None, {}, **refused)
    else:
        finding = finding_of(account_from_json(draft.account), {}, "")
    return result_of(draft.id if finding.passed else "", draft.marketplace, draft.sandbox, finding, edited)


def callback_address(slug: str) -> str:
    """The exact redirect address to register with the marketplace's app."""
    return f"{settings.current().public_url}/oauth/{slug}/callback"


async def _trade(
    marketplace: Marketplace, draft: Drafted, fields: dict[str, str], params: Mapping[str, str], verifier: str
) -> Finding:
    """Tokens for the code, then the same test as for typed keys; raises Refused for a callback that is not genuine."""
    consent = _consent_of(marketplace)
    if consent.code not in params:
        raise NotAllowed(f"{marketplace.name} reports that consent was not given.")
    consent.check_callback(fields, params)
    notebook = Notebook()

    def hide(text: str) -> str:
        return mask(text, [*secret_values(marketplace, fields), params[consent.code], verifier])

    try:
        way = reach(marketplace.slug, draft.sandbox)
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
        return Finding(None, {}, error.message, error.kind, "", hide(notebook.last_problem() or error.detail))
    return await try_out(marketplace, {**fields, **won}, draft.sandbox)


def _record(draft: Drafted, marketplace: Marketplace, finding: Finding) -> TestResult:
    """Keep the finding with the draft; the tokens replace what was sealed there, or nothing stays after a refusal."""
    _, sealed = split(marketplace, way_named(marketplace, draft.sign_in), finding.keys)
    now = utcnow()
    if finding.account is not None:
        account = account_as_json(finding.account)
    else:
        names = ("message", "error_kind", "error_scope", "raw")
        account = {"refused": {name: getattr(finding, name) for name in names}}
    with writing() as session:
        secrets.forget(session, draft.id)
        if finding.passed:
            secrets.store(session, current_vault(), draft.id, sealed, expiries(sealed))
        drafts.record_test(session, draft.id, account, now if finding.passed else None, now + DRAFT_LASTS)
    edited = connections.get(draft.connection_id) if draft.connection_id else None
    return result_of(draft.id if finding.passed else "", draft.marketplace, draft.sandbox, finding, edited)


def _keep_draft(draft: Draft, sealed: dict[str, str]) -> None:
    with writing() as session:
        drafts.add(session, draft)
        secrets.store(session, current_vault(), draft.id, sealed)


def _consent_of(marketplace: Marketplace) -> Consent:
    if marketplace.consent is None:
        raise NotFound("This marketplace does not offer to sign in by consent.")
    return marketplace.consent
