"""The journal stands alone."""

import ast
import subprocess
import sys

ALLOWED = {"ingestion.money", "polars", "sqlalchemy"}


def imported_modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_it_imports_nothing_of_the_project_but_money(repository):
    foreign = {
        name
        for path in (repository / "journal").glob("*.py")
        for name in imported_modules(path)
        if name.split(".")[0] not in sys.stdlib_module_names | {"journal"}
    }
    assert foreign <= ALLOWED | {"sqlalchemy.exc"}


def test_opening_a_file_loads_neither_the_database_toolkit_nor_the_frames(repository):
    program = "import sys, journal.store; print({'sqlalchemy', 'polars'} & set(sys.modules))"
    printed = subprocess.run(
        [sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=True
    ).stdout
    assert printed.strip() == "set()"
