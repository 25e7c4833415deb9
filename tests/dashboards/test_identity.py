"""Signing in through an identity provider, with one of our own on loopback."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.testclient import TestClient

from dashboards.access.identity import IdentityError, IdentityProvider
from dashboards.access.roles import Role
from dashboards.access.scope import Grant
from dashboards.application import make_application
from orchestration.serving.home_office import HomeOffice
from tests.dashboards.world import World

CLIENT, SECRET = "tieout", "a secret of the provider"


@dataclass
class Provider:
    """Answers as a provider does; a test changes what it says."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    claims: dict[str, Any] = field(default_factory=dict)
    signed_with: Any = None
    algorithm: str = "RS256"
    issuer: str = ""
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    nonce: str = ""

    def token(self) -> str:
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "sub": "person-1", "exp": now + 300, "nonce": self.nonce}
        claims = {name: value for name, value in (said | self.claims).items() if value is not None}
        return jwt.encode({"alg": self.algorithm, "kid": "one"}, claims, self.signed_with or self.key)


@pytest.fixture
def provider() -> Iterator[Provider]:
    state = Provider()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path == "/keys":
                self.answer({"keys": [state.key.as_dict(private=False)]})
                return
            self.answer(
                {
                    "issuer": state.issuer,
                    "authorization_endpoint": f"{state.issuer}/authorize",
                    "token_endpoint": f"{state.issuer}/token",
                    "jwks_uri": f"{state.issuer}/keys",
                }
            )

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            state.asked.append(parse_qs(self.rfile.read(length).decode()))
            self.answer({"access_token": "x", "token_type": "Bearer", "id_token": state.token()})

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield state
        server.shutdown()
        thread.join(10)


@pytest.fixture
def client(world: World, provider: Provider) -> TestClient:
    world.accounts.add("kim", Role.OPERATOR, Grant(), identity="person-1")
    application = make_application(
        published=world.home.published,
        accounts=world.accounts,
        access_log=world.access_log,
        office=HomeOffice(world.home),
        host_names=("127.0.0.1",),
        identity_provider=IdentityProvider(provider.issuer, CLIENT, SECRET),
    )
    return TestClient(application, base_url="http://127.0.0.1", follow_redirects=False)


def begin(client: TestClient, provider: Provider) -> dict[str, str]:
    """Go to the provider; what it was sent."""
    answer = client.get("/sign-in/provider")
    assert answer.status_code == 303
    sent = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    provider.nonce = sent["nonce"]
    return sent


def test_a_person_of_the_provider_gets_in_with_the_role_of_the_account(
    client: TestClient, provider: Provider
):
    assert "/sign-in/provider" in client.get("/sign-in").text
    sent = begin(client, provider)
    assert (sent["client_id"], sent["scope"], sent["code_challenge_method"]) == (CLIENT, "openid", "S256")
    assert sent["redirect_uri"] == "http://127.0.0.1/sign-in/return"
    answer = client.get("/sign-in/return", params={"state": sent["state"], "code": "c"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "operator" in client.get("/").text
    assert provider.asked[0]["code_verifier"]


def test_the_state_must_be_the_one_that_began_here(client: TestClient, provider: Provider):
    sent = begin(client, provider)
    assert client.get("/sign-in/return", params={"state": "other", "code": "c"}).status_code == 403
    client.cookies.clear()
    assert client.get("/sign-in/return", params={"state": sent["state"], "code": "c"}).status_code == 403
    assert not provider.asked


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "somebody else"},
        {"exp": 1},
        {"exp": None},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_not_believed(
    client: TestClient, provider: Provider, claims: dict[str, Any]
):
    provider.claims = claims
    sent = begin(client, provider)
    answer = client.get("/sign-in/return", params={"state": sent["state"], "code": "c"})
    assert answer.status_code == 403
    assert "tieout_session" not in answer.headers.get("set-cookie", "")


def test_a_token_that_somebody_else_signed_is_not_believed(client: TestClient, provider: Provider):
    for key, algorithm in (
        (RSAKey.generate_key(2048, {"kid": "one"}), "RS256"),
        (OctKey.import_key(SECRET + " and more of it, to be long"), "HS256"),
    ):
        provider.signed_with, provider.algorithm = key, algorithm
        sent = begin(client, provider)
        assert client.get("/sign-in/return", params={"state": sent["state"], "code": "c"}).status_code == 403


@pytest.mark.parametrize("subject", ["person-2", "kim"])
def test_whoever_has_no_account_does_not_get_in(
    client: TestClient, provider: Provider, world: World, subject: str
):
    provider.claims = {"sub": subject}
    sent = begin(client, provider)
    answer = client.get("/sign-in/return", params={"state": sent["state"], "code": "c"})
    assert answer.status_code == 403
    assert world.access_log.latest(1)[0].action == "sign_in_failed"


def test_a_closed_account_does_not_get_in(client: TestClient, provider: Provider, world: World):
    world.accounts.disable("kim")
    sent = begin(client, provider)
    assert client.get("/sign-in/return", params={"state": sent["state"], "code": "c"}).status_code == 403


def test_a_password_does_not_open_an_account_of_the_provider(client: TestClient):
    assert client.post("/sign-in", data={"name": "kim", "password": ""}).status_code == 401


def test_a_provider_is_reached_over_https_only():
    with pytest.raises(IdentityError, match="HTTPS"):
        IdentityProvider("http://provider.example", CLIENT, SECRET).begin("http://127.0.0.1/sign-in/return")


def test_the_secret_is_not_shown():
    assert SECRET not in repr(IdentityProvider("https://provider.example", CLIENT, SECRET))


def test_without_a_provider_there_is_no_such_page(looked_at: World):
    client = TestClient(looked_at.application, base_url="http://127.0.0.1")
    for path in ("/sign-in/provider", "/sign-in/return"):
        assert client.get(path).status_code == 404
