"""Passwords: hashed with argon2id, compared one at a time, never kept or logged."""

from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 256


class WeakPasswordError(ValueError):
    """A password that is refused. The message says why and does not repeat it."""


class Passwords:
    """Hashes and compares. The cost is the smaller profile of OWASP: 19 MiB, two passes.

    One comparison runs at a time, so that many sign-ins at once cannot take the memory of the machine.
    """

    def __init__(self, *, memory_kib: int = 19_456, passes: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._one_at_a_time = Lock()
        self._decoy = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash to keep. Raises `WeakPasswordError` for a password that is too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise WeakPasswordError(f"a password has {SHORTEST} to {LONGEST} characters")
        with self._one_at_a_time:
            return self._hasher.hash(password)

    def matches(self, hashed: str | None, password: str) -> bool:
        """Whether the password is the one that was hashed.

        Without a hash it compares with a decoy and says no, so that an unknown name takes as long as a known.
        """
        with self._one_at_a_time:
            try:
                return self._hasher.verify(hashed or self._decoy, password[: LONGEST + 1]) and bool(hashed)
            except (VerificationError, InvalidHashError):
                return False
