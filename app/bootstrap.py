"""Builds the adapters and wires them, once per process."""

import gc
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from app.base.clock import Clock, SystemClock
from app.base.errors import UsualError
from app.base.ids import Ids, RandomIds
from app.demo import DEMO, DemoSignIn, seed
from app.dialogue.wording import say_error
from app.domain.catalog import Catalog
from app.domain.customer import Customer, NotFound
from app.domain.names import Lang
from app.identity.secrets import PepperedSecrets
from app.llm.chain import ModelChain
from app.llm.openai_model import OpenAIModel
from app.llm.recorded import RecordedModel, RecordingModel, RememberedModel, Row, TrafficMissing, traffic_in, writing_to
from app.llm.routes import ModelTableBroken, routes
from app.merchants.mock import Memory, MockBank, MockMerchants
from app.service.accounts import Accounts
from app.service.assistant import Assistant
from app.service.attempts import Attempts
from app.service.audit import Audit
from app.service.campaigns import Campaigns
from app.service.checkout import Checkouts
from app.service.erasure import Erasures
from app.service.export import Exports
from app.service.lexicons import Lexicons
from app.service.mandates import Mandates
from app.service.money.authorise import Authoriser
from app.service.money.capture import Settler
from app.service.money.deposit import Depositor
from app.service.money.mandate_use import MandateUses
from app.service.news import InProcessNews
from app.service.offers import Offers
from app.service.payments import Payments
from app.service.ports import Reader, Records
from app.service.queries import Queries
from app.service.risk import Risks
from app.service.runs import Runs
from app.service.sign_ins import SignIns
from app.service.sign_up import SignUps
from app.service.standing_orders import StandingOrders
from app.service.standing_views import StandingViews
from app.service.step_up import StepUp
from app.service.till import CardTill, StandingTill, WalletTill
from app.service.tracking import Tracking
from app.service.wallets import Wallets
from app.settings import SettingMissing, Settings, load_settings
from app.storage import catalog_edit, risk_rules, sheets
from app.storage.catalog_files import CatalogBroken, empty_categories, json_schema, load_catalogs, read_catalogs
from app.storage.catalog_watch import CatalogWatch
from app.storage.database import Database, beside, file_of, is_new_file
from app.storage.mandate_reads import StoredMandates
from app.storage.reads import StoredRecords
from app.storage.risk_reads import StoredRisk
from app.storage.sheets import SheetBroken
from app.storage.sheets import cells as sheet_cells
from app.storage.sheets.follow import SheetFollower
from app.storage.standing_reads import StoredStanding
from app.storage.writer import GroupWriter
from app.understanding.reader import PolicyReader
from app.worker import Worker

if TYPE_CHECKING:
    from app.storage.chat_history import ChatHistory

__all__ = [
    "CatalogBroken",
    "ModelTableBroken",
    "Outside",
    "Row",
    "SheetBroken",
    "SheetFollower",
    "TrafficMissing",
    "Usual",
    "build",
    "catalog_edit",
    "empty_categories",
    "get_usual",
    "json_schema",
    "load_catalogs",
    "read_catalogs",
    "reader_of",
    "recorded_reader",
    "recording_reader",
    "remembering_reader",
    "risk_rules",
    "sheet_cells",
    "sheets",
    "traffic_in",
]

# One of OWASP's equal argon2id sets, the one that takes the least CPU and memory here. The pepper and the lock after five tries
# carry a six-digit PIN, not the hash's cost.
HASHER = PasswordHasher(time_cost=5, memory_cost=7_168, parallelism=1)

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


@dataclass(frozen=True)
class Usual:
    """The whole service of one process."""

    settings: Settings
    clock: Clock
    ids: Ids
    records: Records
    writer: GroupWriter
    database: Database
    merchants: MockMerchants
    assistant: Assistant
    checkouts: Checkouts
    queries: Queries
    campaigns: Campaigns
    mandates: Mandates
    standing_orders: StandingOrders
    runs: Runs
    standing: StandingTill
    payments: CardTill
    wallets: WalletTill
    accounts: Accounts
    sign_ins: SignIns
    sign_ups: SignUps
    erasures: Erasures
    exports: Exports
    audit: Audit
    news: InProcessNews
    tracking: Tracking
    risks: Risks
    worker: Worker | None
    watch: CatalogWatch | None
    demo: DemoSignIn | None

    def customer(self, customer_id: str) -> Customer:
        """Raises NotFound."""
        customer = self.records.customer(customer_id)
        if customer is None:
            raise NotFound(what=customer_id)
        return customer

    def is_new(self, customer_id: str) -> bool:
        return not self.records.orders(customer_id, 1)

    def sign_in(self, username: str, password: str) -> str | None:
        return self.accounts.sign_in(username, password)

    def say_error(self, error: UsualError, lang: Lang) -> str:
        return say_error(lang, error)

    def open_chat_history(self) -> "ChatHistory":
        """The chat's own record of what was said and shown, in the same database but apart from money."""
        # Chainlit reads its environment when it is first imported, and only a server needs it.
        from app.storage.chat_history import ChatHistory

        return ChatHistory(self.settings.database_url, self.clock)

    def warm_up(self) -> None:
        """Build what the first customer would wait for. It lives as long as the process, so the collector need not walk it."""
        self.assistant.lexicons()
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        if self.worker is not None:
            self.worker.stop()
        if self.watch is not None:
            self.watch.stop()
        self.writer.close()
        self.database.close()


