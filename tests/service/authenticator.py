"""An authenticator in software: makes real keys and signs as a device would, with each thing that it says open to change."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One device with one key. `counts`: whether it counts its signatures."""

    origin: str = ORIGIN
    verifies: bool = True
    counts: bool = True
    rp_id: str | None = None
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = b"credential-of-this-device"
    sign_count: int = 0

    def make(self, options: Any) -> str:
        """The answer to `navigator.credentials.create`, as JSON."""
        point = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cose
        said = self._said(options["rp"]["id"], HAS_KEY) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})
        client = self._client("webauthn.create", options)
        return self._credential(clientDataJSON=client, attestationObject=attestation)

    def sign(self, options: Any) -> str:
        """The answer to `navigator.credentials.get`, as JSON."""
        self.sign_count += self.counts
        said, client = self._said(options["rpId"]), self._client("webauthn.get", options)
        signature = self.key.sign(said + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(clientDataJSON=client, authenticatorData=said, signature=signature)

    def _said(self, rp_id: str, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return hashlib.sha256((self.rp_id or rp_id).encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def _client(self, kind: str, options: Any) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}).encode()

    def _credential(self, **response: bytes) -> str:
        called = bytes_to_base64url(self.credential_id)
        answer = {name: bytes_to_base64url(value) for name, value in response.items()}
        return json.dumps({"id": called, "rawId": called, "type": "public-key", "response": answer})


def tampered(credential: str, part: str) -> str:
    """With one bit of a part changed."""
    value = json.loads(credential)
    raw = bytearray(base64url_to_bytes(value["response"][part]))
    raw[-1] ^= 1
    value["response"][part] = bytes_to_base64url(bytes(raw))
    return json.dumps(value)
