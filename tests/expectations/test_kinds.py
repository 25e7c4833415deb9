"""Every kind of exception fires on its planted rows, and only on them."""

import pytest
import yaml

from expectations.catalogue import load_catalogue
from tests.expectations.cases import CASES
from tests.expectations.world import MODELS, STAGING

KINDS = {kind.kind: kind for _, kind in load_catalogue().kinds}


def test_every_kind_has_a_planted_row_and_every_case_a_kind():
    assert set(CASES) == set(KINDS)
    assert not [
        kind for kind, case in CASES.items() if not case.keys or not (case.planted or case.afterwards)
    ]


def test_every_kind_has_a_clean_twin():
    assert not [kind for kind, case in CASES.items() if not case.twins]


def test_a_clean_world_has_no_exception(clean, query):
    path, report = clean
    assert report.errored == []
    assert query(path, "select kind, business_key from exceptions.exceptions") == []
    assert report.is_publishable


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_finds_its_planted_rows_once_and_nothing_else(planted, query, kind):
    path, report = planted
    found = [
        key for (key,) in query(path, f"select business_key from exceptions.exceptions where kind = '{kind}'")
    ]
    assert sorted(found) == sorted(CASES[kind].keys)
    outcome = next(outcome for outcome in report.outcomes if outcome.kind == kind)
    assert (outcome.result, outcome.exception_count) == ("failed", len(found))


def test_what_blocks_is_what_makes_figures_wrong(planted):
    _, report = planted
    assert sorted(report.blocking) == [
        "applications_not_conserved",
        "balancing_remainder",
        "bridge_broken",
        "check_pieces_broken",
        "closed_report_broken",
        "conservation_broken",
        "escrow_history_broken",
        "repeat_without_original",
        "restatement_broken",
        "rollforward_broken",
        "tie_out_remainder",
    ]
    assert not report.is_publishable


def test_amounts_at_stake_are_the_excess_the_residual_or_the_whole(planted, query):
    path, _ = planted
    amounts = dict(
        query(path, "select business_key, cast(amount_at_stake as varchar) from exceptions.exceptions")
    )
    assert amounts["R-OVER"] == "10.00"
    assert amounts["R-OPPOSITE"] == "5.00"
    assert amounts["clinic|2026-03-02|L1|Deductible"] == "10.00"
    assert amounts["clinic|2026-03-02|L1|Other"] == "20.00"
    assert amounts["emr:amount_changed"] == "30.00"
    assert amounts["emr:patient_mismatch-moved"] == "20.00"
    assert amounts["unmapped:E9"] == "50.00"
    assert amounts["received|day|2026-03-03|L2|Insurance"] == "1.00"
    assert amounts["reference_batch|month|last|L2|Insurance"] == "30.00"
    assert amounts["load-receipts|17"] == "12.00"
    assert amounts["load-receipts|18"] is None
    assert amounts["rem-claim|claim|1|0"] == "3.00"


def test_an_exception_leads_back_to_its_file_and_place(planted, query):
    path, _ = planted
    places = {
        key: (name, number)
        for key, name, number in query(
            path,
            "select business_key, file_name, row_number from exceptions.exceptions "
            "where file_hash is not null",
        )
    }
    assert places["load-receipts|17"] == ("2026-03-01/receipts.csv", 17)
    assert places["rem-line|line|1|2"] == ("2026-03-01/a.835", 23)
    assert places["rem-claim|claim|1|0"] == ("2026-03-01/a.835", 21)
    assert places["rem-sum|remittance|0|0"] == ("2026-03-01/a.835", 3)
    assert places["aside-1"] == ("2026-03-01/half.csv", None)


def test_an_exception_of_a_known_claim_names_patient_and_location(planted, query):
    path, _ = planted
    found = query(
        path,
        "select location_id, patient_id, left_key, right_key from exceptions.exceptions "
        "where business_key = 'rem-line|line|1|2'",
    )
    assert found == [("L1", "P00001", "C-GOOD", "C-GOOD")]


def test_the_staging_columns_of_these_tests_are_those_of_the_project():
    for table, columns in STAGING.items():
        (page,) = MODELS.glob(f"staging/*/{table}.yml")
        (model,) = yaml.safe_load(page.read_text(encoding="utf-8"))["models"]
        assert set(columns) <= {column["name"] for column in model["columns"]}, table
