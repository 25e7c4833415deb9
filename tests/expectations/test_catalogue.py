"""The catalogue: complete, and refused when a suite file breaks its promise."""

from pathlib import Path

import pytest
import yaml

from expectations.catalogue import CatalogueError, load_catalogue
from expectations.documentation import exceptions_page
from tests.expectations.world import MODELS

GOOD = {
    "kind": "strange",
    "title": "Something strange",
    "severity": "warning",
    "blocks_publish": False,
    "owner": "data",
    "meaning": "It is strange.",
    "what_to_do": "Look at it.",
    "how_it_clears": "By itself.",
    "sql": "with things as (select * from {batch}) select * from things",
}


def write(folder: Path, mart: str = "things", name: str = "things", **changes: object) -> Path:
    kind = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    (folder / f"{name}.yml").write_text(yaml.safe_dump({"mart": mart, "kinds": [kind]}), encoding="utf-8")
    return folder


def test_a_good_suite_is_read(tmp_path):
    ((suite, kind),) = load_catalogue(write(tmp_path)).kinds
    assert (suite.table, kind.kind) == ("marts.things", "strange")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colour": "red"}, "colour: Extra inputs"),
        ({"meaning": None}, "meaning: Field required"),
        ({"severity": "grave"}, "severity"),
        ({"blocks_publish": True}, "blocks the publish is critical"),
        ({"owner": "somebody"}, "owner"),
        ({"kind": "Not A Name"}, "kind"),
        ({"what_to_do": "No full stop"}, "what_to_do"),
        ({"sql": "select * from things where 1 = 1"}, "{batch} once"),
        ({"sql": GOOD["sql"] + " where x in (select * from {batch})"}, "{batch} once"),
        ({"sql": GOOD["sql"] + " where at = {today}"}, "no other place"),
        ({"sql": GOOD["sql"] + " where name = ' :other'"}, "bind parameter"),
        ({"sql": "select * from {batch} as things"}, "opens with"),
        ({"mart": "others"}, "opens with"),
        ({"name": "others"}, "named after its mart"),
    ],
)
def test_a_suite_that_breaks_its_promise_is_refused_with_file_and_key(tmp_path, changes, said):
    with pytest.raises(CatalogueError) as refusal:
        load_catalogue(write(tmp_path, **changes))
    assert said in str(refusal.value)
    assert ".yml: " in str(refusal.value)


def test_a_kind_has_one_home(tmp_path):
    write(tmp_path)
    write(tmp_path, mart="more", name="more", sql="with more as (select * from {batch}) select * from more")
    with pytest.raises(CatalogueError, match="appear twice: strange"):
        load_catalogue(tmp_path)


def test_every_mart_has_a_suite():
    assert {suite.mart for suite in load_catalogue().suites} == {
        page.stem for page in (MODELS / "marts").glob("*.sql")
    }


def test_the_page_of_exceptions_is_the_catalogue(repository):
    page = (repository / "docs" / "reference" / "exceptions.md").read_text(encoding="utf-8")
    assert page == exceptions_page(), (
        "write it again: python -m expectations.documentation > docs/reference/exceptions.md"
    )
