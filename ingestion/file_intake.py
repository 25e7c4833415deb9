"""The decision about one landed file: known, duplicate, set aside, or loaded.

Belongs here: that decision, and bringing a file's content to the reader it needs. Does not belong here:
walking the folder (`ingestion.landing`), telling formats apart (`ingestion.content`), reading or checking. A
file up to a limit is read into memory once, and what was hashed is what is parsed. A longer one is read
twice, and taken back whole when it changed in between or its end cannot be read.
"""

import hashlib
import io
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from ingestion import landing, quarantine
from ingestion.bai2 import Bai2Refused
from ingestion.bank_statements import append_statement, statement_parts
from ingestion.bronze import BronzeCommit, BronzeStore
from ingestion.content import Bai2Content, CsvContent, Refused, WorkbookContent, X12Content, recognize
from ingestion.headers import HeaderMatch, HeaderRefusal
from ingestion.known_headers import KnownHeaders
from ingestion.landing import (
    HASH_OF_NOTHING,
    FileChangedError,
    LandedFile,
    blocks_of,
    load_id_of,
    opened,
    whole,
)
from ingestion.landing_marks import LandingMarks
from ingestion.readers.ahead import one_ahead
from ingestion.readers.csv import (
    LARGEST_HEADER,
    CsvRecords,
    PlainText,
    UnreadableCsvError,
    plain_text,
    read_records,
    stream_records,
)
from ingestion.readers.encodings import EncodingSurvey
from ingestion.readers.excel import UnreadableWorkbookError, WorkbookParser
from ingestion.redaction import redacted
from ingestion.register import DUPLICATE, LOADED, SET_ASIDE, Load, LoadRegister
from ingestion.row_sources import RowSourceBatches
from ingestion.sheets import choose_sheet
from ingestion.totals_comparison import ABOVE_HEADER
from ingestion.transaction_files import OF_THE_MACHINE, TransactionFiles
from ingestion.transactions import NothingTakenError, append_transactions, taken
from ingestion.x12 import X12Refused, batch_of_one, read_x12_stream

WHOLE_FILE_LIMIT = 64 * 1024 * 1024  # bytes
READER_FAILED = "reader_failed"
WORKBOOK_TOO_LARGE = "workbook_too_large"


@dataclass(frozen=True, slots=True)
class LoadingDays:
    """From which business date on a file counts: the day of its delivery, kept within what is still open.

    A day that was published already is closed: a file delivered for it late counts from the day after.
    """

    as_of: date
    last_published: date | None

    def loaded_on(self, day: date | None) -> date:
        """The business date of a file of the dated folder ``day``; as-of for one outside of such folders."""
        if day is None:
            return self.as_of
        if self.last_published is not None:
            day = max(day, self.last_published + timedelta(days=1))
        return min(day, self.as_of)


class _Survey(NamedTuple):
    """What a first reading of a file tells. ``data`` is all of it, None when it is too long to hold."""

    file_hash: str
    encoding: str
    head: bytes
    data: bytes | None


