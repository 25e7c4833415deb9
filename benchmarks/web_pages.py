"""How quickly the pages answer over a large published file, and what they take of the machine.

    python -m venv PEER && PEER/bin/pip install dash dash-ag-grid duckdb gunicorn pandas xlsxwriter
    python -m benchmarks.web_pages [--rows 1000000] [--rounds 8] [--dash-python PEER/bin/python]

A file with a million receipts and a million exceptions is made as a run publishes it, served by
`tieout serve` on loopback, and asked by five people at once, each on a connection of their own. Every
question is asked once only (another column, another order, another text), so that no answer is one that was
kept; `first rows` is the page as the menu opens it, which is worked out when the file is new.

Beside it, in the same run and question by question in turn, a Dash application with the AG Grid of its
community shows the same columns of the same tables, its rows sorted, filtered and paged by the same engine in
the server (`dash_peer.py`), one process with eight threads. It has nobody to sign in, no scope to keep to, no
log to write and no page to draw: the grid draws in the browser, which is not timed. So its answers are rows
as JSON, and ours are finished pages.

`processor` is what one answer takes of the server's processors: the figure that another load on the machine
changes least.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from os import sysconf
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

import duckdb
import httpx2

from dashboards.access.accounts import Accounts
from dashboards.access.passwords import Passwords
from dashboards.access.roles import Role
from dashboards.access.scope import Grant
from orchestration.home import Home
from orchestration.run.copy import copy_public_tables
from orchestration.run.manifest import current_manifest
from tests.dashboards.world import PASSWORD, publish

USERS = 5
LOCATIONS = 65


def enlarge(home: Home, rows: int) -> Path:
    """Publish ``rows`` receipts and as many exceptions, over 65 locations and two years; the file."""
    publish(home, {})
    manifest = current_manifest(home.published)
    assert manifest
    build = manifest.data_file.with_suffix(".build")
    manifest.data_file.rename(build)
    with duckdb.connect(str(build)) as connection:
        connection.execute(
            f"""
            insert into marts.receipts by name
            select 'R' || lpad(i::varchar, 8, '0') as receipt_id, 'P' || (i % 200000) as patient_id,
                ['Patient', 'Insurance', 'Invoice'][(1 + i % 3)::bigint] as payer_class,
                ['Co-Pay', 'General', 'Payment on Account', 'Pre-Pay', 'Insurance'][(1 + hash(i) % 5)::bigint]
                    as receipt_type,
                ['Check', 'Cash', 'Credit Card', 'EFT'][(1 + hash(i + 1) % 4)::bigint] as payment_method,
                'L' || lpad((hash(i + 2) % {LOCATIONS})::varchar, 2, '0') as location_id,
                date '2024-03-01' + (hash(i + 3) % 730)::int as received_on, 'New' as receipt_status,
                ['New', 'Hold', 'Error', 'Done', 'Done', 'Done'][(1 + hash(i + 4) % 6)::bigint]
                    as computed_status,
                ['NO_CLAIM_YET', 'NO_CLAIM', 'CREDIT_WAITING', 'COMPLETED'][(1 + hash(i + 5) % 4)::bigint]
                    as computed_code,
                'A sentence about where it stands, such as the rules write.' as computed_message,
                ((hash(i + 6) % 50000) / 100)::decimal(18, 2) as amount,
                ((hash(i + 6) % 50000) / 200)::decimal(18, 2) as escrow_amount,
                'hash' as file_hash, i as row_number, 'load' as load_id
            from range({rows}) as numbers(i)"""
        )
        connection.execute(
            f"""
            insert into exceptions.exceptions by name
            select md5(i::varchar) as exception_id, 'kind_' || (hash(i) % 80) as kind,
                ['receipts', 'payment_balancing', 'era_claims', 'loads'][(1 + hash(i + 1) % 4)::bigint]
                    as suite,
                ['critical', 'warning', 'info'][(1 + hash(i + 2) % 3)::bigint] as severity,
                'billing' as owner,
                'key|' || i as business_key,
                ((hash(i + 3) % 90000) / 100)::decimal(18, 2) as amount_at_stake,
                'L' || lpad((hash(i + 4) % {LOCATIONS})::varchar, 2, '0') as location_id,
                'P' || (i % 200000) as patient_id, 'what was found here' as what_was_found,
                'What to do about it, in a sentence.' as what_to_do, date '2026-03-01' as first_seen_on,
                date '2026-03-02' as last_seen_on, 1 as age_days, '0-1' as age_bucket, 'open' as status,
                'new' as state, date '2026-03-01' as state_since_on, 'found' as changed_because,
                0 as times_reopened, 0 as dependent_count,
                'tieout exceptions show ' || exception_id as next_step
            from range({rows}) as numbers(i)"""
        )
    # As a run publishes: without indexes, in the order of the keys.
    copy_public_tables(build, manifest.data_file)
    build.unlink()
    return manifest.data_file


RECEIPTS = (
    "receipt_id", "received_on", "patient_id", "receipt_type", "payment_method", "location_id", "amount",
    "escrow_amount", "computed_message", "hold_until", "days_left", "computed_code",
)  # fmt: skip
EXCEPTIONS = (
    "kind", "state", "severity", "amount_at_stake", "location_id", "patient_id", "what_was_found",
    "what_to_do", "next_step", "first_seen_on", "age_bucket", "owner", "dependent_count",
)  # fmt: skip
WORDS = {"is": "equals", "has": "contains", "min": "greaterThanOrEqual"}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask both: rows of a table, or its groups."""

    table: str
    conditions: tuple[tuple[str, str, str], ...] = ()
    """(column, is | has | min, value)."""
    sort: str = ""
    page: int = 1
    group: str = ""
    is_whole_page: bool = False

    @property
    def address(self) -> str:
        """As our pages are asked."""
        pairs = [(name if how == "is" else f"{name}.{how}", value) for name, how, value in self.conditions]
        more = {"sort": self.sort, "group": self.group, "page": str(self.page) if self.page > 1 else ""}
        return f"/{self.table}?{urlencode([*pairs, *((name, text) for name, text in more.items() if text)])}"

    @property
    def request(self) -> dict[str, Any]:
        """As the grid asks its server."""
        value = {
            "table": self.table,
            "group": self.group,
            "startRow": 50 * (self.page - 1),
            "endRow": 50 * self.page,
            "sortModel": [
                {"colId": self.sort.removeprefix("-"), "sort": "desc" if self.sort.startswith("-") else "asc"}
            ]
            if self.sort
            else [],
            "filterModel": {
                name: {"type": WORDS[how], "filter": text} for name, how, text in self.conditions
            },
        }
        return {
            "output": "grid.getRowsResponse",
            "outputs": {"id": "grid", "property": "getRowsResponse"},
            "inputs": [{"id": "grid", "property": "getRowsRequest", "value": value}],
            "changedPropIds": ["grid.getRowsRequest"],
        }


