"""Pages that are more than a table: Today, the way from a difference to its lines, Ask, people, the log."""

import json
import re
from contextlib import ExitStack

import pytest
from starlette.testclient import TestClient

from dashboards.causes import CAUSES
from tests.dashboards.conftest import SignIn, signed_in
from tests.dashboards.world import FOREIGN, MARTS, ROWS, World, exception, make_world, receipt


def form_token(client: TestClient) -> str:
    return re.search(r'name="form_token" value="([^"]+)"', client.get("/").text)[1]


def links(text: str, title: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(rf'href="([^"]+)" title="{title}"', text)]


def test_today_says_whether_it_ties_and_where_to_look(look_as: SignIn):
    text = look_as("operator-of-p1").get("/").text
    assert '<h1 id="verdict">Breaks</h1>' in text
    assert "Something that is critical does not tie, within your scope." in text
    assert grounds(text) == {"1 critical exception", "1 other exception"}
    assert "125.25" in text
    assert "40.20" in text
    assert "Authorization missing" in text
    assert "Files missing, late, empty or small" in text
    assert text.count("<svg") == 3


def test_every_chart_is_one_picture_with_a_sentence_and_its_table(look_as: SignIn):
    text = look_as("viewer").get("/").text
    for chart in re.findall(r"<svg[^>]*>", text):
        assert 'role="img"' in chart
        assert re.search(r'aria-label="[^"]+\d', chart)
    assert "style=" not in text


def test_a_clean_day_ties(tmp_path):
    with ExitStack() as stack:
        client = signed_in(make_world(tmp_path, {}), "viewer", stack)
        text = client.get("/").text
        assert '<h1 id="verdict">Reconciled</h1>' in text
        assert "Everything ties." in text
        assert 'class="verdict good"' in text


RUNGS = {
    "incomplete": [exception(1, "L1", kind="expected_file_missing", suite="expected_files")],
    "breaks": [exception(1, "L1", severity="critical"), exception(2, "L1")],
    "warnings": [exception(1, "L1", status="waived", waived_until="2026-06-01")],
    "pending": [],
}
WAITING = {
    "location_id": "L1", "period_kind": "month", "period_start_on": "2026-02-01",
    "period_end_on": "2026-02-28", "is_over": True, "tie_out": "deposits", "figure": "expected_pending",
    "figure_number": 1, "role": "pending", "is_binding": False, "amount": "7.00", "item_count": 3,
    "tie_out_state": "pending",
}  # fmt: skip


@pytest.mark.parametrize("word", RUNGS)
def test_the_verdict_is_the_first_rung_that_applies_and_only_the_last_is_green(tmp_path, word: str):
    rows = {
        "exceptions.exceptions": RUNGS[word],
        # A day within a month is told by the month.
        "marts.period_tie_outs": [WAITING, {**WAITING, "period_kind": "day"}] if word == "pending" else [],
    }
    with ExitStack() as stack:
        world = make_world(tmp_path, rows)
        text = signed_in(world, "viewer", stack).get("/").text
        assert f'<h1 id="verdict">{word.capitalize()}</h1>' in text
        assert 'class="verdict good"' not in text
        if word == "pending":
            assert grounds(text) == {"3 items within their waiting time"}
        for address in re.findall(r'<li><a href="([^"]+)"><b>', text):
            assert signed_in(world, "viewer", stack).get(address.replace("&amp;", "&")).status_code == 200


def test_with_full_scope_the_verdict_is_the_one_of_the_run(tmp_path):
    with ExitStack() as stack:
        world = make_world(tmp_path, {})
        (manifest,) = world.home.published.glob("*.manifest.json")
        said = {"verdict": "breaks", "grounds": {"critical": 2, "other": 1}}
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"verdict": said}))
        text = signed_in(world, "viewer", stack).get("/").text
        assert '<h1 id="verdict">Breaks</h1>' in text
        assert grounds(text) == {"2 critical exceptions", "1 other exception"}
        # Of another's rows a narrower scope is not even told the number.
        part = signed_in(world, "viewer-of-p1", stack).get("/").text
        assert '<h1 id="verdict">Reconciled</h1>' in part
        assert not grounds(part)


@pytest.mark.parametrize(("location", "word"), [(None, "Incomplete"), ("L3", "Reconciled")])
def test_a_narrow_scope_is_told_that_the_whole_is_incomplete_but_not_where(tmp_path, location, word: str):
    missing = exception(
        1, location, kind="expected_file_missing", suite="expected_files", what_was_found=FOREIGN
    )
    with ExitStack() as stack:
        world = make_world(tmp_path, {"exceptions.exceptions": [missing]})
        text = signed_in(world, "viewer-of-p1", stack).get("/").text
        assert f'<h1 id="verdict">{word}</h1>' in text
        assert not grounds(text)
        assert FOREIGN not in text
        assert ("belongs to no single location" in text) == (location is None)


