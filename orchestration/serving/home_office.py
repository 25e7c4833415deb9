"""The office of one home folder: it judges and enters decisions, tells stories, states and replays."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo

from dashboards.office import Outcome, PostingSetting, RefusedError
from dashboards.published.snapshot import Pending
from expectations.verdict import MEANINGS, Grounds, verdict
from journal.action import Action
from journal.close_entries import PERIOD
from journal.entry import DraftError, Entry, Subject
from orchestration.desk.charge_desk import ChargeDesk
from orchestration.desk.deposit_desk import DepositDesk
from orchestration.desk.desk import Desk
from orchestration.desk.exception_desk import ExceptionDesk
from orchestration.desk.journal_access import Contained, entry_date, opened_journal, readable_journal
from orchestration.desk.receipt_desk import ReceiptDesk
from orchestration.failures import NotFoundError, TieoutError
from orchestration.home import Home
from orchestration.published_file import connect, current_publication
from orchestration.serving.close_office import HomeClose
from orchestration.serving.deposit_office import HomeDeposits
from orchestration.serving.entered_receipts import EnteredReceipts
from orchestration.serving.source_lines import SourceLines
from orchestration.serving.workbook_imports import WorkbookImports
from orchestration.settings import BEGINNING, Posting, Settings, load_settings
from orchestration.statement.page import as_page
from orchestration.statement.publication import read_statement
from orchestration.story.claim_story import claim_story
from orchestration.story.exception_story import exception_story
from orchestration.story.published_rows import PublishedRows
from orchestration.story.receipt_story import receipt_story

_DESKS: dict[str, type[Desk[Any]]] = {
    "receipt": ReceiptDesk,
    "charge": ChargeDesk,
    "exception": ExceptionDesk,
    "deposit": DepositDesk,
}
_STORIES = {"receipt": receipt_story, "claim": claim_story, "exception": exception_story}

_Signature = tuple[tuple[int, int], ...]


class HomeOffice:
    """Implements `dashboards.office.Office`. Settings that changed are read again, without a restart."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._kept = Lock()
        self._one_entering = Lock()
        self._pending: tuple[object, Pending] | None = None
        self._read_settings: tuple[object, Settings] | None = None
        self.close = HomeClose(home, lambda: self._settings)
        self._workbooks = WorkbookImports(home)
        self.deposits = HomeDeposits(home, lambda: self._settings)

    @property
    def practice_name(self) -> str:
        """How the practice calls itself."""
        return self._settings.practice_name

    @property
    def disbursement_codes(self) -> Sequence[str]:
        """The codes in force today."""
        return self._settings.disbursement_codes_on(self.today())

    @property
    def _settings(self) -> Settings:
        path = self._home.settings
        stat = path.stat() if path.exists() else None
        signature = (stat.st_mtime_ns, stat.st_size) if stat else None
        with self._kept:
            if self._read_settings is None or self._read_settings[0] != signature:
                self._read_settings = (signature, load_settings(path))
            return self._read_settings[1]

    def today(self) -> date:
        """The practice's date."""
        return self.business_day(datetime.now(UTC))

    def business_day(self, moment: datetime) -> date:
        """The practice's date of a moment."""
        return moment.astimezone(ZoneInfo(self._settings.time_zone)).date()

    @property
    def receipts(self) -> EnteredReceipts:
        """Entering receipts that billing has not delivered."""
        return EnteredReceipts(self._home, self._settings, self._one_entering)

    @property
    def workbooks(self) -> WorkbookImports:
        """Bringing workbooks with receipts."""
        return self._workbooks

    @property
    def sources(self) -> SourceLines:
        """Looking into delivered files."""
        return SourceLines(self._home)

    # Decisions ---------------------------------------------------------------------------------------------

    def pending(self, manifest: Mapping[str, Any]) -> Pending:
        """What people entered that the published file does not count; read anew when the journal grew."""
        signature = (manifest["run_id"], self._journal_signature())
        with self._kept:
            if self._pending and self._pending[0] == signature and signature[1]:
                return self._pending[1]
        found = self._read_pending(manifest)
        with self._kept:
            self._pending = (signature, found)
        return found

    def _read_pending(self, manifest: Mapping[str, Any]) -> Pending:
        counted = manifest["inputs"].get("journal") or {}
        contained = Contained(int(counted.get("entry_number", 0)), date.fromisoformat(manifest["as_of"]))
        decided: dict[tuple[str, str], list[str]] = {}
        try:
            with readable_journal(self._home, self._settings) as journal:
                head = journal.head().entry_number if journal else 0
                # An entry dated after the file's day is not in it, whatever its number.
                for entry in journal.entries(until=head) if journal else ():
                    if not contained.has(entry):
                        decided.setdefault((entry.subject_kind, entry.subject_id), []).append(told(entry))
        except TieoutError as error:
            raise RefusedError(str(error)) from None
        return Pending(head, [(kind, one, "; ".join(said)) for (kind, one), said in decided.items()])

    def _journal_signature(self) -> _Signature:
        """Changes with every entry of a journal in the home folder; empty where it is somewhere else."""
        if self._settings.journal is not None:
            return ()
        found = []
        for path in (self._home.journal, Path(f"{self._home.journal}-wal")):
            stat = path.stat() if path.exists() else None
            found.append((stat.st_mtime_ns, stat.st_size) if stat else (0, 0))
        return tuple(found)

    def verdict(self, grounds: Mapping[str, int]) -> tuple[str, str]:
        """The word that the same rule gives which a run is published with."""
        word = verdict(Grounds(**grounds)).word
        return word, MEANINGS[word]

    def decide(self, kind: str, drafts: Sequence[Action], person: str, *, is_trial: bool) -> Outcome:
        """Judge the drafts at the desk of their kind and enter what is allowed."""
        settings = self._settings
        moment = datetime.now(UTC)
        try:
            contained = Contained.in_publication(current_publication(self._home.published))
            day = entry_date(self._home, settings, moment, None)
            with (
                self._one_entering,
                connect(self._home.published) as connection,
                readable_journal(self._home, settings) as journal,
            ):
                desk = _DESKS[kind](connection, contained, journal, settings)
                if is_trial:
                    decision = desk.judge(drafts, day)
                else:
                    with opened_journal(self._home, settings, create=True) as writing:
                        decision = desk.enter(writing, drafts, person=person, entered_at=moment, on=day)
        except (TieoutError, DraftError) as error:
            raise RefusedError(f"{str(error)[:1].upper()}{str(error)[1:]}") from None
        return Outcome(
            entered_on=day,
            entry_numbers=tuple(entry.entry_number for entry in decision.entries),
            allowed=tuple(draft.subject.id for draft in decision.allowed),
            refused=decision.refused,
            is_trial=is_trial,
        )

    def entries_of(self, kind: str, subject_id: str) -> Sequence[Mapping[str, Any]]:
        """Every entry about one thing, oldest first."""
        with readable_journal(self._home, self._settings) as journal:
            entries = journal.entries_of(Subject(kind, subject_id)) if journal else []
        return [
            {
                "entry_number": entry.entry_number,
                "entered_on": entry.entered_on,
                "person": entry.person,
                "told": told(entry),
                "reason": entry.reason,
            }
            for entry in entries
        ]

    # Reading -----------------------------------------------------------------------------------------------

    def story(self, kind: str, subject_id: str) -> Mapping[str, Any] | None:
        """The story of a receipt, a claim or an exception."""
        as_of = date.fromisoformat(current_publication(self._home.published).as_of)
        with connect(self._home.published) as connection:
            try:
                return _STORIES[kind](PublishedRows(connection, as_of), subject_id).as_json()
            except NotFoundError:
                return None

    def statement(self, location: str | None, start: date, end: date, basis: str, view: str) -> str:
        """The printable statement of a span."""
        return as_page(read_statement(self._home, location, start, end, basis, view))  # type: ignore[arg-type]

    def what_if_settings(self) -> Sequence[PostingSetting]:
        """The posting settings in force today."""
        in_force: dict[str, dict[int, str | None]] = {}
        today = self.today()
        for name, effective_from, number, value in self._settings.rows():
            if effective_from <= today and name in _known_settings():
                if number <= 1:
                    in_force[name] = {}
                in_force[name][number] = value
        return [
            setting_told(name, ", ".join(value or "" for value in in_force[name].values()))
            for name in _known_settings()
            if name in in_force
        ]

    def what_if(self, changes: Mapping[str, str], since: date | None) -> Mapping[str, Any]:
        """What would change under other settings."""
        # The replay loads compiled code, which takes a moment and some memory.
        from orchestration.what_if.accounts import accounts_as_of
        from orchestration.what_if.comparison import compare
        from orchestration.what_if.settings import history_of, read_changes
        from posting import post

        settings = self._settings
        until = date.fromisoformat(current_publication(self._home.published).as_of)
        try:
            typed = read_changes(changes)
            with readable_journal(self._home, settings) as journal:
                accounts = accounts_as_of(self._home, settings, journal, until)
        except TieoutError as error:
            raise RefusedError(str(error)) from None
        comparison = compare(
            post(accounts, history_of(settings), until),
            post(accounts, history_of(settings, typed, since or BEGINNING), until),
        )
        return {
            "figures": comparison.figures,
            "receipts_changed": comparison.receipts_changed,
            "patients_touched": comparison.patients_touched,
            "movers": comparison.movers,
        }


