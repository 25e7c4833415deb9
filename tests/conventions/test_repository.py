"""The house rules that a machine can check. Each message says what to do instead."""

import io
import re
import subprocess
import tokenize
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
LIBRARIES = (
    "compiling",
    "dashboards",
    "deposits",
    "expectations",
    "ingestion",
    "journal",
    "orchestration",
    "posting",
    "synthetic",
)
MODELS = REPOSITORY / "dbt_project" / "models"


def tracked_files() -> list[Path]:
    """Files that git tracks or would track."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    ).stdout
    paths = (REPOSITORY / name for name in listing.decode().split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def matches(pattern: str, paths: list[Path]) -> list[str]:
    compiled = re.compile(pattern, re.IGNORECASE)
    return [
        f"{path.relative_to(REPOSITORY)}:{number}"
        for path in paths
        if path != Path(__file__)
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if compiled.search(line)
    ]


def test_no_file_names_a_package_registry():
    hosts = r"(pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|conda\.anaconda)"
    assert not matches(hosts, tracked_files()), "Lock files carry hashes, never addresses of registries."


def test_no_file_carries_a_path_of_somebodys_machine():
    paths = r"(/root/|/home/[a-z]+/|/Users/[a-z]+/|/work/(main|steering|shared|\.library))"
    assert not matches(paths, tracked_files()), "Take paths from settings or from the file's own place."


def test_no_file_is_called_utils():
    named = [
        path.name
        for path in tracked_files()
        if re.search(r"(^|_)(utils?|helpers?|misc|common)(_|\.|$)", path.name)
    ]
    assert not named, "Name the file after the one thing it does."


def test_no_large_file_is_committed():
    large = [str(path.relative_to(REPOSITORY)) for path in tracked_files() if path.stat().st_size > 500_000]
    assert not large, "Generate data in a test or in synthetic/, do not commit it."


def opens_with_docstring(source: str) -> bool:
    """Whether a text is the first thing of a module.

    By its tokens: Python 3.11 cannot make syntax trees in two threads at once.
    """
    ignored = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return next((token.type == tokenize.STRING for token in tokens if token.type not in ignored), False)


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_module_says_what_it_is(library: str):
    silent = [
        str(path.relative_to(REPOSITORY))
        for path in sorted((REPOSITORY / library).rglob("*.py"))
        if not opens_with_docstring(text_of(path))
    ]
    assert not silent, "Open each module with what it is and what does not belong there."


def test_models_do_not_divide_money_or_use_doubles():
    sql = sorted((REPOSITORY / "dbt_project").rglob("*.sql"))
    assert not matches(
        r"(::\s*(double|float|real)\b|as (double|float|real)\b|_amount\s*/|/\s*\w*_amount)", sql
    )


def test_every_model_has_its_page_and_its_grain():
    missing, silent = [], []
    for sql in sorted(MODELS.rglob("*.sql")):
        page = sql.with_suffix(".yml")
        if not page.exists():
            missing.append(sql.name)
            continue
        model = next(m for m in yaml.safe_load(text_of(page))["models"] if m["name"] == sql.stem)
        if not model.get("description", "").startswith("One row per "):
            silent.append(sql.name)
    assert not missing, "A model is a pair: x.sql and x.yml."
    assert not silent, "The description starts with the grain: One row per ..."


def test_every_column_of_a_mart_is_described_and_typed():
    bare = [
        f"{page.stem}.{column['name']}"
        for page in sorted((MODELS / "marts").rglob("*.yml"))
        for model in yaml.safe_load(text_of(page))["models"]
        for column in model["columns"]
        if not column.get("description") or not column.get("data_type")
    ]
    assert not bare, "Marts are contracts: give each column a data_type and a description."
