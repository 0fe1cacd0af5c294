"""Prefixed ids that sort by time: `chk_01jd…` = prefix, 48 bits of milliseconds, 80 random bits, in base 32."""

import hashlib
import secrets
from typing import Protocol

from app.base.clock import Clock, milliseconds

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class Ids(Protocol):
    def new(self, prefix: str) -> str:
        """A new id such as `ord_01jd3k5w8v0000000000000000`."""
        ...


class RandomIds:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def new(self, prefix: str) -> str:
        return _id(prefix, self._clock, secrets.randbits(80))


class CountedIds:
    """Ids that depend on the clock and a counter alone; for replays and tests."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = 0

    def new(self, prefix: str) -> str:
        self._count += 1
        return _id(prefix, self._clock, self._count)


def derived_id(prefix: str, *parts: str) -> str:
    """The same id for the same parts: how an effect's key follows from what caused it."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return f"{prefix}_{_base32(int.from_bytes(digest[:16], 'big') >> 8, 24)}"


def _id(prefix: str, clock: Clock, low_bits: int) -> str:
    return f"{prefix}_{_base32(milliseconds(clock.now()), 10)}{_base32(low_bits, 16)}"


def _base32(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
