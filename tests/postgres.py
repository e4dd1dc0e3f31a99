"""The PostgreSQL of a test run: one server, one migrated template, and a copy of it for every process.

It is the embedded one, unless CLOUDDESK_TEST_DATABASE_URL names a server on which a role may create databases.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from clouddesk.datadir import DataDirectory
from clouddesk.embedded import Cluster


class Server:
    """Started when made; ``stop`` leaves nothing behind."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="clouddesk-postgres-"))
        self._cluster: _Forgetful | None = None
        address = os.environ.get("CLOUDDESK_TEST_DATABASE_URL") or self._start()
        self.template = f"clouddesk_template_{os.getpid()}"
        self.template_address = _at(address, self.template)
        try:
            self._make_template(address)
        except BaseException:
            self.stop()
            raise

    def _start(self) -> str:
        self._folder.chmod(0o711)  # the server of a root's run belongs to another user
        data = DataDirectory(self._folder / "data")
        data.open()
        self._cluster = _Forgetful(data)
        with (self._folder / "log").open("wb") as log:
            self._cluster.start(log.fileno())
        return self._cluster.address

    def _make_template(self, address: str) -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.template)))
        environment = {
            **os.environ,
            "DATABASE_URL": self.template_address,
            "DJANGO_SETTINGS_MODULE": "clouddesk.config.settings",
        }
        command = [sys.executable, "-m", "clouddesk.serving.prepare"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"The test database cannot be migrated:\n{done.stderr}")

    def stop(self) -> None:
        """Stop the server, or drop what was made on a server of others."""
        if self._cluster is not None:
            self._cluster.stop()
        else:
            drop(self.template_address)
        shutil.rmtree(self._folder, ignore_errors=True)


class _Forgetful(Cluster):
    """A server that need not survive a crash, which makes it much quicker."""

    def _options(self) -> list[str]:
        careless = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
        return [*super()._options(), *(word for setting in careless for word in ("-c", setting))]


def copy(template_address: str, name: str) -> str:
    """Make a database of its own from the template; returns its address."""
    template = urlsplit(template_address).path[1:]
    name = f"{template}_{name}"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    # Not connected to the template itself: PostgreSQL copies only a database that nobody uses.
    with psycopg.connect(_at(template_address, "postgres"), autocommit=True) as connection:
        connection.execute(statement)
    return _at(template_address, name)


def drop(address: str) -> None:
    """Remove a database, whoever is still connected to it."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(urlsplit(address).path[1:]))
    with psycopg.connect(_at(address, "postgres"), autocommit=True) as connection:
        connection.execute(statement)


def django_settings(address: str) -> dict[str, Any]:
    """How Django is told to use the database at ``address``."""
    parts = psycopg.conninfo.conninfo_to_dict(address)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {name: str(parts.get(part) or "") for name, part in names.items()}


def _at(address: str, database: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{database}"))
