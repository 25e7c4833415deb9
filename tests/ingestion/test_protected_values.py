"""Values of patients leave bronze by no quarantine, register, report, log or error."""

import json
import logging
from dataclasses import asdict
from pathlib import Path

import pytest

from ingestion.contracts import CONTRACTS, Contract
from ingestion.profiles import Profile, shipped_profiles
from ingestion.redaction import redacted
from tests.ingestion.deliveries import delimited, deliver, interchange, rows, store, take
from tests.ingestion.workbooks import workbook

CANARY = "CANARY JANE DOE"
REMITTANCE = interchange(
    "GS*HP*S*R*20260105*1200*1*X*005010X221A1",
    "ST*835*0001",
    "BPR*I*CANARY*C*ACH",
    f"TRN*1*{CANARY}*1",
    "N1*PR*PAYER",
    "N1*PE*PAYEE",
    f"CLP*{CANARY}*1*CANARY*1",
    "NM1*QC*1*CANARY*JANE",
    "SE*8*0001",
    "GE*1*1",
)


def leaked(home: Path) -> list[str]:
    """Where the canary shows outside of the tables that are meant to hold it."""
    told = [table for table in ("loads", "quarantine") if "CANARY" in str(rows(home, table).rows())]
    logs = [path.name for path in (home / "bronze" / "log").glob("*") if "CANARY" in path.read_text()]
    return told + logs


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.source)
def test_a_refused_row_shows_none_of_its_values(
    tmp_path: Path, contract: Contract, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    caplog.set_level(logging.DEBUG)
    columns = list(contract.columns)
    deliver(
        tmp_path,
        "a.csv",
        delimited(columns, [[CANARY] * len(columns), [CANARY], [CANARY] * 40]),
    )
    deliver(tmp_path, "b.csv", delimited(columns, []) + b'CANARY,"CANARY')
    deliver(tmp_path, "c.csv", delimited(["CANARY", "JANE", "DOE"], [[CANARY] * 3]))
    deliver(tmp_path, "d.csv", delimited([*columns[1:], CANARY], []))
    deliver(tmp_path, "e.xlsx", workbook({CANARY: [columns, [CANARY] * len(columns), [CANARY]]}))
    deliver(tmp_path, "f.xlsx", workbook({CANARY: [["CANARY", "JANE"], [CANARY] * 3]}))
    deliver(tmp_path, "g.xlsx", workbook({"A": [columns, [CANARY] * len(columns)]})[:-1])
    report = take(tmp_path)
    assert not rows(tmp_path, "quarantine").is_empty()
    assert leaked(tmp_path) == []
    printed = capfd.readouterr()
    assert "CANARY" not in json.dumps(asdict(report), default=str) + caplog.text + printed.out + printed.err


@pytest.mark.parametrize("profile", shipped_profiles(), ids=lambda profile: profile.name)
def test_a_row_that_a_profile_refuses_shows_none_of_its_values(tmp_path: Path, profile: Profile):
    header = [column.header[0] for column in profile.columns.values() if column.header]
    header += [name for name in profile.match.headers if name not in header]
    records = [[CANARY] * len(header), [CANARY]]
    deliver(tmp_path, "a.csv", delimited(header, records))
    deliver(tmp_path, "b.xlsx", workbook({"Log": [[CANARY], header, *records]}))
    report = take(tmp_path)
    assert set(rows(tmp_path, "loads")["profile"]) == {profile.name}
    assert leaked(tmp_path) == []
    assert "CANARY" not in json.dumps(asdict(report), default=str)


def test_a_refused_remittance_shows_none_of_its_values(tmp_path: Path):
    deliver(tmp_path, "a.835", REMITTANCE)
    report = take(tmp_path)
    assert not rows(tmp_path, "quarantine").is_empty()
    assert leaked(tmp_path) == []
    assert "CANARY" not in json.dumps(asdict(report), default=str)
    assert "CANARY" in str(store(tmp_path).scan("x12_segments").collect().rows())


def test_a_redacted_exception_says_what_and_where_and_nothing_else():
    try:
        try:
            int(CANARY)
        except ValueError as cause:
            raise RuntimeError(f"could not read {CANARY}") from cause
    except RuntimeError as error:
        told = redacted(error)
    assert told.startswith("RuntimeError at test_protected_values.py:")
    assert "CANARY" not in told


def test_a_redacted_error_of_the_system_keeps_its_symbol():
    with pytest.raises(FileNotFoundError) as raised:
        Path("nowhere", CANARY).read_bytes()
    assert redacted(raised.value).startswith("FileNotFoundError[ENOENT] at ")
    assert redacted(ValueError(CANARY)) == "ValueError"
