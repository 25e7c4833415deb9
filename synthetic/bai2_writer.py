"""BAI2 bank statements as text: accounts with their entries, continued in 88 lines, with every total.

Belongs here: how a bank writes down what happened. Does not belong here: what happened (`bank`).
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

LINE_END = "\n"
# Text beyond this goes on in the next line; a word is never broken.
_TEXT_WIDTH = 60


@dataclass(frozen=True, slots=True)
class StatedEntry:
    """One entry of an account. The type code says whether `cents` came in or went out."""

    type_code: str
    cents: int
    bank_reference: str = ""
    customer_reference: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class StatedAccount:
    """An account and its entries of one day. `summary` holds type codes and amounts, signed."""

    number: str
    entries: tuple[StatedEntry, ...]
    summary: tuple[tuple[str, int], ...] = ()


def statement_text(
    groups: Sequence[Sequence[StatedAccount]],
    *,
    as_of: date,
    sender: str = "PLAINBANK",
    receiver: str = "PLAINTHERAPY",
) -> str:
    """A file of one group for each sequence of accounts, all as of one day."""
    header = f"01,{sender},{receiver},{as_of:%y%m%d},2200,1,,,2/"
    written = [_group(accounts, as_of, sender, receiver) for accounts in groups]
    lines = [header, *(line for group, _ in written for line in group)]
    total = sum(cents for _, cents in written)
    lines.append(f"99,{total},{len(groups)},{len(lines) + 1}/")
    return "".join(line + LINE_END for line in lines)


def _group(
    accounts: Sequence[StatedAccount], as_of: date, sender: str, receiver: str
) -> tuple[list[str], int]:
    written = [_account(account) for account in accounts]
    lines = [
        f"02,{receiver},{sender},1,{as_of:%y%m%d},,USD,2/",
        *(line for part, _ in written for line in part),
    ]
    total = sum(cents for _, cents in written)
    lines.append(f"98,{total},{len(accounts)},{len(lines) + 1}/")
    return lines, total


def _account(account: StatedAccount) -> tuple[list[str], int]:
    """Its lines, and the total of all amounts in them."""
    summary = "".join(f",{code},{cents},," for code, cents in account.summary)
    lines = [f"03,{account.number},USD{summary or ',,,,'}/"]
    for entry in account.entries:
        lines += _entry(entry)
    total = sum(cents for _, cents in account.summary) + sum(entry.cents for entry in account.entries)
    lines.append(f"49,{total},{len(lines) + 1}/")
    return lines, total


def _entry(entry: StatedEntry) -> list[str]:
    head = f"16,{entry.type_code},{entry.cents},Z,{entry.bank_reference},{entry.customer_reference},"
    text = textwrap.wrap(entry.text, _TEXT_WIDTH, break_long_words=False, break_on_hyphens=False)
    if not text:
        return [f"{head}/"]
    return [head + text[0], *(f"88,{rest}" for rest in text[1:])]
