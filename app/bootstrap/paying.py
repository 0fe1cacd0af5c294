"""Builds what takes money and what gives it back."""

from app.bootstrap.ground import Ground
from app.service.checkout import Checkouts
from app.service.guardians import Guardians
from app.service.money.authorise import Authoriser
from app.service.money.capture import Settler
from app.service.money.mandate_use import MandateUses
from app.service.money.refund import Refunder
from app.service.passkeys import Passkeys
from app.service.payments import Payments
from app.service.refunds import Refunds
from app.service.risk import Risks
from app.service.shortages import Shortages


def payments_of(ground: Ground, checkouts: Checkouts, passkeys: Passkeys, risks: Risks, guardians: Guardians) -> Payments:
    records, writer, clock = ground.records, ground.writer, ground.clock
    return Payments(
        records=records,
        merchants=ground.merchants,
        checkouts=checkouts,
        mandates=ground.mandate_records,
        uses=MandateUses(ground.mandate_records),
        authoriser=Authoriser(records, writer, clock, ground.ids),
        settler=Settler(records, writer, ground.outbox, clock),
        shortages=_shortages(ground),
        step_up=passkeys.step_up,
        passkeys=passkeys,
        risks=risks,
        guardians=guardians,
        news=ground.news,
        clock=clock,
        ids=ground.ids,
        stranded_after_seconds=ground.settings.stranded_after_seconds,
    )


def refunds_of(ground: Ground, payments: Payments) -> Refunds:
    return Refunds(
        records=ground.records,
        refunds=ground.refund_records,
        merchants=ground.merchants,
        refunder=payments.shortages.refunder,
        settler=payments.settler,
        payments=payments,
        news=ground.news,
        clock=ground.clock,
    )


def _shortages(ground: Ground) -> Shortages:
    records, refunds, clock = ground.records, ground.refund_records, ground.clock
    return Shortages(records, refunds, Refunder(records, ground.writer, ground.outbox, clock), ground.news, clock)
