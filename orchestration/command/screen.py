"""What a person sees of a run: progress while it goes on, the tie-out when it is done.

Progress goes to the error stream, the tie-out to the output. Amounts are printed here and nowhere else.
"""

import shutil
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from orchestration.run.nightly import NightlyRun

TITLES = {
    "start": "starting up",
    "bronze": "taking delivered files",
    "warehouse": "building the warehouse",
    "expectations": "judging the marts",
    "published": "publishing",
}


class RunScreen:
    """A listener that shows progress: a live line on a terminal, a line a stage elsewhere, nothing when
    quiet.
    """

    def __init__(self, *, is_quiet: bool) -> None:
        self._console = Console(stderr=True, quiet=is_quiet)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[detail]}"),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> "RunScreen":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finish_task()
        self._progress.stop()

    def stage(self, name: str) -> None:
        """A stage begins."""
        self._finish_task()
        title = TITLES.get(name, name)
        if self._console.is_terminal:
            self._task = self._progress.add_task(title, total=None, detail="")
        else:
            self._console.print(f"{title} …")

    def step(self, name: str, done: int, total: int | None) -> None:
        """Something of the stage is done."""
        if self._task is not None:
            detail = f"{done:,} of {total:,} {name}" if total is not None else f"{done:,} {name}"
            self._progress.update(self._task, completed=done, total=total, detail=detail)

    def _finish_task(self) -> None:
        if self._task is not None:
            self._progress.update(self._task, total=1, completed=1, detail="")
            self._progress.stop_task(self._task)
            self._task = None


def print_result(run: "NightlyRun") -> None:
    """The tie-out, the exceptions, the time taken, and where to look next."""
    assert run.manifest is not None
    console = Console()
    totals = run.manifest.content["control_totals"]
    kind = " (a look back: no files were taken)" if run.is_replay else ""
    console.print(f"\n[bold]{run.settings.practice_name}[/bold] as of {run.as_of}{kind}\n")
    console.print(_tie_out_table(totals))
    console.print(_exceptions_table(totals["exceptions"]) if totals["exceptions"] else "No exceptions.")
    verdict = run.manifest.verdict
    if verdict is not None:
        style = (
            "green" if verdict.is_green else "red" if verdict.word in ("incomplete", "breaks") else "yellow"
        )
        console.print(f"Verdict: [bold {style}]{verdict.sentence}[/]")
    cost = ", ".join(f"{stage.stage} {stage.seconds:.1f} s" for stage in run.ledger.record.stages)
    console.print(f"\nTime: {cost}; peak memory {max(s.peak_megabytes for s in run.ledger.record.stages)} MB")
    console.print(f"Published: {run.manifest.data_file}", soft_wrap=True)
    told = run.ledger.record.digest or ""
    if "not" in told:
        console.print(f"[yellow]Digest: {told}[/]", soft_wrap=True)
    console.print(f"Fingerprint: {run.manifest.fingerprint[:16]}…, run {run.manifest.sequence} in the chain")
    console.print("\nLook next:")
    home = _shortest(run.home.root)
    if totals["exceptions"]:
        console.print(f"  {_program()} exceptions list --home {home}", soft_wrap=True, highlight=False)
    for query in _next_queries():
        console.print(f'  {_program()} query "{query}" --home {home}', soft_wrap=True, highlight=False)
    console.print(f"  {_program()} docs --home {home}", soft_wrap=True, highlight=False)


def _next_queries() -> list[str]:
    return [
        "select location_id, sum(emr_amount) as emr, sum(billing_amount) as billing, "
        "sum(open_difference_amount) as open from marts.payment_balancing "
        "where date_basis = 'clinic' and window_kind = 'day' group by all order by all",
        "from marts.escrow_rollforward where date_basis = 'posting' and window_kind = 'month'",
    ]


def _program() -> str:
    """How this program is called from here: by name when the name is found, else by where it is."""
    return "tieout" if shutil.which("tieout") else _shortest(Path(sys.argv[0]).absolute())


def _shortest(path: Path) -> str:
    """The path as one would type it from the current folder."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _tie_out_table(totals: dict[str, Any]) -> Table:
    table = Table(title="Tie-out", title_justify="left", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for title, rows in _sections(totals):
        table.add_row(f"[bold]{title}[/bold]", "")
        for label, value in rows:
            table.add_row(f"  {label}", value)
        table.add_section()
    return table


def _sections(totals: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The tie-out in the order in which the money flows: title, then label and value."""
    files, records, amounts = totals["files"], totals["records"], totals["amounts"]
    balancing, escrow, eras = totals["payment_balancing"], totals["escrow_rollforward"], totals["eras"]
    delivered = [
        ("files loaded", f"{files['loaded']:,}"),
        ("duplicates, set aside", f"{files['duplicate']:,}, {files['set_aside']:,}"),
        ("records read", f"{records['read']:,}"),
        ("kept + quarantined", f"{records['kept']:,} + {records['quarantined']:,}"),
        ("+ skipped + duplicate", f"{records['skipped']:,} + {records['duplicate']:,}"),
        ("money read", _money(amounts["read"])),
        ("kept", _money(amounts["kept"])),
        ("+ quarantined", _money(amounts["quarantined"])),
        ("+ duplicate", _money(amounts["duplicate"])),
    ]
    emr_against_billing = [
        ("EMR payments", _money(balancing["emr_amount"])),
        ("- billing payments", _money(balancing["billing_amount"])),
        ("- expected difference", _money(balancing["expected_difference_amount"])),
        ("= open difference", _money(balancing["open_difference_amount"])),
    ]
    in_escrow = [
        ("received", _money(escrow["received_amount"])),
        ("- applied", _money(escrow["applied_amount"])),
        ("- disbursed", _money(escrow["disbursed_amount"])),
        ("- refunded", _money(escrow["refunded_amount"])),
        ("= in escrow", _money(totals["receipts"]["escrow_amount"])),
    ]
    remittances = [
        ("ERAs", f"{eras['remittances']:,}"),
        ("claims in them", f"{eras['claims']:,}"),
        ("paid by them", _money(eras["payment_amount"])),
        ("balanced", f"{eras['balanced']:,}"),
        ("mismatch, not evaluable", f"{eras['mismatch']:,}, {eras['not_evaluable']:,}"),
    ]
    return [
        ("Delivered", delivered),
        ("EMR against billing", emr_against_billing),
        ("Escrow", in_escrow),
        ("Remittances", remittances),
    ]


def _exceptions_table(exceptions: list[dict[str, Any]]) -> Table:
    table = Table(title="Exceptions", title_justify="left")
    for heading in ("kind", "severity"):
        table.add_column(heading)
    for heading in ("exceptions", "at stake"):
        table.add_column(heading, justify="right")
    for row in exceptions:
        table.add_row(row["kind"], row["severity"], f"{row['exceptions']:,}", _money(row["amount_at_stake"]))
    return table


def _money(text: str) -> str:
    """An exact amount with thousands separated; never through a float."""
    whole, _, cents = text.lstrip("-").partition(".")
    return f"{'-' if text.startswith('-') else ''}{int(whole):,}.{cents or '00'}"
