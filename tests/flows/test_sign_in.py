"""Who gets in, and who does not."""

import contextlib
import threading

import pytest

from nexus_ui.errors import BadInput, NotAllowed
from nexus_ui.flows import sign_in
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.storage import people
from tests import databases
from tests.conftest import SettableClock
from tests.flows.conftest import PASSWORD, admit


def token_of(link: str) -> str:
    """The secret part of a one-time link."""
    return link.partition("link=")[2]


def test_the_first_link_creates_the_owner(database: databases.Database) -> None:
    """Whoever holds the printed link becomes the owner and is signed in."""
    cookie = sign_in.redeem(token_of(sign_in.new_owner_link()), email="O@Example.com", name="Olga", password=PASSWORD)

    who = sign_in.who(cookie)

    assert who is not None
    assert (Role.OWNER, "o@example.com", "Olga") == (who.role, who.email, who.name)


def test_a_link_works_once(database: databases.Database) -> None:
    """A second use of the same link lets nobody in."""
    token = token_of(sign_in.new_owner_link())
    sign_in.redeem(token, email="olga@example.com", name="Olga", password=PASSWORD)

    with pytest.raises(NotAllowed):
        sign_in.redeem(token, email="mallory@example.com", name="Mallory", password=PASSWORD)

    assert ["olga@example.com"] == [person.email for person in people.everybody()]


def test_of_many_who_use_one_link_at_once_one_gets_in(database: databases.Database) -> None:
    """The link is spent in the transaction that creates the person."""
    token = token_of(sign_in.new_owner_link())
    admitted: list[str] = []

    def attempt(number: int) -> None:
        with contextlib.suppress(NotAllowed, BadInput):
            admitted.append(sign_in.redeem(token, email=f"p{number}@example.com", name="", password=PASSWORD))

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert 1 == len(admitted) == len(people.everybody())


def test_a_link_ends_after_a_day(sqlite_database: databases.Database, settable_clock: SettableClock) -> None:
    """After 24 hours the link is worthless."""
    token = token_of(sign_in.new_owner_link())
    settable_clock.advance(hours=24, seconds=1)

    with pytest.raises(NotAllowed):
        sign_in.redeem(token, email="olga@example.com", name="Olga", password=PASSWORD)


def test_a_fresh_owner_link_replaces_the_earlier_one(sqlite_database: databases.Database) -> None:
    """Only the link printed last works."""
    old = token_of(sign_in.new_owner_link())
    new = token_of(sign_in.new_owner_link())

    assert (None, Role.OWNER) == (sign_in.link_role(old), sign_in.link_role(new))


def test_the_owner_link_renews_a_forgotten_password_and_ends_old_sessions(olga: Who) -> None:
    """The same link serves an owner who cannot sign in any more; nothing else about them changes."""
    old = sign_in.sign_in("olga@example.com", PASSWORD, "10.0.0.1")
    sign_in.redeem(
        token_of(sign_in.new_owner_link()), email="other@x.org", name="Other", password="a new long password"
    )

    assert sign_in.who(old) is None
    assert sign_in.who(sign_in.sign_in("olga@example.com", "a new long password", "10.0.0.1")) is not None
    assert 3 == len(people.everybody())


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        pytest.param("olga", PASSWORD, "email", id="no at sign"),
        pytest.param("a b@example.com", PASSWORD, "email", id="a space"),
        pytest.param("@example.com", PASSWORD, "email", id="nobody"),
        pytest.param("olga@example.com", "short", "password", id="short password"),
        pytest.param("olga@example.com", "x" * 257, "password", id="endless password"),
    ],
)
def test_bad_details_name_their_field_and_do_not_spend_the_link(
    sqlite_database: databases.Database, email: str, password: str, field: str
) -> None:
    """After a refusal the same link still works."""
    token = token_of(sign_in.new_owner_link())

    with pytest.raises(BadInput) as refusal:
        sign_in.redeem(token, email=email, name="Olga", password=password)

    assert (field, Role.OWNER) == (refusal.value.field, sign_in.link_role(token))


def test_a_wrong_password_and_an_unknown_address_sound_alike(olga: Who) -> None:
    """Nobody learns from the answer whether an address is known."""
    with pytest.raises(NotAllowed) as wrong:
        sign_in.sign_in("olga@example.com", "not the password", "10.0.0.1")
    with pytest.raises(NotAllowed) as unknown:
        sign_in.sign_in("nobody@example.com", "not the password", "10.0.0.1")

    assert wrong.value.message == unknown.value.message


@pytest.mark.parametrize("address", ["olga@example.com", "nobody@example.com"])
def test_refused_attempts_on_one_address_must_wait_longer_and_longer(
    olga: Who, settable_clock: SettableClock, address: str
) -> None:
    """After five refusals the sixth waits 2 s, the seventh 4 s, whether or not the address is known."""
    for number in range(5):
        with pytest.raises(NotAllowed):
            sign_in.sign_in(address, "wrong password", f"10.0.0.{number}")
    waits = []
    for number in range(3):
        with pytest.raises(sign_in.Throttled) as held:
            sign_in.sign_in(address, "wrong password", f"10.0.1.{number}")
        waits.append(held.value.seconds)
        settable_clock.advance(held.value.seconds)
        with pytest.raises(NotAllowed) as refused:
            sign_in.sign_in(address, "wrong password", f"10.0.1.{number}")
        assert not isinstance(refused.value, sign_in.Throttled)

    assert [2, 4, 8] == waits


