"""How quickly the pages answer over a large published file, and what they take of the machine.

    python -m benchmarks.web_pages [--rows 1000000] [--rounds 8]

A file with a million receipts and a million exceptions is made in the engine, served by `tieout serve` on
loopback, and asked by five people at once. Beside it, in the same run, one of the questions put to the engine
alone shows how much of the time is the database's.
"""

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles

import duckdb
import httpx2

from dashboards.access.accounts import Accounts
from dashboards.access.passwords import Passwords
from dashboards.access.roles import Role
from dashboards.access.scope import Grant
from orchestration.home import Home
from orchestration.run.manifest import current_manifest
from tests.dashboards.world import PASSWORD, publish

USERS = 5
LOCATIONS = 65
ORDERS = ("amount", "-amount", "patient_id", "-escrow_amount", "hold_until")


def enlarge(home: Home, rows: int) -> None:
    """Publish ``rows`` receipts and as many exceptions, over 65 locations and two years."""
    publish(home, {})
    manifest = current_manifest(home.published)
    assert manifest
    with duckdb.connect(str(manifest.data_file)) as connection:
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
                date '2026-03-02' as last_seen_on, 1 as age_days, '0-1' as age_bucket, 'open' as status
            from range({rows}) as numbers(i)"""
        )


QUESTIONS: dict[str, Callable[[int], str]] = {
    "first rows": lambda user: f"/receipts?status=Error&location_id.not=L{user:02d}",
    "sort": lambda user: f"/receipts?sort={ORDERS[user % len(ORDERS)]}",
    "filter": lambda user: f"/receipts?amount.min={100 + user}&receipt_type=General&patient_id.has=7{user}",
    "drill": lambda user: f"/exceptions?kind=kind_{user}&group=location_id&part=nested&level=1",
    "exceptions": lambda user: f"/exceptions?severity=critical&sort=-amount_at_stake&location_id=L{user:02d}",
}


def measure(address: str, rounds: int) -> None:
    """Print the times of each question, five people asking at once, and of an export."""

    def asked(name: str, user: int, round_number: int) -> float:
        with httpx2.Client(base_url=address, cookies=cookies, follow_redirects=True, timeout=60) as client:
            headers = {"hx-request": "true", "hx-target": "table"}
            started = time.perf_counter()
            answer = client.get(QUESTIONS[name](user + USERS * round_number), headers=headers)
            took = time.perf_counter() - started
            assert answer.status_code == 200, answer.text[:300]
            return took

    with httpx2.Client(base_url=address, timeout=60) as client:
        client.post("/sign-in", data={"name": "ada", "password": PASSWORD})
        cookies = dict(client.cookies)
        client.get("/receipts?sort=amount")
        client.get("/exceptions")
    with ThreadPoolExecutor(USERS) as pool:
        for name in QUESTIONS:
            jobs = [
                pool.submit(asked, name, user, number) for number in range(rounds) for user in range(USERS)
            ]
            times = [1000 * job.result() for job in jobs]
            cuts = quantiles(times, n=20)
            print(f"{name:<14} p50 {cuts[9]:6.0f} ms   p95 {cuts[18]:6.0f} ms   n {len(times)}")
    with httpx2.Client(base_url=address, cookies=cookies, timeout=120) as client:
        for style in ("csv", "xlsx"):
            started = time.perf_counter()
            answer = client.get(f"/receipts/export.{style}?row_number.max=99999")
            took = time.perf_counter() - started
            print(f"export of 100,000 rows as {style}: {took:.2f} s, {len(answer.content) / 1e6:.1f} MB")


def engine_alone(home: Home) -> None:
    """What one of the questions costs without a web application around it."""
    manifest = current_manifest(home.published)
    assert manifest
    with duckdb.connect(str(manifest.data_file), read_only=True) as connection:
        times = []
        for _ in range(10):
            started = time.perf_counter()
            connection.execute("select * from marts.receipts order by amount, receipt_id limit 50").fetchall()
            times.append(1000 * (time.perf_counter() - started))
    print(f"the engine alone, one sort: p50 {sorted(times)[5]:.0f} ms")


def main() -> None:
    """Make the file, serve it in a process of its own, ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=8)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        enlarge(home, given.rows)
        Accounts(home.accounts, Passwords()).add("ada", Role.VIEWER, Grant(), password=PASSWORD)
        command = [sys.executable, "-m", "orchestration.command", "serve", "--home", folder, "--port", "0"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout
            found = re.search(r"http://\S+\d", server.stdout.readline())
            assert found
            time.sleep(1.5)
            measure(found[0], given.rounds)
            peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{server.pid}/status").read_text())
            print(f"memory of the server at its highest: {int(peak[1]) // 1024 if peak else '?'} MB")
        finally:
            server.terminate()
            server.wait(30)
        engine_alone(home)
    print(f"(this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB)")


if __name__ == "__main__":
    main()
