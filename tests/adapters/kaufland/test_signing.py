"""Every call is signed as Kaufland documents it, over exactly what is sent."""

import httpx
import pytest

from nexus_ui.adapters.kaufland.signing import BASE64, Signer, signature
from tests.adapters.counterparts import Counterpart, Ring, collect
from tests.adapters.kaufland.scripted import KAUFLAND
from tests.conftest import SettableClock

SECRET = "a7d0cb1da1ddbc86c96ee5fedd341b7d8ebfbb2f5c83cfe0909f4e57f05dd403"
VECTOR = "da0b65f51c0716c1d3fa658b7eaf710583630a762a98c9af8e9b392bd9df2e2a"
UNITS = "https://sellerapi.kaufland.com/v2/units/"


def test_the_vendors_vector_is_met() -> None:
    """The secret counts as text, not as the bytes it spells."""
    assert VECTOR == signature(SECRET, "POST", UNITS, b"", "1411055926")


def test_the_form_can_be_switched_to_base64() -> None:
    """The same 32 bytes in the other spelling."""
    found = signature(SECRET, "post", UNITS, b"", "1411055926", BASE64)

    assert "2gtl9RwHFsHT+mWLfq9xBYNjCnYqmMmvjps5K9nfLio=" == found


@pytest.mark.parametrize(
    "other",
    [
        ("GET", UNITS, b"", "1411055926"),
        ("POST", f"{UNITS}?storefront=de", b"", "1411055926"),
        ("POST", UNITS, b"[]", "1411055926"),
        ("POST", UNITS, b"", "1411055927"),
    ],
)
def test_every_part_of_a_request_counts(other: tuple[str, str, bytes, str]) -> None:
    """Method, address with its query, body and time all change the signature."""
    assert VECTOR != signature(SECRET, *other)


async def test_a_request_carries_key_time_and_signature(settable_clock: SettableClock) -> None:
    """What is signed is the address and body as they go over the wire."""
    request = httpx.Request("PATCH", UNITS + "1", params={"storefront": "de"}, content=b'{"amount":5}')
    stamp = str(int(settable_clock.now.timestamp()))

    used = await Signer(Ring({"client_key": "k", "secret_key": SECRET})).apply(request)

    assert stamp == used == request.headers["Shop-Timestamp"]
    assert "k" == request.headers["Shop-Client-Key"]
    assert (
        signature(SECRET, "PATCH", f"{UNITS}1?storefront=de", b'{"amount":5}', stamp)
        == request.headers["Shop-Signature"]
    )


async def test_only_a_signature_that_waited_is_made_anew(settable_clock: SettableClock) -> None:
    """A fresh one that is refused stays refused; an old one may have gone stale in our own line."""
    signer = Signer(Ring(KAUFLAND.sandbox_fields))
    used = await signer.apply(httpx.Request("GET", UNITS))

    assert not await signer.renew(used)
    settable_clock.advance(seconds=61)
    assert await signer.renew(used)


async def test_the_sandbox_refuses_a_form_it_does_not_know(kaufland: Counterpart) -> None:
    """Base64 is switchable here, but the simulated Kaufland signs as the vendor documents."""
    async with kaufland.open({"signature_form": BASE64}) as adapter:
        with pytest.raises(Exception, match="does not accept these keys"):
            await collect(adapter.products(None, None))
