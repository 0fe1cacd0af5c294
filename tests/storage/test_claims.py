"""What is due is given to one worker at a time, and to another when that one dies with it."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.webhook import Webhook
from app.service.units import Insert, Unit
from app.storage.database import Database
from app.storage.webhook_reads import StoredWebhooks
from app.storage.writer import GroupWriter

NOW = datetime(2026, 5, 18, 1, tzinfo=UTC)
LEASE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def waiting(database: Database) -> Iterator[StoredWebhooks]:
    """200 that are due, the last of them first, and one that is not."""
    writer = GroupWriter(database)
    due = [NOW - SECOND * number for number in range(200)] + [NOW + SECOND]
    webhooks = [Webhook(f"whk_{n:03}", "shop", "https://shop.example", "{}", "pending", 0, at, NOW) for n, at in enumerate(due)]
    writer.commit(Unit("all", "1", NOW, inserts=tuple(map(Insert, webhooks))))
    writer.close()
    return StoredWebhooks(database)


def claim(waiting: StoredWebhooks, limit: int, now: datetime = NOW) -> list[str]:
    return [webhook.id for webhook in waiting.claim_due(now, now + LEASE, limit)]


def test_the_longest_due_come_first_and_are_given_once(waiting: StoredWebhooks) -> None:
    assert claim(waiting, 2) == ["whk_199", "whk_198"]
    assert claim(waiting, 2) == ["whk_197", "whk_196"]
    assert len(claim(waiting, 500)) == 196


def test_of_workers_that_claim_at_once_none_is_given_what_another_has(waiting: StoredWebhooks) -> None:
    with ThreadPoolExecutor(8) as pool:
        given = [one for some in pool.map(lambda _: claim(waiting, 10), range(40)) for one in some]
    assert max(Counter(given).values()) == 1
    assert len([*given, *claim(waiting, 500)]) == 200


def test_what_a_dead_worker_had_is_given_when_its_lease_ends(waiting: StoredWebhooks) -> None:
    taken = claim(waiting, 500)
    assert claim(waiting, 500, NOW + LEASE - SECOND) == ["whk_200"]
    assert claim(waiting, 500, NOW + LEASE) == taken


def test_what_is_released_is_free_at_once(waiting: StoredWebhooks) -> None:
    some = waiting.claim_due(NOW, NOW + LEASE, 500)
    waiting.release(some[:3], NOW + LEASE)
    assert claim(waiting, 500) == [webhook.id for webhook in some[:3]]


def test_who_was_too_slow_frees_nothing_that_another_has_taken_up_since(waiting: StoredWebhooks) -> None:
    slow = waiting.claim_due(NOW, NOW + LEASE, 500)
    later = NOW + LEASE
    assert len(claim(waiting, 500, later)) == 201
    waiting.release(slow, NOW + LEASE)
    assert claim(waiting, 500, later) == []
