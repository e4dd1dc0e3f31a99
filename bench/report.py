"""The table that the benchmark prints: each figure beside its limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Limit(Enum):
    """Which side of a limit is kept."""

    AT_LEAST = "≥"
    AT_MOST = "≤"
    NONE = ""


@dataclass(frozen=True)
class Figure:
    """One measured value, what it must hold, and in which unit."""

    name: str
    value: float
    unit: str = ""
    limit: float = 0
    kind: Limit = Limit.NONE
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the value keeps its limit; one without a limit does."""
        if self.kind is Limit.AT_LEAST:
            return self.value >= self.limit
        return self.kind is Limit.NONE or self.value <= self.limit


def table(figures: Sequence[Figure]) -> str:
    """The figures as a table in Markdown, with a mark for each that has a limit."""
    head = ["work", "measured", "limit", "", "note"]
    rows = [[each.name, _number(each.value, each.unit), _limit(each), _mark(each), each.note] for each in figures]
    widths = [max(3, *(len(row[column]) for row in [head, *rows])) for column in range(len(head))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)


def summary(figures: Sequence[Figure]) -> str:
    """One sentence: how many limits are kept, and which are not."""
    limited = [each for each in figures if each.kind is not Limit.NONE]
    missed = [each.name for each in limited if not each.kept]
    kept = f"{len(limited) - len(missed)} of {len(limited)} limits kept"
    return f"{kept}; missed: {', '.join(missed)}." if missed else f"{kept}."


def _number(value: float, unit: str) -> str:
    return f"{value:.2f}{unit}" if value < 10 and value != int(value) else f"{value:,.0f}{unit}"


def _limit(figure: Figure) -> str:
    return f"{figure.kind.value} {figure.limit:g}{figure.unit}" if figure.kind is not Limit.NONE else ""


def _mark(figure: Figure) -> str:
    if figure.kind is Limit.NONE:
        return ""
    return "✓" if figure.kept else "✗"
