"""Why is this red? The chain of events in sentences."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nexus_ui.rules.story import Proof, Tone, story
from nexus_ui.rules.trouble import Answered, Arrived, Changed, Ended, Fellow, Raised, Ran, Records, Stock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REFUSED = "Shopify does not accept this access token. Enter a new one, or connect again."


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def ran(id: str, minutes: float, outcome: str = "failed", **other: Any) -> Ran:
    """A planned sync that took a minute and was refused."""
    plain = {"trigger": "schedule", "by": "", "kind": "", "message": "", "calls": 3}
    told = {"kind": "invalid_credentials", "message": REFUSED} if outcome == "failed" else {}
    return Ran(id, at(minutes), at(minutes + 1), outcome, **{**plain, **told, **other})


GOOD = ran("cyc_good", -15, "success", calls=12, records=1_204)
RED = Records("Shopify", at(-9_000), good=GOOD, ran=(ran("cyc_1", 0), ran("cyc_2", 15), ran("cyc_3", 30)))


def texts(records: Records) -> list[str]:
    """The sentences in order."""
    return [sentence.text for sentence in story(records)]


def test_the_chain_goes_from_the_last_good_sync_to_now() -> None:
    """What was good, what broke first, and how often it was met again; each leads to its cycle."""
    told = story(RED)

    assert [
        "The last sync that read everything. 1,204 records arrived, in 12 calls.",
        f"A planned sync failed: {REFUSED}",
        "The same happened 2 more times, the last of them then.",
    ] == [sentence.text for sentence in told]
    assert [Tone.OK, Tone.BAD, Tone.BAD] == [sentence.tone for sentence in told]
    assert ["cyc_good", "cyc_1", "cyc_3"] == [sentence.links[0].id for sentence in told]
    assert [at(-15), at(1), at(31)] == [sentence.at for sentence in told]


def test_a_failure_tells_what_was_asked_and_answered() -> None:
    """Status and request id as the journal has them; no answer is said as such."""
    answered = Answered("products", "POST", 401, "req-77", "invalid_credentials")
    silent = Answered("orders", "GET", None, "", "unavailable")
    told = story(replace(RED, ran=(ran("a", 0, answered=answered), ran("b", 5, message="Away.", answered=silent))))

    assert ["", "POST products → 401 · request id req-77", "GET orders → no answer"] == [one.told for one in told]


def test_what_a_person_changed_before_it_broke_stands_before_it() -> None:
    """With their name and what they changed; also in the settings of everything."""
    changed = ran("cyc_c", -5, "noted", trigger="settings", by="Anna Berg", message="Changed the interval.")
    general = Changed(at(-4), "Anna Berg", "changed settings: retry attempts from 3 to 0.")
    told = story(replace(RED, ran=(changed, *RED.ran), changed=(general,)))

    assert "Anna Berg: Changed the interval." == told[1].text
    assert "Anna Berg: changed settings: retry attempts from 3 to 0." == told[2].text
    assert [Proof.CYCLE, Proof.SETTINGS] == [told[1].links[0].proof, told[2].links[0].proof]


def test_a_credential_that_ran_out_stands_before_the_failure_it_caused() -> None:
    """Linked to the credentials."""
    told = story(replace(RED, ended=(Ended("Access token", at(-1)),)))

    assert "The access token expired." == told[1].text
    assert Proof.CREDENTIALS is told[1].links[0].proof


def test_webhooks_tell_what_polling_cannot() -> None:
    """Access that was withdrawn, and deliveries that were refused."""
    arrived = Arrived(5, 4, at(2), "The signature does not match.", withdrawn_at=at(-2))
    told = texts(replace(RED, arrived=arrived))

    assert "Shopify told us that its access was withdrawn." == told[1]
    assert "4 webhooks were refused: The signature does not match." == told[3]


def test_refused_stock_is_part_of_it() -> None:
    """How much, in their words, with the way to the pushes."""
    several, one = Stock(12, at(3), "Locked."), Stock(1, at(3))
    told = next(sentence for sentence in story(replace(RED, stock=several)) if "refused:" in sentence.text)

    assert ("12 quantities were refused: Locked.", Proof.STOCK) == (told.text, told.links[0].proof)
    assert "A quantity was refused: without a reason." in texts(replace(RED, stock=one))


def test_others_that_fail_alike_say_where_to_look() -> None:
    """Each of them can be opened; what it means depends on the error."""
    fellows = (Fellow("con_b", "Oslo", at(-3)), Fellow("con_c", "Paris", at(9)))
    told = next(one for one in story(replace(RED, fellows=fellows)) if "other" in one.text)
    away = replace(RED, ran=(ran("a", 0, kind="unavailable", message="Away."),), fellows=fellows[:1])

    assert "2 other Shopify connections fail in the same way: see whether they share an app or a key." == told.text
    assert "Another Shopify connection fails in the same way, so the cause is probably there, not here." in texts(away)
    assert [("con_b", "Oslo"), ("con_c", "Paris")] == [(link.id, link.words) for link in told.links]


def test_another_error_begins_another_sentence() -> None:
    """First it was away, then it refused the key."""
    first = ran("a", 0, kind="unavailable", message="It does not answer.")
    told = texts(replace(RED, ran=(first, ran("b", 5))))

    assert ["A planned sync failed: It does not answer.", f"A planned sync then failed: {REFUSED}"] == told[1:]


def test_presses_that_did_nothing_and_alerts_are_part_of_it() -> None:
    """Nothing somebody did is left out."""
    pressed = ran("cyc_s", 16, "skipped", trigger="manual", by="Anna", message="Skipped: paused since 12:10.")
    told = texts(replace(RED, ran=(*RED.ran, pressed), raised=(Raised("inc_1", at(2), "Invalid credentials"),)))

    assert "Anna asked for a sync. Skipped: paused since 12:10." in told
    assert "An alert was raised: Invalid credentials." in told


def test_after_the_fix_the_story_has_an_end() -> None:
    """What mended it, and how long it had lasted."""
    mended = ran("cyc_ok", 39, "success", calls=4, records=9)
    told = story(replace(RED, mended=mended))

    assert "A sync read everything again: 9 records, in 4 calls. It had lasted 39 minutes." == told[-1].text
    assert Tone.OK is told[-1].tone


def test_records_that_were_set_aside_are_named_and_linked() -> None:
    """A partial sync without an error."""
    told = story(replace(RED, ran=(ran("cyc_p", 0, "partial", set_aside=3),)))

    assert "A planned sync arrived only in part: 3 records could not be read and were set aside." == told[1].text
    assert [Proof.CYCLE, Proof.SET_ASIDE] == [link.proof for link in told[1].links]
    assert Tone.WARN is told[1].tone


def test_a_connection_that_was_never_well_begins_with_its_connecting() -> None:
    """There is no last good sync to tell of."""
    told = texts(Records("Shopify", at(-10), ran=(ran("cyc_1", 0, trigger="first"),)))

    assert ["It was connected. No sync has read everything since.", f"The first sync failed: {REFUSED}"] == told


def test_nothing_is_told_where_nothing_went_wrong() -> None:
    """However often it synced."""
    assert [] == texts(Records("Shopify", at(-10), good=GOOD))


def test_what_a_watcher_misses_is_told_after_the_last_good_sync() -> None:
    """Overdue, or doubted, although no sync failed."""
    told = texts(
        replace(
            Records("Shopify", at(-10), good=GOOD, overdue_since=NOON, overdue_because="The scheduler does not beat."),
            **{"doubt_since": at(-14), "doubt": "0 orders, usually 12–30 at this hour."},
        )
    )

    assert [
        "The last sync that read everything. 1,204 records arrived, in 12 calls.",
        "The result is doubted. 0 orders, usually 12–30 at this hour.",
        "A sync is overdue. The scheduler does not beat.",
    ] == told


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["failed", "partial", "skipped", "deferred", "abandoned", "noted"]),
            st.sampled_from(["unavailable", "surprise", "scope_missing"]),
            st.sampled_from(["One.", "Two."]),
        ),
        max_size=200,
    )
)
def test_every_failure_is_counted_once_and_the_chain_stays_in_order_and_short(
    happened: list[tuple[str, str, str]],
) -> None:
    """Whatever happened: times go forward, every sentence has its proof, and no flood of errors makes a flood here."""
    cycles = tuple(
        ran(f"c{n}", n, outcome, kind=kind, message=said) for n, (outcome, kind, said) in enumerate(happened)
    )
    told = story(replace(RED, ran=cycles))
    quiet = sum(one.outcome in {"skipped", "noted", "abandoned"} for one in cycles)

    assert sorted(sentence.at for sentence in told) == [sentence.at for sentence in told]
    assert all(sentence.links for sentence in told)
    assert len(told) <= quiet + 23
    assert bool(told) is any(one.outcome in {"failed", "partial"} for one in cycles)
