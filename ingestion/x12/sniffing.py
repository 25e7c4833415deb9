"""Which transaction sets a file holds, without reading it: for whoever sorts landed files.

What belongs here: recognition alone. A file is not judged here; that is the reader's business.
"""

from __future__ import annotations

import re

from ingestion.x12.splitting import X12Refused, runs_of


def sniff(data: bytes) -> frozenset[str]:
    """Return the transaction set identifiers (ST01) in these bytes: `835`, `837`, `999`, `277` and the like.

    The beginning of a file is enough. Empty when it is no X12 or holds no transaction; never raises.
    """
    try:
        runs = runs_of(data)
    except X12Refused:
        return frozenset()
    found: set[str] = set()
    for run in runs:
        terminator, element = (
            re.escape(text).encode() for text in (run.delimiters.terminator, run.delimiters.element)
        )
        starts = re.compile(
            terminator + rb"[ \t]*ST" + element + rb"([A-Z0-9]{3})(?=" + element + b"|" + terminator + b")"
        )
        found.update(match.decode() for match in starts.findall(run.data))
    return frozenset(found)
