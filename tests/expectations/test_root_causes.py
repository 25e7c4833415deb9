"""Every rule of root causes explains what is planted for it, and leaves what looks most like it alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations.catalogue import load_catalogue
from expectations.findings import prepare
from expectations.root_causes import RootCauseRule, find_roots, load_root_cause_rules
from tests.expectations.world import Row, build, row

RULES = {rule.rule: rule for rule in load_root_cause_rules()}
FIRST, SECOND = date(2026, 3, 2), date(2026, 3, 3)


@dataclass(frozen=True)
class Found:
    """An exception: its kind, its business key and its other keys."""

    kind: str
    key: str
    left: str | None = None
    right: str | None = None


@dataclass(frozen=True)
class Case:
    """One rule: the exceptions that it explains, with their roots, and those that look alike."""

    roots: dict[Found, Found]
    alike: list[Found] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def _due(source: str, location_id: str, on: date = FIRST) -> Row:
    return row(
        "marts.expected_files",
        source=source,
        location_id=location_id,
        due_on=on,
        scheduled_on=on,
        outcome="missing",
    )


def _missing(source: str, location_id: str) -> Found:
    return Found("expected_file_missing", f"{source}|{location_id}|{FIRST}")


def _unit(key: str, location_id: str, on: date) -> Row:
    return row(
        "marts.balancing_differences",
        unit_key=key,
        location_id=location_id,
        transaction_on=on,
        balanced_on=on,
        difference_class="missing_in_billing",
        difference_amount=1,
    )


def _refused(source: str, key: str, number: int) -> Row:
    return row(
        "marts.quarantine",
        source=source,
        business_key=key,
        load_id="load-1",
        record_number=number,
        problem_number=1,
    )


def _row(number: int) -> Found:
    return Found("row_quarantined", f"load-1|{number}")


CASES = {
    "file_refused": Case(
        roots={
            Found("expected_file_missing", f"receipts|L8|{SECOND}"): Found("file_set_aside", "load-aside"),
            Found("expected_file_missing", f"claims|L8|{SECOND}"): Found("file_set_aside", "load-nameless"),
        },
        alike=[
            Found("expected_file_missing", f"payments|L8|{SECOND}"),
            Found("file_set_aside", "load-other-day"),
        ],
        rows=[
            *(_due(source, "L8", SECOND) for source in ("receipts", "claims", "payments")),
            row("marts.loads", load_id="load-aside", file_name="2026-03-03/x.csv", source="receipts"),
            row("marts.loads", load_id="load-nameless", file_name="2026-03-03/claims_1.csv", source=None),
            row(
                "marts.loads",
                load_id="load-other-day",
                file_name="2026-03-09/payments.csv",
                source="payments",
            ),
        ],
    ),
    "billing_file_missing": Case(
        roots={
            Found("missing_in_billing", "emr:THAT-DAY"): _missing("billing_payments", "L1"),
            Found("lost_after_transmission", "emr:EVERYWHERE"): _missing("billing_payments", "all"),
        },
        alike=[Found("missing_in_billing", "emr:DAY-AFTER"), Found("missing_in_billing", "emr:OTHER-PLACE")],
        rows=[
            _due("billing_payments", "L1"),
            _due("billing_payments", "all"),
            _unit("emr:THAT-DAY", "L1", FIRST),
            _unit("emr:EVERYWHERE", "L7", FIRST),
            _unit("emr:DAY-AFTER", "L1", SECOND),
        ],
    ),
    "emr_file_missing": Case(
        roots={Found("only_in_billing", "billing:THAT-DAY"): _missing("emr_payments", "L1")},
        alike=[Found("only_in_billing", "billing:DAY-AFTER")],
        rows=[
            _due("emr_payments", "L1"),
            _unit("billing:THAT-DAY", "L1", FIRST),
            _unit("billing:DAY-AFTER", "L1", SECOND),
        ],
    ),
    "bank_file_missing": Case(
        roots={Found("remittance_without_deposit", "rem-1"): _missing("bank_deposits", "all")},
        alike=[Found("batch_without_deposit", "batch-1")],
        rows=[
            _due("bank_deposits", "all"),
            row("marts.deposit_reconciliation", expected_key="rem-1", expected_on=FIRST),
            row("marts.deposit_reconciliation", expected_key="batch-1", expected_on=SECOND),
        ],
    ),
    "receipt_refused": Case(
        roots={Found("posting_without_receipt", "T1", "T1", "R1"): _row(1)},
        alike=[Found("posting_without_receipt", "T2", "T2", "R2")],
        rows=[_refused("receipts", "R1", 1), _refused("payments", "R2", 9)],
    ),
    "claim_refused": Case(
        roots={
            Found("posting_without_claim_line", "T3", "T3", "C1|2"): _row(2),
            Found("claim_payment_unmatched", "P1", "C1", None): _row(2),
        },
        alike=[Found("posting_without_claim_line", "T4", "T4", "C11|2")],
        rows=[_refused("claims", "C1", 2)],
    ),
    "claim_line_refused": Case(
        roots={
            Found("posting_without_claim_line", "T5", "T5", "C5|1"): _row(3),
            Found("claim_without_lines", "C5", "C5"): _row(3),
            Found("claim_total_mismatch", "C5", "C5"): _row(3),
        },
        alike=[
            Found("posting_without_claim_line", "T6", "T6", "C5|2"),
            Found("claim_total_mismatch", "C55", "C55"),
        ],
        rows=[_refused("claim_lines", "C5|1", 3)],
    ),
    "row_deleted": Case(
        roots={
            Found("posting_without_receipt", "T7", "T7", "R7"): Found("row_deleted_at_source", "receipts|R7"),
            Found("posting_without_claim_line", "T8", "T8", "C8|1"): Found(
                "row_deleted_at_source", "claims|C8"
            ),
            Found("claim_without_lines", "C9", "C9"): Found("row_deleted_at_source", "claim_lines|C9|1"),
        },
        alike=[
            Found("posting_without_receipt", "T9", "T9", "R77"),
            Found("claim_total_mismatch", "C99", "C99"),
        ],
    ),
    "document_failed": Case(
        roots={Found("feed_failed", "emr:EP1", "EP1"): Found("feed_document_failed", "Patient|F1")},
        alike=[Found("feed_failed", "emr:EP2", "EP2")],
        rows=[
            row(
                "marts.billing_exceptions",
                exception_key=f"Payment|{payment}",
                root_exception_key=root,
                exception_type="Payment",
                emr_payment_id=payment,
            )
            for payment, root in (("EP1", "Patient|F1"), ("EP2", "Payment|EP2"))
        ],
    ),
    "run_refused_unusually_many": Case(
        roots={Found("charge_bounced_twice", "A|CH1", "CH1"): Found("run_failed_more_than_usual", "A|F5")},
        alike=[Found("charge_bounced_twice", "A|CH2", "CH2"), Found("charge_bounced_twice", "B|CH1", "CH1")],
        rows=[
            row("marts.failed_charges", charge_record_id="CH1", run_number="F5"),
            row("marts.failed_charges", charge_record_id="CH2", run_number="F4"),
        ],
    ),
    "rule_fails_most": Case(
        roots={Found("charge_breaks_rule", "A|CH3", "CH3"): Found("rule_fails_most_charges", "FC06|2")},
        alike=[Found("charge_breaks_rule", "A|CH4", "CH4"), Found("charge_held_by_rule", "A|CH5", "CH5")],
        rows=[
            row(
                "marts.failed_charge_reasons",
                charge_record_id=charge,
                reason_code=rule,
                origin="rule",
                severity="block",
                rule_version=version,
            )
            for charge, rule, version in (
                ("CH3", "FC06", 2),
                ("CH4", "FC06", 2),
                ("CH4", "FC01", 1),
                ("CH5", "FC06", 1),
            )
        ],
    ),
    "charge_held_back": Case(
        roots={Found("filing_limit_near", "A|CH6", "CH6"): Found("claim_rejected", "A|CH6", "CH6")},
        alike=[Found("filing_limit_near", "A|CH7", "CH7")],
    ),
    "entry_used_up_the_receipt": Case(
        roots={Found("over_applied", "R20", "R20"): Found("disbursement_over_escrow", "D20", "D20", "R20")},
        alike=[Found("over_applied", "R21", "R21")],
    ),
    "receipt_zeroed": Case(
        roots={
            Found("posting_difference", "R30|-|C1/1/2026-03-02"): Found(
                "receipt_zeroed_after_posting", "R30", "R30"
            )
        },
        alike=[Found("posting_difference", "R31|-|C1/1/2026-03-02")],
    ),
    "claim_payment_without_claim": Case(
        roots={Found("service_line_unmatched", "CP1|2", "X"): Found("claim_payment_unmatched", "CP1", "X")},
        alike=[Found("service_line_unmatched", "CP11|2", "X")],
    ),
    "provider_amount_absent": Case(
        roots={
            Found("era_not_evaluable", "rem-9|remittance|0|0"): Found(
                "provider_adjustment_without_amount", "rem-9|30|1", "rem-9"
            )
        },
        alike=[Found("era_not_evaluable", "rem-9|claim|1|0")],
    ),
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [each for case in CASES.values() for each in case.rows]
    return build(tmp_path_factory.mktemp("roots") / "roots.duckdb", rows)


@pytest.fixture
def connection(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(warehouse), read_only=True) as opened:
        prepare(opened)
        yield opened


def fill(connection: duckdb.DuckDBPyConnection, found: list[Found]) -> None:
    connection.executemany(
        "insert into temp.findings (kind, exception_id, business_key, left_key, right_key, what_was_found)"
        " values ($1, $1 || ' ' || $2, $2, $3, $4, 'found')",
        [(one.kind, one.key, one.left, one.right) for one in dict.fromkeys(found)],
    )


def name(one: Found) -> str:
    return f"{one.kind} {one.key}"


def test_every_rule_is_planted_and_explains_kinds_of_the_catalogue() -> None:
    assert set(CASES) == set(RULES)
    kinds = {kind.kind for _, kind in load_catalogue().kinds}
    for rule in RULES.values():
        assert {*rule.cause, *rule.effects} <= kinds, rule.rule


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_explains_what_it_is_for_and_nothing_that_looks_alike(
    connection: duckdb.DuckDBPyConnection, rule: str
) -> None:
    case = CASES[rule]
    assert case.alike
    fill(connection, [*case.roots, *case.roots.values(), *case.alike])
    expected = [(name(one), name(root), rule) for one, root in case.roots.items()]
    assert find_roots(connection, RULES.values()).rows() == sorted(expected)


def test_a_root_is_followed_to_the_end(connection: duckdb.DuckDBPyConnection) -> None:
    """A refused file makes the file missing, and the missing file makes the payment missing."""
    fill(
        connection,
        [
            Found("file_set_aside", "load-billing"),
            _missing("billing_payments", "L1"),
            Found("missing_in_billing", "emr:THAT-DAY"),
        ],
    )
    rules = (
        RULES["billing_file_missing"],
        RULES["file_refused"].model_copy(
            update={
                "sql": "select effects.exception_id, causes.exception_id as root_exception_id,"
                " causes.business_key from effects cross join causes"
            }
        ),
    )
    assert find_roots(connection, rules).rows() == [
        (name(_missing("billing_payments", "L1")), "file_set_aside load-billing", "file_refused"),
        ("missing_in_billing emr:THAT-DAY", "file_set_aside load-billing", "billing_file_missing"),
    ]


def test_where_nothing_was_found_nothing_is_asked(connection: duckdb.DuckDBPyConnection) -> None:
    broken = RootCauseRule(
        rule="broken", cause="a", effects=["b"], because="It is broken.", sql="select nonsense from nowhere"
    )
    assert find_roots(connection, [broken]).is_empty()
    assert find_roots(connection, [broken]).schema["root_rule"] == pl.String


@pytest.mark.parametrize(
    "links", [[("a", "a")], [("a", "b"), ("b", "a")], [("a", "b"), ("b", "c"), ("c", "a")]]
)
def test_kinds_that_explain_one_another_in_a_circle_are_refused(tmp_path: Path, links) -> None:
    text = "rules:\n" + "".join(
        f"  - {{rule: r{number}, cause: {cause}, effects: [{effect}], because: It follows.,"
        f" sql: select one from another where true}}\n"
        for number, (cause, effect) in enumerate(links)
    )
    (tmp_path / "rules.yml").write_text(text)
    with pytest.raises(ValueError, match="own"):
        load_root_cause_rules(tmp_path / "rules.yml")
