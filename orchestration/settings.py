"""The company settings of a home folder: settings.yml read into one frozen object, or told what is wrong
with it.

Belongs here: the names, defaults and checks of the settings, and today's date in the practice's zone. Does
not belong here: what a posting setting does (`posting`), or machine settings such as where the home folder
is.

    practice_name: Harbor Family Practice
    time_zone: America/New_York        # decides what day it is
    schedule_time: "22:00"             # when the nightly run starts, in that zone
    keep_published: 14                 # published files kept besides the last one of every month
    integration_users: [Integration Import, Not mapped to a user]
    disbursement_codes: [O, E, CP, V]
    claim_id_pattern: '^\\d+E\\d+$'
    journal: postgresql://host/name    # only where several hosts share it; else a file in the home folder
    book: billing                      # or computed, where billing exports no postings
    escrow_aged_days: 60               # money of a receipt that is nowhere for longer is an exception
    extracts: {locations: full}        # see `orchestration.expected_deliveries`
    expected_files: [{source: receipts, schedule: weekdays}]
    legacy_arrival_days: 5             # money sent to the old system that its log lacks for longer is one
    correction_wait_days: 30           # a reversal without a new answer for longer is one
    claim_mend_days: 14                # a claim that is held back or rejected for longer is stuck
    claim_billing_days: 5              # so is one that may go out and is not sent
    acknowledgement_wait_days: 2       # one that is sent and not acknowledged, in business days
    payer_answer_days: 30              # and one that the payer has and does not answer
    systemic_alert_above: 200          # more new exceptions of one kind in one run are an alert besides
    collection_payers: [AGENCY]        # payer ids of collection agencies, told apart in the bridge
    bank_accounts: [{account: "9000000001", locations: [L01]}]   # see `orchestration.bank_settings`
    notification: {to: [...], sender: ..., host: ...}   # see `orchestration.notification_settings`
    posting: {copay_hold_days: 7}      # in force from the beginning
    changes:                           # in force from their date on; what is not named stays as it was
      - effective_from: 2026-03-01
        copay_hold_days: 14
"""

import re
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from orchestration.bank_settings import DEFAULT_DAYS, BankAccount, Days, Holidays, one_account_each
from orchestration.expected_deliveries import ExpectedFile, Extracts, each_once
from orchestration.failures import SettingsError
from orchestration.notification_settings import Notification
from posting.settings import PostingSettings

BEGINNING = date(1, 1, 1)
"""The date from which a setting without a date is in force."""

DEFAULT_CLAIM_WAITS = {
    "claim_mend_days": 14,
    "claim_billing_days": 5,
    "acknowledgement_wait_days": 2,
    "payer_answer_days": 30,
}

SettingValue = str | None
SettingRow = tuple[str, date, int, SettingValue]


def _no_duplicates(items: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(items)) != len(items):
        raise ValueError("lists a value twice")
    return items


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return pattern


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not a time zone; use a name such as America/New_York")
    return name


def _is_database(url: str) -> str:
    if not re.match(r"postgresql(\+\w+)?://.", url):
        raise ValueError(
            "must be a postgresql:// address; leave it out to keep the journal in the home folder"
        )
    return url


