"""Bank entries and expected payments with a known truth, for the tests of the matching and its benchmark.

Every story stands for itself: its payer, trace or amount meets no other story's, so what is planted is what
is to be found. `TRUTH` says which status each story's entries and items must end in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from deposits import ENTRIES, ITEMS

FIRST_ON, AS_OF = date(2025, 1, 6), date(2026, 6, 30)
STORIES = (
    "traced",
    "several_in_one_deposit",
    "one_in_two_deposits",
    "amount_only",
    "amount_differs",
    "wrong_account",
    "returned",
    "deposit_nobody_explains",
    "missing_deposit",
    "equal_amounts",
    "fee",
)
# (status of entries, status of items) of each story.
TRUTH = {
    "traced": ("matched", "matched"),
    "several_in_one_deposit": ("matched", "matched"),
    "one_in_two_deposits": ("matched", "matched"),
    "amount_only": ("matched", "matched"),
    "amount_differs": ("amount_differs", "amount_differs"),
    "wrong_account": ("wrong_account", "wrong_account"),
    "returned": ("returned", "returned"),
    "deposit_nobody_explains": ("deposit_without_remittance", None),
    "missing_deposit": (None, "remittance_without_deposit"),
    "equal_amounts": ("ambiguous", "ambiguous"),
    "fee": ("bank_fee", None),
}
_OWN, _OTHER = "9000000001", "9000000002"
_DAYS = 400


@dataclass(frozen=True)
class DepositWorld:
    """Both sides, and the truth: (side, key, story, status, partners), partners joined in their order."""

    entries: pl.DataFrame
    items: pl.DataFrame
    truth: pl.DataFrame

    def shuffled(self, seed: int) -> DepositWorld:
        """The same rows in another order of arrival."""
        return DepositWorld(
            self.entries.sample(fraction=1, shuffle=True, seed=seed),
            self.items.sample(fraction=1, shuffle=True, seed=seed + 1),
            self.truth,
        )


def deposit_world(seed: int, stories: int, *, faults: float) -> DepositWorld:
    """`stories` payments of insurers, of which the share `faults` is of another story than a plain trace."""
    chance = np.random.default_rng(seed)
    told = np.where(chance.random(stories) < faults, chance.integers(1, len(STORIES), stories), 0).tolist()
    cents = chance.integers(2_000, 900_000, stories).tolist()
    days = chance.integers(0, _DAYS, stories).tolist()
    lags = chance.integers(0, 4, stories).tolist()
    entries: list[tuple[object, ...]] = []
    items: list[tuple[object, ...]] = []
    truth: list[tuple[str, str, str, str, str]] = []

    for number in range(stories):
        story = STORIES[told[number]]
        # A payer of its own where only payer and amount can tell; elsewhere one of forty.
        alone = story in ("several_in_one_deposit", "amount_only", "equal_amounts")
        payer = f"1A{number:08}" if alone else f"15{number % 40:08}"
        trace, amount = f"T{number:08}", cents[number]
        day = FIRST_ON + timedelta(days=days[number])
        parts = {
            "several_in_one_deposit": (
                [amount],
                [amount // 3, amount // 4, amount - amount // 3 - amount // 4],
            ),
            "one_in_two_deposits": ([amount // 3, amount - amount // 3], [amount]),
            "amount_differs": ([amount - 777], [amount]),
            "returned": ([amount, -amount], [amount]),
            "deposit_nobody_explains": ([amount], []),
            "missing_deposit": ([], [amount]),
            "equal_amounts": ([amount, amount], [amount, amount]),
            "fee": ([-1_500], []),
        }.get(story, ([amount], [amount]))
        has_trace = story not in ("several_in_one_deposit", "amount_only", "equal_amounts", "fee")
        booked = day + timedelta(days=0 if alone else lags[number])
        entry_keys = [f"E{number:08}-{part}" for part in range(len(parts[0]))]
        item_keys = [f"I{number:08}-{part}" for part in range(len(parts[1]))]
        for key, part in zip(entry_keys, parts[0], strict=True):
            account = _OTHER if story == "wrong_account" else _OWN
            channel = "fee" if story == "fee" else "electronic"
            name = (trace, payer) if has_trace else (None, None if story == "fee" else payer)
            entries.append((key, account, channel, *name, None, part, booked, 4))
        for place, (key, part) in enumerate(zip(item_keys, parts[1], strict=True)):
            own = trace if len(item_keys) == 1 else f"{trace}-{place}"
            items.append((key, "electronic", own, payer, None, _OWN, part, day, None, 3, 3, 4))
        statuses = TRUTH[story]
        paired = story not in ("equal_amounts", "deposit_nobody_explains", "missing_deposit", "fee")
        for side, keys, others, status in (
            ("entry", entry_keys, item_keys, statuses[0]),
            ("item", item_keys, entry_keys, statuses[1]),
        ):
            for place, key in enumerate(keys):
                partners = others if paired else []
                if story == "returned":
                    partners = others[:1] if place == 0 else []
                truth.append((side, key, story, str(status), "+".join(partners)))
    return DepositWorld(
        pl.DataFrame(entries, schema=ENTRIES, orient="row"),
        pl.DataFrame(items, schema=ITEMS, orient="row"),
        pl.DataFrame(truth, schema=["side", "key", "story", "status", "partners"], orient="row"),
    )


def found_in(pieces: pl.DataFrame) -> pl.DataFrame:
    """The pieces as the truth is written: side, key, found, found_partners."""
    sides = []
    for side, own, other in (("entry", "entry_key", "item_key"), ("item", "item_key", "entry_key")):
        sides.append(
            pieces.filter(pl.col(own).is_not_null())
            .group_by(pl.col(own).alias("key"))
            .agg(
                pl.col("status").unique().sort().str.join("/").alias("found"),
                pl.col(other).drop_nulls().sort().str.join("+").alias("found_partners"),
            )
            .with_columns(pl.lit(side).alias("side"))
        )
    return pl.concat(sides)
