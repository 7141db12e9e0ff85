"""The key pair that signs what the simulated bol sends: made when it is first needed, and named after itself."""

import base64
import hashlib
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BITS = 2048
EXPONENT = 65_537


class KeyPair:
    """One key of bol's."""

    @cached_property
    def public(self) -> str:
        """The public half: DER in base64."""
        shown = self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(shown).decode()

    @cached_property
    def id(self) -> str:
        """Its name, another one for another key."""
        return str(int.from_bytes(hashlib.sha256(self.public.encode()).digest()[:4], "big"))

    def header(self, body: bytes) -> str:
        """The Signature header of a body."""
        signature = self._private.sign(body, padding.PKCS1v15(), SHA256())
        return f'keyId={self.id}, algorithm="rsa-sha256", signature={base64.b64encode(signature).decode()}'

    @cached_property
    def _private(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(EXPONENT, BITS)
