"""What is worked out before anybody asks is what people then see, and nothing for a narrower scope."""

from decimal import Decimal
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards.allocation import give_back, share_heaps
from dashboards.charts import svg
from dashboards.published.snapshot import PublishedFiles
from dashboards.tables.query import TableQuery
from orchestration.command.serve import application_of
from tests.dashboards.world import PASSWORD, World, make_world


@pytest.fixture
def home_world(tmp_path: Path) -> World:
    return make_world(tmp_path / "home")


def test_the_first_views_are_answered_from_what_is_ready(home_world: World, monkeypatch: pytest.MonkeyPatch):
    home_world.application.state.warming.make_ready()
    asked: list[str] = []
    for name in ("rows", "totals", "totals_and_rows", "groups", "choices"):
        kept = getattr(TableQuery, name)

        def counted(self, *given, kept=kept, name=name):
            asked.append(name)
            return kept(self, *given)

        monkeypatch.setattr(TableQuery, name, counted)
    with TestClient(home_world.application, base_url="http://127.0.0.1") as client:
        client.post("/sign-in", data={"name": "viewer", "password": PASSWORD})
        assert "FOREIGN-R" in client.get("/receipts?status=Error").text
        client.get("/exceptions")
        client.get("/")
        assert not asked
        client.post("/sign-in", data={"name": "viewer-of-p1", "password": PASSWORD})
        assert "FOREIGN-R" not in client.get("/receipts?status=Error").text
        assert {"rows", "totals", "choices"} <= set(asked)


def test_a_server_follows_the_files_while_it_runs_and_stops(home_world: World):
    application = application_of(home_world.home, is_warmed=True)
    with TestClient(application, base_url="http://127.0.0.1") as client:
        assert client.get("/sign-in").status_code == 200
    assert application.state.warming.make_ready("another run") != "another run"


def test_the_allocator_is_asked_where_it_is_known_and_left_alone_elsewhere():
    share_heaps()
    give_back()


def test_what_does_not_fit_goes_to_a_folder_that_is_removed(home_world: World):
    files = PublishedFiles(home_world.home.published)
    with files.current() as snapshot, snapshot.cursor() as cursor:
        (folder,) = cursor.execute("select current_setting('temp_directory')").fetchall()[0]
        assert Path(folder).is_dir()
        assert Path(folder).stat().st_mode & 0o077 == 0
    files.close()
    assert not Path(folder).exists()


def test_a_chart_is_the_same_whether_it_is_drawn_here_or_apart(monkeypatch: pytest.MonkeyPatch):
    values = [("Files", Decimal("12.30")), ("Deposits", Decimal("-0.10"))]
    here = svg.bars(values, "Two bars.")
    svg._converted.cache_clear()
    monkeypatch.setattr(svg, "_is_apart", True)
    assert svg.bars(values, "Two bars.") == here
