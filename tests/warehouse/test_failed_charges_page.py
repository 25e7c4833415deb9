"""The example on the page of failed charges is the one that the mart's unit test builds."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.warehouse.building import PROJECT

HISTORY = "a_charge_is_followed_through_five_runs"
WORKED = "a_charge_is_worked_through_five_runs"


def test_the_table_on_the_page_is_what_the_mart_gives(repository: Path) -> None:
    page = (repository / "docs" / "explanation" / "failed-charges.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith(("| charge_record_id |", "| CH"))]
    heading, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    on_the_page = [dict(zip(heading, row, strict=True)) for row in rows]

    mart = yaml.safe_load((PROJECT / "models" / "marts" / "failed_charges.yml").read_text(encoding="utf-8"))
    (test,) = [test for test in mart["unit_tests"] if test["name"] == HISTORY]
    built = [{name: str(row[name]) for name in heading} for row in test["expect"]["rows"]]
    assert len(on_the_page) == 4
    assert on_the_page == built


def test_the_worked_charge_on_the_page_is_what_the_model_gives(repository: Path) -> None:
    page = (repository / "docs" / "explanation" / "failed-charges.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines()
            if line.startswith("| March")]  # fmt: skip
    model = yaml.safe_load(
        (PROJECT / "models" / "intermediate" / "charges" / "int_charges__refusals.yml").read_text(
            encoding="utf-8"
        )
    )
    (test,) = [test for test in model["unit_tests"] if test["name"] == WORKED]
    refusals = test["expect"]["rows"]
    assert len(rows) == 7
    for day, what, status, bounces in rows:
        on = f"2026-03-{int(day.split()[1]):02}"
        # A decision is entered before the run of the day.
        known = [row for row in refusals if str(row["run_on"]) <= on]
        assert int(bounces) == sum(row["is_return"] for row in known), day
        assert (status == "released") == (str(known[-1]["let_pass_on"]) <= on), day
        assert ("untouched" in what) == (str(known[-1]["run_on"]) == on and known[-1]["is_untouched"]), day
