"""Loops over the bytes of files, compiled: cutting text into fields, and reading fields that are plain.

Belongs here: what is done to millions of bytes and needs no judgement. Does not belong here: rules. A kernel
reads the usual spelling of a value and nothing else; where a column holds any other, it says so, and the
column goes the general way, which knows every spelling. So a kernel can be fast, and cannot be wrong alone:
the tests hold both ways equal.
"""

from ingestion.kernels.kinds import codes_of_kinds
from ingestion.kernels.plain import (
    are_identifiers,
    are_plain_texts,
    plain_amounts,
    plain_dates,
    plain_timestamps,
)
from ingestion.kernels.rectangle import Rectangle, cut_rectangle
from ingestion.kernels.segments import Cut, cut_elements, find_segments, is_text
from ingestion.kernels.views import Places, texts_at

__all__ = [
    "Cut",
    "Places",
    "Rectangle",
    "are_identifiers",
    "are_plain_texts",
    "codes_of_kinds",
    "cut_elements",
    "cut_rectangle",
    "find_segments",
    "is_text",
    "plain_amounts",
    "plain_dates",
    "plain_timestamps",
    "texts_at",
]
