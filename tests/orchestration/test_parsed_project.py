"""A parse is kept for the files that it was made of, where they lie."""

import shutil
from pathlib import Path

from orchestration.run.parsed_project import PROJECT, project_digest


def copied(folder: Path) -> Path:
    return Path(
        shutil.copytree(PROJECT, folder / "dbt_project", ignore=shutil.ignore_patterns("target", "logs"))
    )


def test_the_same_files_elsewhere_are_parsed_anew(tmp_path: Path) -> None:
    """A parse names the files of seeds by their full paths: another checkout's may be gone tomorrow."""
    assert project_digest(copied(tmp_path / "here")) != project_digest(copied(tmp_path / "there"))


def test_a_changed_file_is_parsed_anew(tmp_path: Path) -> None:
    project = copied(tmp_path)
    before = project_digest(project)
    (project / "dbt_project.yml").write_text("name: tieout\n")
    assert project_digest(project) != before


def test_what_the_transformer_writes_itself_changes_nothing(tmp_path: Path) -> None:
    project = copied(tmp_path)
    before = project_digest(project)
    (project / "target").mkdir()
    (project / "target" / "manifest.json").write_text("{}")
    assert project_digest(project) == before
