"""The close on its pages: the same steps, refusals and standing as `tieout close`, within the scope."""

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from starlette.testclient import TestClient

from dashboards.office import RefusedError
from journal.entry import Entry
from journal.period import period_named
from journal.store import Journal
from tests.dashboards.closing_world import closing_world, every_figure, moved, rows
from tests.dashboards.conftest import SignIn
from tests.dashboards.world import AS_OF, World, publish

JANUARY = period_named("2026-01")
ALL = "/close/2026-01?location=all"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return closing_world(tmp_path / "home")


def seen(client: TestClient, address: str = ALL) -> dict[str, str]:
    text = client.get(address).text
    return dict(re.findall(r'name="(form_token|location|seen_sha256|seen_entry)" value="([^"]*)"', text))


def send(client: TestClient, step: str, reason: str = "", address: str = ALL, **given: str) -> str:
    data = seen(client, address) | {"reason": reason} | given
    answer = client.post(f"{address.partition('?')[0]}/{step}", data=data)
    assert answer.status_code in {200, 403, 404, 409}, answer.text
    return answer.text


def entries(world: World) -> list[Entry]:
    if not world.home.journal.exists():
        return []
    with Journal.open(world.home.journal, create=False) as journal:
        return list(journal.entries())


def take(world: World, *steps: tuple[str, str]) -> None:
    """Steps of people, as their office takes them."""
    office = _office(world)
    for step, person in steps:
        shown = office.shown(JANUARY, person)
        outcome = office.take(step, JANUARY, person, "it is known", shown.seen_sha256, shown.seen_entry)
        assert outcome.entry_numbers, outcome.refused


def _office(world: World):
    from orchestration.serving.home_office import HomeOffice

    return HomeOffice(world.home).close


SIGNED = (("prepare", "maria"), ("review", "noor"), ("sign", "noor"))


def test_two_people_close_a_month_on_its_page(world: World, act_as: SignIn):
    operator, reviewer = act_as("operator"), act_as("reviewer")
    text = send(operator, "prepare", "two checks are under way")
    assert "as entry 1 of the journal" in text
    assert "operator</b>" in text
    assert "as entry 2 of the journal" in send(reviewer, "review")
    text = send(reviewer, "sign")
    assert '<span class="state good">signed</span>' in text
    found = entries(world)
    assert [(one.subject_id, one.action, one.person) for one in found] == [
        ("month|2026-01-01|all", "prepare", "operator"),
        ("month|2026-01-01|all", "review", "reviewer"),
        ("month|2026-01-01|all", "sign", "reviewer"),
    ]
    assert "L1|balancing|emr_payments|100.00|2" in found[2].facts["figures"]
    assert ">signed<" in operator.get("/close").text
    logged = [
        (one.action, one.facts["decision"]) for one in world.access_log.latest(9) if "decision" in one.facts
    ]
    assert logged == [("decided", "sign"), ("decided", "review"), ("decided", "prepare")]


def test_whoever_prepared_neither_reviews_nor_signs_whatever_the_role(world: World, act_as: SignIn):
    take(world, ("prepare", "Reviewer "))
    client = act_as("reviewer")
    assert "was prepared by the same person" in client.get(ALL).text
    answer = send(client, "review", form_token=token(client), **hidden(world, "reviewer"))
    assert "Nothing was entered." in answer
    assert [(one.subject_kind, one.action) for one in entries(world)] == [
        ("period", "prepare"),
        ("refusal", "review"),
    ]
    assert "review, refused" in answer


def hidden(world: World, person: str) -> dict[str, str]:
    """What the form would hold if the page offered it."""
    shown = _office(world).shown(JANUARY, person)
    return {"location": "all", "seen_sha256": shown.seen_sha256, "seen_entry": str(shown.seen_entry)}


def token(client: TestClient) -> str:
    return re.search(r'name="form_token" value="([^"]+)"', client.get("/").text)[1]


@pytest.mark.parametrize(
    ("person", "step"),
    [
        ("viewer", "prepare"), ("analyst", "prepare"), ("reviewer", "prepare"), ("administrator", "prepare"),
        ("operator", "review"), ("operator", "sign"), ("operator", "reopen"), ("viewer", "sign"),
    ],
)  # fmt: skip
def test_a_step_is_for_the_roles_that_have_it(world: World, act_as: SignIn, person: str, step: str):
    client = act_as(person)
    answer = client.post(
        f"/close/2026-01/{step}", data={"form_token": token(client), **hidden(world, person), "reason": "so"}
    )
    assert answer.status_code == 403
    assert not entries(world)


