"""Who an order is handed to: "for Wang Li, 13900001111", 送给王丽，电话13900001111."""

import re
from dataclasses import replace

from app.dialogue.reading import Abstain, Begin, Change, Reading, RecipientValue, Span

PHONE = r"(?P<phone>(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d))"
ENGLISH = re.compile(
    r"(?:(?:it's|it is|this is|deliver it|deliver this|send it|send this|bring it) )?\b(?:for|to) "
    r"(?P<name>[A-Z][\w'-]*(?: [A-Z][\w'-]*){0,2})\s*[,，:]?\s*(?:(?:phone|tel|mobile|number|on)\b[:：]?\s*)?" + PHONE
)
CHINESE = re.compile(
    r"(?:送给|给|收货人(?:是|：|:)?|收件人(?:是|：|:)?)\s*(?P<name>[\u4e00-\u9fff]{2,4}?)\s*[,，]?\s*(?:的)?(?:电话|手机号|手机|号码)?(?:是|：|:)?\s*"
    + PHONE
)
SURE = 95
# A name alone, where nothing but a person can follow.
NAME_ALONE = re.compile(r"送给(?P<name>[\u4e00-\u9fff]{1,4}?)[吧。！!.\s]*$")


def recipient_in(text: str) -> RecipientValue | None:
    for pattern in (ENGLISH, CHINESE):
        if found := pattern.search(text):
            digits = re.sub(r"\D", "", found["phone"])
            return RecipientValue(found["name"], digits, Span(found.start(), found.end(), found.group()))
    found = NAME_ALONE.search(text)
    return RecipientValue(found["name"], None, Span(found.start(), found.end(), found.group())) if found else None


def with_recipient(rest: Reading, recipient: RecipientValue, ordering: str) -> Reading | None:
    """The reading of an order, or of a change of the card, with who it is for; None where the words are about something else."""
    if all(isinstance(command, Abstain) for command in rest.commands):
        return None if rest.unexplained else replace(rest, commands=(Change(recipient=recipient),), sureness=SURE)
    commands = []
    for command in rest.commands:
        if isinstance(command, Begin) and command.skill == ordering:
            command = replace(command, slots={**command.slots, "recipient": recipient})
        elif not isinstance(command, Change):
            return None
        commands.append(command)
    if not any(isinstance(command, Begin) for command in commands):
        commands.append(Change(recipient=recipient))
    return replace(rest, commands=tuple(commands))