def test_a_sender_who_tries_many_addresses_must_wait_too(olga: Who) -> None:
    """Twenty refusals from one place hold that place back, and no other."""
    for number in range(20):
        with pytest.raises(NotAllowed):
            sign_in.sign_in(f"somebody{number}@example.com", "wrong password", "10.0.0.9")

    with pytest.raises(sign_in.Throttled):
        sign_in.sign_in("olga@example.com", PASSWORD, "10.0.0.9")
    assert sign_in.who(sign_in.sign_in("olga@example.com", PASSWORD, "10.0.0.10")) is not None


def test_the_right_password_clears_what_was_refused_before(olga: Who) -> None:
    """A person who remembers it at the fifth try starts afresh."""
    for _ in range(4):
        with pytest.raises(NotAllowed):
            sign_in.sign_in("olga@example.com", "wrong password", "10.0.0.1")
    sign_in.sign_in("olga@example.com", PASSWORD, "10.0.0.1")

    with pytest.raises(NotAllowed) as refused:
        sign_in.sign_in("olga@example.com", "wrong password", "10.0.0.1")
    assert not isinstance(refused.value, sign_in.Throttled)


def test_attempts_at_the_same_moment_do_not_slip_past_the_throttle(olga: Who) -> None:
    """Each attempt is counted before it is judged: of 16 at once at most five are judged."""
    judged: list[str] = []

    def attempt(number: int) -> None:
        try:
            sign_in.sign_in("olga@example.com", f"guess number {number}", f"10.0.2.{number}")
        except sign_in.Throttled:
            return
        except NotAllowed:
            judged.append("refused")

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert 5 >= len(judged) > 0


def test_signing_out_ends_the_session_on_the_server(olga: Who) -> None:
    """A copied cookie is worthless after signing out."""
    cookie = sign_in.sign_in("olga@example.com", PASSWORD, "10.0.0.1")
    assert sign_in.who(cookie) is not None

    sign_in.sign_out(cookie)

    assert sign_in.who(cookie) is None


@pytest.mark.parametrize("cookie", [None, "", "x", "x" * 100_000, "' OR 1=1 --"])
def test_nonsense_in_the_cookie_is_nobody(olga: Who, cookie: str | None) -> None:
    """Only a cookie we handed out means somebody."""
    assert sign_in.who(cookie) is None


def test_a_session_in_use_slides_and_one_left_alone_ends(olga: Who, settable_clock: SettableClock) -> None:
    """Thirty days after its last use a session is over."""
    used, left = (sign_in.sign_in("olga@example.com", PASSWORD, "10.0.0.1") for _ in range(2))
    for _ in range(3):
        settable_clock.advance(days=20)
        assert sign_in.who(used) is not None

    assert sign_in.who(left) is None
    settable_clock.advance(days=30, seconds=1)
    assert sign_in.who(used) is None


def test_roles_cover_what_stands_below_them() -> None:
    """Owner over admin over viewer."""
    table = {(one, other): one.covers(other) for one in Role for other in Role}

    assert {(one, other) for (one, other), covers in table.items() if covers} == {
        (Role.OWNER, Role.OWNER),
        (Role.OWNER, Role.ADMIN),
        (Role.OWNER, Role.VIEWER),
        (Role.ADMIN, Role.ADMIN),
        (Role.ADMIN, Role.VIEWER),
        (Role.VIEWER, Role.VIEWER),
    }


def test_only_the_owner_decides_who_gets_in(olga: Who, adam: Who, vera: Who) -> None:
    """Admins and viewers can neither invite, nor change roles, nor lock out, nor list people."""
    for nobody in (adam, vera):
        for attempt in (
            lambda by: sign_in.invite(Role.VIEWER, by),
            lambda by: sign_in.change_role(olga.person_id, Role.VIEWER, by),
            lambda by: sign_in.lock_out(olga.person_id, by),
            sign_in.everybody,
        ):
            with pytest.raises(NotAllowed):
                attempt(nobody)

    assert [Role.OWNER, Role.ADMIN, Role.VIEWER] == [person.role for person in sign_in.everybody(olga)]


def test_an_invitation_gives_its_role_whatever_the_newcomer_asks(olga: Who) -> None:
    """The role stands in the link's own record; an invitation never makes an owner."""
    assert Role.VIEWER == admit(Role.VIEWER, "new@example.com", olga).role
    with pytest.raises(BadInput):
        sign_in.invite(Role.OWNER, olga)


def test_a_locked_out_person_is_out_at_once(olga: Who, vera: Who) -> None:
    """Their open session ends and their password opens nothing."""
    cookie = sign_in.sign_in("vera@example.com", PASSWORD, "10.0.0.1")
    sign_in.lock_out(vera.person_id, olga)

    assert sign_in.who(cookie) is None
    with pytest.raises(NotAllowed):
        sign_in.sign_in("vera@example.com", PASSWORD, "10.0.0.1")


def test_the_last_owner_stays(olga: Who) -> None:
    """Nobody can lock themselves out of the installation."""
    with pytest.raises(NotAllowed):
        sign_in.lock_out(olga.person_id, olga)
    with pytest.raises(NotAllowed):
        sign_in.change_role(olga.person_id, Role.ADMIN, olga)

    assert people.anybody()


def test_neither_password_nor_cookie_nor_link_is_stored(olga: Who, sqlite_database: databases.Database) -> None:
    """The database file holds hashes only."""
    cookie = sign_in.sign_in("olga@example.com", PASSWORD, "10.0.0.1")
    token = token_of(sign_in.new_owner_link())
    stored = b"".join(path.read_bytes() for path in sqlite_database.home.glob("nexus.db*"))

    assert {PASSWORD: False, cookie: False, token: False} == {
        secret: secret.encode() in stored for secret in (PASSWORD, cookie, token)
    }