def test_what_changed_since_the_page_was_loaded_is_refused(world: World, act_as: SignIn):
    client = act_as("operator")
    before = seen(client)
    take(world, ("prepare", "maria"))
    assert "maria entered prepare for 2026-01 of all locations in the meantime" in send(
        client, "prepare", **before
    )
    now = seen(client)
    publish(world.home, rows(moved("L1", "2026-01-01", "emr_payments", "99.00")), as_of=AS_OF)
    assert "are not those that you looked at" in send(client, "prepare", **now)
    assert len(entries(world)) == 1


def test_a_signature_lapses_and_the_page_says_because_of_what(world: World, act_as: SignIn):
    take(world, *SIGNED)
    publish(world.home, rows(moved("L1", "2026-01-01", "emr_payments", "125.00")), as_of=AS_OF)
    client = act_as("administrator")
    text = client.get(ALL).text
    assert ">lapsed</span>" in text
    assert re.search(r"Emr payments|EMR payments", text)
    assert "25.00" in text[text.index("Moved since it was signed") :]
    later = client.get("/close/2026-02?location=all").text
    assert "Late items of periods signed earlier" in later
    listed = client.get("/close").text
    assert "1 figure moved" in listed
    assert "1 late item of signed periods" in listed
    assert "Say why the period is opened again" in send(client, "reopen")
    assert "Opened again by administrator" in send(client, "reopen", "a check came late")


@pytest.mark.parametrize(
    ("person", "location", "status"),
    [
        ("operator-of-l1", "L1", 200), ("operator-of-l1", "L2", 404), ("operator-of-l1", "L3", 404),
        ("operator-of-l1", "all", 404), ("operator-of-l1", "practice", 404), ("viewer-of-p1", "L2", 200),
        ("viewer-of-p1", "L3", 404), ("viewer", "practice", 200), ("viewer", "L9", 404),
    ],
)  # fmt: skip
def test_a_period_is_seen_by_those_who_see_its_location(
    world: World, act_as: SignIn, person: str, location: str, status: int
):
    client = act_as(person)
    for ending in ("", "/evidence"):
        assert client.get(f"/close/2026-01{ending}?location={location}").status_code == status
    assert client.get(f"/close?location={location}").status_code == status
    assert ("31,337.31" in client.get("/close").text) is False


def test_a_step_for_a_location_out_of_scope_is_not_there(world: World, act_as: SignIn):
    client = act_as("operator-of-l1")
    given = {"location": "L2", "seen_sha256": "x", "seen_entry": "0"}
    send(client, "prepare", address="/close/2026-01?location=L1", **given)
    assert not entries(world)
    assert "as entry 1 of" in send(client, "prepare", address="/close/2026-01?location=L1")
    assert entries(world)[0].subject_id == "month|2026-01-01|L1"


def test_a_reviewer_of_a_location_signs_it(world: World, act_as: SignIn):
    address = "/close/2026-01?location=L1"
    send(act_as("operator-of-l1"), "prepare", address=address)
    reviewer = act_as("reviewer-of-p1")
    send(reviewer, "review", address=address)
    send(reviewer, "sign", address=address)
    assert [one.action for one in entries(world)] == ["prepare", "review", "sign"]


def test_the_pack_of_a_period_is_downloaded_and_logged(world: World, act_as: SignIn):
    take(world, *SIGNED)
    answer = act_as("viewer").get("/close/2026-01/evidence?location=all")
    assert answer.headers["content-disposition"] == 'attachment; filename="evidence-2026-01-all.zip"'
    with ZipFile(BytesIO(answer.content)) as pack:
        assert {"checklist.txt", "signatures.json", "SHA256SUMS"} <= set(pack.namelist())
        assert b'"status": "signed"' in pack.read("signatures.json")
    (entry,) = [one for one in world.access_log.latest(5) if one.action == "exported"]
    assert (entry.subject_id, len(entry.facts["sums_sha256"])) == (JANUARY.key, 64)


def test_every_figure_leads_to_a_table_that_can_be_read(tmp_path: Path):
    from contextlib import ExitStack

    from tests.dashboards.conftest import signed_in

    world = closing_world(tmp_path / "home", every_figure())
    with ExitStack() as stack:
        client = signed_in(world, "administrator", stack)
        for location in ("all", "L1"):
            text = client.get(f"/close/2026-01?location={location}").text
            links = re.findall(r'<th scope="row"><a href="(/[^"]+\?[^"]+)">', text)
            assert len(links) > 30
            for link in links:
                assert client.get(link.replace("&amp;", "&")).status_code == 200, link


@pytest.mark.parametrize("name", ["2026-13", "soon", "2026-01-32", "2099-01"])
def test_a_name_that_is_no_period_is_refused(world: World, act_as: SignIn, name: str):
    assert act_as("viewer").get(f"/close/{name}?location=all").status_code in {404, 409}


def test_the_office_itself_refuses_figures_that_nobody_looked_at(world: World):
    take(world, ("prepare", "maria"))
    with pytest.raises(RefusedError, match="look again"):
        _office(world).take("review", JANUARY, "noor", "", "another", 1)
