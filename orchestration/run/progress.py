"""How a run tells whoever watches how far it is. Counts and names of files and models only."""

from typing import Protocol


class Listener(Protocol):
    """Hears about a run as it goes on."""

    def stage(self, name: str) -> None:
        """A stage begins."""

    def step(self, name: str, done: int, total: int | None) -> None:
        """Something of the stage is done; ``total`` is None when it is not known."""


class Silent:
    """Nobody watches."""

    def stage(self, name: str) -> None:
        """Say nothing."""

    def step(self, name: str, done: int, total: int | None) -> None:
        """Say nothing."""
