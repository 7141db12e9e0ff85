"""The key pair that signs what the simulated bol sends: made when it is first needed, and named after itself."""

import base64
import hashlib
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class KeyPair:
    """One key of bol's."""

    @cached_property
    def public(self) -> str:
        """The public half: DER in base64."""
        der = self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode()

    @cached_property
    def id(self) -> str:
        """Its name, another one for another key."""
        return str(int.from_bytes(hashlib.sha256(self.public.encode()).digest()[:4]))

    def header(self, body: bytes) -> str:
        """The Signature header of a body."""
        signature = base64.b64encode(self._private.sign(body, PKCS1v15(), SHA256())).decode()
        return f'keyId={self.id}, algorithm="rsa-sha256", signature={signature}'

    @cached_property
    def _private(self) -> RSAPrivateKey:
        return generate_private_key(public_exponent=65537, key_size=2048)
