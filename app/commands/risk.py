"""`usual risk dry-run`: what rules would have decided about the payments that are stored. It reads, and writes nothing."""

import argparse
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from app.commands.parsing import Subparsers
from app.commands.service import the_usual

# So many payments whose verdict changes are listed; the rest is counted.
LISTED_MAX = 50


def add(commands: Subparsers) -> None:
    risk = commands.add_parser("risk", help="try rules of risk on the payments that are stored")
    risk.add_argument("action", choices=["dry-run"])
    risk.add_argument("--rules", type=Path, metavar="FILE", help="the rules to try; those in force unless given")
    risk.add_argument("--since", type=_day, default=datetime(1970, 1, 1, tzinfo=UTC), metavar="DATE", help="YYYY-MM-DD, in UTC")
    risk.set_defaults(run=_dry_run)


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day such as 2026-05-18") from None


def _dry_run(options: argparse.Namespace) -> int:
    from app.bootstrap import risk_rules
    from app.domain.risk import DECISIONS, assess

    usual = the_usual()
    try:
        in_force = usual.risks.rules
        tried = risk_rules.load(options.rules) if options.rules else in_force
        assessed = list(usual.risks.records.assessed(options.since))
    finally:
        usual.close()
    known = [one for one in assessed if one is not None]
    decisions: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    changed = []
    for one in known:
        now, then = assess(one.facts, in_force), assess(one.facts, tried)
        decisions[then.decision] += 1
        by_rule.update(then.reasons)
        if now.decision != then.decision:
            changed.append((one, now, then))
    print(
        f"{len(known)} payments and attempts, {len(assessed) - len(known)} from before verdicts were kept. Rules {tried.version}."
    )
    print("  ".join(f"{decision} {decisions[decision]}" for decision in DECISIONS))
    for rule in tried.rules:
        print(f"{by_rule[rule.id]:7}  {rule.decision:<10}  {rule.id}")
    print(f"{len(changed)} verdicts change against the rules in force, {in_force.version}.")
    for one, now, then in changed[:LISTED_MAX]:
        happened = "paid" if one.paid else "stopped"
        print(f"{one.checkout_ref}  {happened:<7}  {now.decision} → {then.decision}  {' '.join(then.reasons or now.reasons)}")
    if len(changed) > LISTED_MAX:
        print(f"… and {len(changed) - LISTED_MAX} more")
    return 0
