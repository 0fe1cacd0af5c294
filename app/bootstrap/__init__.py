"""Builds the adapters and wires them, once per process."""

import gc
import os
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.base.clock import Clock
from app.base.errors import UsualError
from app.base.ids import Ids
from app.bootstrap.ground import Ground, Outside, lay_ground
from app.bootstrap.paying import payments_of, refunds_of
from app.bootstrap.readers import reader_of, recorded_reader, recording_reader, remembering_reader
from app.demo import DEMO, DemoSignIn
from app.dialogue.wording import say_error
from app.domain.customer import Customer, NotFound
from app.domain.names import Lang
from app.identity.passkeys import WebAuthn
from app.llm.recorded import Row, TrafficMissing, traffic_in
from app.llm.routes import ModelTableBroken
from app.merchants.mock import MockMerchants
from app.merchants.webhooks import HttpWebhooks
from app.service.accounts import Accounts
from app.service.ai_wallet import AIWallet
from app.service.assistant import Assistant
from app.service.attempts import Attempts
from app.service.audit import Audit
from app.service.callbacks import Callbacks
from app.service.campaigns import Campaigns
from app.service.checkout import Checkouts
from app.service.checkpoints import Checkpoints
from app.service.consents import Consents
from app.service.disputes import Disputes
from app.service.erasure import Erasures
from app.service.export import Exports
from app.service.guardian_views import GuardianTill
from app.service.guardians import Guardians
from app.service.lexicons import Lexicons
from app.service.mandates import Mandates
from app.service.money.compensate import Compensator
from app.service.money.deposit import Depositor
from app.service.money.payout import Payouts
from app.service.news import NewsStand
from app.service.offers import Offers
from app.service.passkeys import Passkeys
from app.service.ports import Records
from app.service.queries import Queries
from app.service.receipts import Receipts
from app.service.refunds import Refunds
from app.service.risk import Risks
from app.service.runs import Runs
from app.service.settlements import Settlements
from app.service.sign_ins import SignIns
from app.service.sign_up import SignUps
from app.service.standing_orders import StandingOrders
from app.service.standing_views import StandingViews
from app.service.step_up import StepUp
from app.service.till import CardTill, StandingTill, WalletTill
from app.service.trace_of import Tracer
from app.service.tracking import Tracking
from app.service.trips import Trips
from app.service.wallets import Wallets
from app.service.webhooks import Deliveries
from app.settings import Settings, load_settings
from app.storage import catalog_edit, risk_rules, sheets
from app.storage.aside import made_aside
from app.storage.catalog_files import CatalogBroken, empty_categories, json_schema, load_catalogs, read_catalogs
from app.storage.catalog_texts import hidden_texts
from app.storage.catalog_watch import CatalogWatch
from app.storage.database import Database
from app.storage.dispute_reads import StoredDisputes
from app.storage.risk_reads import StoredRisk
from app.storage.settlement_reads import StoredSettlements
from app.storage.sheets import SheetBroken
from app.storage.sheets import cells as sheet_cells
from app.storage.sheets.follow import SheetFollower
from app.storage.wallet_reads import StoredSpendings
from app.storage.webhook_reads import StoredWebhooks
from app.storage.writer import GroupWriter
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
    "hidden_texts",
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
    refunds: Refunds
    guardians: GuardianTill
    disputes: Disputes
    runs: Runs
    standing: StandingTill
    payments: CardTill
    passkeys: Passkeys
    wallets: WalletTill
    accounts: Accounts
    sign_ins: SignIns
    sign_ups: SignUps
    erasures: Erasures
    exports: Exports
    receipts: Receipts
    ai_wallet: AIWallet
    audit: Audit
    tracer: Tracer
    checkpoints: Checkpoints
    news: NewsStand
    tracking: Tracking
    settlements: Settlements
    deliveries: Deliveries
    callbacks: Callbacks
    risks: Risks
    worker: Worker
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

    def check_ready(self) -> None:
        """Raises StorageUnavailable."""
        self.database.check()

    def warm_up(self) -> None:
        """Build what the first customer would wait for. It lives as long as the process, so the collector need not walk it."""
        self.assistant.lexicons()
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        self.worker.stop()
        if self.watch is not None:
            self.watch.stop()
        self.news.close()
        self.writer.close()
        self.database.close()


def build(settings: Settings, outside: Outside | None = None) -> Usual:
    """Wire one service. In demo mode a new database is seeded with the demo's customers first."""
    outside = outside or Outside()
    if settings.is_demo:
        _seed(settings, outside)
    return _wire(settings, outside, settings.database_url)


def _seed(settings: Settings, outside: Outside) -> None:
    with made_aside(settings.database_url) as aside:
        if aside is not None:
            outside.seed(
                lambda clock: _wire(settings, replace(outside, clock=clock, ids=None), aside, is_scratch=True), outside.clock
            )


