"""Where things are inside the home folder of a practice group.

Names only: what is in the folders is read and written elsewhere.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

DATED_FOLDER = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Home:
    """The folders and files of one practice group, all below ``root``."""

    root: Path

    @property
    def settings(self) -> Path:
        """The company settings."""
        return self.root / "settings.yml"

    @property
    def profiles(self) -> Path:
        """The practice's own profiles of exports, one YAML file each."""
        return self.root / "profiles"

    @property
    def landing(self) -> Path:
        """Where people and systems drop files. We never edit or move what is in it."""
        return self.root / "landing"

    @property
    def bronze(self) -> Path:
        """The append-only store of typed rows."""
        return self.root / "bronze"

    @property
    def warehouse(self) -> Path:
        """Private build files; empty between runs."""
        return self.root / "warehouse"

    @property
    def published(self) -> Path:
        """What readers open."""
        return self.root / "published"

    @property
    def runs(self) -> Path:
        """The ledger of runs, one JSON file each."""
        return self.root / "runs"

    @property
    def digests(self) -> Path:
        """What each run had to tell: a text and a page, named after the run."""
        return self.root / "digests"

    @property
    def journal(self) -> Path:
        """What people decided, unless the settings name a database for it. Never rebuilt, never removed."""
        return self.root / "journal.sqlite"

    @property
    def accounts(self) -> Path:
        """Who may come into the dashboards, with their sessions and saved views."""
        return self.root / "accounts.sqlite"

    @property
    def access_log(self) -> Path:
        """Who saw, exported and decided what in the dashboards. Append-only, never removed."""
        return self.root / "access-log.sqlite"

    @property
    def lock(self) -> Path:
        """The file whose lock says that a run is going on."""
        return self.root / "run.lock"

    def create(self) -> None:
        """Make the folders that a run needs. Harmless when they exist."""
        for folder in (self.landing, self.bronze, self.warehouse, self.published, self.runs):
            folder.mkdir(parents=True, exist_ok=True)

    def last_delivery_on(self) -> date | None:
        """The date of the latest dated folder in landing, None when there is none."""
        if not self.landing.is_dir():
            return None
        names = [entry.name for entry in self.landing.iterdir() if DATED_FOLDER.fullmatch(entry.name)]
        return max((date.fromisoformat(name) for name in names), default=None)
