"""How far a run, or a period, ties: one word from a ladder of five, of which only the last is green.

Belongs here: the rule and what it looks at. Does not belong here: who is told (`orchestration`). The rule is
pure: the same counts give the same word.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Word = Literal["incomplete", "breaks", "warnings", "pending", "reconciled"]

#: Worst first. The first that applies is the verdict.
LADDER: tuple[Word, ...] = ("incomplete", "breaks", "warnings", "pending", "reconciled")
GREEN: Word = "reconciled"

MISSING_FILE = "expected_file_missing"
WAIVED = "waived"

MEANINGS: dict[Word, str] = {
    "incomplete": "a file that is due is not there, or figures do not add up: what is said may be wrong",
    "breaks": "something that is critical does not tie",
    "warnings": "something does not tie, or was waived",
    "pending": "everything ties but for what waits within its time",
    "reconciled": "everything ties",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a verdict stands on, counted.

    missing_files  files that are due and not there, unless somebody waived one
    unproven       sums that leave a remainder, and kinds of exception that could not be evaluated
    critical       exceptions of severity critical that nobody waived
    other          exceptions of any other severity that nobody waived
    waived         exceptions that somebody accepted: counted, and never green
    pending        items without their counterpart whose waiting time has not passed
    """

    missing_files: int = 0
    unproven: int = 0
    critical: int = 0
    other: int = 0
    waived: int = 0
    pending: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word and what it stands on."""

    word: Word
    grounds: Grounds

    @property
    def is_green(self) -> bool:
        """Whether nothing is left for anybody."""
        return self.word == GREEN

    @property
    def sentence(self) -> str:
        """Word and grounds as people read them."""
        counted = [
            (self.grounds.missing_files, "missing file", "missing files"),
            (self.grounds.unproven, "sum that is not proven", "sums that are not proven"),
            (self.grounds.critical, "critical exception", "critical exceptions"),
            (self.grounds.other, "other exception", "other exceptions"),
            (self.grounds.waived, "waived exception", "waived exceptions"),
            (self.grounds.pending, "item within the waiting time", "items within the waiting time"),
        ]
        parts = [f"{count:,} {one if count == 1 else several}" for count, one, several in counted if count]
        return f"{self.word}: {', '.join(parts) or MEANINGS[self.word]}"

    def as_json(self) -> dict[str, Any]:
        """The verdict for machines."""
        return {"verdict": self.word, "is_green": self.is_green, "grounds": asdict(self.grounds)}


def verdict(grounds: Grounds) -> Verdict:
    """The first rung of the ladder that applies."""
    if grounds.missing_files or grounds.unproven:
        return Verdict("incomplete", grounds)
    if grounds.critical:
        return Verdict("breaks", grounds)
    if grounds.other or grounds.waived:
        return Verdict("warnings", grounds)
    if grounds.pending:
        return Verdict("pending", grounds)
    return Verdict("reconciled", grounds)


# A missing file is no exception among others: it makes the whole run incomplete.
_EXCEPTIONS = """
    with judged as (
        select status = $waived as is_waived, kind = $missing_file as is_missing_file, severity
        from exceptions.exceptions
    )
    select
        count(*) filter (where not is_waived and is_missing_file) as missing_files,
        count(*) filter (where not is_waived and not is_missing_file and severity = 'critical') as critical,
        count(*) filter (where not is_waived and not is_missing_file and severity <> 'critical') as other,
        count(*) filter (where is_waived) as waived
    from judged
"""

# Each thing is in one month, so that months count it once.
_TIE_OUTS = """
    select
        count(*) filter (where role = 'remainder' and amount <> 0) as unproven,
        coalesce(sum(item_count) filter (where role = 'pending'), 0)::bigint as pending
    from marts.period_tie_outs
    where period_kind = 'month'
"""


def grounds_of_warehouse(connection: "DuckDBPyConnection") -> Grounds:
    """What the verdict of a whole warehouse stands on: its exceptions and its tie-outs."""
    parameters = {"waived": WAIVED, "missing_file": MISSING_FILE}
    missing_files, critical, other, waived = connection.execute(_EXCEPTIONS, parameters).fetchall()[0]
    unproven, pending = connection.execute(_TIE_OUTS).fetchall()[0]
    return Grounds(
        missing_files=missing_files,
        unproven=unproven,
        critical=critical,
        other=other,
        waived=waived,
        pending=pending,
    )
