"""`tieout users` and `tieout serve`, as they are typed."""

import json
import re
import subprocess
import sys

import httpx2
import pytest
from click.testing import CliRunner

from dashboards.access.accounts import Accounts
from dashboards.access.log import AccessLog
from dashboards.access.passwords import Passwords
from dashboards.access.roles import Role
from orchestration import exit_codes
from orchestration.command import tieout
from orchestration.failures import AccountRefusedError
from orchestration.serving.home_office import HomeOffice
from tests.dashboards.world import PASSWORD, QUICK, World


def users(world: World, *words: str, password: str = PASSWORD) -> str:
    result = CliRunner().invoke(
        tieout, ["users", *words, "--home", str(world.home.root)], input=password + "\n"
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def accounts(world: World) -> Accounts:
    return Accounts(world.home.accounts, Passwords(**QUICK))


def test_people_are_added_changed_and_closed(world: World):
    users(world, "add", "kim", "--role", "operator", "--location", "L1")
    assert accounts(world).checked("kim", PASSWORD).role is Role.OPERATOR
    users(world, "role", "kim", "viewer")
    users(world, "scope", "kim", "--practice", "P1")
    users(world, "password", "kim", password="another good password")
    assert accounts(world).checked("kim", PASSWORD) is None
    users(world, "disable", "kim")
    found = next(one for one in json.loads(users(world, "list", "--json")) if one["name"] == "kim")
    assert found == {
        "name": "kim",
        "role": "viewer",
        "practices": ["P1"],
        "locations": [],
        "is_disabled": True,
    }
    users(world, "disable", "kim", "--undo")
    assert accounts(world).checked("kim", "another good password") is not None


def test_every_change_is_in_the_access_log_without_the_password(world: World):
    users(world, "add", "kim", "--role", "viewer")
    log = AccessLog(world.home.access_log, HomeOffice(world.home).business_day)
    entry = log.latest(1)[0]
    assert (entry.action, entry.subject_id, entry.facts["to"]) == ("changed", "kim", "viewer, everything")
    assert PASSWORD.encode() not in world.home.access_log.read_bytes()


@pytest.mark.parametrize(
    ("words", "password"),
    [
        (("add", "viewer", "--role", "viewer"), PASSWORD),
        (("add", "kim", "--role", "viewer"), "short"),
        (("add", "a b", "--role", "viewer"), PASSWORD),
        (("disable", "nobody"), PASSWORD),
        (("role", "nobody", "viewer"), PASSWORD),
    ],
)
def test_what_cannot_be_done_is_refused(world: World, words: tuple[str, ...], password: str):
    with pytest.raises(AccountRefusedError) as refused:
        users(world, *words, password=password)
    # A number of its own: an entry of the journal that is refused is something else.
    assert refused.value.exit_code == exit_codes.ACCOUNT_REFUSED == 79


def test_serving_on_loopback_says_where_and_logs_no_address(world: World):
    command = [
        sys.executable,
        "-m",
        "orchestration.command",
        "serve",
        "--home",
        str(world.home.root),
        "--port",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())[0]
            transport = httpx2.HTTPTransport(retries=8)
            with httpx2.Client(base_url=address, transport=transport, timeout=120) as client:
                answer = client.post("/sign-in", data={"name": "viewer", "password": PASSWORD})
                assert answer.status_code == 303
                assert client.get("/receipts?patient_id=CANARY-1&sort=amount").status_code == 200
                assert client.get("/receipts?nothing=CANARY-2").status_code == 400
        finally:
            server.terminate()
        told = "".join(server.communicate(timeout=120))
    assert "CANARY" not in told
