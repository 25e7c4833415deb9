"""Signing in through the practice's identity provider: OpenID Connect, authorization code with PKCE.

Belongs here: the two steps with the provider and what is believed of its answer. Does not belong here: what
a person may do, which stays with the account; the provider only says who it is. An account is made for a
subject of the provider by `tieout users add --identity`.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

SIGN_IN_SECONDS = 600.0
_TIMEOUT = 10
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
"""Signatures with a key of the provider; never `none`, and never one that our secret could make."""
_LEEWAY = 60


class IdentityError(Exception):
    """The provider could not be asked, or its answer is not to be believed. It names no value."""


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in on its way: what must come back, and what proves that it began here."""

    state: str
    nonce: str
    verifier: str

    @property
    def cookie(self) -> str:
        """What the browser keeps until it returns."""
        return f"{self.state}.{self.nonce}.{self.verifier}"

    @classmethod
    def of_cookie(cls, text: str) -> "Started | None":
        """The sign-in that a browser began; None when it began none."""
        parts = text.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts) else None


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """The practice's identity provider. It is reached over HTTPS, or over HTTP on this machine only."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    title: str = "your practice account"

    def begin(self, return_address: str) -> tuple[str, Started]:
        """Where the browser goes, and what it must bring back. Raises `IdentityError`."""
        settings = self._settings()
        started = Started(*(secrets.token_urlsafe(32) for _ in range(3)))
        with self._session(return_address) as session:
            address, _ = session.create_authorization_url(
                settings["authorization_endpoint"],
                state=started.state,
                nonce=started.nonce,
                code_verifier=started.verifier,
            )
        return str(address), started

    def subject(self, return_address: str, code: str, started: Started) -> str:
        """Who came back, as the provider calls them. ``code`` is what it gave the browser for us.

        Raises `IdentityError` unless the token is of this provider, for us, in time, and of this sign-in.
        """
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        settings = self._settings()
        try:
            with self._session(return_address) as session:
                token = session.fetch_token(
                    settings["token_endpoint"],
                    code=code,
                    grant_type="authorization_code",
                    code_verifier=started.verifier,
                    timeout=_TIMEOUT,
                )
            keys = KeySet.import_key_set(self._fetched(settings["jwks_uri"]))
            found = jwt.decode(token["id_token"], keys, algorithms=list(_ALGORITHMS))
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY,
                iss={"essential": True, "value": settings["issuer"]},
                aud={"essential": True, "value": self.client_id},
                exp={"essential": True},
                nonce={"essential": True, "value": started.nonce},
                sub={"essential": True},
            ).validate(found.claims)
        except JoseError:
            raise IdentityError("the identity provider's answer is not to be believed") from None
        except IdentityError:
            raise
        except Exception:  # noqa: BLE001 - clients quote addresses and tokens in their messages
            raise IdentityError("the identity provider did not take the sign-in") from None
        return str(found.claims["sub"])

    def _settings(self) -> dict[str, Any]:
        """What the provider says of itself."""
        settings: dict[str, Any] = self._fetched(
            f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        )
        if settings.get("issuer") != self.issuer:
            raise IdentityError("the identity provider calls itself otherwise than the settings do")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _require_safe(str(settings.get(name, "")))
        return settings

    def _fetched(self, address: str) -> Any:  # noqa: ANN401 (JSON of the provider)
        import requests

        _require_safe(address)
        try:
            answer = requests.get(address, timeout=_TIMEOUT, allow_redirects=False)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError):
            raise IdentityError("the identity provider cannot be reached") from None

    def _session(self, return_address: str) -> Any:  # noqa: ANN401 (a class without types)
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self.client_id,
            self.client_secret,
            scope="openid",
            redirect_uri=return_address,
            code_challenge_method="S256",
        )


def _require_safe(address: str) -> None:
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme != "https" and not is_here:
        raise IdentityError("the identity provider must be reached over HTTPS")
