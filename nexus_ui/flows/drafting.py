"""From typed values to a sealed draft with a test result: what adding, editing and consenting share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import TOKEN_FIELDS, Account, Check, Field, Marketplace, SignIn
from nexus_ui.adapters.kit.hosts import check_fields
from nexus_ui.clock import utcnow
from nexus_ui.errors import AlreadyConnected, BadInput, NotFound, NotTested, SecretUnreadable
from nexus_ui.flows.preflight import Finding, account_as_json, account_from_json, expiries, split
from nexus_ui.ids import new_id
from nexus_ui.security.tokens import same
from nexus_ui.security.vault import current_vault
from nexus_ui.storage import connections, drafts, secrets
from nexus_ui.storage.connections import Connected
from nexus_ui.storage.database import writing
from nexus_ui.storage.drafts import Drafted
from nexus_ui.storage.tables import Draft

DRAFT_LASTS = timedelta(minutes=30)
LONGEST_VALUE = 4_000
SPENT = "This test is too old or was saved already. Test the connection again."


@dataclass(frozen=True, slots=True)
class TestResult:
    """What a test found: the preflight table, or the refusal in a sentence with the marketplace's masked answer."""

    draft_id: str
    account: Account | None
    checks: tuple[Check, ...]
    passed: bool
    message: str
    error_kind: str = ""
    error_scope: str = ""
    raw: str = ""
    other_account: bool = False
    already_connected: str = ""


def marketplace_named(slug: str) -> Marketplace:
    """The declaration behind a slug; raises NotFound."""
    found = CATALOGUE.get(slug)
    if found is None:
        raise NotFound("This marketplace is not offered.")
    return found


def way_named(marketplace: Marketplace, slug: str) -> SignIn:
    """One way to sign in; raises NotFound."""
    try:
        return marketplace.sign_in(slug)
    except KeyError:
        raise NotFound("This way to sign in is not offered.") from None


def merged(marketplace: Marketplace, way: SignIn, typed: Mapping[str, str], edited: Connected | None) -> dict[str, str]:
    """The declared fields of one way to sign in, trimmed and checked; blank secrets come from the edited connection."""
    values = {entry.name: str(typed.get(entry.name, "")).strip() for entry in way.fields}
    for entry in way.fields:
        if len(values[entry.name]) > LONGEST_VALUE:
            raise BadInput(f"{entry.label} is too long.", entry.name)
    if edited is not None:
        values |= _known(edited, way, values)
    check_fields(way.fields, values)
    return {name: value for name, value in values.items() if value}


def keep(
    person_id: str, marketplace: Marketplace, way: SignIn, finding: Finding, sandbox: bool, edited: Connected | None
) -> TestResult:
    """Keep a finding as a draft with its credentials sealed, and say how it went."""
    public, sealed = split(marketplace, way, finding.keys)
    now = utcnow()
    draft = Draft(
        id=new_id("drf"),
        marketplace=marketplace.slug,
        sign_in=way.slug,
        public_fields=public,
        sandbox=sandbox,
        connection_id=edited.id if edited else None,
        person_id=person_id,
        account=account_as_json(finding.account) if finding.account else None,
        passed_at=now if finding.passed else None,
        created_at=now,
        expires_at=now + DRAFT_LASTS,
    )
    if finding.passed:
        with writing() as session:
            drafts.add(session, draft)
            secrets.store(session, current_vault(), draft.id, sealed, expiries(sealed))
    return result_of(draft.id if finding.passed else "", marketplace.slug, sandbox, finding, edited)


def result_of(draft_id: str, slug: str, sandbox: bool, finding: Finding, edited: Connected | None) -> TestResult:
    """A finding as the wizard shows it, with what saving it would meet."""
    account = finding.account
    known = connections.by_account(slug, account.account_id, sandbox) if account else None
    taken = known if known and (edited is None or known.id != edited.id) else None
    message = f"{known.account_name} is connected already, as {known.name}." if taken and known else finding.message
    return TestResult(
        draft_id=draft_id,
        account=account,
        checks=account.checks if account else (),
        passed=finding.passed and taken is None,
        message=message,
        error_kind=AlreadyConnected.kind if taken else finding.error_kind,
        error_scope=finding.error_scope,
        raw=finding.raw,
        other_account=bool(account and edited and account.account_id != edited.account_id),
        already_connected=taken.id if taken else "",
    )


def passed(draft_id: str, person_id: str, typed: Mapping[str, str]) -> tuple[Drafted, Account]:
    """A draft of this person that passed, and who answered; raises NotTested, also when `typed` says otherwise."""
    draft = drafts.find(draft_id)
    if draft is None or not same(draft.person_id, person_id) or not draft.passed or draft.account is None:
        raise NotTested("Test the connection first. Only values that passed the test can be saved.")
    if draft.used:
        raise NotTested(SPENT)
    if not _is_what_was_tested(draft, typed):
        raise NotTested("The values were changed after the test. Test the connection again.")
    return draft, account_from_json(draft.account)


def spend(draft: Drafted, person_id: str, now: datetime, session: Session) -> None:
    if not drafts.spend(session, draft.id, person_id, now):
        raise NotTested(SPENT)


def _is_what_was_tested(draft: Drafted, typed: Mapping[str, str]) -> bool:
    """Whether nothing that stands in the form differs from the draft; a blank box says nothing."""
    way = way_named(marketplace_named(draft.marketplace), draft.sign_in)
    standing = {entry.name: typed.get(entry.name, "").strip() for entry in way.fields}
    tested = {**draft.public_fields, **secrets.reveal(current_vault(), draft.id)} if any(standing.values()) else {}
    return all(same(value, tested.get(name, "")) for name, value in standing.items() if value)


def _known(edited: Connected, way: SignIn, values: Mapping[str, str]) -> dict[str, str]:
    """What the edited connection already has for boxes left blank. A token counts only for the way it was won by."""
    blank = [entry for entry in way.fields if not values[entry.name]]
    same_way = way.slug == edited.sign_in
    missing = [entry for entry in blank if entry.secret and (same_way or entry.name not in TOKEN_FIELDS)]
    needed = [entry.name for entry in blank if not entry.optional and entry.name in edited.public_fields]
    public = {name: edited.public_fields[name] for name in needed}
    return public | (_stored(edited.id, missing) if missing else {})


def _stored(connection_id: str, missing: Sequence[Field]) -> dict[str, str]:
    try:
        stored = secrets.reveal(current_vault(), connection_id)
    except SecretUnreadable:
        first = next((entry for entry in missing if not entry.optional), missing[0])
        said = f"The saved value cannot be read any more. Enter {first.label} again."
        raise BadInput(said, first.name) from None
    return {entry.name: stored[entry.name] for entry in missing if entry.name in stored}
