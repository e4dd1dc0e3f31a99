"""Writes the lock files: what is installed, with hashes and without the address of any package index.

``requirements.lock`` runs the portal, ``requirements-dev.lock`` is that and what tests and checks need.
"""

import re
import subprocess
import sys

RUN, DEVELOP = "requirements.lock", "requirements-dev.lock"
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header", "--quiet"]


def main() -> None:
    """Compile both from pyproject.toml; the second keeps to the versions of the first."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
    compile_to = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *OPTIONS]
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv else []
    subprocess.run([*compile_to, *upgrade, "--group", "build", "-o", RUN], check=True)
    subprocess.run([*compile_to, *upgrade, "--group", "dev", "--constraint", RUN, "-o", DEVELOP], check=True)
    for name in (RUN, DEVELOP):
        with open(name, encoding="utf-8") as file:
            if re.search(r"://|^--(?!hash)|file:", file.read(), re.MULTILINE):
                sys.exit(f"{name} names the address of a package index; it must install from any.")


if __name__ == "__main__":
    main()
