"""`usual demo`: a chat on one menu alone, to be tried by the shopkeeper, also from a phone."""

import argparse
import hashlib
import ipaddress
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.parsing import USAGE, Subparsers

if TYPE_CHECKING:
    from app.settings import Settings

AUTO = "auto"
# No packet is sent: the system only says which of its addresses would be used.
ANYWHERE = ("192.0.2.1", 9)


def add(commands: Subparsers) -> None:
    demo = commands.add_parser("demo", help="open a chat on your own menu: a .xlsx or .csv file, or a folder")
    demo.add_argument("menu", type=Path, metavar="MENU")
    demo.add_argument("--name", default="", help="what the shop is called")
    demo.add_argument("--port", type=_port, default=None, metavar="PORT")
    words = "let phones on this network in: listens on this machine's address there (or on the ADDRESS given)"
    demo.add_argument("--lan", nargs="?", const=AUTO, default=None, metavar="ADDRESS", help=words)
    demo.set_defaults(run=_demo)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise argparse.ArgumentTypeError(f"{text} is no port from 1 to 65535")
    return int(text)


def _demo(options: argparse.Namespace) -> int:
    import sys
    from dataclasses import replace

    from app import server
    from app.bootstrap import Outside, Usual, build, load_catalogs
    from app.menu_demo import first_words, seed_from_menu
    from app.settings import load_settings
    from app.ui.first_words import offer

    lan = None
    if options.lan is not None:
        lan = lan_address() if options.lan == AUTO else options.lan
        if lan is None or not _is_home(lan):
            sys.stderr.write(
                f"{lan or 'This machine'} has no address of a home or shop network; --lan takes one such as 192.168.1.20.\n"
            )
            return USAGE
    environ = {**os.environ, **PLAY}
    if options.port:
        environ["USUAL_PORT"] = str(options.port)
    folder = load_settings(environ).var_dir / "demos" / _folder_name(options.menu)
    catalog_dir, look_again = _catalog(options.menu, folder, options.name)
    settings = load_settings({**environ, "USUAL_VAR_DIR": str(folder), "USUAL_CATALOG_DIR": str(catalog_dir)})
    catalogs = list(load_catalogs(settings.catalog_dir).values())
    if lan is not None:
        settings = replace(settings, host=lan, public_url=f"http://{lan}:{settings.port}")
    offer(first_words(catalogs))

    def open_shop() -> Usual:
        return build(settings, Outside(seed=seed_from_menu, before_look=look_again))

    return server.start(settings, open_shop, lambda address: _told(address, settings, options.menu))


# Whatever the machine's own settings are: play money, a database of its own, and no key of anybody's.
PLAY = {
    "USUAL_MODE": "demo",
    "USUAL_HOST": "127.0.0.1",
    "USUAL_PUBLIC_URL": "",
    "USUAL_DATABASE_URL": "",
    "USUAL_SECRET": "",
    "USUAL_PIN_PEPPER": "",
}


def _folder_name(menu: Path) -> str:
    """One for each menu, by where it lies."""
    stem = re.sub(r"[^\w-]+", "_", menu.stem)[:40] or "menu"
    return f"{stem}-{hashlib.sha256(str(menu.resolve()).encode()).hexdigest()[:8]}"


def _catalog(menu: Path, folder: Path, name: str) -> tuple[Path, Callable[[], None]]:
    """The folder of shops for a menu, and what looks at the menu again. Raises SheetBroken, CatalogBroken."""
    from app.bootstrap import SheetFollower, load_catalogs

    if not menu.is_dir():
        follower = SheetFollower(menu, folder / "catalog", name)
        follower.take()
        return folder / "catalog", follower.look
    if not (menu / "merchant.json").exists():
        load_catalogs(menu)
        return menu, lambda: None
    root = folder / "catalog"
    root.mkdir(parents=True, exist_ok=True)
    link = root / menu.resolve().name
    if not link.exists():
        link.symlink_to(menu.resolve(), target_is_directory=True)
    load_catalogs(root)
    return root, lambda: None


def lan_address() -> str | None:
    """This machine's address on its network."""
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ANYWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return None


def _is_home(address: str) -> bool:
    """An address that the internet does not reach."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_private and not parsed.is_loopback and not parsed.is_unspecified and parsed.version == 4


def _told(address: str, settings: "Settings", menu: Path) -> str:
    """What stands below the banner: the code for a phone, and how to change the menu."""
    import io

    import segno

    from app.settings import is_loopback

    out = io.StringIO()
    segno.make(address, error="m").terminal(out, compact=True, border=2)
    follow = f"  Edit {menu} and save it: the chat follows.  改好菜单文件并保存，聊天会跟着变。\n"
    page = f"  To show or print / 展示或打印:  {address}/demo\n"
    english = "  Phones can't reach this address; --lan lets those on your network in.\n"
    phone = f"{english}  手机打不开这个地址，加 --lan 可让同一网络的手机访问。\n"
    return f"{out.getvalue()}\n{page}{phone if is_loopback(settings.host) else ''}{follow}"
