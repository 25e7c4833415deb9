"""Whole columns in their usual spelling: amounts, dates and times as machines write them, ids without frills.

Belongs here: one spelling of each kind. Does not belong here: every other one; a column that holds any is
answered with None, or with no, and is for the general readers. Empty cells are null and stay so.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from ingestion.kernels.compiled import kernel
from ingestion.kernels.views import Bytes, Mask, Views, Words, column

_Integers = npt.NDArray[np.int64]
_Days = npt.NDArray[np.int32]


def plain_amounts(texts: pl.Series, decimals: int = 2) -> pl.Series | None:
    """``-1234.5`` as DECIMAL(18, ``decimals``): a sign, digits, a point, as many decimals at most."""
    return amounts_of(Views.of(texts), decimals)


def amounts_of(views: Views, decimals: int = 2) -> pl.Series | None:
    """The same of the views of texts."""
    wide = np.empty(2 * len(views.is_null), np.int64)
    if not _read_amounts(views.words, views.is_null, decimals, wide):
        return None
    return column(wide, views.is_null, pa.decimal128(18, decimals))


def plain_dates(texts: pl.Series, *, has_hyphens: bool) -> pl.Series | None:
    """``2026-11-22``, or ``20261122`` without hyphens, as dates, each a day of the calendar."""
    return dates_of(Views.of(texts), has_hyphens=has_hyphens)


def dates_of(views: Views, *, has_hyphens: bool) -> pl.Series | None:
    """The same of the views of texts."""
    days = np.empty(len(views.is_null), np.int32)
    if not _read_dates(views.words, views.is_null, has_hyphens, days):
        return None
    return column(days, views.is_null, pa.date32())


def plain_timestamps(texts: pl.Series) -> pl.Series | None:
    """``2026-11-22 09:30:00`` as times to the microsecond."""
    views = Views.of(texts)
    moments = np.empty(len(texts), np.int64)
    if not views.is_in_one_buffer or not _read_timestamps(views.words, views.is_null, views.data, moments):
        return None
    return column(moments, views.is_null, pa.timestamp("us"))


def are_identifiers(texts: pl.Series) -> bool:
    """Whether every text is an id: at most 64 letters, digits and ``._:/#-``, of them the first no sign."""
    views = Views.of(texts)
    return views.is_in_one_buffer and _hold(views.words, views.is_null, views.data, _OF_IDS, 64)


def are_plain_texts(texts: pl.Series, at_most: int) -> bool:
    """Whether every text is printable ASCII of at most so many characters."""
    views = Views.of(texts)
    return views.is_in_one_buffer and _hold(views.words, views.is_null, views.data, _PRINTABLE, at_most)


_FIRST, _LATER = 1, 2  # where in a text a byte may stand


def _byte_table(first: str, later: str) -> Bytes:
    table = np.zeros(256, np.uint8)
    table[[ord(character) for character in first]] |= _FIRST
    table[[ord(character) for character in later]] |= _LATER
    return table


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ALPHANUMERIC = f"0123456789{_LETTERS}{_LETTERS.lower()}"
_ANY = "".join(map(chr, range(32, 127)))
_OF_IDS = _byte_table(_ALPHANUMERIC, f"{_ALPHANUMERIC}._:/#-")
_PRINTABLE = _byte_table(_ANY, _ANY)


@kernel
def _hold(words: Words, is_null: Mask, data: Bytes, table: Bytes, at_most: int) -> bool:
    """Whether every byte of every text may stand where it stands."""
    for row in range(len(is_null)):
        if is_null[row]:
            continue
        low = words[2 * row]
        high = words[2 * row + 1]
        length = np.int64(low & np.uint64(0xFFFFFFFF))
        if length == 0 or length > at_most:
            return False
        wanted = np.uint8(1)
        for at in range(length):
            if length > 12:
                byte = data[np.int64(high >> np.uint64(32)) + at]
            elif at < 4:
                byte = np.uint8((low >> np.uint64(32 + 8 * at)) & np.uint64(255))
            else:
                byte = np.uint8((high >> np.uint64(8 * at - 32)) & np.uint64(255))
            if not table[byte] & wanted:
                return False
            wanted = np.uint8(2)
    return True


