"""The handbook's page about closing a month is true: its commands, in its order, print what it shows."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration import exit_codes
from orchestration.command import COMMANDS, tieout
from tests.orchestration.close_page_home import page_home, publish_later_run

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "close-a-month.md"
LATER_RUN = "<!-- a later run -->"
STEPS = ("prepare", "review", "sign", "reopen")
_PARTS = re.compile(rf"({LATER_RUN})|^```(text)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def printed(command: str, root: Path) -> str:
    """What a command prints on both streams, typed on the morning after the last run."""
    words = shlex.split(command)
    assert words.pop(0) == "tieout"
    if "--home" in words:
        words[words.index("--home") + 1] = str(root)
    if words[0] == "close" and words[1] in STEPS:
        words += ["--on", "2026-04-11"]
    outcome = CliRunner().invoke(tieout, words, standalone_mode=False)
    assert outcome.exception is None, command
    assert outcome.return_value in (None, exit_codes.RAN, exit_codes.ENTRY_REFUSED), command
    return outcome.output


def walked(page: str, root: Path) -> list[tuple[str, str | None, str]]:
    """(command, what the page shows under it or None, what it prints) in the order of the page."""
    page_home(root)
    steps: list[tuple[str, str | None, str]] = []
    for later, kind, text in _PARTS.findall(page):
        if later:
            publish_later_run(root)
        elif kind:
            command, _, output = steps.pop()
            steps.append((command, text, output))
        else:
            for command in text.splitlines():
                # The hand-made file has no money outside the checklist.
                output = "" if command.split()[1] in ("query", "statement") else printed(command, root)
                steps.append((command, None, output))
    return steps


def test_the_page_shows_what_its_commands_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    steps = walked(PAGE.read_text(encoding="utf-8"), tmp_path / "practice")
    shown = [(command, text, output) for command, text, output in steps if text is not None]
    assert len(shown) >= 10
    for command, text, output in shown:
        assert without_hashes(output) == without_hashes(text or ""), command
    words = {command.split()[1] for command, _, _ in steps}
    assert words <= set(COMMANDS)
    assert (tmp_path / "evidence-2026-03.zip").exists()


def without_hashes(text: str) -> str:
    """A hash of entries follows from the moment of their entering."""
    return re.sub(r"\b[0-9a-f]{64}\b", "…", text)
