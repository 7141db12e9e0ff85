"""The key pair that signs what the simulated bol sends: made when it is first needed, and named after itself.

RSASSA-PKCS1-v1_5 with SHA-256 and the form of the public key, written from the standards, so that what verifies it is
not tried against itself. https://www.rfc-editor.org/rfc/rfc8017 (8.2, A.1) and rfc5280 (4.1)
"""

import base64
import hashlib
import math
import secrets
from functools import cached_property

BITS = 2048
EXPONENT = 65_537
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
"""How a SHA-256 digest is introduced (RFC 8017, 9.2)."""
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")
_SMALL = math.prod(number for number in range(3, 2_000, 2) if all(number % low for low in range(3, number, 2)))
_ROUNDS = 16


class KeyPair:
    """One key of bol's."""

    @cached_property
    def public(self) -> str:
        """The public half: DER in base64."""
        numbers = _der(0x30, _integer(math.prod(self._primes)) + _integer(EXPONENT))
        return base64.b64encode(_der(0x30, _RSA + _der(0x03, b"\0" + numbers))).decode()

    @cached_property
    def id(self) -> str:
        """Its name, another one for another key."""
        return str(int.from_bytes(hashlib.sha256(self.public.encode()).digest()[:4], "big"))

    def header(self, body: bytes) -> str:
        """The Signature header of a body."""
        told = _SHA256 + hashlib.sha256(body).digest()
        padded = b"\0\1" + b"\xff" * (BITS // 8 - len(told) - 3) + b"\0" + told
        signature = self._raised(int.from_bytes(padded, "big")).to_bytes(BITS // 8, "big")
        return f'keyId={self.id}, algorithm="rsa-sha256", signature={base64.b64encode(signature).decode()}'

    def _raised(self, number: int) -> int:
        """To the power of the private exponent: by each prime, then put together (RFC 8017, 5.1.2)."""
        one, other = self._primes
        at_one, at_other = (pow(number, pow(EXPONENT, -1, prime - 1), prime) for prime in (one, other))
        return at_other + other * ((at_one - at_other) * pow(other, -1, one) % one)

    @cached_property
    def _primes(self) -> tuple[int, int]:
        return _prime(), _prime()


def _prime() -> int:
    """A random prime of half the length, whose two highest bits are set so that a product has the whole."""
    while True:
        number = secrets.randbits(BITS // 2) | 3 << (BITS // 2 - 2) | 1
        if math.gcd(number, _SMALL) == 1 and number % EXPONENT != 1 and _is_prime(number):
            return number


def _is_prime(number: int) -> bool:
    """True for a prime, by the test of Miller and Rabin."""
    twos = (number - 1 & 1 - number).bit_length() - 1
    for _ in range(_ROUNDS):
        power = pow(secrets.randbelow(number - 3) + 2, number - 1 >> twos, number)
        if power in (1, number - 1):
            continue
        if not any((power := power * power % number) == number - 1 for _ in range(twos - 1)):
            return False
    return True


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    coded = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(coded)]) + coded + content
