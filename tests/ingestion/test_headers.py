"""A header names its source in any spelling, or is refused with a reason."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contracts import CONTRACTS, Contract
from ingestion.headers import (
    AMBIGUOUS_HEADER,
    DUPLICATE_HEADER,
    MISSING_COLUMN,
    UNKNOWN_HEADER,
    HeaderMatch,
    HeaderRefusal,
    match_header,
    normalized,
)

CONTRACT = st.sampled_from(list(CONTRACTS.values()))


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.source)
def test_no_two_columns_of_a_contract_share_a_spelling(contract: Contract):
    spelled = [
        normalized(spelling)
        for column in contract.columns
        for spelling in {normalized(each) for each in contract.spellings(column)}
    ]
    assert len(spelled) == len(set(spelled))


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.source)
@pytest.mark.parametrize("which", [0, 1, -1], ids=["canonical", "first other", "last"])
@pytest.mark.parametrize("is_full", [True, False], ids=["all columns", "required columns"])
def test_every_contract_is_recognized_in_every_spelling(contract: Contract, which: int, is_full: bool):
    columns = list(contract.columns if is_full else contract.required)
    spellings = [contract.spellings(column) for column in columns]
    header = [each[which] if len(each) > 1 else each[0] for each in spellings]
    match = match_header(header, "export.csv")
    assert isinstance(match, HeaderMatch)
    assert match.contract is contract
    assert match.fields == {column: position for position, column in enumerate(columns)}
    assert match.ignored_columns == 0


@given(CONTRACT, st.randoms(use_true_random=False), st.data())
def test_order_case_and_punctuation_do_not_matter(
    contract: Contract, shuffling: random.Random, data: st.DataObject
):
    columns = list(contract.columns)
    shuffling.shuffle(columns)
    dressings = st.sampled_from([str.upper, str.title, lambda name: f" {name.replace('_', ' - ')}: "])
    header = [
        data.draw(dressings)(data.draw(st.sampled_from(contract.spellings(column)))) for column in columns
    ]
    match = match_header([*header, "A column of the vendor"], "x")
    assert isinstance(match, HeaderMatch)
    assert (match.contract, match.ignored_columns) == (contract, 1)
    assert all(columns[position] == column for column, position in match.fields.items())


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.source)
def test_a_missing_required_column_is_named(contract: Contract):
    for missing in contract.required:
        header = [column for column in contract.columns if column != missing]
        refusal = match_header(header, f"{contract.source}.csv")
        assert refusal == HeaderRefusal(MISSING_COLUMN, contract.source, missing)


def test_two_headers_for_one_column_are_refused():
    header = [*CONTRACTS["receipts"].columns, "Paid Amt"]
    assert match_header(header, "x") == HeaderRefusal(DUPLICATE_HEADER, "receipts", "amount")


def test_a_header_that_fits_two_sources_is_refused():
    header = [*CONTRACTS["refunds"].required, *CONTRACTS["disbursements"].required]
    refusal = match_header(list(dict.fromkeys(header)), "refunds.csv")
    assert refusal == HeaderRefusal(AMBIGUOUS_HEADER)


@given(st.lists(st.text(max_size=10), max_size=10))
def test_a_header_of_nothing_known_is_unknown(header: list[str]):
    assert match_header(header, "receipts.csv") == HeaderRefusal(UNKNOWN_HEADER)