Names = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], AfterValidator(_no_duplicates)]
Pattern = Annotated[str, AfterValidator(_compiles)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Accounts = Annotated[tuple[BankAccount, ...], AfterValidator(one_account_each)]


class Banking(_Frozen):
    """Settings of banks, each optional: what is not named keeps the value it had."""

    bank_accounts: Accounts | None = None
    bank_holidays: Holidays | None = None
    deposit_days_before: Days | None = None
    deposit_days_after: Days | None = None
    check_days_after: Days | None = None
    remittance_wait_days: Days | None = None
    deposit_wait_days: Days | None = None
    check_wait_days: Days | None = None
    receipt_wait_days: Days | None = None


class Posting(_Frozen):
    """Posting settings, each optional: what is not named keeps the value it had."""

    copay_hold_days: Annotated[int, Field(ge=0, strict=True)] | None = Field(
        default=None,
        title="Days a co-pay waits for its claim",
        description="After so many days without a claim a co-pay, coinsurance or deductible is an error.",
    )
    credit_hold_days: Annotated[int, Field(ge=0, strict=True)] | None = Field(
        default=None,
        title="Days left-over money waits",
        description="After so many days, money that nothing can take becomes a credit of the patient.",
    )
    copay_procedures_only: bool | None = Field(
        default=None,
        title="Co-pays go to co-pay procedures only",
        description="On: what such procedures do not take is an error. Off: the line with the highest balance"
        " is paid where there is none.",
    )
    copay_multiple_procedures: bool | None = Field(
        default=None,
        title="A co-pay may pay several procedures",
        description="On: one line after the other. Off: one line in each pass.",
    )
    copay_overflow_is_general: bool | None = Field(
        default=None,
        title="The rest of a co-pay is posted generally",
        description="On: what its claim does not take goes to the patient's other open lines. Off: it waits"
        " for a person.",
    )
    receipt_disbursement: (
        Literal["oldest_first", "newest_first", "highest_balance_first", "lowest_balance_first", "pro_rata"]
        | None
    ) = Field(
        default=None,
        title="Order in which lines are paid",
        description="By date of service, by what is open, or all of them in proportion to what is open.",
    )
    credit_claim_status: str | None = Field(
        default=None,
        title="Status of a claim that gets a credit",
        description="Left blank, the claim keeps its status.",
    )
    prepay_types: Names | None = Field(
        default=None,
        title="Types paid in advance",
        description="Receipts of these types are never posted by themselves. Separate several by commas.",
    )
    statement_statuses: Names | None = Field(
        default=None,
        title="Statuses that make a claim collectable",
        description="A claim of such a status may be paid with general money; a star stands for any ending.",
    )
    skip_statuses: Names | None = Field(
        default=None,
        title="Statuses that are left alone",
        description="General money never goes to claims of these statuses.",
    )
    claim_done_status: str | None = Field(
        default=None,
        title="Status of a claim that is paid in full",
        description="Given when a receipt brings the last line to zero. Left blank, it keeps its status.",
    )


class ClaimWaits(_Frozen):
    """How many days a claim may stay in a state, each optional: what is not named keeps the value it had."""

    claim_mend_days: Days | None = None
    claim_billing_days: Days | None = None
    acknowledgement_wait_days: Days | None = None
    payer_answer_days: Days | None = None


class Change(Posting, Banking, ClaimWaits):
    """Settings that take other values from a date on."""

    effective_from: date
    integration_users: Names | None = None
    disbursement_codes: Names | None = None
    claim_id_pattern: Pattern | None = None


class Settings(Banking, ClaimWaits):
    """Everything a practice group decides for itself."""

    practice_name: Annotated[str, Field(min_length=1)] = "Practice"
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "America/New_York"
    schedule_time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "22:00"
    keep_published: Annotated[int, Field(ge=1, strict=True)] = 14
    journal: Annotated[str, AfterValidator(_is_database)] | None = None
    integration_users: Names = ("Integration Import", "Not mapped to a user")
    disbursement_codes: Names = ("O", "E", "CP", "V")
    claim_id_pattern: Pattern = r"^\d+E\d+$"
    book: Literal["billing", "computed"] = "billing"
    escrow_aged_days: Annotated[int, Field(ge=1, strict=True)] = 60
    extracts: Extracts = {}
    expected_files: Annotated[tuple[ExpectedFile, ...], AfterValidator(each_once)] = ()
    legacy_arrival_days: Annotated[int, Field(ge=0, strict=True)] = 5
    correction_wait_days: Annotated[int, Field(ge=0, strict=True)] = 30
    systemic_alert_above: Annotated[int, Field(ge=1, strict=True)] = 200
    collection_payers: Names = ()
    notification: Notification | None = None
    posting: Posting = Posting()
    changes: tuple[Change, ...] = ()

    @field_validator("changes")
    @classmethod
    def _one_change_a_date(cls, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        dates = [change.effective_from for change in changes]
        if dates != sorted(set(dates)):
            raise ValueError("must be in the order of effective_from, one entry a date")
        return changes

    @property
    def cron_schedule(self) -> str:
        """`schedule_time` as a daily cron expression."""
        at = time.fromisoformat(self.schedule_time)
        return f"{at.minute} {at.hour} * * *"

    def disbursement_codes_on(self, day: date) -> tuple[str, ...]:
        """The disbursement codes that are in force on a day."""
        codes = self.disbursement_codes
        for change in self.changes:
            if change.effective_from <= day and change.disbursement_codes is not None:
                codes = change.disbursement_codes
        return codes

    def rows(self) -> list[SettingRow]:
        """(setting_name, effective_from, item_number, setting_value), sorted; every setting has a first
        value.

        A single value has item number 1, the items of a list 1, 2, …; an empty list is one row of item
        number 0 without a value, so that it can replace an earlier list.
        """
        first: dict[str, Any] = {
            "time_zone": self.time_zone,
            "integration_users": self.integration_users,
            "disbursement_codes": self.disbursement_codes,
            "claim_id_pattern": self.claim_id_pattern,
            "book": self.book,
            "escrow_aged_days": self.escrow_aged_days,
            "full_extracts": tuple(sorted(name for name, kind in self.extracts.items() if kind == "full")),
            "expected_files": self.expected_files,
            "legacy_arrival_days": self.legacy_arrival_days,
            "correction_wait_days": self.correction_wait_days,
            "systemic_alert_above": self.systemic_alert_above,
            "collection_payers": self.collection_payers,
            "bank_accounts": (),
            "bank_holidays": (),
            **DEFAULT_DAYS,
            **DEFAULT_CLAIM_WAITS,
            **{
                name: value
                for name in (*Banking.model_fields, *ClaimWaits.model_fields)
                if (value := getattr(self, name)) is not None
            },
            **asdict(PostingSettings()),
            **self.posting.model_dump(exclude_none=True),
        }
        dated = [(BEGINNING, first)] + [
            (change.effective_from, change.model_dump(exclude_none=True, exclude={"effective_from"}))
            for change in self.changes
        ]
        return sorted(
            (name, effective_from, number, text)
            for effective_from, values in dated
            for name, value in values.items()
            for number, text in _items(value)
        )


def _items(value: object) -> list[tuple[int, SettingValue]]:
    if isinstance(value, tuple | list):
        return [(number, str(item)) for number, item in enumerate(value, start=1)] or [(0, None)]
    return [(1, str(value).lower() if isinstance(value, bool) else str(value))]


def load_settings(path: Path) -> Settings:
    """The settings in ``path``; the defaults when there is no such file.

    Raises `SettingsError`, which names every faulty key and what is wrong with it.
    """
    if not path.exists():
        return Settings()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        raise SettingsError(
            f"{path.name} is not readable YAML{where}; check its indentation and quotes"
        ) from None
    if content is None:
        return Settings()
    if not isinstance(content, dict):
        raise SettingsError(f"{path.name} must be a list of `name: value` lines")
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        raise SettingsError(_explain(path.name, error)) from None


def _explain(file_name: str, error: ValidationError) -> str:
    lines = [f"{file_name} has {error.error_count()} fault(s):"]
    for fault in error.errors(include_url=False, include_input=False):
        key = ".".join(str(part) for part in fault["loc"]) or "file"
        if fault["type"] == "extra_forbidden":
            lines.append(f"  {key}: no such setting; remove it or correct its spelling")
        else:
            lines.append(f"  {key}: {fault['msg']}")
    return "\n".join(lines)


def default_as_of(settings: Settings) -> date:
    """Today in the practice's time zone: the only place, besides the ledger of runs, that asks the clock."""
    return datetime.now(UTC).astimezone(ZoneInfo(settings.time_zone)).date()
