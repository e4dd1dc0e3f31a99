"""Measurements: what a page costs compared with the bare view, interleaved so that both meet the same noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.client import Load, Request, ask_each, load

ROUNDS = 4


@dataclass(frozen=True)
class Ratio:
    """Answers per second of a page and of the bare view, measured in turns."""

    page: float
    baseline: float

    @property
    def value(self) -> float:
        """The page's share of the bare view's answers per second."""
        return self.page / self.baseline


def ratio(port: int, page: Sequence[Request], baseline: Request, seconds: float) -> Ratio:
    """Load the page and the bare view in turns, each for ``seconds`` in all. Several requests are asked in rotation."""
    ask_each(port, [*page[:1], baseline])
    page_loads, baseline_loads = [], []
    for _ in range(ROUNDS):
        baseline_loads.append(load(port, [baseline], seconds / ROUNDS))
        page_loads.append(load(port, page, seconds / ROUNDS))
    return Ratio(*(_per_second(loads) for loads in (page_loads, baseline_loads)))


def _per_second(loads: Sequence[Load]) -> float:
    return sum(len(each.answers) for each in loads) / sum(each.lasted for each in loads)


def added_milliseconds(port: int, page: Request, plain: Request, times: int = 5) -> float:
    """How much longer a page takes than a plainer one, by their medians; asked in turns, one at a time."""
    ask_each(port, [page, plain])
    pairs = [ask_each(port, [page, plain]) for _ in range(times)]
    return 1000 * (median(pair[0] for pair in pairs) - median(pair[1] for pair in pairs))


def times_as_long(port: int, work: tuple[Request, int], plain: tuple[Request, int], times: int = 8) -> float:
    """How many times as long some work takes as a plainer one (each a request and the status that answers it)."""
    pairs = [[ask_each(port, [request], status=status)[0] for request, status in (work, plain)] for _ in range(times)]
    return median(pair[0] for pair in pairs) / median(pair[1] for pair in pairs)
