"""The command line ``clouddesk``: everything an operator does after the installation."""

from __future__ import annotations

import argparse
import json
import os
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from clouddesk.datadir import DataDirectory, StartError
from clouddesk.embedded import Cluster
from clouddesk.serving.supervisor import Options, Supervisor


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; a problem that the operator can solve is told in one sentence, with exit status 1."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.run is None:
        parser.print_help()
        return
    # Messages are Chinese whatever the locale says.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        sys.exit(chosen.run(chosen))
    except StartError as error:
        sys.exit(f"云桌面：{error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="clouddesk", description="云桌面：ERP 用户的客户服务门户")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="命令", metavar="")

    def command(name: str, text: str, run: object, **more: object) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text, **more)  # type: ignore[arg-type]
        made.set_defaults(run=run)
        made.add_argument(
            "--dir", type=Path, metavar="目录", default=_default_directory(), help="数据目录（默认 %(default)s）"
        )
        return made

    for name, text, run in (
        ("demo", "载入演示数据，启动云桌面，显示地址和演示账号", _demo),
        ("serve", "启动云桌面", _serve),
        ("testbed", "在一个新目录上启动带演示数据的云桌面，供其他程序测试", _testbed),
    ):
        made = command(name, text, run)
        made.add_argument("--port", type=_port, default=8000, metavar="端口", help="端口（默认 %(default)s）")
        made.add_argument(
            "--host", default="127.0.0.1", metavar="地址", help="监听的地址（默认 %(default)s，只有本机可以访问）"
        )
        if name == "testbed":
            made.add_argument("--json", action="store_true", help="就绪后在标准输出打印一个 JSON 对象（总是如此）")
    made = command("routes", "列出全部页面地址、方法和所需的权限", _routes)
    made.add_argument("--json", action="store_true", help="输出 JSON")
    command("doctor", "检查运行环境，逐项说明", _doctor)
    command("migrate", "把数据库升级到本程序的版本（启动时会自动进行）", _migrate)
    made = command("manage", "在云桌面的数据库上执行 Django 的管理命令", _manage)
    made.add_argument("words", nargs=argparse.REMAINDER, metavar="命令", help="例如：manage addstaff")
    return parser


def _default_directory() -> Path:
    return Path(os.environ.get("CLOUDDESK_DATA", "data"))


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("端口应是 1 到 65535 之间的数字")
    return int(text)


# Running the portal


def _options(chosen: argparse.Namespace, content: str = "") -> Options:
    return Options(data=chosen.dir, host=chosen.host, port=chosen.port, content=content, log_to_file=bool(content))


def _serve(chosen: argparse.Namespace) -> None:
    def ready(portal: Supervisor) -> None:
        print(
            f"云桌面已启动：{portal.address}（数据目录 {portal.data.path}，按 Ctrl-C 停止）",
            file=sys.stderr,
            flush=True,
        )

    Supervisor(_options(chosen)).run(ready)


def _demo(chosen: argparse.Namespace) -> None:
    print(f"正在启动云桌面（数据目录 {chosen.dir.absolute()}）…", flush=True)
    Supervisor(_options(chosen, "demo")).run(_show_demo)


def _show_demo(portal: Supervisor) -> None:
    from clouddesk.demo.accounts import DEMO_ACCOUNTS

    rows = [("身份", "用户名", "密码", "说明"), *((a.role, a.username, a.password, a.may) for a in DEMO_ACCOUNTS)]
    widths = [max(_width(row[column]) for row in rows) for column in range(3)]
    print(f"\n云桌面已就绪：{portal.address}\n\n演示账号（仅供演示，请勿用于正式环境）：\n")
    for row in rows:
        cells = (text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=False))
        print(f"  {'  '.join(cells)}  {row[3]}")
    print(f"\n邮件和短信不会发出，存放在 {portal.data.path / 'outbox'}。")
    print(
        f"日志：{portal.data.path / 'logs' / 'portal.log'}。按 Ctrl-C 停止，再次运行会接着使用同样的数据。", flush=True
    )


def _width(text: str) -> int:
    """Columns that a text takes in a terminal: a Han character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _testbed(chosen: argparse.Namespace) -> None:
    def ready(portal: Supervisor) -> None:
        state = portal.state()
        where = {
            "base": state.pop("address"),
            "pids": state,
            "mail_dir": str(portal.data.path / "outbox" / "mail"),
            "sms_dir": str(portal.data.path / "outbox" / "sms"),
            "media_dir": str(portal.data.path / "media"),
            "data_dir": str(portal.data.path),
        }
        print(json.dumps({**where, **portal.prepared}, ensure_ascii=False), flush=True)

    Supervisor(_options(chosen, "testbed")).run(ready)


# Looking and mending


def _routes(chosen: argparse.Namespace) -> None:
    os.environ.setdefault("CLOUDDESK_SECRET_KEY", "no page is served")
    _set_up_django(chosen.dir)
    from clouddesk.access import routes

    listed = routes()
    if chosen.json:
        print(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    for route in listed:
        print(f"{route['access']:<12}{','.join(route['methods']):<18}{route['path']}")


def _doctor(chosen: argparse.Namespace) -> int:
    from clouddesk.doctor import examine

    return examine(chosen.dir)


def _migrate(chosen: argparse.Namespace) -> None:
    with _database(chosen.dir):
        from clouddesk.serving.prepare import migrate

        migrate()
    print("数据库已是最新版本。")


def _manage(chosen: argparse.Namespace) -> None:
    with _database(chosen.dir):
        from django.core.management import execute_from_command_line

        execute_from_command_line(["clouddesk manage", *(chosen.words or ["help"])])


@contextmanager
def _database(directory: Path) -> Iterator[None]:
    """Django on the portal's database: the running one, else started for as long as it takes."""
    data = DataDirectory(directory)
    data.open()
    data.secret("secret_key")
    cluster = None
    if "DATABASE_URL" not in os.environ:
        cluster = Cluster(data)
        address = cluster.running_address()
        if address is None:
            data.lock()
            cluster.start()
            address = cluster.address
        os.environ["DATABASE_URL"] = address
    _set_up_django(directory)
    try:
        yield
    finally:
        if cluster is not None:
            cluster.stop()


def _set_up_django(directory: Path) -> None:
    os.environ["CLOUDDESK_DATA"] = str(directory.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clouddesk.config.settings")
    import django

    django.setup()


if __name__ == "__main__":
    main()
