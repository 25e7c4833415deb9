"""The pieces that the table schemas of several transaction sets have in common.

What belongs here: column groups and the short way to write them. What does not: the tables of a set.
"""

from __future__ import annotations

import polars as pl

Types = dict[str, pl.DataType | type[pl.DataType]]


def texts(*names: str) -> Types:
    """Return text columns of these names."""
    return dict.fromkeys(names, pl.String)


def dates(*names: str) -> Types:
    """Return date columns of these names."""
    return dict.fromkeys(names, pl.Date)


TRANSACTION: Types = {"interchange_position": pl.Int32, "transaction_position": pl.Int32}
NUMBER: Types = {"segment_number": pl.Int64}
CLAIM: Types = TRANSACTION | {"claim_position": pl.Int32}
LINE: Types = CLAIM | {"line_position": pl.Int32}
ENVELOPE: Types = texts(
    "interchange_sender_id",
    "interchange_receiver_id",
    "interchange_control_number",
    "usage_indicator",
    "group_sender_id",
    "group_receiver_id",
    "group_control_number",
    "transaction_control_number",
    "version",
)
"""Who sent a transaction to whom, under which numbers, and the implementation it follows."""
