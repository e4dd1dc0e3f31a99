"""The table's arithmetic."""

import pytest

from bench.measure import Ratio
from bench.report import Figure, Limit, summary, table


def test_a_ratio_is_the_pages_share_of_the_bare_view() -> None:
    assert Ratio(page=300, baseline=1200).value == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("value", "kind", "kept"),
    [
        (0.39, Limit.AT_LEAST, False),
        (0.4, Limit.AT_LEAST, True),
        (0.4, Limit.AT_MOST, True),
        (0.41, Limit.AT_MOST, False),
        (9.9, Limit.NONE, True),
    ],
)
def test_a_limit_is_kept_on_its_side(value: float, kind: Limit, kept: bool) -> None:
    assert Figure("work", value, limit=0.4, kind=kind).kept is kept


def test_the_table_marks_what_is_kept_and_what_is_not() -> None:
    kept, missed, plain = table(FIGURES).splitlines()[2:]
    assert "✓" in kept
    assert "≥ 0.4" in kept
    assert "✗" in missed
    assert "120 ms" in missed
    assert "✓" not in plain
    assert "✗" not in plain


def test_all_rows_of_the_table_are_equally_long() -> None:
    assert len({len(line) for line in table(FIGURES).splitlines()}) == 1


def test_the_summary_counts_limits_and_names_what_is_missed() -> None:
    assert summary(FIGURES) == "1 of 2 limits kept; missed: keyword."
    assert summary(FIGURES[:1]) == "1 of 1 limits kept."


FIGURES = [
    Figure("list", 0.45, "", 0.4, Limit.AT_LEAST),
    Figure("keyword", 120, " ms", 100, Limit.AT_MOST),
    Figure("queries", 5),
]
