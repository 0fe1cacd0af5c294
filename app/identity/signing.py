"""Ed25519: who has the public key can check a signature and make none."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Ed25519Signer:
    """`seed`: 32 bytes in hex, this purpose's own."""

    def __init__(self, seed: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))

    @property
    def key(self) -> str:
        """The public key, in hex."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, statement: str) -> str:
        return self._key.sign(statement.encode()).hex()

    def is_signed(self, key: str, statement: str, signature: str) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), statement.encode())
        except (InvalidSignature, ValueError):
            return False
        return True