def first_rows(number: int) -> Question:
    """The page as the menu opens it."""
    if number % 2:
        return Question("exceptions", sort="-amount_at_stake", is_whole_page=True)
    return Question("receipts", (("computed_status", "is", "Error"),), "-received_on", is_whole_page=True)


def sort(number: int) -> Question:
    """All receipts by another column, up or down, or the page after."""
    column = RECEIPTS[number % len(RECEIPTS)]
    turn = number // len(RECEIPTS)
    return Question("receipts", sort=f"{'-' if turn % 2 else ''}{column}", page=1 + turn // 2)


def filtered(number: int) -> Question:
    """A part of a patient number, a type and an amount."""
    return Question(
        "receipts",
        (
            ("amount", "min", str(100 + number)),
            ("receipt_type", "is", "General"),
            ("patient_id", "has", f"{number}7"),
        ),
        "-received_on",
    )


def drill(number: int) -> Question:
    """The exceptions of a kind by location."""
    return Question("exceptions", (("kind", "is", f"kind_{number}"),), group="location_id")


def into_rows(number: int) -> Question:
    """The exceptions of a kind at a location, the largest first."""
    conditions = (("kind", "is", f"kind_{number % 80}"), ("location_id", "is", f"L{number % LOCATIONS:02d}"))
    return Question("exceptions", conditions, "-amount_at_stake")


QUESTIONS: dict[str, Callable[[int], Question]] = {
    "first rows": first_rows,
    "sort": sort,
    "filter": filtered,
    "drill": drill,
    "rows of a group": into_rows,
}


class Served:
    """A server in a process of its own, asked by people who are signed in."""

    def __init__(self, name: str, process: subprocess.Popen[str], address: str) -> None:
        self.name = name
        self.process = process
        self.clients = [httpx2.Client(base_url=address, timeout=60) for _ in range(USERS)]

    def answer(self, client: httpx2.Client, question: Question) -> httpx2.Response:
        """The answer to one question."""
        raise NotImplementedError

    def sign_in(self) -> None:
        """Let everybody in."""

    def asked(self, make: Callable[[int], Question], rounds: int) -> tuple[float, float, float]:
        """Median and 95th percentile in milliseconds, and the processors' milliseconds for one answer."""

        def one_person(user: int) -> list[float]:
            times = []
            for number in range(rounds):
                question = make(user + USERS * number)
                started = time.perf_counter()
                answer = self.answer(self.clients[user], question)
                times.append(1000 * (time.perf_counter() - started))
                assert answer.status_code == 200, answer.text[:300]
            return times

        before = processor_seconds(self.process.pid)
        with ThreadPoolExecutor(USERS) as pool:
            times = [one for found in pool.map(one_person, range(USERS)) for one in found]
        spent = 1000 * (processor_seconds(self.process.pid) - before) / len(times)
        cuts = quantiles(times, n=20)
        return cuts[9], cuts[18], spent

    def export(self, style: str) -> tuple[float, int]:
        """Seconds and bytes of a file of 100,000 receipts."""
        raise NotImplementedError


class Tieout(Served):
    """Our pages."""

    def sign_in(self) -> None:
        for client in self.clients:
            answer = client.post("/sign-in", data={"name": "ada", "password": PASSWORD})
            assert answer.status_code == 303
        # The first views of a new file are worked out beside the work; a morning begins after that.
        settled, before = 0, -1.0
        while settled < 3:
            now = processor_seconds(self.process.pid)
            settled, before = (settled + 1 if now - before < 0.05 else 0), now
            time.sleep(0.5)

    def answer(self, client: httpx2.Client, question: Question) -> httpx2.Response:
        headers = {} if question.is_whole_page else {"hx-request": "true", "hx-target": "table"}
        return client.get(question.address.replace("computed_status", "status"), headers=headers)

    def export(self, style: str) -> tuple[float, int]:
        started = time.perf_counter()
        answer = self.clients[0].get(f"/receipts/export.{style}?row_number.max=99999", timeout=120)
        assert answer.status_code == 200
        return time.perf_counter() - started, len(answer.content)


class Dash(Served):
    """The same tables in a grid of Dash."""

    def answer(self, client: httpx2.Client, question: Question) -> httpx2.Response:
        return client.post("/_dash-update-component", json=question.request)

    def export(self, style: str) -> tuple[float, int]:
        started = time.perf_counter()
        answer = self.clients[0].get(f"/export.{style}", timeout=300)
        assert answer.status_code == 200
        return time.perf_counter() - started, len(answer.content)


def processor_seconds(pid: int) -> float:
    """What a process and those it started have taken of the processors."""
    total = 0.0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if path.parent.name == str(pid) or fields[1] == str(pid):
            total += (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")
    return total


def highest_memory(pid: int) -> int:
    """Megabytes that a process and those it started held at their highest."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            if path.parent.name == str(pid) or fields[1] == str(pid):
                peak = re.search(r"VmHWM:\s+(\d+)", path.with_name("status").read_text())
                total += int(peak[1]) if peak else 0
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total // 1024


def report(all_served: Sequence[Served], rounds: int) -> None:
    """Print each question to each server in turn, then exports and memory, with ratios to the first."""
    print(f"{'':<18} {'':<8} {'p50':>8} {'p95':>8} {'processor':>10}   p95 ratio")
    for name, make in QUESTIONS.items():
        first = 0.0
        for served in all_served:
            p50, p95, spent = served.asked(make, rounds)
            first = first or p95
            print(
                f"{name:<18} {served.name:<8} {p50:5.0f} ms {p95:5.0f} ms {spent:7.0f} ms {p95 / first:10.2f}"
            )
    for style in ("csv", "xlsx"):
        first = 0.0
        for served in all_served:
            seconds, size = served.export(style)
            first = first or seconds
            print(f"{'100,000 rows ' + style:<18} {served.name:<8} {seconds:5.2f} s, {size / 1e6:.1f} MB"
                  f" {seconds / first:24.2f}")  # fmt: skip
    for served in all_served:
        print(f"{'memory, highest':<18} {served.name:<8} {highest_memory(served.process.pid)} MB")


def started(command: list[str]) -> tuple[subprocess.Popen[str], str]:
    """A server and the address that it prints."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"http://127\S+\d", line):
            return process, found[0]
    raise RuntimeError("the server did not start")


def main() -> None:
    """Make the file, serve it in a process of its own, ask."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--dash-python", help="a Python that has dash and dash-ag-grid")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Home(Path(folder))
        data_file = enlarge(home, given.rows)
        Accounts(home.accounts, Passwords()).add("ada", Role.VIEWER, Grant(), password=PASSWORD)
        ours = [sys.executable, "-m", "orchestration.command", "serve", "--home", folder, "--port", "0"]
        all_served: list[Served] = [Tieout("tieout", *started(ours))]
        stack.callback(stopped, all_served)
        if given.dash_python:
            peer = [given.dash_python, str(Path(__file__).with_name("dash_peer.py")), str(data_file)]
            all_served.append(Dash("dash", *started(peer)))
        for served in all_served:
            served.sign_in()
        report(all_served, given.rounds)


def stopped(all_served: Sequence[Served]) -> None:
    """End the servers."""
    for served in all_served:
        served.process.terminate()
        served.process.wait(30)


if __name__ == "__main__":
    main()
