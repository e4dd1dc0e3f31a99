"""What has to be done before pages are served: ``python -m clouddesk.serving.prepare [demo|testbed]``.

A process of its own, so that the supervisor stays small. ``demo`` loads the demo data, ``testbed`` the test bed's, and
tells what that holds as one JSON object on standard output; when it cannot go on, that object is ``{"problem": "…"}``.
Progress goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from clouddesk.datadir import StartError
from clouddesk.serving.guard import end_with_parent

# Any number, as long as all portals on one database use the same.
_LOCK = 7_236_044_912


def main() -> None:
    """Migrate, load, tell."""
    end_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clouddesk.config.settings")
    os.environ["CLOUDDESK_POOL"] = "0"  # two connections, for a short while
    import django
    from django.db import OperationalError

    django.setup()
    try:
        with _alone():
            migrate()
            load(sys.argv[1] if len(sys.argv) > 1 else "")
    except StartError as error:
        _give_up(str(error))
    except OperationalError as error:
        _give_up(f"数据库无法访问：{str(error).strip().splitlines()[0]}")


def _give_up(problem: str) -> NoReturn:
    print(json.dumps({"problem": problem}))
    sys.exit(1)


def load(content: str) -> None:
    """Load what the portal is to hold at first: nothing, the ``demo`` or the ``testbed``."""
    if content == "demo":
        from clouddesk.demo.load import load_demo

        load_demo(say)
    if content == "testbed":
        from clouddesk.demo import testbed

        testbed.build()
        print(json.dumps(testbed.describe(), ensure_ascii=False))


def say(line: str) -> None:
    """Show the operator what is being done."""
    print(f"  · {line}", file=sys.stderr, flush=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the database for one preparing portal at a time; the lock falls with the connection."""
    from django.db import connection

    lock = connection.copy()
    try:
        with lock.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield
    finally:
        lock.close()


def migrate() -> None:
    """Bring the database to this version of the program; nothing is done when it is there already."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say(f"升级数据库（{len(plan)} 步）")
        call_command("migrate", interactive=False, verbosity=0)


if __name__ == "__main__":
    main()
