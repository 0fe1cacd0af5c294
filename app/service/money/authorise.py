"""Hold what was approved and open the order, as one unit of work."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.base.clock import Clock
from app.base.errors import Refusal
from app.base.ids import Ids
from app.domain import postings
from app.domain.checkout import Approval, CheckoutChanged, CheckoutSession, check_payable
from app.domain.coupon import AppliedCoupon
from app.domain.ledger import InsufficientFunds, Wallet, WalletNotBound
from app.domain.order import Authorisation, Order, OrderedLine, order_number
from app.domain.records import CouponUse
from app.domain.trace import TraceEvent
from app.service.ports import Records
from app.service.seals import moved, seal
from app.service.units import Change, Insert, Unit, Writer

NOTHING: Mapping[str, str | int] = {}


class CouponUsed(Refusal):
    """The coupon was used up by another order since the card was shown."""

    code = "coupon_used"


@dataclass(frozen=True, slots=True)
class Authoriser:
    """Turns an approved checkout into a placed order with its money held. Idempotent by checkout id."""

    records: Records
    writer: Writer
    clock: Clock
    ids: Ids

    def authorise(
        self, checkout: CheckoutSession, approval: Approval, evidence: Unit, traced: Mapping[str, str | int] = NOTHING
    ) -> str:
        """The order's id. `evidence` is saved with the authorisation: what the PIN, the passkey or the mandate leaves behind.

        `traced` goes into its event in the trace: the verdict that let it through.

        Raises CheckoutChanged, CheckoutClosed, CheckoutExpired, WalletNotBound, InsufficientFunds, CouponUsed.
        """
        now = self.clock.now()
        newest = self.records.checkout(checkout.id)
        check_payable(checkout, newest.version if newest else 0, approval, now)
        wallet = self._wallet(checkout)
        order = _order(checkout, self.ids.new("ord"), approval)
        authorisation = Authorisation(
            id=self.ids.new("aut"),
            checkout_id=checkout.id,
            approval_id=approval.id,
            order_id=order.id,
            customer_id=checkout.customer_id,
            merchant_id=checkout.merchant_id,
            amount=checkout.totals.maximum,
            state="held",
            at=now,
            mandate_id=approval.mandate_ref.rpartition(".")[0] if approval.mandate_ref else None,
        )
        uses = self._coupon_uses(checkout)
        unit = _unit(checkout, approval, order, authorisation, uses, wallet, traced)
        committed = self.writer.commit(unit.with_all_of(evidence))
        return str(committed.result["order_id"])

    def _wallet(self, checkout: CheckoutSession) -> Wallet:
        wallet = self.records.wallet(checkout.customer_id)
        if wallet is None or not wallet.bound:
            raise WalletNotBound()
        if not wallet.available.covers(checkout.totals.maximum):
            raise _insufficient(checkout, wallet)
        return wallet

    def _coupon_uses(self, checkout: CheckoutSession) -> list[CouponUse]:
        if not checkout.coupons:
            return []
        taken: dict[str, set[int | None]] = defaultdict(set)
        for use in self.records.coupon_uses(checkout.customer_id, checkout.merchant_id):
            taken[use.coupon_id].add(use.slot)
        return [self._coupon_use(checkout, coupon, taken[coupon.coupon_id]) for coupon in checkout.coupons]

    def _coupon_use(self, checkout: CheckoutSession, coupon: AppliedCoupon, taken: set[int | None]) -> CouponUse:
        """The lowest free slot below the coupon's limit; the database lets no two uses have one slot."""
        slot = next((n for n in range(coupon.uses_per_customer) if n not in taken), None)
        if slot is None:
            raise CouponUsed()
        use_id, now = self.ids.new("cpu"), self.clock.now()
        return CouponUse(use_id, checkout.customer_id, checkout.merchant_id, coupon.coupon_id, slot, checkout.id, now)


def _unit(
    checkout: CheckoutSession,
    approval: Approval,
    order: Order,
    authorisation: Authorisation,
    uses: Iterable[CouponUse],
    wallet: Wallet,
    traced: Mapping[str, str | int],
) -> Unit:
    amount, transfers = authorisation.amount, postings.hold(authorisation)
    changed = CheckoutChanged(total=checkout.totals.total)
    return Unit(
        key=f"authorise:{checkout.id}",
        fingerprint=checkout.digest,
        at=authorisation.at,
        changes=(
            Change(
                CheckoutSession,
                checkout.ref,
                expect={"state": "ready_for_complete", "digest": approval.digest},
                put={"state": "complete_in_progress"},
                refusal=changed,
            ),
            Change(
                Wallet,
                checkout.customer_id,
                expect={"bound": True, "currency": amount.currency},
                add={"available": -amount.minor, "held": amount.minor},
                refusal=_insufficient(checkout, wallet),
            ),
        ),
        inserts=(
            Insert(approval),
            Insert(authorisation, changed),
            Insert(order, changed),
            *(Insert(use, CouponUsed()) for use in uses),
            *map(Insert, transfers),
        ),
        trace=(
            TraceEvent(
                checkout.customer_id,
                "authorised",
                {
                    "order": order.id,
                    "checkout": checkout.ref,
                    "digest": checkout.digest,
                    "approval": approval.id,
                    "method": approval.method,
                    "amount": amount.minor,
                    "currency": amount.currency,
                    "approval_seal": seal(approval),
                    "order_seal": seal(order),
                    "authorisation_seal": seal(authorisation),
                    **moved(transfers),
                    **traced,
                },
                authorisation.at,
            ),
        ),
        result={"order_id": order.id},
    )


def _order(checkout: CheckoutSession, order_id: str, approval: Approval) -> Order:
    return Order(
        id=order_id,
        number=order_number(order_id),
        checkout_id=checkout.id,
        checkout_version=checkout.version,
        customer_id=checkout.customer_id,
        merchant_id=checkout.merchant_id,
        state="placed",
        total=checkout.totals.total,
        lines=tuple(
            OrderedLine(
                product_id=line.product_id,
                quantity=line.quantity,
                unit_price=line.unit_price,
                options=tuple((o.group_id, o.option_id, o.count) for o in line.options),
                note=line.note,
                grams=line.grams,
            )
            for line in checkout.lines
        ),
        fulfilment_id=checkout.fulfilment.option_id,
        destination_ref=checkout.fulfilment.destination_ref,
        destination_masked=checkout.fulfilment.destination_masked,
        placed_at=approval.at,
        starts_at=checkout.fulfilment.starts_at,
    )


def _insufficient(checkout: CheckoutSession, wallet: Wallet) -> InsufficientFunds:
    required, available = checkout.totals.maximum, wallet.available
    return InsufficientFunds(available=available, required=required, missing=required.minus(available))
