"""Moves → skills → outcomes, carried out: cards are quoted and saved, questions put, sentences said. Nothing here can pay."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.base.errors import UsualError
from app.base.ids import Ids
from app.dialogue.outcomes import (
    Ask,
    CapAgents,
    Care,
    ChangeTrip,
    ClaimCoupon,
    CloseCard,
    Compare,
    GiveBack,
    OpenPin,
    Outcome,
    Propose,
    RaiseDispute,
    Recur,
    Say,
    ShowData,
    ShowOrders,
    ShowReceipt,
    ShowRequests,
    ShowShelf,
    ShowSpending,
    ShowStanding,
    ShowWallet,
)
from app.dialogue.reading import Change, Choose, Target
from app.dialogue.reducer import Amend, Answer, Confirm, Confused, Drop, Move, Pick, Start
from app.dialogue.state import Question, StandingWish
from app.dialogue.wording import say, say_error, wording
from app.domain.checkout import CheckoutSession
from app.service import card_taps
from app.service.checkout import AddressMissing, Asked, Checkouts
from app.service.comparing import compared
from app.service.data_words import data_view
from app.service.effects import effect_of
from app.service.guardian_turns import requests_shown
from app.service.guesses import GUESS, amended_guess, choice_of, choices_of
from app.service.past import looked_back
from app.service.queries import Queries
from app.service.shelves import claimed_words, shelf
from app.service.shown import keep_shown
from app.service.standing_turns import put_together, standing_done, terms_shown
from app.service.turns import Turn
from app.service.units import Unit
from app.service.views import CardView, Message, View
from app.skills import SKILLS
from app.skills.address import where_to
from app.skills.base import AskingSkill, Skill
from app.skills.card import amend
from app.skills.memory import REMEMBER
from app.skills.refund import CANCEL
from app.skills.standing import SPEC as STANDING


@dataclass
class Conduct:
    """One turn being carried out. `messages` and `open_pin` are its reply so far; the turn's state moves on with it.

    Nothing is saved here: `units` gathers what the turn is to save, all of it or nothing.
    """

    turn: Turn
    asked: Asked
    checkouts: Checkouts
    queries: Queries
    ids: Ids
    skills: Mapping[str, Skill] = field(default_factory=lambda: {skill.spec.name: skill for skill in SKILLS})
    messages: list[Message] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    open_pin: str | None = None
    _proposal: Propose | None = None
    _question: Question | None = None
    # This turn says how often, or answers a question: what it proposes is the wish's.
    _recurs: bool = False
    _answers: bool = False

    def run(self, moves: Sequence[Move]) -> None:
        # One after the other: what a move means depends on what the one before it has done.
        self.take(outcome for move in moves for outcome in self._outcomes(move))

    def take(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self._carry_out(outcome)
        self._ask_what()
        self._flush()

    def ask_which(self, readings: Sequence[Sequence[Move]]) -> None:
        """Two readings buy different things: the customer says which one was meant."""
        self._ask_of_drafts(readings, "order.which_reading", (), at_least=2)

    def ask_whether(self, moves: Sequence[Move], words: str) -> None:
        """The reading is a guess that leaves `words` unexplained: what it would buy is put as a question."""
        self._ask_of_drafts([moves], GUESS, (("words", words),), at_least=1)

    def _ask_of_drafts(
        self, readings: Sequence[Sequence[Move]], key: str, params: tuple[tuple[str, str], ...], *, at_least: int
    ) -> None:
        outcomes = [self._settled(outcome) for moves in readings for move in moves for outcome in self._outcomes(move)]
        proposals = [outcome for outcome in outcomes if isinstance(outcome, Propose)]
        # How often it is wanted was said for certain, whatever it is.
        for recur in (outcome for outcome in outcomes if isinstance(outcome, Recur)):
            self._recur(recur.wish)
        if len(proposals) < at_least:
            self.take(outcome for outcome in outcomes if not isinstance(outcome, Recur))
            return
        choices = choices_of(proposals, self.turn, self.checkouts, self.asked)
        question = Question(self.ids.new("que"), "order", "lines", "lines", key, params, choices)
        self._carry_out(Ask(question))

    def _settled(self, outcome: Outcome) -> Outcome:
        """Of several drafts for one wish, what they come to."""
        if not isinstance(outcome, Compare):
            return outcome
        found = compared(outcome, self.turn, self.checkouts, self.asked)
        return Ask(replace(found, id=self.ids.new("que"))) if isinstance(found, Question) else found

    def say_left_out(self, words: str) -> None:
        """Beside a card: the words that nothing on it answers."""
        if any(isinstance(message.view, CardView) for message in self.messages):
            self._say(Say("order.left_out", {"words": words}))

    def renew(self) -> None:
        """A fresh quote for the card in focus."""
        if self.turn.card is not None:
            said = Say("card.renewed", {"old": self.turn.card.totals.total})
            self.take([Propose(self.turn.card.draft, said, self.turn.focus_line)])

    def accept_allergens(self) -> None:
        """The customer keeps what this card says their allergens block: no more than it says."""
        if self.turn.card is not None:
            self.take([card_taps.allergens_accepted(self.turn.card, self.turn.focus_line)])

    def _outcomes(self, move: Move) -> Sequence[Outcome]:
        match move:
            case Start(skill=name, slots=slots):
                wish = self.turn.state.wish if name == STANDING.name or self._recurs else None
                self.turn.state = replace(self.turn.state, answered=None, wish=wish)
                return self.skills[name].begin(slots, self.turn)
            case Answer(question=question, slots=slots):
                self._answers = True
                return self._asker(question).answer(question, slots, self.turn)
            case Pick(question=question, choose=choose):
                self._answers = True
                return self._picked(question, choose)
            case Amend(change=Change(target=Target(other=True), quantity=None, options=(), remove=False)) if self._swaps():
                return self._other_choice()
            case Amend(change=change):
                return amended_guess(change, self.turn) or amend(change, self.turn)
            case Confirm():
                return self._confirmed()
            case Drop(firmly=firmly):
                return self._dropped(firmly)
            case Confused(reason=reason):
                return [self._confused(reason)]

    def _asker(self, question: Question) -> AskingSkill:
        return self.skills[question.skill]  # type: ignore[return-value]

    def _picked(self, question: Question, choose: Choose) -> Sequence[Outcome]:
        choice = choice_of(question, choose)
        if choice is None:
            return [Ask(question)]
        if choose.options and question.pending:
            first = replace(question.pending[0], mentions=(*question.pending[0].mentions, *choose.options))
            question = replace(question, pending=(first, *question.pending[1:]))
        others = tuple(other for other in question.choices if other is not choice)
        # A yes or a no is an answer for good.
        still_asked = None if question.is_yes_or_no else self.turn.state.question
        self.turn.state = replace(self.turn.state, answered=replace(question, choices=(choice, *others)), question=still_asked)
        return self._asker(question).pick(question, choice, self.turn)

    def _swaps(self) -> bool:
        """Whether "the other one" can be a choice that was passed over, not another line of the card."""
        draft, answered = self.turn.draft, self.turn.state.answered
        return answered is not None and len(answered.choices) > 1 and draft is not None and len(draft.lines) == 1

    def _other_choice(self) -> Sequence[Outcome]:
        """The choice that was not taken takes the card's place; of several one is asked for."""
        question = self.turn.state.answered
        assert question is not None
        if len(question.choices) > 2:
            return [Ask(replace(question, id=self.ids.new("que"), key="order.others", params=(), choices=question.choices[1:]))]
        outcomes = self._picked(question, Choose(ordinal=2))
        return [replace(o, replaces_card=True) if isinstance(o, Propose) else o for o in outcomes]

    def _confirmed(self) -> Sequence[Outcome]:
        card = self.turn.card
        if card is None:
            return [Say("confirm.nothing")]
        if card.is_expired(self.turn.now):
            return [Propose(card.draft, Say("card.renewed", {"old": card.totals.total}), self.turn.focus_line)]
        return [OpenPin()]

    def _dropped(self, firmly: bool) -> Sequence[Outcome]:
        if self.turn.state.question is not None:
            self.turn.state = replace(self.turn.state, question=None, wish=None)
            return [Say("drop.question")]
        if self.turn.card is not None:
            return [CloseCard(Say("drop.card"))]
        if firmly and any(order.is_under_way or order.state == "unknown" for order in self.turn.orders()):
            return self.skills[CANCEL.name].begin({}, self.turn)
        return [Say("drop.nothing" if firmly else "drop.silent")]

    def _confused(self, reason: str) -> Say:
        key = f"confused.{reason}"
        return Say(key if key in wording(self.turn.lang) else "confused.not_understood")

    def _carry_out(self, outcome: Outcome) -> None:
        match outcome:
            case Recur(wish=wish):
                self._recur(wish)
            case Care() | ShowStanding() | CapAgents():
                self._standing(outcome)
            case ShowRequests():
                self.messages += requests_shown(self.turn)
            case GiveBack() | ChangeTrip() | RaiseDispute():
                for follows in effect_of(outcome, self.turn):
                    self._carry_out(follows)
            case _:
                self._carry_out_now(outcome)

    def _carry_out_now(self, outcome: Outcome) -> None:
        match outcome:
            case Propose() if self.turn.state.wish is not None and (self._recurs or self._answers):
                self._recur(replace(self.turn.state.wish, draft=outcome.draft))
            case Propose():
                self.turn.changed_draft, self.turn.focus_line = outcome.draft, outcome.focus_line
                self._propose(outcome)
            case Compare():
                self._carry_out(self._settled(outcome))
            case Say():
                self._say(outcome)
            case Ask(question=question):
                self._put_question(question)
                view = self.queries.choices(question, self.turn.lang) if question.choices else None
                self.messages.append(Message(say(self.turn.lang, question.key, dict(question.params)), view))
            case ShowWallet() | ShowReceipt() | ShowData() | ShowShelf():
                said = outcome.said
                self.messages.append(Message(say(self.turn.lang, said.key, said.params), self._view_of(outcome)))
            case ClaimCoupon():
                self._claim(outcome)
            case ShowSpending() | ShowOrders():
                self.messages.append(looked_back(outcome, self.turn))
            case OpenPin():
                self.show_pin()
            case CloseCard(said=said):
                self._close_card(said)

    def _propose(self, proposal: Propose) -> None:
        """Changes of one card are quoted once, when the turn is over; before a card of its own, those of the one before are."""
        question = self._question
        if question is not None and question.draft is not None and proposal.replaces_card:
            # What was just asked about is not a card yet: the change goes into the question's draft.
            self._put_question(replace(question, draft=proposal.draft))
            return
        waiting = self._proposal
        if waiting is not None and not proposal.replaces_card:
            self._flush()
        elif waiting is not None:
            proposal = replace(proposal, replaces_card=waiting.replaces_card)
        self._proposal = proposal

    def _recur(self, wish: StandingWish) -> None:
        """Ask for what the wish still lacks, or show its terms; without a draft what is named beside it brings one."""
        turn = self.turn
        self._recurs = True
        turn.state = replace(turn.state, wish=wish)
        if wish.draft is None:
            return
        try:
            found = put_together(wish, turn, self.checkouts, self.asked)
        except AddressMissing:
            found = where_to(wish.draft, self.ids.new("que"))
        except UsualError as refused:
            turn.state = replace(turn.state, wish=None, question=None)
            self._refuse(refused)
            return
        if isinstance(found, Question):
            self._carry_out(Ask(found))
            return
        message, unit = terms_shown(*found, turn)
        self.messages.append(message)
        self.units.append(unit)

    def _ask_what(self) -> None:
        """How often was said, and nothing said what."""
        wish, question = self.turn.state.wish, self.turn.state.question
        if self._recurs and wish is not None and wish.draft is None and question is None and not self.messages:
            self._carry_out(Ask(Question(self.ids.new("que"), "order", "lines", "lines", "standing.what")))

    def _standing(self, wanted: Care | ShowStanding | CapAgents) -> None:
        """A unit of its own: who is told that a run is skipped has it skipped."""
        try:
            self.messages += standing_done(wanted, self.turn)
        except UsualError as refused:
            self._refuse(refused)

    def _view_of(self, wanted: ShowWallet | ShowReceipt | ShowData | ShowShelf) -> View:
        turn = self.turn
        match wanted:
            case ShowWallet(deposit=deposit):
                return self.queries.wallet(turn.customer.id, turn.lang, deposit)
            case ShowReceipt(order_id=order_id):
                return self.queries.receipt(turn.customer.id, order_id, turn.lang)
            case ShowData(action=action):
                return data_view(action, turn.records.credential(turn.customer.id), turn.lang, turn.state.id)
            case ShowShelf(name=name, question=question, about=about):
                if question is not None:
                    self._put_question(question)
                return shelf(name, turn, about)

    def _claim(self, wanted: ClaimCoupon) -> None:
        """A unit of its own: who is told that they hold a coupon holds it, and one that is gone leaves the turn standing."""
        turn = self.turn
        try:
            claim = turn.campaigns.claim(turn.customer.id, wanted.campaign_id)
        except UsualError as refused:
            self.messages.append(Message(say_error(turn.lang, refused), shelf("errands", turn)))
            return
        if turn.state.question is not None and turn.state.question.skill == "errands":
            turn.state = replace(turn.state, question=None)
        self.messages.append(Message(claimed_words(claim, turn), shelf("errands", turn)))
        if wanted.then is not None:
            self._propose(wanted.then)

    def _put_question(self, question: Question) -> None:
        self._question = question
        self.turn.state = replace(self.turn.state, question=question)
        if question.draft is not None:
            self.turn.changed_draft = question.draft

    def show_pin(self) -> None:
        card = self.turn.card
        if card is None:
            return
        view = self._view(card)
        self.open_pin = card.id if view.step == "pin" else None
        self.messages.append(Message(say(self.turn.lang, f"confirm.{view.step}", {"total": card.totals.total}), view))

    def _close_card(self, said: Say) -> None:
        self._proposal = None
        card = self.turn.card
        if card is not None:
            mine = [unit for unit in self.units if any(insert.value is card for insert in unit.inserts)]
            # A card of this very turn was never saved, so there is nothing to cancel.
            self.units = [unit for unit in self.units if unit not in mine]
            self.units += [] if mine else [self.checkouts.cancellation(card, "by_customer")]
        self.turn.card, self.turn.changed_draft = None, None
        self.turn.state = self.turn.state.with_card(None)
        self._say(said)

    def _flush(self) -> None:
        """Have the last proposal quoted and shown. A refusal leaves the card that was there as it is."""
        proposal, self._proposal = self._proposal, None
        if proposal is None:
            return
        previous = self.turn.card if proposal.replaces_card else None
        draft = replace(proposal.draft, avoided=self.turn.state.avoided)
        try:
            checkout, unit = self.checkouts.prepare(self.turn.customer, draft, self.asked, previous)
        except AddressMissing:
            self._carry_out(Ask(where_to(draft, self.ids.new("que"))))
            return
        except UsualError as refused:
            self.turn.changed_draft = None
            self._refuse(refused)
            return
        self.units.append(unit)
        self._show(checkout, proposal.said, proposal.focus_line)

    def _show(self, checkout: CheckoutSession, said: Say, focus_line: str | None) -> None:
        self.turn.card, self.turn.changed_draft, self.turn.focus_line = checkout, None, focus_line
        asked = self.turn.state.question
        # Whether something may be remembered is asked once, and what happens to a card does not answer it.
        waiting = asked if asked is not None and asked.skill == REMEMBER.name else None
        self.turn.state = replace(self.turn.state.with_card(checkout.id, focus_line), question=self._question or waiting)
        view = self._view(checkout)
        totals = checkout.totals
        params = {"total": totals.total, "maximum": totals.maximum, "merchant": checkout.payee} | dict(said.params)
        sentence = say(self.turn.lang, said.key, params)
        keep_shown(self.turn, checkout, sentence, view)
        self.messages.append(Message(sentence, view))

    def _view(self, card: CheckoutSession) -> CardView:
        return self.queries.card_of(self.turn.customer, card, None, self.turn.wallet(), self.turn.lang)

    def _refuse(self, refused: UsualError) -> None:
        self.messages.append(Message(say_error(self.turn.lang, refused)))

    def _say(self, said: Say) -> None:
        self.messages.append(Message(say(self.turn.lang, said.key, said.params)))