def grounds(text: str) -> set[str]:
    """What the verdict says that it stands on."""
    return {f"{number} {words}" for number, words in re.findall(r"<b>([\d,]+)</b> ([^<]+)</a></li>", text)}


def test_a_difference_leads_to_its_rows_and_a_row_to_both_sides(look_as: SignIn):
    client = look_as("operator-of-l1")
    week = client.get("/balancing?sort=emr_amount").text
    rows = client.get(links(week, "the rows of this difference")[0]).text
    assert "2 rows" in rows
    assert "30.10" in rows
    assert "missing in billing" in rows
    exceptional = client.get(links(week, "the rows that do not tie")[0]).text
    assert "1 row" in exceptional
    record = client.get(
        re.search(r'href="(/differences/record[^"]+)"', exceptional)[1].replace("&amp;", "&")
    ).text
    assert "EP1" in record
    assert "receipts.csv, row 7" in record
    assert "There is nothing on this side." in record


def test_an_exception_leads_to_what_it_is_about_within_scope_only(tmp_path):
    with ExitStack() as stack:
        rows = ROWS | {
            "exceptions.exceptions": [
                exception(1, "L1", left_key="R1", right_key=f"{FOREIGN}-R", business_key="R1|C1")
            ]
        }
        client = signed_in(make_world(tmp_path, rows), "operator-of-p1", stack)
        text = client.get(f"/exceptions/record?key={1:032x}").text
        found = re.findall(r'class="chip" href="([^"]+)"', text)
        assert found == ["/receipt/R1", "/claim/C1", "/exceptions?kind=receipt_in_error"]
        assert all(client.get(one).status_code == 200 for one in found)


def test_the_statement_is_complete_in_itself_and_only_its_own_style_may_be_used(look_as: SignIn):
    answer = look_as("operator-of-l1").get("/statement/print?location=L1&from=2026-02-23&to=2026-03-01")
    assert answer.status_code == 200
    assert "100.10" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "style-src 'sha256-" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    "query", ["from=x&to=y", "from=2026-03-02&to=2026-03-01", "basis=x&from=2026-03-01&to=2026-03-01"]
)
def test_a_statement_of_nonsense_is_refused(look_as: SignIn, query: str):
    assert look_as("viewer").get(f"/statement/print?{query}").status_code == 400


def test_a_receipt_shows_its_money_its_messages_and_its_story(look_as: SignIn):
    text = look_as("viewer").get("/receipt/R4").text
    assert "Procedures it was applied to" in text
    assert "Where every cent is" in text
    assert "receipts.csv, row 2" in text
    assert "No claim appeared" in look_as("viewer").get("/receipt/R1").text


def test_looking_at_a_patient_is_logged_whatever_page_shows_it(world: World, act_as: SignIn):
    client = act_as("viewer")
    for path in (
        "/patient/R1-patient",
        "/receipt/R1",
        "/claim/C1",
        "/receipts?patient_id=R1-patient",
        "/receipts/record?key=R1",
    ):
        before = world.access_log.latest(1)[0].entry_number
        assert client.get(path).status_code == 200
        entry = world.access_log.latest(1)[0]
        assert entry.entry_number == before + 1, path
        assert (entry.person, entry.action, entry.subject_kind, entry.subject_id) == (
            "viewer",
            "viewed",
            "patient",
            "R1-patient",
        )


def test_names_are_revealed_after_a_reason_and_that_is_logged(world: World, act_as: SignIn):
    client = act_as("operator")
    token = form_token(client)
    assert client.post("/reveal", data={"form_token": token, "reason": "x"}).status_code == 409
    assert (
        client.post("/reveal", data={"form_token": token, "reason": "calling the patient back"}).status_code
        == 200
    )
    assert "Names are shown" in client.get("/").text
    entry = next(one for one in world.access_log.latest(5) if one.action == "revealed")
    assert entry.reason == "calling the patient back"


def test_an_analyst_asks_in_sql_and_it_is_logged_first(world: World, act_as: SignIn):
    client = act_as("analyst")
    sent = {
        "form_token": form_token(client),
        "sql": "select sum(amount) as total from marts.receipts",
        "style": "page",
    }
    answer = client.post("/ask", data=sent)
    assert "31,487.36" in answer.text
    assert world.access_log.latest(1)[0].facts["sql"] == sent["sql"]
    csv = client.post(
        "/ask", data=sent | {"style": "csv", "sql": "select '=1+1' as a, -1.50::decimal(18,2) as b"}
    )
    assert csv.content.decode("utf-8-sig") == "a,b\r\n'=1+1,-1.50\r\n"


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "drop table marts.receipts",
        "attach 'x.db'",
        "nonsense",
        "copy marts.receipts to '/tmp/x'",
        "select patient_name from marts.receipts",
        "set memory_limit = '9GB'",
    ],
)
def test_what_sql_may_not_do_is_refused(look_as: SignIn, sql: str):
    client = look_as("analyst")
    answer = client.post("/ask", data={"form_token": form_token(client), "sql": sql})
    assert answer.status_code == 400
    assert "root:" not in answer.text


