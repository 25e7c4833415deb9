"""Telling people about a run that was published: the digest into the home folder, and by mail."""

import json
from pathlib import Path

from ingestion.redaction import redacted
from orchestration.digest.digest import Digest, read_digest
from orchestration.digest.page import as_page
from orchestration.digest.sending import NotSentError, send
from orchestration.digest.text import as_text
from orchestration.home import Home
from orchestration.run.durable import write_atomically
from orchestration.run.ledger import RunRecord
from orchestration.settings import Settings

SENT = "sent to "


def current_digest(home: Home, settings: Settings) -> Digest:
    """The digest of what is published. Raises `NothingPublishedError` before the first run."""
    from orchestration.desk.journal_access import readable_journal
    from orchestration.published_file import connect, current_publication

    manifest = current_publication(home.published)
    with connect(home.published) as connection, readable_journal(home, settings) as journal:
        return read_digest(home, settings, manifest, connection, journal)


def tell(home: Home, settings: Settings, record: RunRecord) -> str:
    """Write the digest of the run that was just published and mail it where that is wanted.

    Returns what came of it, and raises nothing: a run that is published has succeeded. A look back is not
    mailed, and of several runs of one business date the first, and those with another verdict.
    """
    try:
        digest = current_digest(home, settings)
        home.digests.mkdir(exist_ok=True)
        write_atomically(home.digests / f"{record.run_id}.txt", as_text(digest))
        write_atomically(home.digests / f"{record.run_id}.html", as_page(digest))
    except Exception as error:  # noqa: BLE001 - whatever it is, the run stays published
        return f"not written: {redacted(error)}"
    if settings.notification is None or record.is_replay or _is_told(home.runs, record):
        return "written"
    try:
        return f"{SENT}{send(digest, settings.notification, home.root)}"
    except NotSentError as error:
        return f"written, not sent: {error}"
    except Exception as error:  # noqa: BLE001 - as above
        return f"written, not sent: {redacted(error)}"


def _is_told(runs: Path, record: RunRecord) -> bool:
    """Whether a mail of this business date with this verdict went out before."""
    for path in runs.glob("*.json"):
        earlier = json.loads(path.read_text())
        if (
            earlier["run_id"] != record.run_id
            and earlier["as_of"] == record.as_of.isoformat()
            and earlier.get("verdict") == record.verdict
            and str(earlier.get("digest")).startswith(SENT)
        ):
            return True
    return False