class FileIntake:
    """Takes the files of one run, one after the other, into one commit."""

    def __init__(
        self,
        commit: BronzeCommit,
        bronze: BronzeStore,
        marks: LandingMarks,
        days: LoadingDays,
        whole_file_limit: int = WHOLE_FILE_LIMIT,
        headers: KnownHeaders | None = None,
    ) -> None:
        self.register = LoadRegister(bronze)
        self.known = 0
        self.ignored_columns = 0
        self.x12_warnings = 0
        self.failures: dict[str, str] = {}
        self._commit = commit
        self._marks = marks
        self._days = days
        self._whole_file_limit = whole_file_limit
        self._batches = RowSourceBatches(commit)
        self._transactions = TransactionFiles(commit, self.register.add, self._fail)
        self._headers = headers or KnownHeaders()
        self._workbooks = WorkbookParser()

    def take(self, file: LandedFile) -> None:
        """Load ``file``, or register it as a duplicate, or set it aside; nothing when it is known."""
        known_hash = self._marks.hash_of(file)
        if known_hash is not None and self._is_done(load_id_of(known_hash, file.name), known_hash, file.name):
            self.known += 1
            return
        if file.look is None or file.refusal == landing.TOO_LARGE:
            self._set_aside_unread(file, file.refusal or landing.UNREADABLE)
            return
        try:
            survey = self._survey(file)
        except FileChangedError:
            self._set_aside_unread(file, landing.STILL_BEING_WRITTEN)
            return
        except (PermissionError, FileNotFoundError):
            self._set_aside_unread(file, landing.UNREADABLE)
            return
        self._marks.remember(file, survey.file_hash)
        load = self._new_load(file, survey.file_hash)
        if self._is_done(load.load_id, survey.file_hash, file.name):
            self.known += 1
        elif self.register.is_known(load.load_id):
            # Loaded under an id of its own when a profile has come that explains it, else left as it was.
            self._decide(file, survey, replace(load, load_id=_second_look(survey.file_hash, file.name)))
        else:
            self._decide(file, survey, load)

    def _is_done(self, load_id: str, file_hash: str, name: str) -> bool:
        """Whether these bytes under this name need no look: they are known, and no profile can help."""
        return self.register.is_known(load_id) and not (
            self.register.is_worth_another_look(load_id)
            and not self.register.is_known(_second_look(file_hash, name))
        )

    def finish(self) -> None:
        """Append what still waits, and the register's new entries, which are complete only now."""
        self._workbooks.close()
        self._batches.flush()
        self._transactions.flush()
        self.x12_warnings += self._transactions.warnings
        self._commit.append("loads", self.register.new_rows())

    def _decide(self, file: LandedFile, survey: _Survey, load: Load) -> None:
        if file.refusal is not None:
            self._set_aside(load, Refused(file.refusal))
            return
        if self._transactions.holds(survey.file_hash):
            self._transactions.flush()
        first = self.register.first_load_of(survey.file_hash)
        if first is not None:
            self.register.add(
                replace(
                    load,
                    verdict=DUPLICATE,
                    source=first.source,
                    record_unit=first.record_unit,
                    duplicate_of_load_id=first.load_id,
                )
            )
            return
        content = recognize(survey.head, survey.encoding, file.name, self._headers)
        if isinstance(content, Refused):
            self._set_aside(load, content)
        elif isinstance(content, Bai2Content):
            self._load_statement(file, load, survey)
        elif isinstance(content, WorkbookContent):
            self._load_workbook(load, survey.data)
        elif survey.data is None:
            self._load_in_stretches(file, load, content)
        else:
            self._load_at_once(load, content, survey.data)

    def _load_workbook(self, load: Load, data: bytes | None) -> None:
        """Load the one sheet of a workbook that holds records."""
        if data is None:
            self._set_aside(load, Refused(WORKBOOK_TOO_LARGE))
            return
        try:
            chosen = choose_sheet(self._workbooks.parse(data), self._headers, load.file_name)
        except OF_THE_MACHINE:
            raise
        except Exception as error:  # noqa: BLE001  # a reader's fault is told and set aside, and others go on
            self._fail(load, error)
            return
        if isinstance(chosen, HeaderRefusal):
            self._set_aside(load, Refused(chosen.reason, chosen.source, chosen.column))
            return
        load.export_id = chosen.export_id
        self._add_records(load, chosen.match, chosen.rows_above, [chosen.records], self._batches)
        self.register.add(load)

    def _load_at_once(self, load: Load, content: X12Content | CsvContent, data: bytes) -> None:
        """Load a file held in memory. It is read to its end before anything of it is appended."""
        if isinstance(content, X12Content):
            self._transactions.add(load, data)
            return
        try:
            records = plain_text(data, content.encoding, content.header) or read_records(
                data, content.encoding, content.header
            )
        except OF_THE_MACHINE:
            raise
        except Exception as error:  # noqa: BLE001  # a reader's fault is told and set aside, and others go on
            self._fail(load, error, content.match.contract.source)
            return
        load.export_id = content.export_id
        above = content.header.record_number - 1
        self._add_records(load, content.match, above, [records], self._batches)
        self.register.add(load)

    def _load_in_stretches(self, file: LandedFile, load: Load, content: X12Content | CsvContent) -> None:
        """Load a long file stretch by stretch, and take all of it back when it cannot be read to its end."""
        savepoint = self._commit.savepoint()
        attempt = replace(load, skips={})
        try:
            with opened(file) as stream:
                if isinstance(content, CsvContent):
                    attempt.export_id = content.export_id
                    batches = RowSourceBatches(self._commit, is_one_file=True)
                    above = content.header.record_number - 1
                    with closing(
                        one_ahead(stream_records(stream, content.encoding, content.header))
                    ) as stretches:
                        self._add_records(attempt, content.match, above, stretches, batches)
                    batches.flush()
                else:
                    parts = (batch_of_one(part) for part in taken(read_x12_stream(stream)))
                    self.x12_warnings += append_transactions(self._commit, [attempt], parts)
        except OF_THE_MACHINE:
            raise
        except Exception as error:  # noqa: BLE001  # a reader's fault is told and set aside, and others go on
            self._commit.roll_back(savepoint)
            self._fail(load, error, _source_of(content))
            return
        self.register.add(attempt)

    def _load_statement(self, file: LandedFile, load: Load, survey: _Survey) -> None:
        """Load a bank statement; one that is held in memory is read to its end before it is appended."""
        savepoint = self._commit.savepoint() if survey.data is None else None
        attempt = replace(load)
        try:
            with opened(file) if survey.data is None else io.BytesIO(survey.data) as stream:
                parts = statement_parts(stream, survey.encoding)
                append_statement(self._commit, attempt, parts if survey.data is None else list(parts))
        except OF_THE_MACHINE:
            raise
        except Exception as error:  # noqa: BLE001  # a reader's fault is told and set aside, and others go on
            if savepoint is not None:
                self._commit.roll_back(savepoint)
            self._fail(load, error)
            return
        self.register.add(attempt)

    def _add_records(
        self,
        load: Load,
        match: HeaderMatch,
        rows_above: int,
        records: Iterable[CsvRecords | PlainText],
        batches: RowSourceBatches,
    ) -> None:
        load.source = match.contract.source
        load.profile = match.profile_name
        load.skip(ABOVE_HEADER, rows_above)
        self.ignored_columns += match.ignored_columns
        for stretch in records:
            batches.add(load, match, stretch)

    def _fail(self, load: Load, error: Exception, source: str | None = None) -> None:
        """Set a file aside whose reading ended with ``error``."""
        self._set_aside(load, self._refusal_for(error, load, source))

    def _refusal_for(self, error: Exception, load: Load, source: str | None) -> Refused:
        match error:
            case (
                UnreadableCsvError()
                | UnreadableWorkbookError()
                | X12Refused()
                | NothingTakenError()
                | Bai2Refused()
            ):
                return Refused(error.reason, source)
            case FileChangedError():
                return Refused(landing.STILL_BEING_WRITTEN, source)
            case _:
                self.failures[load.file_name] = redacted(error)
                return Refused(READER_FAILED, source)

    def _survey(self, file: LandedFile) -> _Survey:
        encoding = EncodingSurvey()
        if file.size <= self._whole_file_limit:
            data = whole(file)
            encoding.feed(data)
            file_hash = hashlib.sha256(data).hexdigest()
            return _Survey(file_hash, encoding.encoding(), data[:LARGEST_HEADER], data)
        digest = hashlib.sha256()
        head = b""
        with opened(file) as stream, closing(one_ahead(blocks_of(stream))) as blocks:
            for block in blocks:
                digest.update(block)
                encoding.feed(block)
                if len(head) < LARGEST_HEADER:
                    head += block
        return _Survey(digest.hexdigest(), encoding.encoding(), head[:LARGEST_HEADER], None)

    def _new_load(self, file: LandedFile, file_hash: str) -> Load:
        return Load(
            load_id=load_id_of(file_hash, file.name),
            file_hash=file_hash,
            file_name=file.name,
            file_size=file.size,
            loaded_on=self._days.loaded_on(file.day),
            verdict=LOADED,
        )

    def _set_aside_unread(self, file: LandedFile, reason: str) -> None:
        """Set aside what could not be read; its hash is that of no bytes, so it is told once by name."""
        load = self._new_load(file, HASH_OF_NOTHING)
        if self.register.is_known(load.load_id):
            self.known += 1
        else:
            self._set_aside(load, Refused(reason))

    def _set_aside(self, load: Load, refused: Refused) -> None:
        if load.load_id == _second_look(load.file_hash, load.file_name):
            self.known += 1  # the first look said why
            return
        reason = refused.reason if refused.column is None else f"{refused.reason}:{refused.column}"
        load = replace(load, verdict=SET_ASIDE, source=refused.source, reason=reason)
        self.register.add(load)
        self._commit.append("quarantine", quarantine.file_row(load, refused.column))


def _second_look(file_hash: str, name: str) -> str:
    """Identity of the load of a file that was set aside at first for want of a profile."""
    return load_id_of(file_hash, f"{name}\nwith a profile")


def _source_of(content: X12Content | CsvContent) -> str | None:
    return content.match.contract.source if isinstance(content, CsvContent) else None