def test_a_question_leaves_nothing_behind(look_as: SignIn):
    client = look_as("analyst")
    token = form_token(client)
    client.post("/ask", data={"form_token": token, "sql": "create table memory.main.mine as select 1"})
    answer = client.post("/ask", data={"form_token": token, "sql": "from memory.main.mine"})
    assert answer.status_code == 400


def test_an_administrator_gives_access_and_nobody_changes_their_own(world: World, act_as: SignIn):
    client = act_as("administrator")
    token = form_token(client)
    new = {
        "form_token": token,
        "action": "add",
        "name": "kim",
        "password": "a long enough one",
        "role": "viewer",
        "locations": "L1",
    }
    assert client.post("/people", data=new).status_code == 200
    assert str(world.accounts.account("kim").grant) == "location L1"
    assert client.post("/people", data=new).status_code == 409
    assert client.post("/people", data=new | {"name": "lee", "password": "short"}).status_code == 409
    own = {"form_token": token, "action": "role", "name": "Administrator", "role": "operator"}
    assert client.post("/people", data=own).status_code == 409
    assert (
        client.post("/people", data={"form_token": token, "action": "disable", "name": "kim"}).status_code
        == 200
    )
    assert world.accounts.account("kim").is_disabled
    assert [one.facts["change"] for one in world.access_log.latest(6) if one.action == "changed"] == [
        "disable",
        "add",
    ]


def test_the_access_log_is_looked_through_and_a_change_in_it_is_seen(world: World, act_as: SignIn):
    client = act_as("reviewer")
    client.get("/patient/R1-patient")
    text = client.get("/access-log?action=viewed&person=reviewer").text
    assert "patient R1-patient" in text
    assert "The seals hold." in text
    import sqlite3

    with sqlite3.connect(world.home.access_log) as connection:
        connection.execute("drop trigger entries_are_not_changed")
        connection.execute("update entries set person = 'somebody' where action = 'viewed'")
    connection.close()
    assert "The seals are broken" in client.get("/access-log").text


def test_a_fault_says_nothing_of_what_it_was_about(look_as: SignIn, monkeypatch, caplog):
    from dashboards.tables.query import TableQuery

    def fail(*_: object) -> None:
        raise RuntimeError("Could not convert string 'Ada Example' to INT32")

    for way in ("rows", "totals_and_rows"):
        monkeypatch.setattr(TableQuery, way, fail)
    answer = look_as("viewer").get("/receipts?status=Error")
    assert answer.status_code == 500
    assert "Ada" not in answer.text
    assert "Ada" not in caplog.text
    assert "RuntimeError" in caplog.text


PAYLOAD = "<img src=x onerror=alert(1)>"


def test_text_from_files_is_never_marks_on_a_page(tmp_path):
    rows = dict(ROWS)
    rows["marts.receipts"] = [
        receipt("R1", "L1", computed_message=PAYLOAD, receipt_type=PAYLOAD, payment_method=PAYLOAD)
    ]
    rows["exceptions.exceptions"] = [exception(1, "L1", what_was_found=PAYLOAD, what_to_do=PAYLOAD)]
    with ExitStack() as stack:
        client = signed_in(make_world(tmp_path, rows), "viewer", stack)
        for path in (
            "/",
            "/receipts?status=Error",
            "/receipt/R1",
            "/receipts?group=receipt_type",
            "/exceptions",
            "/receipts?q=" + PAYLOAD,
            f"/exceptions/record?key={1:032x}",
        ):
            assert PAYLOAD not in client.get(path).text, path


def test_every_class_of_difference_has_a_cause_in_words():
    models = MARTS.parent / "intermediate" / "balancing"
    classes = {f"closed_month_{change}" for change in ("added", "edited", "deleted")}
    for name, column in (("unit_classes", "difference_class"), ("emr_payments", "flow")):
        sql = (models / f"int_balancing__{name}.sql").read_text(encoding="utf-8")
        cases = sql[: sql.index(f"end as {column}")].rpartition("case")[2]
        classes |= set(re.findall(r"(?:then|else) '([a-z_]+)'(?! \|\|)", cases))
    assert classes - {"flows"} == set(CAUSES)


def test_a_difference_names_its_cause_first(look_as: SignIn):
    client = look_as("viewer")
    page = client.get("/differences?is_expected=no&location_id=L1").text
    record = client.get(re.search(r'class="open"><a href="([^"]+)"', page)[1].replace("&amp;", "&")).text
    assert "<h1>Missing in billing: 20.10</h1>" in record
    assert "nothing in billing answers to it" in record
    assert "There is nothing on this side." in record
