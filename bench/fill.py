"""Makes a data directory and fills its database: ``python -m bench.fill DIRECTORY ROWS``, called by bench.site."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from clouddesk.datadir import DataDirectory
from clouddesk.embedded import Cluster


def main() -> None:
    """Make the database, its tables, the people and the tickets; a process of its own, since it locks the directory."""
    data, rows, begun = DataDirectory(Path(sys.argv[1])), int(sys.argv[2]), time.monotonic()

    def progress(text: str) -> None:
        print(f"  {time.monotonic() - begun:5.0f} s  {text}", flush=True)

    data.open()
    data.lock()
    cluster = Cluster(data)
    with (data.path / "bench.log").open("ab") as log:
        cluster.start(log)
    try:
        os.environ.update(CLOUDDESK_DATA=str(data.path), CLOUDDESK_SECRET_KEY=data.secret("secret_key"))
        _fill(cluster.address, rows, progress)
    finally:
        cluster.stop()


def _fill(address: str, rows: int, progress: Callable[[str], None]) -> None:
    os.environ["DATABASE_URL"] = address
    import django

    django.setup()
    from django.core.management import call_command

    from bench.load import load
    from bench.people import make_cast

    call_command("migrate", verbosity=0, interactive=False)
    cast = make_cast(customers=max(20, min(5000, rows // 200)))
    load(address, rows, cast, progress)


if __name__ == "__main__":
    main()
