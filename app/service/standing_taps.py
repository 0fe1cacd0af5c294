"""Taps on a standing order's card. Whose it is the service checks."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from app.dialogue.outcomes import Care, CareAction, Outcome
from app.service.card_taps import TapInvalid

TAPPED: Mapping[str, CareAction] = {action: action for action in get_args(CareAction) if action != "cancel_all"}


def outcomes(tap: Mapping[str, Any]) -> Sequence[Outcome]:
    """Raises TapInvalid."""
    action = TAPPED.get(str(tap.get("action")))
    if action is None:
        raise TapInvalid(what="standing")
    return [Care(action, str(tap.get("id")))]