def build(settings: Settings, outside: Outside | None = None) -> Usual:
    """Wire one service. In demo mode a new database is seeded with the demo's customers first."""
    outside = outside or Outside()
    if settings.is_demo and is_new_file(settings.database_url):
        _seed_aside(settings, outside)
    return _wire(settings, outside, settings.database_url)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the services stand on: the database, the merchants and the bank, and time."""

    settings: Settings
    clock: Clock
    ids: Ids
    database: Database
    records: StoredRecords
    mandate_records: StoredMandates
    standing_records: StoredStanding
    writer: GroupWriter
    merchants: MockMerchants
    bank: MockBank
    news: InProcessNews
    secrets: PepperedSecrets


def _ground(settings: Settings, outside: Outside, database_url: str, is_scratch: bool) -> _Ground:
    clock, database = outside.clock, Database(database_url, is_scratch=is_scratch)
    database.create_schema()
    memory = Memory(None if is_scratch else beside(database_url, "outside.db"))
    catalogs = outside.catalogs if outside.catalogs is not None else load_catalogs(settings.catalog_dir)
    answer_ms = 0 if is_scratch else settings.merchant_answer_ms
    return _Ground(
        settings=settings,
        clock=clock,
        ids=outside.ids or RandomIds(clock),
        database=database,
        records=StoredRecords(database),
        mandate_records=StoredMandates(database),
        standing_records=StoredStanding(database),
        writer=GroupWriter(database),
        merchants=MockMerchants(catalogs, memory, clock, answer_ms, settings.merchant_minute_seconds),
        bank=MockBank(memory),
        news=InProcessNews(),
        secrets=PepperedSecrets(settings.pin_pepper.encode(), outside.hasher),
    )


def _wire(settings: Settings, outside: Outside, database_url: str, *, is_scratch: bool = False) -> Usual:
    ground = _ground(settings, outside, database_url, is_scratch)
    clock, ids, records, writer, merchants = ground.clock, ground.ids, ground.records, ground.writer, ground.merchants
    attempts = Attempts(records, writer, clock, ids)
    step_up = StepUp(attempts, records, ground.secrets)
    checkouts = Checkouts(records, writer, merchants, clock, ids, settings.quote_ttl_seconds)
    risks = Risks(StoredRisk(ground.database), merchants, writer, risk_rules.load(settings.risk_rules), clock)
    queries = Queries(records, merchants, checkouts, risks, clock)
    campaigns = Campaigns(records, writer, merchants, clock)
    payments = _payments(ground, checkouts, step_up, risks)
    mandates = Mandates(ground.mandate_records, writer, step_up, clock, ids)
    standing_orders = StandingOrders(records, ground.standing_records, mandates, step_up, writer, clock, ids)
    standing_views = StandingViews(standing_orders, merchants)
    runs = Runs(records, ground.standing_records, standing_orders, mandates, checkouts, payments, writer, ground.news, clock)
    tracking = Tracking(records, writer, merchants, ground.news, clock)
    wallets = Wallets(records, writer, Depositor(records, writer, ground.bank, clock), step_up, clock)
    accounts = Accounts(records, writer, ground.secrets, attempts, clock, ids)
    merchants.on_change = Offers(records, checkouts, ground.news, clock).moved
    is_watched = outside.catalogs is None and not is_scratch
    return Usual(
        settings=settings,
        clock=clock,
        ids=ids,
        records=records,
        writer=writer,
        database=ground.database,
        merchants=merchants,
        assistant=_assistant(ground, outside, checkouts, queries, campaigns, standing_orders, standing_views),
        checkouts=checkouts,
        queries=queries,
        campaigns=campaigns,
        mandates=mandates,
        standing_orders=standing_orders,
        runs=runs,
        standing=StandingTill(standing_orders, standing_views),
        payments=CardTill(payments, queries, campaigns),
        wallets=WalletTill(wallets, queries),
        accounts=accounts,
        erasures=Erasures(records, writer, accounts, step_up, clock),
        exports=Exports(records, ground.standing_records, ground.mandate_records, clock),
        sign_ups=SignUps.at_the_pace_of_signing_in(accounts, clock),
        sign_ins=SignIns(records, writer, clock, ids),
        audit=Audit(records),
        news=ground.news,
        tracking=tracking,
        risks=risks,
        watch=CatalogWatch(settings.catalog_dir, merchants.update, outside.before_look) if is_watched else None,
        worker=Worker(payments, runs, wallets, tracking, settings.stranded_after_seconds),
        demo=DEMO if settings.is_demo else None,
    )


def _payments(ground: _Ground, checkouts: Checkouts, step_up: StepUp, risks: Risks) -> Payments:
    return Payments(
        records=ground.records,
        merchants=ground.merchants,
        checkouts=checkouts,
        mandates=ground.mandate_records,
        uses=MandateUses(ground.mandate_records),
        authoriser=Authoriser(ground.records, ground.writer, ground.clock, ground.ids),
        settler=Settler(ground.records, ground.writer, ground.clock),
        step_up=step_up,
        risks=risks,
        news=ground.news,
        clock=ground.clock,
        ids=ground.ids,
        stranded_after_seconds=ground.settings.stranded_after_seconds,
    )


def _assistant(
    ground: _Ground,
    outside: Outside,
    checkouts: Checkouts,
    queries: Queries,
    campaigns: Campaigns,
    standing: StandingOrders,
    standing_views: StandingViews,
) -> Assistant:
    lexicons, merchants = outside.lexicons or Lexicons(), ground.merchants
    return Assistant(
        records=ground.records,
        writer=ground.writer,
        merchants=merchants,
        checkouts=checkouts,
        queries=queries,
        campaigns=campaigns,
        standing=standing,
        standing_views=standing_views,
        reader=outside.reader or reader_of(ground.settings),
        lexicons=lambda: lexicons.of(merchants.catalogs()),
        offers_recording=ground.settings.saves_tests,
        clock=ground.clock,
        ids=ground.ids,
    )


def reader_of(settings: Settings) -> Reader:
    """The rules, with the models that are set. Raises ModelTableBroken."""
    return PolicyReader(_model(settings), settings.model_ask) if settings.has_model else PolicyReader()


def _model(settings: Settings) -> ModelChain:
    """Raises ModelTableBroken."""
    found = routes(settings.model_name, settings.model_table, settings.model_base_url, settings.model_api_key)
    return ModelChain([OpenAIModel(route) for route in found], settings.model_deadline_ms)


def recorded_reader(rows: Iterable[Row], where: str) -> Reader:
    """Answers as the recorded model did; a request that was not recorded raises."""
    return PolicyReader(RecordedModel(rows, where), "when_unsure")


def recording_reader(settings: Settings, traffic: Path) -> Reader:
    """Asks the configured model and writes its traffic down anew. Raises SettingMissing without one."""
    if not settings.has_model:
        raise SettingMissing("USUAL_MODEL_BASE_URL and USUAL_MODEL_NAME", "recording asks a model.")
    traffic.unlink(missing_ok=True)
    return PolicyReader(RecordingModel(_model(settings), writing_to(traffic)), "when_unsure")


def remembering_reader(answers: Sequence[tuple[str, Row]], write: Callable[[Row], None]) -> Reader:
    """Answers each words as a model did once, and writes the traffic that this makes."""
    return PolicyReader(RecordingModel(RememberedModel(answers), write), "when_unsure")


def _seed_aside(settings: Settings, outside: Outside) -> None:
    """Seed into a file beside the database and put it in place whole: a start that is cut short leaves nothing half-seeded."""
    file = file_of(settings.database_url)
    assert file is not None
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f"{file.name}.new")
    for leftover in file.parent.glob(f"{aside.name}*"):
        leftover.unlink()

    def scratch(clock: Clock) -> Usual:
        return _wire(settings, replace(outside, clock=clock, ids=None), f"sqlite:///{aside}", is_scratch=True)

    outside.seed(scratch, outside.clock)
    with aside.open("rb") as written:
        os.fsync(written.fileno())
    aside.replace(file)


_built: Usual | None = None
_building = threading.Lock()


def get_usual() -> Usual:
    """This process's service, built from the environment the first time."""
    global _built
    with _building:
        if _built is None:
            _built = build(load_settings(os.environ))
        return _built
