"""The next step of an exception: its own keys in it, and no key of a file can become another command."""

import shlex

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.catalogue import NEXT_STEP, STEP_KEYS, load_catalogue
from expectations.next_steps import next_steps


def steps(template: str | None, **keys: object) -> str:
    row = dict.fromkeys((*STEP_KEYS, "root_exception_id")) | {"exception_id": "e1", "kind": "k"} | keys
    schema = {name: pl.Int64 if name == "row_number" else pl.String for name in row}
    templates = {} if template is None else {"k": template}
    return next_steps(pl.DataFrame([row], schema=schema), templates)["next_step"].item()


@pytest.mark.parametrize(
    ("template", "keys", "expected"),
    [
        ("tieout receipts show {left_key}", {"left_key": "R7"}, "tieout receipts show R7"),
        ("tieout charges show {business_key}", {"business_key": "A|CH1"}, "tieout charges show 'A|CH1'"),
        ("tieout charges show {business_key}", {"business_key": "it's"}, "tieout charges show 'it'\"'\"'s'"),
        ("tieout receipts show {left_key}", {}, "tieout explain exception e1"),
        (
            "In row {row_number} of {file_name}.",
            {"row_number": 7, "file_name": "a b.csv"},
            "In row 7 of a b.csv.",
        ),
        (None, {}, "tieout explain exception e1"),
        (
            "tieout receipts show {left_key}",
            {"left_key": "R7", "root_exception_id": "e9"},
            "tieout exceptions show e9",
        ),
    ],
)
def test_a_step_has_the_keys_of_its_exception(template, keys, expected):
    assert steps(template, **keys) == expected


@given(st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), min_size=1))
def test_a_key_stays_one_word_of_the_command(key):
    assert shlex.split(steps("tieout receipts show {left_key}", left_key=key)) == [
        "tieout",
        "receipts",
        "show",
        key,
    ]


def test_a_key_that_looks_like_a_place_is_left_as_it_is():
    assert steps("tieout receipts show {left_key}", left_key="{exception_id}") == (
        "tieout receipts show '{exception_id}'"
    )


def test_every_command_that_a_kind_names_is_one():
    from orchestration.command import COMMANDS

    for _, kind in load_catalogue().kinds:
        words = kind.next_step.split()
        assert words[0] != "tieout" or words[1] in COMMANDS, kind.kind
        assert words[0] == "tieout" or kind.next_step.endswith("."), kind.kind
    assert NEXT_STEP.split()[1] in COMMANDS
