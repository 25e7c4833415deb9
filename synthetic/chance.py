"""Everything that is drawn by chance, and the calendar that chance must keep to.

Belongs here: named draws from a seeded generator, and working days. Does not belong here: what is drawn for.
Every day of the world has a generator of its own, made from the seed and the day, so that no day depends on
how many numbers another one drew.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int64]

# Monday first. Clinics open on some Saturdays and never on a Sunday.
WEEKDAY_WEIGHTS = np.array([1.05, 1.0, 1.1, 1.0, 0.85, 0.12, 0.0])


class Chance:
    """Named draws for one purpose on one day."""

    def __init__(self, seed: int, day: int, purpose: int) -> None:
        self._generator = np.random.default_rng([seed, day, purpose])

    def happens(self, count: int, probability: float) -> npt.NDArray[np.bool_]:
        """True with `probability`, `count` times."""
        return self._generator.random(count) < probability

    def between(self, count: int, low: int, high: int) -> npt.NDArray[np.int64]:
        """Whole numbers from `low` to `high`, both included."""
        return self._generator.integers(low, high + 1, count, dtype=np.int64)

    def one_of(
        self,
        count: int,
        values: Sequence[int] | npt.NDArray[np.int64],
        weights: Sequence[float] | None = None,
    ) -> npt.NDArray[np.int64]:
        """One of `values`, by `weights` where they are given."""
        chosen = np.asarray(values, dtype=np.int64)
        if weights is None:
            return chosen[self._generator.integers(0, len(chosen), count)]
        share = np.cumsum(np.asarray(weights) / np.sum(weights))
        positions = np.searchsorted(share, self._generator.random(count), side="right")
        return chosen[np.minimum(positions, len(chosen) - 1)]

    def word(
        self, count: int, words: Sequence[str], weights: Sequence[float] | None = None
    ) -> npt.NDArray[np.str_]:
        """One of `words`, by `weights` where they are given."""
        return np.asarray(words)[self.one_of(count, np.arange(len(words)), weights)]


def working_day(days: Days) -> Days:
    """The day itself, or the Monday after it where it falls on a weekend. Day 0 is a Monday."""
    weekday = days % 7
    return days + np.where(weekday == 5, 2, np.where(weekday == 6, 1, 0))


def spread(total: int, days: int, seed: int) -> Days:
    """How many of `total` visits fall on each of `days` days: few on Saturdays, none on Sundays."""
    if total == 0:
        return np.zeros(days, dtype=np.int64)
    generator = np.random.default_rng([seed, days])
    weights = WEEKDAY_WEIGHTS[np.arange(days) % 7] * generator.uniform(0.85, 1.15, days)
    boundaries = np.rint(np.cumsum(weights) / weights.sum() * total).astype(np.int64)
    return np.diff(boundaries, prepend=0)
