"""What lies in the drop folder is listed, and nothing but plain finished files is read."""

import os
import socket
from datetime import date
from pathlib import Path

import pytest

from ingestion import landing
from ingestion.landing import FileChangedError, LandedFile, opened, scan_landing
from ingestion.landing_marks import LandingMarks


def scanned(folder: Path, **options: int) -> dict[str, str | None]:
    return {file.name: file.refusal for file in scan_landing(folder, **options)}


def the_file(folder: Path) -> LandedFile:
    (file,) = scan_landing(folder)
    return file


def test_an_absent_folder_holds_nothing(tmp_path: Path):
    assert scan_landing(tmp_path / "landing") == []


def test_dated_folders_are_one_level_and_real_dates(tmp_path: Path):
    for name in ("a.csv", "2026-01-05/b.csv", "2026-02-30/c.csv", "era/d.835", "2026-01-05/deeper/e.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert scanned(tmp_path) == {
        "2026-01-05/b.csv": None,
        "2026-01-05/deeper/e.csv": landing.UNDATED_FOLDER,
        "2026-02-30/c.csv": landing.UNDATED_FOLDER,
        "a.csv": None,
        "era/d.835": landing.UNDATED_FOLDER,
    }
    days = {file.name: file.day for file in scan_landing(tmp_path)}
    assert (days["2026-01-05/b.csv"], days["a.csv"]) == (date(2026, 1, 5), None)


def test_the_order_is_that_of_the_names(tmp_path: Path):
    for name in ("b", "2026-01-06/a", "a", "2026-01-05/z"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert list(scanned(tmp_path)) == ["2026-01-05/z", "2026-01-06/a", "a", "b"]


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        (".hidden.csv", landing.HIDDEN_NAME),
        ("...", landing.HIDDEN_NAME),
        ("..\\..\\receipts.csv", landing.HIDDEN_NAME),
        ("a\\b.csv", landing.HOSTILE_NAME),
        ("line\nbreak.csv", landing.HOSTILE_NAME),
        ("bell\x07.csv", landing.HOSTILE_NAME),
        ("\x1b[31mred.csv", landing.HOSTILE_NAME),
        ("right\u202eto-left.csv", landing.HOSTILE_NAME),
        ("receipts.csv.part", landing.STILL_BEING_WRITTEN),
        ("receipts.CSV.TMP", landing.STILL_BEING_WRITTEN),
        ("receipts.csv.filepart", landing.STILL_BEING_WRITTEN),
        ("two..dots (1) é.csv", None),
    ],
)
def test_names(tmp_path: Path, name: str, refusal: str | None):
    (tmp_path / name).write_text("x")
    file = the_file(tmp_path)
    assert file.refusal == refusal
    assert file.name.isprintable()


def test_a_name_that_is_no_text_is_refused(tmp_path: Path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv")).write_text("x")
    file = the_file(tmp_path)
    assert (file.name, file.refusal) == ("caf\\xe9.csv", landing.HOSTILE_NAME)


def test_links_pipes_and_sockets_are_refused_and_not_followed(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("x")
    folder = tmp_path / "landing"
    folder.mkdir()
    (folder / "file-link.csv").symlink_to(outside / "secret.csv")
    (folder / "2026-01-05").symlink_to(outside, target_is_directory=True)
    (folder / "dangling.csv").symlink_to(outside / "nothing")
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(folder / "socket.csv"))
        assert scanned(folder) == {
            "2026-01-05": landing.SYMBOLIC_LINK,
            "dangling.csv": landing.SYMBOLIC_LINK,
            "file-link.csv": landing.SYMBOLIC_LINK,
            "pipe.csv": landing.NOT_A_FILE,
            "socket.csv": landing.NOT_A_FILE,
        }


def test_a_file_above_the_limit_is_refused(tmp_path: Path):
    (tmp_path / "large.csv").write_text("x" * 11)
    (tmp_path / "small.csv").write_text("x" * 10)
    assert scanned(tmp_path, size_limit=10) == {"large.csv": landing.TOO_LARGE, "small.csv": None}


@pytest.mark.parametrize("change", ["append", "replace", "link", "remove"])
def test_a_file_that_changes_after_the_first_look_is_not_read(tmp_path: Path, change: str):
    path = tmp_path / "receipts.csv"
    path.write_text("first")
    file = the_file(tmp_path)
    if change == "append":
        with path.open("a") as stream:
            stream.write("more")
    elif change == "replace":
        (tmp_path / "new").write_text("other")
        (tmp_path / "new").replace(path)
    else:
        path.unlink()
        if change == "link":
            path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises((FileChangedError, OSError)), opened(file) as stream:
        stream.read()


def test_a_file_that_changes_while_it_is_read_is_noticed(tmp_path: Path):
    path = tmp_path / "receipts.csv"
    path.write_text("first")
    with pytest.raises(FileChangedError), opened(the_file(tmp_path)):
        path.write_text("second, longer")


def test_a_mark_holds_only_for_the_same_unchanged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "landing"
    folder.mkdir()
    (folder / "receipts.csv").write_text("first")
    file = the_file(folder)
    marks = LandingMarks(tmp_path / "marks.json")
    marks.remember(file, "hash of a file changed just now")
    assert marks.hash_of(file) is None

    monkeypatch.setattr("time.time_ns", lambda: file.look.changed_ns + 10**10)
    marks.remember(file, "hash")
    marks.save([file.name])
    assert LandingMarks(tmp_path / "marks.json").hash_of(file) == "hash"
    (folder / "receipts.csv").write_text("other")
    os.utime(folder / "receipts.csv", ns=(file.look.modified_ns, file.look.modified_ns))
    assert LandingMarks(tmp_path / "marks.json").hash_of(the_file(folder)) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}', '{"a": [1, 2]}', '{"a": "x"}'])
def test_marks_that_cannot_be_understood_are_forgotten(tmp_path: Path, content: str):
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "a").write_text("x")
    (tmp_path / "marks.json").write_text(content)
    assert LandingMarks(tmp_path / "marks.json").hash_of(the_file(tmp_path / "landing")) is None
