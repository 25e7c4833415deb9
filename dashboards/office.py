"""What the pages need from the rest of the house, handed in by the command that serves them.

The dashboards know the published file and the journal's words. Judging and entering decisions, telling
stories, stating a tie-out and replaying history belong to others; an `Office` does them for one home folder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from dashboards.published.snapshot import Pending
from journal.action import Action

if TYPE_CHECKING:
    from dashboards.closing import CloseOffice
    from dashboards.depositing import DepositOffice


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a decision about several things."""

    entered_on: date
    entry_numbers: tuple[int, ...]
    allowed: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    """(id, sentence) for each that is not allowed."""
    is_trial: bool


class RefusedError(Exception):
    """Nothing could be done. The message is for the person, without values of rows."""


@dataclass(frozen=True, slots=True)
class ReceiptForm:
    """What a new receipt may name, each sorted."""

    types: tuple[str, ...]
    methods: tuple[str, ...]
    locations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnteredReceipt:
    """A receipt that a person entered and that the published file does not show yet."""

    receipt_id: str
    location_id: str
    patient_id: str
    received_on: date
    amount: Decimal
    receipt_type: str
    payment_method: str
    check_number: str | None
    person: str
    entered_on: date
    status: str


class ReceiptEntry(Protocol):
    """Entering receipts that billing has not delivered."""

    def form(self) -> ReceiptForm:
        """What there is to choose from."""

    def entered(self) -> Sequence[EnteredReceipt]:
        """Those that wait for the next run, the latest first."""

    def equal(self, patient_id: str, received_on: date, amount: Decimal) -> Mapping[str, str]:
        """Receipts of that patient, day and amount that are there: id -> location."""

    def enter(self, given: Mapping[str, Any], person: str, *, is_another: bool) -> Outcome:
        """Enter a receipt with the parts ``given``. Raises `RefusedError` for what cannot be.

        ``is_another`` says that it is another payment than the equal ones.
        """


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row of a workbook that would be kept. ``repeats`` is the earlier file that has it too."""

    row_number: int
    values: Mapping[str, Any]
    repeats: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Why a row of a workbook would be refused: the place and the rule, never the value."""

    row_number: int
    column: str
    rule: str
    problem: str


@dataclass(frozen=True, slots=True)
class WorkbookPreview:
    """What a run would make of a workbook. ``problem`` says why it would not take it at all.

    ``kept`` and ``refused`` are the first of each; the counts and amounts are of all rows. ``token`` is what
    it is landed by, ``protected`` the columns to mask.
    """

    token: str
    sha256: str
    problem: str
    columns: Sequence[str] = ()
    protected: frozenset[str] = frozenset()
    kept: Sequence[KeptRow] = ()
    refused: Sequence[RefusedRow] = ()
    rows_read: int = 0
    rows_kept: int = 0
    rows_refused: int = 0
    rows_skipped: int = 0
    rows_repeated: int = 0
    amount_read: Decimal = Decimal("0.00")
    amount_kept: Decimal = Decimal("0.00")
    amount_refused: Decimal = Decimal("0.00")
    amount_repeated: Decimal = Decimal("0.00")
    taken_before: str = ""
    """The name under which the same bytes were taken, or lie in the landing folder already."""


class WorkbookImport(Protocol):
    """Bringing a workbook with receipts."""

    def preview(self, data: bytes, person: str) -> WorkbookPreview:
        """What a run would make of it; kept for that person for a while. Raises `RefusedError`."""

    def land(self, token: str, person: str) -> tuple[str, str]:
        """Put a workbook that was previewed into the landing folder; its name there and its sha256.

        Raises `RefusedError`.
        """


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A field of a delivered record. ``column`` is what it is read as, blank where it is not read."""

    name: str
    text: str
    column: str
    is_protected: bool


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A delivered record; ``problem`` says why it cannot be shown."""

    problem: str = ""
    sheet: str = ""
    cells: tuple[SourceCell, ...] = ()


class SourceReader(Protocol):
    """Looking into delivered files."""

    def line(self, file_name: str, file_hash: str, row_number: int) -> SourceLine:
        """Record ``row_number`` of the file that was loaded under that name with that content."""


@dataclass(frozen=True, slots=True)
class PostingSetting:
    """A setting that can be tried otherwise. ``choices`` are all values that it can have, none for any."""

    name: str
    title: str
    about: str
    value: str
    choices: tuple[str, ...] = ()
    is_number: bool = False


class Office(Protocol):
    """Everything that is not reading tables."""

    @property
    def close(self) -> "CloseOffice":
        """Reading and closing periods."""

    @property
    def deposits(self) -> "DepositOffice":
        """Looking at deposits."""

    @property
    def practice_name(self) -> str:
        """How the practice calls itself."""

    @property
    def disbursement_codes(self) -> Sequence[str]:
        """The codes in force today."""

    @property
    def receipts(self) -> ReceiptEntry:
        """Entering receipts."""

    @property
    def workbooks(self) -> WorkbookImport:
        """Bringing workbooks."""

    @property
    def sources(self) -> SourceReader:
        """Looking into delivered files."""

    def today(self) -> date:
        """The practice's date."""

    def pending(self, manifest: Mapping[str, Any]) -> Pending:
        """What people entered that the published file of this manifest does not count."""

    def verdict(self, grounds: Mapping[str, int]) -> tuple[str, str]:
        """The word of the ladder that counted grounds give, and what it means."""

    def decide(self, kind: str, drafts: Sequence[Action], person: str, *, is_trial: bool) -> Outcome:
        """Judge drafts about things of one kind; unless it is a trial, enter those that are allowed.

        Raises `RefusedError` when somebody else was quicker or the journal cannot be used.
        """

    def entries_of(self, kind: str, subject_id: str) -> Sequence[Mapping[str, Any]]:
        """Every entry of the journal about one thing, oldest first."""

    def story(self, kind: str, subject_id: str) -> Mapping[str, Any] | None:
        """The story of a receipt, a claim or an exception; None when there is no such thing."""

    def statement(self, location: str | None, start: date, end: date, basis: str, view: str) -> str:
        """The printable statement of a span, a complete page."""

    def what_if_settings(self) -> Sequence[PostingSetting]:
        """The posting settings that can be tried otherwise, with the values in force."""

    def what_if(self, changes: Mapping[str, str], since: date | None) -> Mapping[str, Any]:
        """What would change under other settings. Raises `RefusedError` for settings that cannot be used."""
