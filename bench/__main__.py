"""The benchmark's command: ``python -m bench`` (quality: speed). It never fails for being slow."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from bench.report import summary, table
from bench.run import run
from clouddesk.datadir import StartError

DATA = Path(os.environ.get("CLOUDDESK_DATA", "data")) / "bench"


def main() -> None:
    """Make the data unless it is there, measure, print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="tickets to make (default: a million)")
    parser.add_argument("--dir", type=Path, default=DATA, help=f"where the data is kept (default: {DATA})")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long each page is asked for (default: 0.5)")
    parser.add_argument("--only", default="", help="measure only what this names, such as lists or keywords")
    options = parser.parse_args()
    try:
        figures = run(options.dir.absolute(), options.rows, options.seconds, options.only)
    except StartError as error:
        raise SystemExit(str(error)) from error
    print()
    print(table(figures))
    print()
    print(summary(figures))


if __name__ == "__main__":
    main()
