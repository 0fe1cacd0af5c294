"""The cards of a customer's own data, in the customer's words: what the file holds; what an erasure takes and what it leaves."""

from collections.abc import Mapping

from app.dialogue.wording import say, wording
from app.domain.names import Lang
from app.domain.records import Credential
from app.service.views import DataAction, DataView

# Where a file is to be had.
FILES: Mapping[DataAction, str] = {
    "export": "/api/export?lang={lang}",
    "record": "/api/conversations/{conversation}/replay?lang={lang}",
}


def data_view(action: DataAction, credential: Credential | None, lang: Lang, conversation_id: str) -> DataView:
    has_pin = credential is not None and credential.pin_hash is not None
    prefix = f"data.{action}."
    points = sorted(key for key in wording(lang) if key.startswith(f"{prefix}points."))
    labels = f"{prefix}labels."
    return DataView(
        action=action,
        lang=lang,
        title=say(lang, f"{prefix}title"),
        points=tuple(say(lang, key) for key in points),
        secret=None if action != "erase" else "pin" if has_pin else "password",
        labels={key.removeprefix(labels): text for key, text in wording(lang).items() if key.startswith(labels)},
        href=FILES[action].format(lang=lang, conversation=conversation_id) if action in FILES else None,
    )