def told(entry: Entry) -> str:
    """An entry in a few words, as it stands beside a row."""
    facts = entry.facts
    match entry.action:
        case "new_receipt":
            what = f"entered as a new receipt of {facts['amount']}, received {facts['received_on']}"
        case "set_status":
            until = f" until {facts['hold_until']}" if facts.get("hold_until") else ""
            what = f"{facts['status']}{until}"
        case "link":
            what = f"linked to {facts.get('claim_id') or facts.get('appointment_id')}"
        case "disburse":
            what = f"disbursed {facts['amount']} with code {facts['disbursement_code']}"
        case "refund":
            what = f"refunded {facts['amount']} by {facts['refund_method']}"
        case "delay":
            what = f"delayed until {facts['until']}"
        case "assign":
            what = f"given to {facts['to']}" if facts.get("to") else "given to nobody"
        case "comment":
            what = f"said: {entry.reason}"
        case "waive":
            what = f"waived until {facts['until']}"
        case "prepare" | "review" | "sign" | "reopen" as step if entry.subject_kind == PERIOD:
            what = {"prepare": "prepared", "review": "reviewed", "sign": "signed"}.get(step, "opened again")
        case "choose":
            what = f"chosen: {', '.join(key for key, _ in facts['payments'])}"
        case "undo_choice":
            what = "choice taken back"
        case other:
            what = other.replace("_", " ")
    return f"{what} ({entry.person}, {entry.entered_on})"


def setting_told(name: str, value: str) -> PostingSetting:
    """A posting setting as its own documentation tells it."""
    described = Posting.model_fields[name]
    kinds = [kind for kind in get_args(described.annotation) if kind is not type(None)]
    choices = next((get_args(kind) for kind in kinds if get_origin(kind) is Literal), ())
    return PostingSetting(
        name=name,
        title=described.title or name.replace("_", " "),
        about=described.description or "",
        value=value,
        choices=("true", "false") if bool in kinds else choices,
        is_number=any(get_origin(kind) is Annotated and get_args(kind)[0] is int for kind in kinds),
    )


def _known_settings() -> tuple[str, ...]:
    from orchestration.what_if.settings import KNOWN

    return KNOWN
