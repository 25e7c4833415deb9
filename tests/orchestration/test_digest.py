"""The morning digest: what is new, due and cleared, in counts; sent where wanted, never a run's failure."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from ingestion.bronze import BronzeStore
from ingestion.bronze_tables import EXCEPTION_OBSERVATIONS, RUN_OBSERVATIONS
from orchestration.command import tieout
from orchestration.digest.page import as_page
from orchestration.digest.sending import NotSentError, message_of, send
from orchestration.digest.telling import current_digest, tell
from orchestration.digest.text import as_text
from orchestration.failures import SettingsError, TieoutError
from orchestration.home import Home
from orchestration.notification_settings import PASSWORD, Notification
from orchestration.run.ledger import RunLedger, RunRecord
from orchestration.settings import Settings, load_settings
from tests.orchestration.close_home import close_home
from tests.orchestration.mail_server import HOST, Mailbox, mail_server, make_certificate

TODAY, YESTERDAY = date(2026, 4, 4), date(2026, 4, 3)

# kind, suite, severity, status, business key, left key, location, first seen
EXCEPTIONS = [
    ("amount_changed", "balancing_differences", "warning", "open", "PATIENT-9|U1", None, "L1", "2026-04-04"),
    ("amount_changed", "balancing_differences", "warning", "open", "PATIENT-9|U2", None, "L1", "2026-04-04"),
    (
        "amount_changed",
        "balancing_differences",
        "warning",
        "waived",
        "PATIENT-9|U3",
        None,
        "L1",
        "2026-04-01",
    ),
    ("returned_item", "deposit_reconciliation", "critical", "reopened", "9|D1", None, None, "2026-03-20"),
]


def seen(home: Home, day: date, *keys: tuple[str, str]) -> None:
    """What a run of ``day`` saw: (kind, business key)."""
    with BronzeStore(home.bronze).begin(f"run-{day}", day) as commit:
        rows = [{"as_of": day, "exception_id": f"{kind}|{key}", "kind": kind} for kind, key in keys]
        commit.append("exception_observations", pl.DataFrame(rows, EXCEPTION_OBSERVATIONS))
        commit.append(
            "run_observations",
            pl.DataFrame({"as_of": [day], "exception_count": [len(keys)]}, RUN_OBSERVATIONS),
        )
        commit.commit()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = close_home(tmp_path, exceptions=EXCEPTIONS, as_of=TODAY)
    seen(home, date(2026, 4, 2), ("returned_item", "9|D1"), ("posted_by_hand", "long gone"))
    seen(home, YESTERDAY, ("amount_changed", "PATIENT-9|U3"), ("posted_by_hand", "gone"))
    seen(home, TODAY, *((kind, key) for kind, _, _, _, key, *_ in EXCEPTIONS))
    return home


def notification(mailbox: Mailbox, **more: object) -> Notification:
    given = {
        "to": ("maria@practice.example", "noor@practice.example"), "sender": "tieout@practice.example",
        "host": HOST, "port": mailbox.port, "security": "none",
    }  # fmt: skip
    return Notification(**(given | more))  # type: ignore[arg-type]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


def record(home: Home, run_id: str = "r1", **more: object) -> RunRecord:
    made = RunRecord(run_id, TODAY, "2026-04-04T22:00:00Z", 1, verdict="breaks", **more)  # type: ignore[arg-type]
    RunLedger(home.runs, made)
    return made


def test_what_is_new_what_came_back_and_what_cleared(home: Home) -> None:
    digest = current_digest(home, Settings())
    assert [(line.kind, line.count) for line in digest.new] == [("amount_changed", 2)]
    assert [(line.kind, line.count) for line in digest.returned] == [("returned_item", 1)]
    assert [(line.kind, line.count) for line in digest.cleared] == [("posted_by_hand", 1)]
    assert digest.still == {"critical": 1, "warning": 2, "info": 0, "waived": 1}
    assert digest.due["months that are over and not signed"] == 2


def test_a_rerun_of_the_day_tells_the_same(home: Home) -> None:
    before = current_digest(home, Settings())
    seen(home, TODAY, ("posted_by_hand", "gone"))
    assert current_digest(home, Settings()) == before


def test_before_the_first_run_everything_is_new(tmp_path: Path) -> None:
    today = [(*exception[:-1], "2026-04-04") for exception in EXCEPTIONS]
    digest = current_digest(close_home(tmp_path, exceptions=today, as_of=TODAY), Settings())
    assert sum(line.count for line in digest.new) == 4
    assert digest.returned == digest.cleared == ()


def test_a_digest_has_counts_and_links_and_nothing_of_a_patient(home: Home, mailbox: Mailbox) -> None:
    settings = Settings(
        practice_name="Harbor <b>Family</b>",
        notification=notification(mailbox, link="https://tieout.example/"),
    )
    digest = current_digest(home, settings)
    text, page = as_text(digest), as_page(digest)
    assert "      2  Amount differs between the systems (warning, billing)" in text
    assert "https://tieout.example/exceptions?kind=amount_changed" in text
    assert 'href="https://tieout.example/exceptions?kind=returned_item"' in page
    assert "Harbor &lt;b&gt;Family&lt;/b&gt;" in page
    for form in (text, page, str(message_of(digest, settings.notification))):  # type: ignore[arg-type]
        assert not any(secret in form for secret in ("PATIENT", "U1", "D1", "100.00", "150.00", "<script"))


def test_it_is_sent_as_text_with_a_page_beside_it(home: Home, mailbox: Mailbox) -> None:
    digest = current_digest(home, Settings())
    assert send(digest, notification(mailbox), home.root) == 2
    (message,) = mailbox.messages
    assert "multipart/alternative" in message
    assert "Subject: Practice 2026-04-04: published, 2 new, 1 cleared" in message
    assert [line.split(":<")[1].split(">")[0] for line in mailbox.recipients] == [
        "maria@practice.example", "noor@practice.example"
    ]  # fmt: skip


def test_with_security_the_server_shows_its_certificate_before_it_gets_a_password(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(home.root)
    monkeypatch.setenv(PASSWORD, "correct horse")
    digest = current_digest(home, Settings())
    with mail_server(certificate) as box:
        secured = notification(box, security="starttls", user="tieout")
        with pytest.raises(NotSentError, match="SSLCertVerificationError"):
            send(digest, secured, home.root)
        assert box.logins == box.messages == []
        box.was_encrypted = False
        send(digest, secured.model_copy(update={"ca_file": certificate.name}), home.root)
        assert len(box.messages) == len(box.logins) == 1
        assert box.was_encrypted
        monkeypatch.delenv(PASSWORD)
        with pytest.raises(NotSentError, match=PASSWORD):
            send(digest, secured, home.root)


def test_a_server_without_security_gets_nothing_where_security_is_wanted(
    home: Home, mailbox: Mailbox
) -> None:
    with pytest.raises(NotSentError):
        send(current_digest(home, Settings()), notification(mailbox, security="starttls"), home.root)
    assert mailbox.messages == []


def test_a_run_writes_its_digest_and_says_what_became_of_the_mail(home: Home, mailbox: Mailbox) -> None:
    assert tell(home, Settings(), record(home)) == "written"
    assert (home.digests / "r1.txt").read_text() == as_text(current_digest(home, Settings()))
    assert (home.digests / "r1.html").read_text().startswith("<!doctype html>")
    settings = Settings(notification=notification(mailbox))
    assert tell(home, settings, record(home, "r2")) == "sent to 2"


def test_a_day_is_told_once_unless_its_verdict_changes(home: Home, mailbox: Mailbox) -> None:
    settings = Settings(notification=notification(mailbox))
    first = record(home, "r1")
    first.digest = tell(home, settings, first)
    RunLedger(home.runs, first)
    assert tell(home, settings, record(home, "r2")) == "written"
    assert tell(home, settings, record(home, "r3", is_replay=True)) == "written"
    assert tell(home, settings, replace(record(home, "r4"), verdict="pending")) == "sent to 2"
    assert len(mailbox.messages) == 2


@pytest.mark.parametrize("how", ["nobody listens", "refused", "no such host"])
def test_a_mail_that_cannot_be_sent_is_noted_and_raises_nothing(home: Home, how: str) -> None:
    with mail_server(refuses=True) as box:
        settings = Settings(notification=notification(box))
        if how == "refused":
            said = tell(home, settings, record(home))
            assert said.startswith("written, not sent: SMTPRecipientsRefused")
            assert "maria" not in said
            return
    host = HOST if how == "nobody listens" else "nowhere.invalid"
    settings = Settings(notification=notification(box, host=host))
    assert tell(home, settings, record(home)).startswith("written, not sent: ")
    assert (home.digests / "r1.txt").exists()


def test_a_digest_that_cannot_be_written_is_noted_and_raises_nothing(home: Home) -> None:
    home.digests.write_text("a file is in the way")
    assert tell(home, Settings(), record(home)).startswith("not written: ")


def test_the_command_shows_it_and_writes_a_page(home: Home, tmp_path: Path, mailbox: Mailbox) -> None:
    page = tmp_path / "digest.html"
    runner = CliRunner()
    outcome = runner.invoke(tieout, ["digest", "--html", str(page), "--home", str(home.root)])
    assert outcome.stdout == as_text(current_digest(home, Settings()))
    assert page.read_text() == as_page(current_digest(home, Settings()))
    said = runner.invoke(tieout, ["digest", "--send", "--home", str(home.root)], standalone_mode=False)
    assert "nobody to send it to" in str(said.exception)
    content = json.loads(notification(mailbox).model_dump_json(exclude_none=True))
    home.settings.write_text(json.dumps({"notification": content}))
    assert "sent to 2" in runner.invoke(tieout, ["digest", "--send", "--home", str(home.root)]).stdout
    home.settings.write_text(json.dumps({"notification": content | {"port": 1}}))
    said = runner.invoke(tieout, ["digest", "--send", "--home", str(home.root)], standalone_mode=False)
    assert isinstance(said.exception, TieoutError)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"to": []}, "to"),
        ({"to": ["maria"]}, "not an address"),
        ({"to": ["a@b\nBcc: c@d"]}, "not an address"),
        ({"security": "none", "user": "tieout"}, "without security"),
        ({"link": "javascript:alert(1)"}, "http"),
        ({"password": "x"}, "no such setting"),
    ],
)
def test_settings_that_would_not_work_are_told(tmp_path: Path, changed: dict, said: str) -> None:
    whole = {"to": ["a@b.example"], "sender": "t@b.example", "host": "smtp.example"} | changed
    path = tmp_path / "settings.yml"
    path.write_text(json.dumps({"notification": whole}))
    with pytest.raises(SettingsError, match=said):
        load_settings(path)