def _wire(settings: Settings, outside: Outside, database_url: str, *, is_scratch: bool = False) -> Usual:
    ground = lay_ground(settings, outside, database_url, is_scratch)
    clock, ids, records, writer, merchants = ground.clock, ground.ids, ground.records, ground.writer, ground.merchants
    attempts = Attempts(records, writer, clock, ids)
    step_up = StepUp(attempts, records, ground.secrets)
    checkouts = Checkouts(records, writer, merchants, clock, ids, settings.quote_ttl_seconds)
    guardians = Guardians(records, ground.guardian_records, writer, step_up, ground.news, clock)
    rules = risk_rules.load(settings.risk_rules)
    risks = Risks(StoredRisk(ground.database), merchants, writer, rules, clock, guardians.releaser)
    queries = Queries(records, ground.refund_records, merchants, checkouts, risks, clock)
    campaigns = Campaigns(records, writer, merchants, clock)
    authenticators = WebAuthn(settings.passkey_origin)
    passkeys = Passkeys(records, ground.passkey_records, authenticators, step_up, writer, clock, ids)
    payments = payments_of(ground, checkouts, passkeys, risks, guardians)
    consents = Consents(step_up, passkeys)
    mandates = Mandates(ground.mandate_records, writer, consents, clock, ids)
    standing_orders = StandingOrders(records, ground.standing_records, mandates, consents, writer, clock, ids)
    standing_views = StandingViews(standing_orders, merchants)
    runs = Runs(records, ground.standing_records, standing_orders, mandates, checkouts, payments, writer, ground.news, clock)
    refunds = refunds_of(ground, payments)
    trips = Trips(records, writer, merchants, payments, clock)
    disputes = Disputes(records, ground.refund_records, StoredDisputes(ground.database), merchants, Compensator(writer), clock)
    guardian_till = GuardianTill(guardians, records, risks, clock)
    tracking = Tracking(records, writer, merchants, payments.shortages, ground.news, clock)
    payouts = Payouts(writer, ground.outbox)
    settlements = Settlements(records, StoredSettlements(ground.database), merchants, payouts, clock)
    deliveries = Deliveries(StoredWebhooks(ground.database), writer, HttpWebhooks(ground.secret_of), clock)
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
        assistant=_assistant(
            ground, outside, checkouts, queries, campaigns, standing_orders, standing_views, refunds, guardian_till, trips, disputes
        ),
        checkouts=checkouts,
        queries=queries,
        campaigns=campaigns,
        mandates=mandates,
        standing_orders=standing_orders,
        refunds=refunds,
        guardians=guardian_till,
        disputes=disputes,
        runs=runs,
        standing=StandingTill(standing_orders, standing_views),
        payments=CardTill(payments, queries, campaigns),
        passkeys=passkeys,
        wallets=WalletTill(wallets, queries),
        accounts=accounts,
        erasures=Erasures(records, writer, accounts, step_up, clock, ground.news),
        exports=Exports(
            records,
            ground.standing_records,
            ground.refund_records,
            ground.mandate_records,
            ground.passkey_records,
            disputes.disputes,
            ground.guardian_records,
            clock,
        ),
        receipts=Receipts(records, ground.mandate_records, queries),
        ai_wallet=AIWallet(
            records,
            StoredSpendings(ground.database),
            ground.mandate_records,
            ground.standing_records,
            standing_views,
            merchants,
            clock,
        ),
        sign_ups=SignUps.at_the_pace_of_signing_in(accounts, clock),
        sign_ins=SignIns(records, writer, clock, ids, ground.news),
        tracer=Tracer(records, ground.refund_records, ground.mandate_records),
        checkpoints=ground.checkpoints,
        audit=Audit(records, ground.refund_records, settlements.settlements, ground.evidence),
        news=ground.news,
        tracking=tracking,
        settlements=settlements,
        deliveries=deliveries,
        callbacks=Callbacks(records, writer, payments, tracking, ground.secret_of, clock),
        risks=risks,
        watch=CatalogWatch(settings.catalog_dir, merchants.update, outside.before_look) if is_watched else None,
        worker=Worker(
            payments, refunds, runs, wallets, tracking, settlements, deliveries, ground.checkpoints, settings.stranded_after_seconds
        ),
        demo=DEMO if settings.is_demo else None,
    )


def _assistant(
    ground: Ground,
    outside: Outside,
    checkouts: Checkouts,
    queries: Queries,
    campaigns: Campaigns,
    standing: StandingOrders,
    standing_views: StandingViews,
    refunds: Refunds,
    guardians: GuardianTill,
    trips: Trips,
    disputes: Disputes,
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
        refunds=refunds,
        guardians=guardians,
        trips=trips,
        disputes=disputes,
        reader=outside.reader or reader_of(ground.settings),
        lexicons=lambda: lexicons.of(merchants.catalogs()),
        offers_recording=ground.settings.saves_tests,
        clock=ground.clock,
        ids=ground.ids,
    )


_built: Usual | None = None
_building = threading.Lock()


def get_usual() -> Usual:
    """This process's service, built from the environment the first time."""
    global _built
    with _building:
        if _built is None:
            _built = build(load_settings(os.environ))
        return _built
