"""The `usual` command: serve, chat in a terminal, understand, look at orders, check the ledger and the catalogues, replay."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from app.base.errors import UsualError
from app.dialogue.wording import say_error
from app.domain.names import Lang

if TYPE_CHECKING:
    from app.bootstrap import Usual

FAILED, USAGE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """An exit code: 0 when all is well, 1 when something is wrong with what was looked at, 2 when it can't start."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except UsualError as failed:
        sys.stderr.write(f"{_sentence(failed)}\n")
        return USAGE
    except (KeyboardInterrupt, BrokenPipeError):
        return 130


def _sentence(failed: UsualError) -> str:
    from app.bootstrap import CatalogBroken, TrafficMissing
    from app.replay.script import ScriptBroken
    from app.settings import SettingInvalid, SettingMissing

    if isinstance(failed, SettingInvalid | SettingMissing):
        return str(failed)
    if isinstance(failed, CatalogBroken):
        return "The catalogue can't be used:\n" + "\n".join(map(str, failed.faults))
    if isinstance(failed, TrafficMissing):
        return "No model traffic is recorded for {asked}\nThe nearest is {nearest}\nRecord it again with --record.".format(
            **failed.params
        )
    if isinstance(failed, ScriptBroken):
        return f"{failed.params['file']}: {failed.params['faults']}"
    return say_error("en", failed)


def _parser() -> argparse.ArgumentParser:
    about = "A shop assistant you talk to, and the wallet that pays what you approved."
    parser = argparse.ArgumentParser(prog="usual", description=about)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="start the app and print its address")
    serve.set_defaults(run=_serve)

    chat = commands.add_parser("chat", help="order in this terminal")
    chat.add_argument("--customer", default="demo", metavar="NAME", help="who signs in (default: demo)")
    chat.add_argument("--lang", default="en", choices=get_args(Lang))
    chat.set_defaults(run=_chat)

    understand = commands.add_parser("understand", help="show what words are taken to mean")
    understand.add_argument("words")
    understand.add_argument("--merchant", metavar="ID", help="as if this shop's card were open")
    understand.add_argument("--json", action="store_true")
    understand.set_defaults(run=_understand)

    orders = commands.add_parser("orders", help="list a customer's orders, newest first")
    orders.add_argument("--customer", default="demo", metavar="NAME")
    orders.add_argument("--limit", type=_positive, default=20)
    orders.set_defaults(run=_orders)

    ledger = commands.add_parser("ledger", help="check that the ledger holds")
    ledger.add_argument("action", choices=["check"])
    ledger.set_defaults(run=_ledger)

    catalog = commands.add_parser("catalog", help="check the merchants' catalogues, or print their JSON Schema")
    catalog.add_argument("action", choices=["check", "schema"])
    catalog.add_argument("folder", nargs="?", type=Path, default=None)
    catalog.set_defaults(run=_catalog)

    replay = commands.add_parser("replay", help="run recorded conversations again and show what differs")
    replay.add_argument("files", nargs="+", type=Path, metavar="FILE")
    replay.add_argument("--accept", action="store_true", help="rewrite the expectations that differ, after review")
    replay.add_argument("--record", action="store_true", help="ask the configured model and record its traffic beside the file")
    replay.set_defaults(run=_replay)

    settings = commands.add_parser("settings", help="print the settings as the README's table")
    settings.set_defaults(run=_settings)
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return int(text)


def _serve(_: argparse.Namespace) -> int:
    from app import server

    return server.main()


def _usual() -> "Usual":
    from app.bootstrap import get_usual

    return get_usual()


def _customer_id(usual: "Usual", username: str) -> str:
    from app.domain.customer import NotFound

    credential = usual.records.credential_by_username(username)
    if credential is None:
        raise NotFound(what=username)
    return credential.customer_id


