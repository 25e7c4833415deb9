"""`tieout verify`: a byte changed, a file removed, two that changed places: each is found, and named."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from journal.period import period_named
from journal.store import Journal
from orchestration import exit_codes
from orchestration.command import tieout
from orchestration.command.evidence import pack_name
from orchestration.evidence.archive import SUMS, archived, sums_of
from orchestration.evidence.pack import make_pack
from orchestration.health import examine_home
from orchestration.home import Home
from orchestration.run.ledger import RunLedger, RunRecord
from orchestration.run.manifest import CURRENT, read_manifests
from orchestration.settings import Settings
from orchestration.verification.finding import Verification
from orchestration.verification.home_folder import check_journal, verify_home
from orchestration.verification.pack import verify_pack
from tests.orchestration.proven_home import DAYS, enter, proven_home, publish_proven
from tests.orchestration.published import publish_by_hand

POSITIONS_IN_A_FILE = 40


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Not to be changed; `copied` gives one that may be."""
    return proven_home(tmp_path_factory.mktemp("proven") / "home")


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    shutil.copytree(made.root, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture(scope="module")
def pack(made: Home) -> bytes:
    return make_pack(made, Settings(), period_named("2026-03")).content


def verified(home: Home) -> Verification:
    return verify_home(home, Settings())


def where(found: Verification) -> set[str]:
    return {fault.where for fault in found.faults}


def positions(size: int, count: int = POSITIONS_IN_A_FILE) -> list[int]:
    """The first and last bytes, and others spread over the rest."""
    return sorted({0, 1, size - 2, size - 1, *range(0, size, max(1, size // count))})


def altered(content: bytes, position: int) -> bytes:
    return content[:position] + bytes([content[position] ^ 0x01]) + content[position + 1 :]


def test_an_unaltered_home_is_as_written(made: Home) -> None:
    found = verified(made)
    assert found.faults == []
    assert found.counted == {
        "manifests": 3, "published files": 3, "bronze commits": 3, "journal entries": 8
    }  # fmt: skip
    assert any("2 of 8 entries are newer" in note for note in found.notes)


def test_an_empty_home_is_as_written(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert verified(home).faults == []
    home.create()
    assert verified(home).faults == []


CHAINED = (
    "published/*.manifest.json",
    "published/tieout-*.duckdb",
    "published/current",
    "bronze/*/*.parquet",
)


@pytest.mark.parametrize("pattern", CHAINED)
def test_one_changed_byte_of_any_chained_file_is_found_and_the_file_is_named(
    home: Home, pattern: str
) -> None:
    paths = sorted(home.root.glob(pattern))
    assert paths
    for path in paths:
        content = path.read_bytes()
        path.chmod(0o644)
        for position in positions(len(content)):
            path.write_bytes(altered(content, position))
            found = verified(home)
            assert found.faults, (path.name, position)
            named = where(found) | {fault.sentence for fault in found.faults}
            assert any(path.name in text for text in named), (path.name, position, found.faults)
        path.write_bytes(content)
    assert verified(home).faults == []


def test_every_byte_of_a_manifest_counts(home: Home) -> None:
    last = read_manifests(home.published)[-1].path
    content = last.read_bytes()
    for position in range(len(content)):
        last.write_bytes(altered(content, position))
        assert last.name in where(verified_manifests(home)), position


def verified_manifests(home: Home) -> Verification:
    from orchestration.verification.manifests import check_manifests

    found = Verification()
    check_manifests(home.published, found)
    return found


def test_a_commit_of_bronze_that_a_manifest_names_cannot_be_altered(home: Home) -> None:
    paths = sorted((home.bronze / "log").iterdir())
    for path in paths[:-1]:
        content = path.read_bytes()
        for position in positions(len(content)):
            path.write_bytes(altered(content, position))
            assert verified(home).faults, (path.name, position)
        path.write_bytes(content)
    paths[1].unlink()
    assert "bronze" in where(verified(home))


def test_one_changed_byte_of_the_journal_is_found(home: Home) -> None:
    """Also one that holds no entry. Only the version of SQLite that wrote last may be any."""
    content = home.journal.read_bytes()
    manifests = read_manifests(home.published)
    unnoticed = []
    for position in positions(len(content), 600):
        if 96 <= position < 100:
            continue
        home.journal.write_bytes(altered(content, position))
        found = Verification()
        check_journal(home, Settings(), manifests, found)
        if home.journal.name not in where(found):
            unnoticed.append(position)
    assert unnoticed == []
    home.journal.write_bytes(content)
    assert verified(home).faults == []


def test_a_journal_that_is_open_elsewhere_is_verified_by_its_entries(home: Home) -> None:
    with Journal.open(home.journal) as journal:
        journal.head()
        found = verified(home)
    assert found.faults == []
    assert any("open elsewhere" in note for note in found.notes)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_removed_manifest_is_found(home: Home, number: int) -> None:
    read_manifests(home.published)[number].path.unlink()
    assert verified(home).faults


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_run_that_was_removed_altogether_is_found(home: Home, number: int) -> None:
    manifest = read_manifests(home.published)[number]
    manifest.path.unlink()
    manifest.data_file.unlink()
    left = read_manifests(home.published)[-1].data_file.name
    (home.published / CURRENT).write_text(f"{left}\n")
    assert f"the manifest of run {manifest.run_id} is missing" in {
        fault.sentence for fault in verified(home).faults
    }


@pytest.mark.parametrize(("one", "other"), [(0, 1), (1, 2), (0, 2)])
def test_two_manifests_that_changed_places_are_found(home: Home, one: int, other: int) -> None:
    paths = [read_manifests(home.published)[number].path for number in (one, other)]
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, reversed(contents), strict=True):
        path.write_bytes(content)
    assert {path.name for path in paths} <= where(verified(home))


def test_two_published_files_that_changed_places_are_found(home: Home) -> None:
    one, other = (manifest.data_file for manifest in read_manifests(home.published)[:2])
    contents = one.read_bytes(), altered(other.read_bytes(), 5000)
    one.write_bytes(contents[1])
    other.write_bytes(contents[0])
    assert {one.name, other.name} & where(verified(home))


def test_a_file_of_nobody_and_a_missing_one_are_found(home: Home) -> None:
    (home.published / "tieout-other.duckdb").write_bytes(b"x")
    read_manifests(home.published)[-1].data_file.unlink()
    assert {"tieout-other.duckdb", read_manifests(home.published)[-1].data_file.name} <= where(verified(home))


def test_what_retention_removed_is_no_fault(home: Home) -> None:
    read_manifests(home.published)[0].data_file.unlink()
    assert verified(home).faults == []


def test_a_pointer_that_was_set_back_is_found(home: Home) -> None:
    first = read_manifests(home.published)[0].data_file.name
    (home.published / CURRENT).write_text(f"{first}\n")
    assert where(verified(home)) == {CURRENT}


def test_a_run_that_was_killed_while_it_published_is_no_fault(home: Home) -> None:
    last = read_manifests(home.published)[-1]
    publish_by_hand(home, DAYS[-1], run_id="killed", is_current=False)
    RunLedger(home.runs, RunRecord("killed", DAYS[-1], "2026-04-03T00:00:00Z", 1)).close("killed")
    found = verified(home)
    assert found.faults == []
    assert any("killed" in note for note in found.notes)
    assert (home.published / CURRENT).read_text().strip() == last.data_file.name


def test_entries_that_were_cut_off_are_found_once_a_run_has_named_them(home: Home) -> None:
    import sqlite3

    def cut(after: int) -> None:
        with sqlite3.connect(home.journal) as connection:
            guards = connection.execute(
                "select name, sql from sqlite_master where type = 'trigger'"
            ).fetchall()
            for name, _ in guards:
                connection.execute(f"drop trigger {name}")
            connection.execute("delete from entries where entry_number > ?", [after])
            for _, sql in guards:
                connection.execute(sql)
        connection.close()

    def sentences() -> set[str]:
        return {fault.sentence for fault in verified(home).faults}

    cut(6)
    # The chain cannot know; in the file something is left of it.
    assert sentences() == {"has bytes that are not of its entries"}
    publish_proven(home.root, DAYS[-1])
    cut(5)
    assert "Entry 6 was recorded outside the journal, which ends with 5." in sentences()


def test_a_journal_that_is_gone_is_found(home: Home) -> None:
    home.journal.unlink()
    assert home.journal.name in where(verified(home))


def test_the_same_home_gives_the_same_pack(made: Home, pack: bytes, tmp_path: Path) -> None:
    assert make_pack(made, Settings(), period_named("2026-03")).content == pack
    shutil.copytree(made.root, tmp_path / "elsewhere")
    assert make_pack(Home(tmp_path / "elsewhere"), Settings(), period_named("2026-03")).content == pack
    assert verify_pack(pack).faults == []


def test_one_changed_byte_anywhere_in_a_pack_is_found(pack: bytes) -> None:
    assert len(pack) > 5_000
    tried = positions(len(pack), 1_500)
    unnoticed = [position for position in tried if verify_pack(altered(pack, position)).is_sound]
    assert unnoticed == []
    assert len(tried) > 1_000


def test_a_pack_that_lost_bytes_or_got_more_is_found(pack: bytes) -> None:
    for size in positions(len(pack), 60)[:-1]:
        assert not verify_pack(pack[:size]).is_sound, size
    assert not verify_pack(pack + b"\0").is_sound
    assert not verify_pack(b"").is_sound


def files_of(pack: bytes) -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_altered_file_of_a_pack_is_named(pack: bytes) -> None:
    files = files_of(pack)
    for name in files:
        content = files[name]
        changed = altered(content, len(content) // 2) if content else b"more"
        found = verify_pack(archived(files | {name: changed}))
        assert name in where(found), name


@pytest.mark.parametrize("with_new_sums", [False, True])
def test_files_taken_out_of_a_pack_or_put_in_are_found(pack: bytes, with_new_sums: bool) -> None:
    """Some files stand for themselves also when the list of hashes was made anew."""

    def repacked(files: dict[str, bytes]) -> Verification:
        rest = {name: content for name, content in files.items() if name != SUMS}
        sums = sums_of(rest) if with_new_sums else files_of(pack)[SUMS]
        return verify_pack(archived({SUMS: sums, **rest}))

    files = files_of(pack)
    manifest = next(name for name in files if name.startswith("manifests/"))
    assert not repacked({name: content for name, content in files.items() if name != manifest}).is_sound
    assert not repacked(files | {"journal_chain.txt": files["journal_chain.txt"].split(b"\n", 1)[1]}).is_sound
    swapped = files["journal_chain.txt"].splitlines(keepends=True)
    swapped[0], swapped[1] = swapped[1].replace(b"2 ", b"1 ", 1), swapped[0].replace(b"1 ", b"2 ", 1)
    assert not repacked(files | {"journal_chain.txt": b"".join(swapped)}).is_sound
    if not with_new_sums:
        assert not repacked(files | {"more.txt": b"more"}).is_sound


def test_the_command_says_what_is_altered_and_ends_with_its_own_code(home: Home, tmp_path: Path) -> None:
    def call(*arguments: str) -> tuple[int, str]:
        outcome = CliRunner().invoke(tieout, ["verify", *arguments], standalone_mode=False)
        assert outcome.exception is None, outcome.exception
        return outcome.return_value, outcome.stdout

    code, printed = call("--home", str(home.root))
    assert code == exit_codes.RAN
    assert printed.startswith(
        "as written: 3 manifests, 3 published files, 3 bronze commits, 8 journal entries"
    )
    target = tmp_path / "march.zip"
    made = CliRunner().invoke(
        tieout, ["evidence", "--period", "2026-03", "--to", str(target), "--home", str(home.root)]
    )
    assert "the pack is " in made.stdout
    assert call(str(target))[0] == exit_codes.RAN
    target.write_bytes(altered(target.read_bytes(), 500))
    assert call(str(target))[0] == exit_codes.ALTERED
    (home.published / CURRENT).write_text("elsewhere\n")
    code, printed = call("--home", str(home.root), "--json")
    assert code == exit_codes.ALTERED
    assert json.loads(printed)["faults"][0]["where"] == CURRENT


def test_a_pack_is_named_after_its_period_and_location(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(tieout, ["evidence", "--period", "2026-03", "--home", str(home.root)])
    assert made.exit_code == 0, made.output
    assert verify_pack((tmp_path / "evidence-2026-03.zip").read_bytes()).is_sound
    assert pack_name("2026-03", "L01") == "evidence-2026-03-L01.zip"
    assert "/" not in pack_name("2026-W14", "../L 01")


def test_doctor_and_verify_follow_the_same_chain(home: Home) -> None:
    def is_well() -> bool:
        return next(one.is_well for one in examine_home(home) if one.subject == "manifests")

    assert is_well()
    last = read_manifests(home.published)[-1].path
    last.write_bytes(last.read_bytes().replace(b"2026-04-03", b"2026-04-04", 1))
    assert not is_well()


def test_nothing_is_changed_by_looking(home: Home) -> None:
    def everything() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(home.root.rglob("*")) if path.is_file()}

    before = everything()
    verified(home)
    make_pack(home, Settings(), period_named("2026-03"))
    assert everything() == before


def test_entries_of_other_periods_and_places_stay_out_of_a_pack(home: Home) -> None:
    enter(home, "CH5", DAYS[0].replace(month=3))
    entries = files_of(make_pack(home, Settings(), period_named("2026-03")).content)["journal.jsonl"]
    assert [json.loads(line)[5] for line in entries.splitlines()] == ["A|CH5", "A|CH5"]
    local = files_of(make_pack(home, Settings(), period_named("2026-03", "L1")).content)["journal.jsonl"]
    assert local == b""
