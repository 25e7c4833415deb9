"""Real processes: killed between acknowledgements, and two that act on the same receipt."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from journal.chain import Head
from journal.store import Journal

#: How many acknowledged entries the kills go between. Programs on PostgreSQL are slower to start.
ACKNOWLEDGED = {"sqlite": 500, "postgresql": 100}
ROUNDS = 25


@contextmanager
def program(repository, module, *arguments, stdin=None) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", f"tests.journal.{module}", *map(str, arguments)]
    with subprocess.Popen(command, cwd=repository, stdin=stdin, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def killed_writer(repository, location, person, rng) -> list[tuple[int, Head]]:
    """Let a writer work, kill it at a random moment, and return what it had acknowledged by then."""
    with program(repository, "writer_process", location, person) as process:
        lines = [process.stdout.readline() for _ in range(rng.randrange(1, 20))]
        time.sleep(rng.uniform(0, 0.01))  # somewhere between one acknowledgement and the next
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        assert process.wait() == -signal.SIGKILL
    complete = [line.split() for line in lines if line.endswith("\n")]
    return [(int(first), Head(int(last), entry_hash)) for first, last, entry_hash in complete]


def test_no_acknowledged_entry_is_lost_when_writers_are_killed(location, repository):
    assert_writers_may_be_killed(location, repository, "the day", random.Random(1864))


def assert_writers_may_be_killed(location, repository, shift: str, rng: random.Random) -> None:
    """Kill writers until enough entries are acknowledged; every one of them is in the journal afterwards."""
    acknowledged: list[tuple[int, Head]] = []
    wanted = ACKNOWLEDGED["postgresql" if "://" in location else "sqlite"]
    entries = kills = 0
    while entries < wanted:
        kills += 1
        batches = killed_writer(repository, location, f"writer {kills} of {shift}", rng)
        acknowledged += batches
        entries += sum(head.entry_number - first + 1 for first, head in batches)
    with Journal.open(location, create=False) as journal:
        kept = {entry.entry_number: entry for entry in journal.entries()}
        assert journal.verify([head for _, head in acknowledged]) == []
    lost = [head for first, head in acknowledged if not set(range(first, head.entry_number + 1)) <= set(kept)]
    assert lost == []
    assert all(kept[head.entry_number].entry_hash == head.entry_hash for _, head in acknowledged)
    assert kills > 2
    assert_whole_batches(list(kept.values()))


def assert_whole_batches(entries) -> None:
    """Batches have 2, 3, 4, 1, 2, … entries about R1, R2, …: each is there whole or not at all."""
    by_writer: dict[str, list[str]] = {}
    for entry in entries:
        by_writer.setdefault(entry.person, []).append(entry.subject_id)
    for subjects in by_writer.values():
        batch = 0
        while subjects:
            batch += 1
            size = 1 + batch % 4
            assert subjects[:size] == [f"R{number}" for number in range(1, size + 1)]
            subjects = subjects[size:]


def test_writers_at_the_same_time_wait_for_each_other(location, repository):
    with (
        program(repository, "writer_process", location, "maria") as one,
        program(repository, "writer_process", location, "noor") as other,
    ):
        for process in (one, other):
            assert [process.stdout.readline() for _ in range(15)][-1]
    with Journal.open(location, create=False) as journal:
        assert journal.verify() == []
        assert {entry.person for entry in journal.entries()} == {"maria", "noor"}


def test_of_two_people_who_act_on_one_receipt_one_gets_a_conflict(location, repository):
    """Neither decision is overwritten in silence: each round has one accepted and one refused."""
    Journal.open(location).close()
    pipe = subprocess.PIPE
    with (
        program(repository, "rival_process", location, "maria", ROUNDS, stdin=pipe) as maria,
        program(repository, "rival_process", location, "noor", ROUNDS, stdin=pipe) as noor,
    ):
        rivals = {"maria": maria, "noor": noor}
        for seen in range(ROUNDS):
            for process in rivals.values():
                process.stdin.write(f"{seen}\n")
                process.stdin.flush()
            answers = {person: process.stdout.readline().split() for person, process in rivals.items()}
            accepted = [person for person, answer in answers.items() if answer == ["accepted", str(seen + 1)]]
            assert len(accepted) == 1, answers
            (refused,) = set(rivals) - set(accepted)
            assert answers[refused] == ["conflict", accepted[0]]
    with Journal.open(location, create=False) as journal:
        assert journal.head().entry_number == ROUNDS
        assert journal.verify() == []


def test_two_programs_may_make_the_journal_at_once(location, repository):
    with (
        program(repository, "writer_process", location, "maria") as one,
        program(repository, "writer_process", location, "noor") as other,
    ):
        assert one.stdout.readline()
        assert other.stdout.readline()
    with Journal.open(location, create=False) as journal:
        assert journal.verify() == []


@pytest.mark.soak
def test_kills_for_a_night(location, repository):
    for hour in range(20):
        assert_writers_may_be_killed(location, repository, f"hour {hour}", random.Random(hour))
