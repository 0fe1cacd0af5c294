"""One file for each thing a customer can ask for. This list is the order in which the specs are shown to a model and in help."""

from collections.abc import Sequence

from app.skills.about import About, Menu, Price
from app.skills.add_stop import AddStop
from app.skills.address import SaveAddress
from app.skills.again import Again
from app.skills.balance import Balance
from app.skills.base import Skill
from app.skills.charged import Charged
from app.skills.coupon import UseCoupon
from app.skills.deposit import Deposit
from app.skills.erase_data import EraseData
from app.skills.errands import Claim, Errands
from app.skills.export_data import ExportData
from app.skills.guardian import GuardianRequests
from app.skills.memory import Forget, Memory, Remember
from app.skills.order import Order
from app.skills.orders import Orders
from app.skills.own_number import OwnNumber
from app.skills.payment_status import PaymentStatus
from app.skills.refund import CancelOrder, DisputeOrder, ReportProblem
from app.skills.ride import Ride
from app.skills.save_test import SaveTest
from app.skills.spending import Spending
from app.skills.standing import Standing
from app.skills.standing_care import (
    MISSED_LATE,
    MISSED_SKIP,
    CancelAll,
    CancelStanding,
    Cap,
    ListStanding,
    MissedRuns,
    Pause,
    Resume,
    Skip,
)
from app.skills.suggest import Suggest
from app.skills.talk import Help, SmallTalk
from app.skills.top_up import TopUp
from app.skills.tracking import Tracking
from app.skills.usual import TheUsual
from app.skills.why import Why

SKILLS: Sequence[Skill] = (
    Order(), TheUsual(), Again(), Suggest(), TopUp(), Ride(), AddStop(), Standing(), Skip(), Pause(), Resume(), MissedRuns(MISSED_LATE, "late"), MissedRuns(MISSED_SKIP, "skip"), CancelAll(), CancelStanding(), ListStanding(), Cap(), UseCoupon(), Claim(), Errands(), Tracking(), PaymentStatus(), CancelOrder(), ReportProblem(), DisputeOrder(), GuardianRequests(),
    About(), Why(), Charged(), Price(), Menu(), Forget(), Remember(), Memory(), Deposit(), Balance(), Spending(), Orders(), SaveAddress(),
    OwnNumber(), ExportData(), EraseData(), Help(), SmallTalk(), SaveTest(),
)  # fmt: skip
