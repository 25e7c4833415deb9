"""`tieout profile`: whose export a file is, and what of it would be kept.

Belongs here: the screen. Does not belong here: finding out (`ingestion.examination`) and drafting
(`ingestion.profiles.drafting`). Values of protected columns are masked, and of a refused row only the place
and the rule are shown.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration import exit_codes
from orchestration.command.options import existing_home

if TYPE_CHECKING:
    from rich.console import Console

    from ingestion.examination import Examination, Likeness

LARGEST_FILE = 64 * 1024 * 1024  # bytes
ROWS_SHOWN = 5
PROBLEMS_SHOWN = 8
LIKENESSES_SHOWN = 3
MASK = "•••"


@click.command("profile")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--home",
    envvar="TIEOUT_HOME",
    show_envvar=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Home folder whose own profiles count too.",
)
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a profile to start from; put it into the folder profiles of the home.",
)
@click.option("--source", help="With --write: the source that the file is an export of.")
@click.option("--header-row", type=click.IntRange(1), help="The row of the header, where it is not found.")
def command(
    file: Path, home: Path | None, write: Path | None, source: str | None, header_row: int | None
) -> int:
    """Say whose export FILE is and show what a run would keep of it. Nothing is loaded.

    \b
    Examples:
      tieout profile PaymentLog.xlsx --home practice
      tieout profile unknown.csv --write practice/profiles/acme.yml
      tieout profile unknown.csv --source receipts --header-row 4 --write practice/profiles/acme.yml

    A profile is a YAML file that says how a vendor writes an export: its header names, dates, signs and
    codes. docs/how-to/add-a-vendor.md takes one from an unknown file to a loaded one. The exit code is 0 when
    the file would be taken, and 69 when it would be set aside.
    """
    from rich.console import Console

    from ingestion.contracts import CONTRACTS
    from ingestion.examination import examine
    from orchestration.own_profiles import known_headers

    if source is not None and source not in CONTRACTS:
        raise click.BadParameter(f"choose one of {', '.join(sorted(CONTRACTS))}", param_hint="--source")
    if file.stat().st_size > LARGEST_FILE:
        raise click.UsageError("the file is larger than 64 MB; look at a shorter export of the same kind")
    headers = known_headers(existing_home(home) if home is not None else None)
    seen = examine(file.name, file.read_bytes(), headers, header_row)
    console = Console(highlight=False)
    _show_verdict(console, file.name, seen)
    _show_columns(console, seen)
    _show_kept(console, seen)
    _show_refused(console, seen)
    if write is not None:
        _write_draft(write, file, seen, source)
    elif seen.match is None and seen.header is not None:
        console.print(f"next: tieout profile {file} --write HOME/profiles/NAME.yml", soft_wrap=True)
    return exit_codes.RAN if seen.load["verdict"] == "loaded" else exit_codes.UNHEALTHY


def _show_verdict(console: "Console", name: str, seen: "Examination") -> None:
    from rich.markup import escape

    from ingestion.register import MENDED_BY_A_PROFILE

    load = seen.load
    place = ""
    if seen.header is not None:
        sheet = f"sheet {seen.header.sheet}, " if seen.header.sheet else ""
        place = f", {sheet}header in row {seen.header.row}"
    console.print(f"[bold]{escape(name)}[/bold]: {seen.kind}{escape(place)}")
    if load["verdict"] != "loaded":
        console.print(f"[red]would be set aside[/red]: {seen.quarantined['problem'][0]} ({load['reason']})")
        if load["reason"].partition(":")[0] in MENDED_BY_A_PROFILE:
            _show_likenesses(console, seen.likenesses)
        return
    console.print(f"[green]would be loaded[/green] as {load['source']} by {_reason(seen)}")
    if load["export_id"] is not None:
        console.print(f"export {load['export_id']}, by the titles above its header")
    skipped = f", {load['skipped_reasons']}" if load["skipped_reasons"] else ""
    console.print(
        f"{load['records_read']:,} {load['record_unit']}s read = {load['records_kept']:,} kept"
        f" + {load['records_quarantined']:,} refused + {load['records_skipped']:,} skipped{skipped}"
    )
    if load["source"] is not None and load["control_amount_read"]:
        console.print(
            f"{load['control_amount_read']:,} read = {load['control_amount_kept']:,} kept"
            f" + {load['control_amount_quarantined']:,} refused"
        )


def _reason(seen: "Examination") -> str:
    if seen.match is None:
        return "its transaction sets"
    if seen.match.profile is None:
        return "the generic spellings: every required column is there"
    told = ", ".join(seen.match.profile.match.headers)
    return f"profile {seen.match.profile_name}: it has {told or 'every required column'}"


def _show_likenesses(console: "Console", likenesses: "tuple[Likeness, ...]") -> None:
    from rich.table import Table

    if not likenesses:
        console.print("No row looks like a header of anything known; say which one is with --header-row.")
        return
    table = Table("nearest", "has", "lacks", title="What it resembles", title_justify="left")
    for likeness in likenesses[:LIKENESSES_SHOWN]:
        lacks = ", ".join([*likeness.lacking, *likeness.missing])
        table.add_row(likeness.name, ", ".join(likeness.found), lacks or "-")
    console.print(table)


def _show_columns(console: "Console", seen: "Examination") -> None:
    from rich.table import Table
    from rich.text import Text

    if seen.match is None or seen.header is None:
        return
    match, names = seen.match, seen.header.names
    table = Table("column", "header in the file", "read as", title="Columns", title_justify="left")
    missing = []
    for column in match.contract.columns:
        described = match.profile.columns.get(column) if match.profile else None
        if column in match.fields:
            words = described.model_dump(exclude_defaults=True, exclude={"header"}) if described else {}
            how = ", ".join(_said(word, value) for word, value in words.items())
            table.add_row(column, Text(names[match.fields[column]]), Text(how))
        elif described is not None and described.constant is not None:
            table.add_row(column, "-", Text(f"always {described.constant}"))
        else:
            missing.append(column)
    console.print(table)
    used = set(match.fields.values())
    unknown = [name for place, name in enumerate(names) if name.strip() and place not in used]
    for title, columns in (("not read", unknown), ("not in the file, not required", missing)):
        if columns:
            console.print(f"{title}: {', '.join(columns)}", markup=False)


def _said(word: str, value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{old} → {new}" for old, new in value.items())
    return str(value) if word == "sign" else f"{word.replace('_', ' ')} {value}"


def _show_kept(console: "Console", seen: "Examination") -> None:
    from rich.table import Table
    from rich.text import Text

    if seen.match is None or seen.kept.is_empty():
        return
    protected = seen.match.contract.protected
    profile = seen.match.profile
    shown = [
        column
        for column in seen.match.contract.columns
        if column in seen.match.fields or (profile and column in profile.columns)
    ]
    title = f"First rows as they would be kept ({seen.kept.height:,} in all)"
    table = Table(title=title, title_justify="left")
    rows = seen.kept.head(ROWS_SHOWN)
    numbers = [str(number) for number in rows["row_number"]]
    for heading in ("row", *numbers):
        table.add_column(heading, overflow="fold")
    for column in shown:
        values = [
            "" if value is None else MASK if column in protected else str(value) for value in rows[column]
        ]
        if any(values):
            table.add_row(column, *map(Text, values))
    console.print(table)


def _show_refused(console: "Console", seen: "Examination") -> None:
    from rich.table import Table

    problems = seen.quarantined.filter(seen.quarantined["record_number"].is_not_null())
    if problems.is_empty():
        return
    records = problems["record_number"].n_unique()
    table = Table(title=f"Rows refused ({records:,} in all)", title_justify="left")
    for heading in ("row", "column", "rule", "problem"):
        table.add_column(heading, overflow="fold")
    columns = ("record_number", "column_name", "rule", "problem")
    for row, column, rule, problem in problems.select(columns).head(PROBLEMS_SHOWN).iter_rows():
        table.add_row(str(row), column or "-", rule, problem)
    console.print(table)
    if problems.height > PROBLEMS_SHOWN:
        console.print(f"… and {problems.height - PROBLEMS_SHOWN:,} more problems")


def _write_draft(path: Path, file: Path, seen: "Examination", source: str | None) -> None:
    from ingestion.profiles.drafting import draft

    if path.exists():
        raise click.UsageError(f"{path} is there already; choose another name")
    if path.suffix != ".yml":
        raise click.UsageError("a profile's name ends in .yml")
    if seen.header is None:
        raise click.UsageError("no row looks like a header; say which one is with --header-row")
    wanted = source or (seen.likenesses[0].source if seen.likenesses else None)
    if wanted is None:
        raise click.UsageError("it resembles no source; say which one it is with --source")
    path.parent.mkdir(parents=True, exist_ok=True)
    header = seen.header
    path.write_text(draft(wanted, file.stem, header.names, header.below, header.sheet), encoding="utf-8")
    click.echo(f"wrote {path}, a draft for {wanted}; finish it, then: tieout profile {file} --home HOME")
