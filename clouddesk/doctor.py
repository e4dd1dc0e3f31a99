"""``clouddesk doctor``: looks at everything the portal stands on, and says of each thing in one sentence how it is."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clouddesk.datadir import DataDirectory, StartError
from clouddesk.embedded import Cluster

_FREE_BYTES_WANTED = 1024**3
Finding = tuple[bool, str]


def examine(directory: Path) -> int:
    """Print one line for each finding; returns 0 when all is well, 1 otherwise."""
    data = DataDirectory(directory)
    checks: list[Callable[[DataDirectory], Iterator[Finding]]] = [_python, _directory, _disk, _pages, _database, _mail]
    well = True
    for check in checks:
        for good, sentence in check(data):
            print(f"{'✓' if good else '✗'} {sentence}", flush=True)
            well = well and good
    print("\n一切正常。" if well else "\n请处理标有 ✗ 的项目，然后再次检查。")
    return 0 if well else 1


def _python(_: DataDirectory) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield sys.version_info >= (3, 11), f"Python {version}（需要 3.11 或更新）"


def _directory(data: DataDirectory) -> Iterator[Finding]:
    if not data.path.exists():
        if os.access(_nearest(data.path), os.W_OK):
            yield True, f"数据目录 {data.path} 还不存在，第一次启动时建立"
        else:
            yield False, f"数据目录 {data.path} 不存在，也无法建立：{_nearest(data.path)} 不可写入"
        return
    try:
        data.open()
    except StartError as error:
        yield False, str(error)
        return
    yield True, f"数据目录 {data.path} 可以写入"
    for name in ("keys", "postgres", "media", "outbox"):
        folder = data.path / name
        if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
            yield False, f"目录 {folder} 可以被其他用户访问，请执行 chmod 700 {folder}"


def _disk(data: DataDirectory) -> Iterator[Finding]:
    free = shutil.disk_usage(_nearest(data.path)).free
    yield free >= _FREE_BYTES_WANTED, f"磁盘剩余 {free / 1024**3:.1f} GB（至少应有 1 GB）"


def _nearest(path: Path) -> Path:
    """The path, or what exists of it."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _pages(_: DataDirectory) -> Iterator[Finding]:
    manifest = Path(__file__).parent / "ui" / "static" / "manifest.json"
    yield (
        manifest.exists(),
        "页面脚本和样式已编译" if manifest.exists() else "页面脚本和样式没有编译，请执行 make setup",
    )


def _database(data: DataDirectory) -> Iterator[Finding]:
    try:
        with _address(data) as address:
            if address is None:
                yield True, "内嵌数据库还没有建立，第一次启动时建立"
                return
            os.environ["DATABASE_URL"] = address
            yield from _inside_database(data)
    except StartError as error:
        yield False, str(error)


@contextmanager
def _address(data: DataDirectory) -> Iterator[str | None]:
    """The database's address: the operator's, the running embedded one, or that one started for the while."""
    if "DATABASE_URL" in os.environ or not (data.path / "postgres").exists():
        yield os.environ.get("DATABASE_URL")
        return
    cluster = Cluster(data)
    address = cluster.running_address()
    if address is not None:
        yield address
        return
    data.lock()
    cluster.start()
    try:
        yield cluster.address
    finally:
        cluster.stop()


def _inside_database(data: DataDirectory) -> Iterator[Finding]:
    os.environ["CLOUDDESK_DATA"] = str(data.path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clouddesk.config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        django.setup()
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except ImproperlyConfigured as error:
        yield False, f"设置有误：{error}"
        return
    except DatabaseError as error:
        yield False, f"数据库无法访问：{str(error).strip().splitlines()[0]}"
        return
    finally:
        connection.close()
    yield int(version.split(".")[0]) >= 15, f"数据库 PostgreSQL {version} 可以访问（需要 15 或更新）"
    yield True, "数据库结构是最新的" if not pending else f"数据库有 {pending} 步升级待执行，下次启动时自动进行"


def _mail(data: DataDirectory) -> Iterator[Finding]:
    if os.environ.get("EMAIL_URL"):
        yield True, "邮件由 EMAIL_URL 指定的服务器发送"
    else:
        yield True, f"没有设置 EMAIL_URL：邮件不会发出，存放在 {data.path / 'outbox' / 'mail'}"
