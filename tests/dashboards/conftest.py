"""One world for the tests that only look, a fresh one for those that act."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.dashboards.world import PASSWORD, World, make_world

SignIn = Callable[[str], TestClient]


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world that no test changes the file or the journal of."""
    return make_world(tmp_path_factory.mktemp("looked-at"))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world of the test's own."""
    return make_world(tmp_path / "home")


def signed_in(world: World, name: str, stack: ExitStack) -> TestClient:
    client = stack.enter_context(TestClient(world.application, base_url="http://127.0.0.1"))
    answer = client.post("/sign-in", data={"name": name, "password": PASSWORD}, follow_redirects=False)
    assert answer.status_code == 303
    return client


@pytest.fixture(scope="session")
def look_as(looked_at: World) -> Iterator[SignIn]:
    """A client of the shared world, signed in as that person; one session for each name."""
    clients: dict[str, TestClient] = {}
    with ExitStack() as stack:

        def client(name: str) -> TestClient:
            if name not in clients:
                clients[name] = signed_in(looked_at, name, stack)
            return clients[name]

        yield client


@pytest.fixture
def act_as(world: World) -> Iterator[SignIn]:
    """A client of the test's own world, signed in as that person."""
    with ExitStack() as stack:
        yield lambda name: signed_in(world, name, stack)
