"""settings.yml: defaults, dated changes, and errors that say which key and what to do."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration import settings as module
from orchestration.failures import SettingsError
from orchestration.settings import BEGINNING, Settings, default_as_of, load_settings
from posting.settings import PostingSettings


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.yml"
    path.write_text(text)
    return path


def test_without_a_file_everything_has_a_value(tmp_path: Path) -> None:
    rows = load_settings(tmp_path / "settings.yml").rows()
    names = {name for name, *_ in rows}
    assert names >= {"time_zone", "integration_users", "disbursement_codes", "claim_id_pattern"}
    assert names >= set(PostingSettings.__dataclass_fields__)
    assert {effective_from for _, effective_from, *_ in rows} == {BEGINNING}


@pytest.mark.parametrize("text", ["", "# only a comment\n"])
def test_an_empty_file_is_the_defaults(tmp_path: Path, text: str) -> None:
    assert load_settings(write(tmp_path, text)) == Settings()


def test_a_change_adds_rows_from_its_date_and_keeps_the_rest(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
posting: {copay_hold_days: 5, copay_overflow_is_general: false}
changes:
  - effective_from: 2026-03-01
    copay_hold_days: 14
    disbursement_codes: [O, X]
    skip_statuses: []
""",
    )
    rows = load_settings(path).rows()
    assert [row for row in rows if row[0] == "copay_hold_days"] == [
        ("copay_hold_days", BEGINNING, 1, "5"),
        ("copay_hold_days", date(2026, 3, 1), 1, "14"),
    ]
    assert ("copay_overflow_is_general", BEGINNING, 1, "false") in rows
    changed = [row[1:] for row in rows if row[0] == "disbursement_codes" and row[1] != BEGINNING]
    assert changed == [(date(2026, 3, 1), 1, "O"), (date(2026, 3, 1), 2, "X")]
    assert ("skip_statuses", date(2026, 3, 1), 0, None) in rows


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("tim_zone: UTC", "tim_zone: no such setting"),
        ("time_zone: Mars/Olympus", "time_zone"),
        ("schedule_time: '25:00'", "schedule_time"),
        ("keep_published: 0", "keep_published"),
        ("keep_published: '14'", "keep_published"),
        ("claim_id_pattern: '('", "claim_id_pattern"),
        ("disbursement_codes: [O, O]", "disbursement_codes"),
        ("posting: {copay_hold_day: 3}", "posting.copay_hold_day: no such setting"),
        ("posting: {receipt_disbursement: by_mood}", "posting.receipt_disbursement"),
        ("changes: [{copay_hold_days: 3}]", "changes.0.effective_from"),
        (
            "changes: [{effective_from: 2026-03-01}, {effective_from: 2026-02-01}]",
            "changes: Value error, must be in the order of effective_from",
        ),
        ("- a list", "must be a list of `name: value` lines"),
        ("a: [", "is not readable YAML near line"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsError, match=r"settings\.yml") as caught:
        load_settings(write(tmp_path, text))
    assert named in str(caught.value)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="2 fault") as caught:
        load_settings(write(tmp_path, "time_zone: Mars\nkeep_published: none\n"))
    assert {"time_zone", "keep_published"} <= set(str(caught.value).replace(":", " ").split())


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("America/New_York", date(2026, 3, 8)),
        ("UTC", date(2026, 3, 9)),
        ("Pacific/Auckland", date(2026, 3, 9)),
    ],
)
def test_today_is_the_practices_day(monkeypatch: pytest.MonkeyPatch, zone: str, expected: date) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2026, 3, 9, 2, 30, tzinfo=UTC)

    monkeypatch.setattr(module, "datetime", Clock)
    assert default_as_of(Settings(time_zone=zone)) == expected


def test_the_schedule_is_a_daily_cron() -> None:
    assert Settings(schedule_time="05:07").cron_schedule == "7 5 * * *"


def test_full_extracts_and_expected_files_reach_the_warehouse_as_rows(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
extracts: {locations: full, receipts: delta}
expected_files:
  - {source: receipts, schedule: weekdays, due_within_days: 1, smallest_share_of_usual: 20, from: 2026-01-05}
  - {source: claims, location_id: L01, schedule: "weekly:monday"}
  - {source: era, schedule: "monthly:31"}
""",
    )
    rows = {(name, number): value for name, _, number, value in load_settings(path).rows()}
    assert rows["full_extracts", 1] == "locations"
    assert ("full_extracts", 2) not in rows
    assert json.loads(rows["expected_files", 1] or "") == {
        "source": "receipts",
        "location_id": None,
        "schedule": "weekdays",
        "due_within_days": 1,
        "smallest_share_of_usual": 20,
        "first_on": "2026-01-05",
    }
    assert json.loads(rows["expected_files", 2] or "")["location_id"] == "L01"


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ("extracts: {nowhere: full}", "extracts.nowhere", "is not a source of rows"),
        ("extracts: {receipts: whole}", "extracts.receipts", "'full' or 'delta'"),
        (
            "expected_files: [{source: nowhere, schedule: daily}]",
            "expected_files.0.source",
            "is not a source",
        ),
        ("expected_files: [{source: claims, schedule: yearly}]", "expected_files.0.schedule", "pattern"),
        (
            "expected_files: [{source: claims, schedule: 'monthly:32'}]",
            "expected_files.0.schedule",
            "pattern",
        ),
        (
            "expected_files: [{source: payments, location_id: L1, schedule: daily}]",
            "expected_files.0",
            "name no location",
        ),
        (
            "expected_files: [{source: claims, schedule: daily}, {source: claims, schedule: weekdays}]",
            "expected_files",
            "twice",
        ),
    ],
)
def test_a_faulty_calendar_names_the_key(tmp_path: Path, text: str, key: str, problem: str) -> None:
    with pytest.raises(SettingsError) as told:
        load_settings(write(tmp_path, text))
    assert f"  {key}" in str(told.value)
    assert problem in str(told.value)


def test_settings_of_banks_have_defaults_and_dated_changes(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
bank_accounts: [{account: "111", locations: [L1, L2]}]
bank_holidays: [2026-07-03]
check_wait_days: 12
changes: [{effective_from: 2026-03-01, deposit_wait_days: 6, bank_accounts: []}]
""",
    )
    values: dict[str, list[tuple[date, int, str | None]]] = {}
    for name, *row in load_settings(path).rows():
        values.setdefault(name, []).append(tuple(row))  # type: ignore[arg-type]
    assert values["bank_accounts"] == [
        (BEGINNING, 1, '{"account": "111", "locations": ["L1", "L2"]}'),
        (date(2026, 3, 1), 0, None),
    ]
    assert values["bank_holidays"] == [(BEGINNING, 1, "2026-07-03")]
    assert values["check_wait_days"] == [(BEGINNING, 1, "12")]
    assert values["deposit_wait_days"] == [(BEGINNING, 1, "4"), (date(2026, 3, 1), 1, "6")]
    assert values["remittance_wait_days"] == [(BEGINNING, 1, "4")]
    assert values["receipt_wait_days"] == [(BEGINNING, 1, "7")]


def test_a_location_banks_in_one_account(tmp_path: Path) -> None:
    text = 'bank_accounts: [{account: "1", locations: [L1]}, {account: "2", locations: [L1]}]'
    with pytest.raises(SettingsError, match="bank_accounts"):
        load_settings(write(tmp_path, text))
