"""WebAuthn: what browsers are asked, and whether what their authenticators made or signed is genuine."""

import json
import logging
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.domain.customer import Customer
from app.domain.passkey import Passkey, PasskeyNotHere, PasskeyRefused, PasskeyUnfit, RelyingParty, relying_party
from app.service.passkey_ports import MadeKey

NAME = "Usual"
LOGGER = logging.getLogger("usual.passkeys")
# The library wraps what it foresees; odd bytes from outside can still trip what lies below it.
BROKEN = (WebAuthnException, UnsupportedAlgorithm, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError)


class WebAuthn:
    """The service's `Authenticators`. `public_url` fixes the origin; None: that of the page that asks, which the guard let in."""

    def __init__(self, public_url: str | None) -> None:
        self._fixed = public_url

    def relying_party(self, origin: str) -> RelyingParty:
        found = relying_party(self._fixed or origin)
        if found is None:
            raise PasskeyNotHere()
        return found

    def to_make(self, party: RelyingParty, customer: Customer, challenge: bytes, known: Sequence[Passkey]) -> dict[str, Any]:
        options = generate_registration_options(
            rp_id=party.id,
            rp_name=NAME,
            user_id=customer.id.encode(),
            user_name=customer.display_name or NAME,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=_descriptors(known),
        )
        return options_to_json_dict(options)

    def to_sign(self, party: RelyingParty, challenge: bytes, usable: Sequence[Passkey]) -> dict[str, Any]:
        options = generate_authentication_options(
            rp_id=party.id,
            challenge=challenge,
            allow_credentials=_descriptors(usable),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def made(self, party: RelyingParty, challenge: bytes, credential: str) -> MadeKey:
        try:
            made = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=party.id,
                expected_origin=party.origin,
                require_user_verification=True,
            )
        except BROKEN as broken:
            LOGGER.info("a new passkey was not taken: %s", broken)
            raise PasskeyUnfit() from None
        return MadeKey(bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key), made.sign_count)

    def credential_id(self, credential: str) -> str:
        try:
            return bytes_to_base64url(base64url_to_bytes(json.loads(credential)["rawId"]))
        except BROKEN:
            raise PasskeyRefused() from None

    def signed(self, party: RelyingParty, challenge: bytes, credential: str, public_key: str) -> int:
        try:
            signed = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=party.id,
                expected_origin=party.origin,
                credential_public_key=base64url_to_bytes(public_key),
                # The library would look at the counter before the signature: whoever has no key could have a passkey blocked.
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        except BROKEN as broken:
            LOGGER.info("what a passkey signed was refused: %s", broken)
            raise PasskeyRefused() from None
        return signed.new_sign_count


def _descriptors(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id)) for passkey in passkeys]
