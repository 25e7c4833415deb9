"""Signing in and staying in: passwords, lockout, idle sessions, forms that came from somewhere else."""

import re

import pytest
from starlette.testclient import TestClient

from dashboards.access.accounts import LOCK_AFTER, LOCK_SECONDS, Accounts
from dashboards.access.passwords import Passwords, WeakPasswordError
from dashboards.access.roles import Role
from dashboards.access.scope import Grant
from tests.dashboards.conftest import SignIn
from tests.dashboards.world import PASSWORD, QUICK, World


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path, clock: Clock) -> Accounts:
    made = Accounts(tmp_path / "accounts.sqlite", Passwords(**QUICK), idle_seconds=600, clock=clock)
    made.add("sam", Role.VIEWER, Grant(), password=PASSWORD)
    return made


def client_of(world: World) -> TestClient:
    return TestClient(world.application, base_url="http://127.0.0.1", follow_redirects=False)


def test_the_right_password_gets_in_and_the_wrong_one_does_not(accounts: Accounts):
    assert accounts.checked("sam", PASSWORD).name == "sam"
    assert accounts.checked("sam", PASSWORD + "!") is None
    assert accounts.checked("nobody", PASSWORD) is None


def test_wrong_passwords_lock_the_account_for_a_while(accounts: Accounts, clock: Clock):
    for _ in range(LOCK_AFTER):
        assert accounts.checked("sam", "wrong") is None
    assert accounts.checked("sam", PASSWORD) is None
    clock.now += LOCK_SECONDS - 1
    assert accounts.checked("sam", PASSWORD) is None
    clock.now += 2
    assert accounts.checked("sam", PASSWORD) is not None


def test_a_good_sign_in_starts_the_count_of_wrong_ones_anew(accounts: Accounts):
    for _ in range(3):
        for _ in range(LOCK_AFTER - 1):
            accounts.checked("sam", "wrong")
        assert accounts.checked("sam", PASSWORD) is not None


def test_a_session_that_nobody_uses_ends(accounts: Accounts, clock: Clock):
    token = accounts.start_session(accounts.account("sam"))
    clock.now += 599
    assert accounts.session(token) is not None
    clock.now += 599
    assert accounts.session(token) is not None
    clock.now += 601
    assert accounts.session(token) is None


def test_a_session_ends_after_a_day_of_work_however_busy(accounts: Accounts, clock: Clock):
    token = accounts.start_session(accounts.account("sam"))
    for _ in range(12 * 6):
        clock.now += 599
        accounts.session(token)
    clock.now += 599
    assert accounts.session(token) is None


def test_closing_an_account_works_at_once(accounts: Accounts):
    token = accounts.start_session(accounts.account("sam"))
    accounts.disable("sam")
    assert accounts.session(token) is None
    assert accounts.checked("sam", PASSWORD) is None
    accounts.disable("sam", is_disabled=False)
    assert accounts.checked("sam", PASSWORD) is not None


def test_another_role_works_at_once(accounts: Accounts):
    token = accounts.start_session(accounts.account("sam"))
    accounts.set_role("sam", Role.OPERATOR)
    assert accounts.session(token).account.role is Role.OPERATOR


def test_another_password_ends_every_session(accounts: Accounts):
    token = accounts.start_session(accounts.account("sam"))
    accounts.set_password("sam", "another good password")
    assert accounts.session(token) is None


def test_neither_password_nor_token_is_kept(accounts: Accounts, tmp_path):
    token = accounts.start_session(accounts.account("sam"))
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert PASSWORD.encode() not in kept
    assert token.encode() not in kept
    assert b"$argon2id$" in kept


def test_a_short_password_is_refused(accounts: Accounts):
    with pytest.raises(WeakPasswordError):
        accounts.add("kim", Role.VIEWER, Grant(), password="short")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(world: World):
    answer = client_of(world).post("/sign-in", data={"name": "viewer", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_a_wrong_sign_in_says_the_same_whoever_it_is(world: World):
    client = client_of(world)
    known = client.post("/sign-in", data={"name": "viewer", "password": "wrong"})
    unknown = client.post("/sign-in", data={"name": "wrong name", "password": "wrong"})
    assert known.status_code == unknown.status_code == 401
    assert known.text == unknown.text
    assert [(entry.person, entry.action) for entry in world.access_log.latest(2)] == [
        ("unknown", "sign_in_failed"),
        ("viewer", "sign_in_failed"),
    ]


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://example.org"}],
)
def test_signing_in_from_another_site_is_refused(world: World, headers: dict[str, str]):
    answer = client_of(world).post("/sign-in", data={"name": "viewer", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403


def test_another_name_for_this_machine_is_refused(world: World):
    client = TestClient(world.application, base_url="http://rebound.example")
    assert client.get("/sign-in").status_code == 400


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("", {}),
        ("made up", {}),
        (None, {"sec-fetch-site": "cross-site"}),
        (None, {"origin": "https://example.org"}),
    ],
)
def test_a_form_that_is_not_ours_does_nothing(
    world: World, act_as: SignIn, token: str | None, headers: dict[str, str]
):
    client = act_as("operator")
    good = form_token(client)
    answer = client.post(
        "/receipts/decide",
        data={"form_token": good if token is None else token, "decision": "ignore", "key": "R1"},
        headers=headers,
    )
    assert answer.status_code == 403
    assert not world.home.journal.exists()


def test_signing_out_ends_the_session(act_as: SignIn):
    client = act_as("viewer")
    cookie = client.cookies["tieout_session"]
    client.post("/sign-out", data={"form_token": form_token(client)})
    client.cookies.set("tieout_session", cookie)
    assert client.get("/", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "path", ["/sign-in", "/", "/receipts?sort=amount", "/nowhere", "/assets/x/page.css", "/favicon.ico"]
)
def test_every_answer_carries_the_policy(look_as: SignIn, path: str):
    answer = look_as("viewer").get(path)
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/receipts?sort=amount", "/ask", "/statement"])
def test_no_page_asks_anything_of_another_place_or_has_a_script_in_it(look_as: SignIn, path: str):
    text = look_as("analyst").get(path).text
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"\son[a-z]+=|\sstyle=|<style", text)


def form_token(client: TestClient) -> str:
    return re.search(r'name="form_token" value="([^"]+)"', client.get("/").text)[1]


def test_every_page_has_an_icon_of_this_server(looked_at: World):
    client = TestClient(looked_at.application, base_url="http://127.0.0.1")
    address = re.search(r'rel="icon"[^>]*href="([^"]+)"', client.get("/sign-in").text)[1]
    for path in (address, "/favicon.ico"):
        icon = client.get(path)
        assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")
        assert icon.text.startswith("<svg")
