"""A merchant's offer has moved: open cards are quoted anew, and whoever looks at one is told."""

import logging
from dataclasses import dataclass

from app.base.clock import Clock
from app.base.errors import UsualError
from app.domain.checkout import CheckoutSession
from app.service.checkout import CheckoutDrifted, Checkouts
from app.service.news import News, NewsStand
from app.service.ports import Records

LOGGER = logging.getLogger("usual.offers")


@dataclass(frozen=True, slots=True)
class Offers:
    records: Records
    checkouts: Checkouts
    news: NewsStand
    clock: Clock

    def moved(self, merchant_id: str) -> None:
        """Renew every open card of the merchant that no longer says what the merchant asks; the old version can't be paid then."""
        try:
            self._renew_all(merchant_id)
        except Exception:
            # Whoever changed the offer, a shop's file or the last sale, must not fail for it: paying asks the merchant anyway.
            LOGGER.exception("the open cards of %s could not be renewed", merchant_id)

    def _renew_all(self, merchant_id: str) -> None:
        for checkout in self.records.open_checkouts(self.clock.now()):
            if checkout.merchant_id == merchant_id:
                self._renew(checkout)
                # Also where nothing moved: what could not be had a moment ago may be there again.
                self.news.publish(checkout.customer_id, News("checkout", checkout.id))

    def _renew(self, checkout: CheckoutSession) -> None:
        customer = self.records.customer(checkout.customer_id)
        if customer is None:
            return
        try:
            self.checkouts.check_still_true(customer, checkout)
        except CheckoutDrifted:
            # Its new version is saved and takes the old one's place.
            return
        except UsualError:
            # Sold out, closed, gone: the card says so when it is read, and paying it is refused.
            return
