"""What the demo consists of, read from the TOML files in ``content/`` into typed records.

A ticket is told as a story: who asked what and when, and the steps that followed. The times in it are relative to the
moment of loading (see ``timeline``), and so are the months that its text names: ``{月}`` is the month in which the
story begins, ``{上月}`` and ``{下月}`` are its neighbours, ``{年}`` and ``{去年}`` years, ``{期间}`` a period: 202609.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CONTENT = HERE / "content"
FILES = HERE / "files"
BY_CUSTOMER = {"replied", "confirmed", "reopened", "withdrawn"}


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The vendor's own data: its row, its products with their parts, and the short lists."""

    vendor: dict[str, str]
    products: list[dict[str, Any]]
    kinds: list[str]
    databases: list[str]


@dataclass(frozen=True, kw_only=True)
class Contract:
    """A service contract; ``starts`` and ``ends`` are months from today."""

    code: str
    company: str
    products: list[str]
    starts: int
    ends: int


@dataclass(frozen=True, kw_only=True)
class Person:
    """A customer, or with ``roles`` one of the staff, who serves ``modules`` such as ``GS 总账`` or all of ``PS``."""

    username: str
    name: str
    phone: str
    email: str
    products: list[str]
    company: str = ""
    since: int = -24
    contract: str = ""
    administrator: bool = False
    applies: list[str] = field(default_factory=list)
    service_code: str = ""
    roles: list[str] = field(default_factory=list)
    staff_number: str = ""
    modules: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class People:
    """Everybody, and the companies (name to region) and contracts that they belong to."""

    companies: dict[str, str]
    contracts: list[Contract]
    persons: list[Person]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One event of a ticket, ``after`` the one before it (``25m``, ``3h``, ``2d``), by the asker or the engineer."""

    kind: str
    after: str
    text: str = ""
    files: list[str] = field(default_factory=list)
    rating: int | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """A ticket from its question to where it stands."""

    asker: str
    product: str
    module: str
    version: str
    kind: str
    urgency: int
    asked: str
    title: str
    text: str
    reads: int = 0
    private: bool = False
    files: list[str] = field(default_factory=list)
    engineer: str = ""
    steps: list[Step] = field(default_factory=list)

    def sender(self, step: Step) -> str:
        """The user name of whoever did ``step``, empty when the portal did."""
        if step.kind == "lapsed":
            return ""
        return step.by or (self.asker if step.kind in BY_CUSTOMER else self.engineer)


def catalogue() -> Catalogue:
    """The vendor, its products and lists; the terms of service stand in a file of their own."""
    found = _read(CONTENT / "catalogue.toml")
    found["vendor"]["terms"] = (CONTENT / "terms.txt").read_text(encoding="utf-8")
    return Catalogue(**found)


def people(file: Path = CONTENT / "people.toml") -> People:
    """Companies, contracts and people of ``file``."""
    found = _read(file)
    return People(
        companies=found["companies"],
        contracts=[Contract(**item) for item in found["contracts"]],
        persons=[Person(**item) for item in found["persons"]],
    )


def stories(folder: Path = CONTENT / "tickets") -> list[Story]:
    """The tickets told in the files of ``folder``."""
    return [story for file in sorted(folder.glob("*.toml")) for story in _stories(file)]


def file_names() -> dict[str, str]:
    """The names under which the files in ``files/`` are attached."""
    names: dict[str, str] = _read(CONTENT / "files.toml")
    return names


def dated(story: Story, asked: datetime) -> Story:
    """The story with the months and years that its texts speak of, as seen from when it was ``asked``."""
    words = _calendar_words(asked)

    def fill(text: str) -> str:
        for mark, word in words.items():
            text = text.replace(mark, word)
        return text

    steps = [replace(step, text=fill(step.text)) for step in story.steps]
    return replace(story, title=fill(story.title), text=fill(story.text), steps=steps)


def _calendar_words(asked: datetime) -> dict[str, str]:
    this = asked.year * 12 + asked.month - 1
    return {
        "{月}": f"{asked.month}",
        "{上月}": f"{(this - 1) % 12 + 1}",
        "{下月}": f"{(this + 1) % 12 + 1}",
        "{年}": f"{asked.year}",
        "{去年}": f"{asked.year - 1}",
        "{日}": f"{asked.day}",
        "{期间}": f"{this // 12}{this % 12 + 1:02d}",
        "{上期间}": f"{(this - 1) // 12}{(this - 1) % 12 + 1:02d}",
    }


def _stories(file: Path) -> Iterator[Story]:
    for item in _read(file)["ticket"]:
        steps = [Step(**_stripped(step)) for step in item.pop("steps", [])]
        try:
            yield Story(**_stripped(item), steps=steps)
        except TypeError as error:
            raise ValueError(f"{file.name}: {item.get('title')}: {error}") from error


def _stripped(item: dict[str, Any]) -> dict[str, Any]:
    # Multi-line strings end with a line break before their closing quotes.
    return {key: value.strip() if isinstance(value, str) else value for key, value in item.items()}


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
