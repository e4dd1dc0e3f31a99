"""Chinese words with the frequencies of real text, taken from the dictionary that also cuts the portal's searches."""

from __future__ import annotations

from itertools import accumulate, product
from random import Random
from typing import NamedTuple

import rjieba

COMMON_CHARACTERS = 2000
# GB2312 keeps the characters of everyday text in these rows, the rarer ones behind them.
EVERYDAY_ROWS = range(0xB0, 0xD8)
ROW_CELLS = range(0xA1, 0xFF)


class Vocabulary(NamedTuple):
    """Words, most frequent first, and their frequencies summed up, as ``random.choices`` wants them."""

    words: list[str]
    cumulated: list[int]

    def draw(self, random: Random, count: int) -> list[str]:
        """Draw ``count`` words as often as real text holds them."""
        return random.choices(self.words, cum_weights=self.cumulated, k=count)


def everyday() -> Vocabulary:
    """The dictionary's words of two everyday characters, some eighty thousand; takes about two seconds."""
    dictionary = rjieba.Jieba()
    characters = [bytes(pair).decode("gb2312", "ignore") for pair in product(EVERYDAY_ROWS, ROW_CELLS)]
    characters = sorted(filter(None, characters), key=dictionary.suggest_freq, reverse=True)[:COMMON_CHARACTERS]
    pairs = (first + second for first, second in product(characters, repeat=2))
    frequencies = {word: dictionary.suggest_freq(word) for word in pairs if dictionary.has_word(word)}
    words = sorted(frequencies, key=frequencies.__getitem__, reverse=True)
    return Vocabulary(words, list(accumulate(frequencies[word] for word in words)))
