"""What the services stand on, and what of it can be replaced."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from app.base.clock import Clock, SystemClock
from app.base.ids import Ids, RandomIds
from app.demo import seed
from app.domain.catalog import Catalog
from app.domain.webhook import secret_of
from app.identity.secrets import HASHER, PepperedSecrets
from app.identity.signing import Ed25519Signer
from app.merchants.mock import Memory, MockBank, MockMerchants
from app.service.checkpoints import Checkpoints
from app.service.evidence import Evidence
from app.service.lexicons import Lexicons
from app.service.news import InProcessNews, NewsStand
from app.service.ports import Reader
from app.service.webhooks import Outbox
from app.settings import Settings
from app.storage.catalog_files import load_catalogs
from app.storage.checkpoint_reads import StoredCheckpoints
from app.storage.database import Database
from app.storage.evidence_reads import StoredEvidence
from app.storage.guardian_reads import StoredGuardians
from app.storage.mandate_reads import StoredMandates
from app.storage.passkey_reads import StoredPasskeys
from app.storage.reads import StoredRecords
from app.storage.refund_reads import StoredRefunds
from app.storage.shared_news import SharedNews
from app.storage.standing_reads import StoredStanding
from app.storage.urls import file_of
from app.storage.writer import GroupWriter

if TYPE_CHECKING:
    from app.bootstrap import Usual

Seed = Callable[[Callable[[Clock], "Usual"], Clock], None]


@dataclass(frozen=True, slots=True)
class Outside:
    """What lies outside the house and can be replaced: time, ids, shops, who lives in the demo. None: the real one.

    `before_look` is called before each look at the shops' files.
    """

    clock: Clock = field(default_factory=SystemClock)
    ids: Ids | None = None
    catalogs: Mapping[str, Catalog] | None = None
    reader: Reader | None = None
    lexicons: Lexicons | None = None
    hasher: PasswordHasher = HASHER
    seed: Seed = seed
    before_look: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Ground:
    """What the services stand on: the database, the merchants and the bank, and time."""

    settings: Settings
    clock: Clock
    ids: Ids
    database: Database
    records: StoredRecords
    mandate_records: StoredMandates
    refund_records: StoredRefunds
    standing_records: StoredStanding
    passkey_records: StoredPasskeys
    guardian_records: StoredGuardians
    writer: GroupWriter
    merchants: MockMerchants
    bank: MockBank
    outbox: Outbox
    news: NewsStand
    secrets: PepperedSecrets

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.records, self.refund_records, self.mandate_records, StoredEvidence(self.database))

    @property
    def checkpoints(self) -> Checkpoints:
        signer = Ed25519Signer(self.settings.key_for("checkpoints"))
        return Checkpoints(StoredCheckpoints(self.database), self.writer, signer, self.clock)

    def secret_of(self, merchant_id: str) -> str:
        """What a merchant's webhooks and callbacks are signed with."""
        return secret_of(self.settings.key_for("webhooks"), merchant_id)


def lay_ground(settings: Settings, outside: Outside, database_url: str, is_scratch: bool) -> Ground:
    clock, database = outside.clock, Database(database_url, is_scratch=is_scratch)
    database.create_schema()
    ids = outside.ids or RandomIds(clock)
    memory = Memory(None if is_scratch else _outside_file(settings))
    catalogs = outside.catalogs if outside.catalogs is not None else load_catalogs(settings.catalog_dir)
    answer_ms = 0 if is_scratch else settings.merchant_answer_ms
    merchants = MockMerchants(catalogs, memory, clock, answer_ms, settings.merchant_minute_seconds)
    return Ground(
        settings=settings,
        clock=clock,
        ids=ids,
        database=database,
        records=StoredRecords(database),
        mandate_records=StoredMandates(database),
        refund_records=StoredRefunds(database),
        standing_records=StoredStanding(database),
        passkey_records=StoredPasskeys(database),
        guardian_records=StoredGuardians(database),
        writer=GroupWriter(database),
        merchants=merchants,
        outbox=Outbox(merchants.webhook_url),
        bank=MockBank(memory),
        news=InProcessNews() if database.is_sqlite else SharedNews(database, ids.new("prc")),
        secrets=PepperedSecrets(settings.pin_pepper.encode(), outside.hasher),
    )


def _outside_file(settings: Settings) -> Path:
    """What the merchants and the bank that this process plays remember: beside the database where that is a file."""
    return (file_of(settings.database_url) or settings.var_dir / "usual.db").with_name("outside.db")
