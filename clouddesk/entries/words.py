"""Chinese text cut into the words that are searched."""

import re
from functools import lru_cache
from typing import Any

WORD = re.compile(r"[\w]+(?:[-.][\w]+)*")
LONGEST_WORD = 60
MOST_QUERY_WORDS = 12


@lru_cache(maxsize=1)
def _cutter() -> Any:
    # The dictionary takes a third of a second and thirty megabytes: only who searches or writes pays for it.
    import rjieba

    return rjieba


def words(text: str) -> list[str]:
    """The words of ``text`` in order, lower case, punctuation left out, none longer than LONGEST_WORD characters."""
    cut = _cutter().cut_for_search(text.lower())
    return [word[:LONGEST_WORD] for piece in cut for word in WORD.findall(piece)]


def document(*texts: str) -> str:
    """The text that PostgreSQL's ``simple`` configuration turns into the search vector of ``texts``."""
    return " ".join(word for text in texts for word in words(text))


def query_text(query: str) -> str:
    """A raw tsquery that asks for every word of ``query``, or an empty string when it holds none.

    The query is cut as documents are. Whoever has typed half a word finds it, since a last word that is not in the
    dictionary is taken for the beginning of one; for a whole word that would cost the database ten times as much and
    find little more.
    """
    found = list(dict.fromkeys(words(query)))[:MOST_QUERY_WORDS]
    if not found:
        return ""
    half = len(found[-1]) == 1 or not _cutter().has_word(found[-1])
    return " & ".join("'" + word.replace("'", "''") + "'" for word in found) + (":*" if half else "")
