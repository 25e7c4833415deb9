"""Worlds that several tests look at; each is written once a session."""

from pathlib import Path

import pytest

from synthetic import WorldSummary, write_world


@pytest.fixture(scope="session")
def clean_world(tmp_path_factory) -> tuple[Path, WorldSummary]:
    home = tmp_path_factory.mktemp("clean")
    return home, write_world(home, seed=11, clinics=4, days=65, receipts=1500)
