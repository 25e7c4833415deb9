"""Loops over the bytes of files, compiled: cutting text into fields, and reading fields that are plain.

Belongs here: what is done to millions of bytes and needs no judgement. Does not belong here: rules. A kernel
reads the usual spelling of a value and nothing else; where a column holds any other, it says so, and the
column goes the general way, which knows every spelling. So a kernel can be fast, and cannot be wrong alone:
the tests hold both ways equal.
"""

from ingestion.kernels.kinds import codes_of_kinds
from ingestion.kernels.plain import (
    amounts_of,
    are_identifiers,
    are_plain_texts,
    dates_of,
    plain_amounts,
    plain_dates,
    plain_timestamps,
)
from ingestion.kernels.positions import optional, positions_at
from ingestion.kernels.rectangle import Rectangle, cut_rectangle
from ingestion.kernels.segments import Cut, Segments, cut_elements, find_segments, without
from ingestion.kernels.views import Places, Views, Words, texts_at, texts_cut, texts_of_codes, view_of

__all__ = [
    "Cut",
    "Places",
    "Rectangle",
    "Segments",
    "Views",
    "Words",
    "amounts_of",
    "are_identifiers",
    "are_plain_texts",
    "codes_of_kinds",
    "cut_elements",
    "cut_rectangle",
    "dates_of",
    "find_segments",
    "optional",
    "plain_amounts",
    "plain_dates",
    "plain_timestamps",
    "positions_at",
    "texts_at",
    "texts_cut",
    "texts_of_codes",
    "view_of",
    "without",
]