@kernel
def _read_amounts(words: Words, is_null: Mask, decimals: int, wide: _Integers) -> bool:
    for row in range(len(is_null)):
        value = np.int64(0)
        if not is_null[row]:
            low = words[2 * row]
            high = words[2 * row + 1]
            length = np.int64(low & np.uint64(0xFFFFFFFF))
            if length == 0 or length > 12:
                return False
            is_negative = False
            digits = 0
            after_point = -1
            for at in range(length):
                if at < 4:
                    byte = (low >> np.uint64(32 + 8 * at)) & np.uint64(255)
                else:
                    byte = (high >> np.uint64(8 * at - 32)) & np.uint64(255)
                digit = np.int64(byte) - 48
                if 0 <= digit <= 9:
                    value = value * 10 + digit
                    digits += 1
                    if after_point >= 0:
                        after_point += 1
                elif byte == 46 and after_point < 0:
                    after_point = 0
                elif byte == 45 and at == 0:
                    is_negative = True
                else:
                    return False
            if digits == 0 or after_point > decimals:
                return False
            for _ in range(decimals - max(after_point, 0)):
                value *= 10
            if is_negative:
                value = -value
        wide[2 * row] = value
        wide[2 * row + 1] = -1 if value < 0 else 0
    return True


@kernel
def _read_dates(words: Words, is_null: Mask, has_hyphens: bool, days: _Days) -> bool:
    expected = 10 if has_hyphens else 8
    for row in range(len(is_null)):
        days[row] = 0
        if is_null[row]:
            continue
        low = words[2 * row]
        high = words[2 * row + 1]
        if np.int64(low & np.uint64(0xFFFFFFFF)) != expected:
            return False
        number = np.int64(0)
        for at in range(expected):
            if at < 4:
                byte = (low >> np.uint64(32 + 8 * at)) & np.uint64(255)
            else:
                byte = (high >> np.uint64(8 * at - 32)) & np.uint64(255)
            if has_hyphens and (at == 4 or at == 7):
                if byte != 45:
                    return False
                continue
            digit = np.int64(byte) - 48
            if digit < 0 or digit > 9:
                return False
            number = number * 10 + digit
        year, month, day = number // 10000, number // 100 % 100, number % 100
        if year < 1 or month < 1 or month > 12 or day < 1 or day > 31:
            return False
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        if day > 30 and (month == 4 or month == 6 or month == 9 or month == 11):
            return False
        if month == 2 and day > (29 if is_leap else 28):
            return False
        # Years begin in March, so that the leap day is the last of one.
        shifted = year - (1 if month <= 2 else 0)
        day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
        days[row] = shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400 + day_of_year - 719468
    return True


@kernel
def _read_timestamps(words: Words, is_null: Mask, data: Bytes, moments: _Integers) -> bool:
    for row in range(len(is_null)):
        moments[row] = 0
        if is_null[row]:
            continue
        if np.int64(words[2 * row] & np.uint64(0xFFFFFFFF)) != 19:
            return False
        start = np.int64(words[2 * row + 1] >> np.uint64(32))
        number = np.int64(0)
        for at in range(19):
            byte = data[start + at]
            if at == 4 or at == 7:
                if byte != 45:
                    return False
            elif at == 10:
                if byte != 32:
                    return False
            elif at == 13 or at == 16:
                if byte != 58:
                    return False
            else:
                if byte < 48 or byte > 57:
                    return False
                number = number * 10 + np.int64(byte) - 48
        date, clock = number // 1000000, number % 1000000
        year, month, day = date // 10000, date // 100 % 100, date % 100
        hour, minute, second = clock // 10000, clock // 100 % 100, clock % 100
        if year < 1 or month < 1 or month > 12 or day < 1 or day > 31:
            return False
        if hour > 23 or minute > 59 or second > 59:
            return False
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        if day > 30 and (month == 4 or month == 6 or month == 9 or month == 11):
            return False
        if month == 2 and day > (29 if is_leap else 28):
            return False
        shifted = year - (1 if month <= 2 else 0)
        day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
        days = shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400 + day_of_year - 719468
        moments[row] = (days * 86400 + hour * 3600 + minute * 60 + second) * 1000000
    return True