def _chat(options: argparse.Namespace) -> int:
    from app.terminal import TerminalChat

    usual = _usual()
    try:
        demo = usual.demo
        is_demo = demo is not None and options.customer == demo.username
        password = demo.password if demo is not None and is_demo else getpass.getpass("Password: ")
        customer_id = usual.sign_in(options.customer, password)
        if customer_id is None:
            sys.stderr.write("That is no customer's name and password.\n")
            return USAGE
        return TerminalChat(usual, customer_id, options.lang).run()
    finally:
        usual.close()


def _understand(options: argparse.Namespace) -> int:
    from app.bootstrap import load_catalogs
    from app.replay.snapshot import reading_lines
    from app.service.assistant import READING
    from app.settings import load_settings
    from app.skills import SKILLS
    from app.understanding import rules
    from app.understanding.context import ReadingContext
    from app.understanding.lexicon import ShopLexicon

    catalogs = load_catalogs(load_settings(os.environ).catalog_dir)
    if options.merchant is not None and options.merchant not in catalogs:
        sys.stderr.write(f"There is no merchant {options.merchant}; there are {', '.join(catalogs)}.\n")
        return USAGE
    shops = {merchant_id: ShopLexicon.of(catalog) for merchant_id, catalog in catalogs.items()}
    context = ReadingContext(tuple(skill.spec for skill in SKILLS), shops, merchant_id=options.merchant)
    reading = rules.read(options.words, context)
    if options.json:
        print(json.dumps(json.loads(READING.dump_json(reading)), ensure_ascii=False, indent=2))
        return 0
    for line in reading_lines(reading):
        print(line)
    print(f"sure: {reading.sureness} of 100, language: {reading.lang}, by: {reading.by} ({reading.why})")
    if reading.unexplained:
        print("not explained: " + ", ".join(span.text for span in reading.unexplained))
    return 0


def _orders(options: argparse.Namespace) -> int:
    from app.base.clock import local

    usual = _usual()
    try:
        customer = usual.customer(_customer_id(usual, options.customer))
        for order in usual.records.orders(customer.id, options.limit):
            lines = ", ".join(f"{line.quantity} × {line.product_id}" for line in order.lines)
            when = local(order.placed_at, customer.zone)
            print(f"{when:%Y-%m-%d %H:%M}  {order.number}  {order.state:<9}  {order.total!s:>9}  {order.merchant_id}: {lines}")
    finally:
        usual.close()
    return 0


def _ledger(_: argparse.Namespace) -> int:
    usual = _usual()
    try:
        faults = usual.audit.check()
        for fault in faults:
            print(fault)
        transfers, wallets = len(usual.records.transfers()), len(usual.records.wallets())
        if not faults:
            print(f"The ledger holds: {transfers} transfers, {wallets} wallets, every chain whole.")
        return FAILED if faults else 0
    finally:
        usual.close()


def _catalog(options: argparse.Namespace) -> int:
    from app.bootstrap import json_schema, read_catalogs
    from app.settings import load_settings

    if options.action == "schema":
        print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
        return 0
    folder = options.folder or load_settings(os.environ).catalog_dir
    catalogs, faults = read_catalogs(folder)
    for fault in faults:
        print(fault)
    for catalog in catalogs.values():
        groups, coupons = len(catalog.groups), len(catalog.coupons)
        print(f"{catalog.merchant.id}: {len(catalog.products)} products, {groups} option groups, {coupons} coupons")
    return FAILED if faults else 0


def _replay(options: argparse.Namespace) -> int:
    from app.bootstrap import recording_reader
    from app.replay.accept import accept
    from app.replay.report import report
    from app.replay.run import play, play_file, traffic_of
    from app.replay.script import load_script
    from app.settings import load_settings

    failed = 0
    for path in options.files:
        if options.record:
            result = play(load_script(path), recording_reader(load_settings(os.environ), traffic_of(path)))
        else:
            result = play_file(path)
        if options.accept and not result.holds:
            accept(path, result)
            print(f"{path}: rewritten; read the change before you keep it")
        else:
            print(report(path, result))
            failed += not result.holds
    return FAILED if failed else 0


def _settings(_: argparse.Namespace) -> int:
    from app.settings import settings_table

    print(settings_table(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
