"""Claims in which every rule on charges is broken once and kept once, boundaries included.

Belongs here: the bronze rows, and which charges break which rule. Does not belong here: reading the
warehouse.
Every claim has a patient of its own unless a case says otherwise; what a case does not say is in order.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from synthetic.practice import npi
from tests.warehouse.building import Row

AS_OF = date(2026, 3, 31)
SERVED = date(2026, 3, 10)
GROUP, CLINICIAN, COLLEAGUE, SOLO = npi(1), npi(2), npi(3), npi(4)
UNFINISHED, STRANGER, PHYSICIAN = npi(5), npi(6), npi(7)
ASSISTANT, OCCUPATIONAL_ASSISTANT, UNLICENSED, EXPIRED, EXPIRING = npi(8), npi(9), npi(10), npi(11), npi(12)
MEDICARE_ID = "1EG4TE5MK73"
FEE = Decimal("40.00")
CODES = ("97110", "97112", "97140", "97530", "97161", "92507", "99203", "99213")


class ChargesWorld:
    """Bronze tables that grow by a claim a call, and what is expected of them."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = defaultdict(list)
        self.balances: list[tuple[str, int, Decimal, Decimal, Decimal]] = []
        self.broken: dict[str, set[tuple[str, int]]] = defaultdict(set)
        self.undecided: dict[str, set[tuple[str, int]]] = defaultdict(set)
        self._positions = 0

    def claim(self, claim_id: str, *lines: Row, breaks: str = "", undecided: str = "", **said: Any) -> None:
        """A claim with its 837. `breaks` names rules that all its lines break; a line may name its own.

        said: location_id, payer_id, patient_id, service_on, created_on, sent_on, loaded_on, is_sent, and
        columns of the 837.
        """
        service_on = said.pop("service_on", SERVED)
        created_on = said.pop("created_on", service_on + timedelta(days=1))
        sent_on = said.pop("sent_on", created_on)
        loaded_on = said.pop("loaded_on", created_on)
        location_id = said.pop("location_id", "L1")
        payer_id = said.pop("payer_id", "COM")
        patient_id = said.pop("patient_id", f"P-{claim_id}")
        is_sent = said.pop("is_sent", payer_id is not None)
        rows = [dict(line) for line in lines or ({},)]
        for number, row in enumerate(rows, 1):
            row.setdefault("procedure_code", "97110")
            row.setdefault("units", 1)
            row.setdefault("charge_amount", FEE * row["units"])
            row.setdefault("modifiers", "GP")
            row.setdefault("line_number", number)
            key = (claim_id, row["line_number"])
            for rule in (breaks + " " + row.pop("breaks", "")).split():
                self.broken[rule].add(key)
            for rule in (undecided + " " + row.pop("undecided", "")).split():
                self.undecided[rule].add(key)
        self.tables["claims"].append(
            {
                "claim_id": claim_id,
                "patient_id": patient_id,
                "location_id": location_id,
                "payer_id": payer_id,
                "service_on": service_on,
                "created_on": created_on,
                "charge_amount": sum(row["charge_amount"] for row in rows),
                "loaded_on": loaded_on,
            }
        )
        position = self.sent(claim_id, payer_id, patient_id, sent_on, said) if is_sent else 0
        for row in rows:
            self._line(claim_id, row, position, loaded_on)

    def sent(self, claim_id: str, payer_id: str, patient_id: str, sent_on: date, said: Row) -> int:
        """An 837 of the claim; returns its place among the files."""
        self._positions += 1
        place = self.place(self._positions)
        submission: dict[str, Any] = {
            "patient_control_number": claim_id,
            "batch_reference": f"B-{claim_id}",
            "batch_created_on": sent_on,
            "group_sender_id": "US",
            "group_control_number": f"G-{claim_id}",
            "transaction_control_number": "0001",
            "payer_responsibility_code": "P",
            "frequency_code": "1",
            "is_patient_the_subscriber": True,
            "subscriber_id": MEDICARE_ID if payer_id == "MCR" else "M1",
            "subscriber_born_on": date(1980, 1, 1),
            "subscriber_sex_code": "U",
            "subscriber_street": "3 PLAIN STREET",
            "subscriber_postal_code": "12207",
            "place_of_service_code": "11",
            "diagnosis_count": 1,
            "billing_provider_npi": GROUP,
            "rendering_provider_npi": CLINICIAN,
            "referring_provider_npi": PHYSICIAN if payer_id == "MCR" else None,
            "accident_on": date(2025, 12, 1) if payer_id == "WORK" else None,
            "related_cause_code_1": "EM" if payer_id == "WORK" else None,
            "authorization_number": f"AU-{patient_id}" if payer_id == "WORK" else None,
        } | dict(said)
        qualifier = submission.pop("diagnosis_qualifier", "ABK")
        self.tables["claim_submissions"].append(place | submission)
        for number in range(1, submission["diagnosis_count"] + 1):
            self.tables["claim_submission_diagnoses"].append(
                place | {"diagnosis_position": number, "qualifier": qualifier, "diagnosis_code": "M5450"}
            )
        return self._positions

    def discharged(self, claim_id: str, on: date) -> None:
        """The last day of a stay, in the 837 that was sent last."""
        self.tables["claim_submission_dates"].append(
            self.place(self._positions) | {"level": "claim", "qualifier": "096", "from_on": on}
        )

    def _line(self, claim_id: str, row: dict[str, Any], position: int, loaded_on: date) -> None:
        pointers = row.pop("pointers", ("1",))
        allowed = row.pop("allowed", None)
        self.tables["claim_lines"].append(
            {"claim_id": claim_id, "is_copay_line": False, "loaded_on": loaded_on} | row
        )
        charge = row["charge_amount"]
        taken_off = Decimal(0) if allowed is None else charge - Decimal(allowed)
        paid = Decimal(0) if allowed is None else Decimal(allowed)
        self.balances.append((claim_id, row["line_number"], charge, paid, taken_off))
        if position:
            self.tables["claim_submission_lines"].append(
                self.place(position)
                | {"line_position": row["line_number"], "line_number": str(row["line_number"])}
                | {f"diagnosis_pointer_{number}": pointer for number, pointer in enumerate(pointers, 1)}
            )

    def place(self, position: int) -> dict[str, Any]:
        """Where the rows of an 837, 999 or 277CA stand: each claim has a file of its own."""
        return {
            "load_id": f"load-{position}",
            "interchange_position": 1,
            "transaction_position": 1,
            "claim_position": 1,
            "segment_number": 1,
        }

    def answered(self, claim_id: str, *categories: str, on: date = AS_OF, is_of_line: bool = False) -> None:
        """A 277CA on the claim, with a status for each category."""
        self._positions += 1
        place = self.place(self._positions)
        batch = {name: value for name, value in place.items() if name != "claim_position"}
        self.tables["claim_acknowledgement_batches"].append(batch | {"batch_reference": f"B-{claim_id}"})
        self.tables["claim_acknowledgements"].append(place | {"patient_control_number": claim_id})
        for number, category in enumerate(categories, 1):
            self.tables["claim_acknowledgement_statuses"].append(
                place
                | {
                    "line_position": 1 if is_of_line else None,
                    "status_position": number,
                    "category_code": category,
                    "status_code": "21",
                    "effective_on": on,
                }
            )

    def syntax_answered(self, claim_id: str, group: str, transaction: str | None) -> None:
        """A 999 on the group of the claim."""
        self._positions += 1
        place = self.place(self._positions)
        place.pop("claim_position")
        self.tables["functional_acknowledgements"].append(
            place
            | {
                "group_receiver_id": "US",
                "acknowledged_group_control_number": f"G-{claim_id}",
                "outcome_code": group,
            }
        )
        if transaction:
            self.tables["functional_acknowledgement_transactions"].append(
                place
                | {
                    "response_position": 1,
                    "acknowledged_control_number": "0001",
                    "outcome_code": transaction,
                }
            )

    def note(self, claim_id: str, status: str, kind: str = "note", on: date = SERVED) -> None:
        """What the feed says of the day of service."""
        self.tables["claims_feed"].append(
            {
                "feed_id": f"{kind}-{claim_id}",
                "emr_location_id": "C1",
                "patient_id": f"P-{claim_id}",
                "feed_kind": kind,
                "service_on": SERVED,
                "transmitted_on": on,
                "feed_status": status,
            }
        )


def line(code: str = "97110", units: int = 1, **said: Any) -> Row:
    return {"procedure_code": code, "units": units} | said


def charges_world() -> ChargesWorld:
    """All cases."""
    world = ChargesWorld()
    _directories(world)
    for part in (_claims, _people, _authorizations, _filing, _repeats, _minutes, _modifiers, _thresholds):
        part(world)
    for part in (_visits, _second_payers, _feed, _acknowledgements):
        part(world)
    return world


def _directories(world: ChargesWorld) -> None:
    world.tables["locations"] = [
        {"location_id": "L1", "location_name": "North", "practice_id": "P", "company_id": "A"}
        | {"emr_location_id": "C1", "billing_location_id": "B1", "place_of_service_code": "11"},
        {"location_id": "L2", "location_name": "South", "practice_id": "P", "company_id": "A"}
        | {"emr_location_id": "C2", "billing_location_id": "B2"},
    ]
    world.tables["payers"] = [
        {"payer_id": payer, "payer_name": payer, "payer_kind": kind, "clearinghouse_payer_id": receiver}
        | {"filing_limit_days": limit, "needs_authorization": payer == "WORK"}
        for payer, kind, receiver, limit in (
            ("COM", "Commercial", "CCOM", 90),
            ("MID", "Commercial", "CMID", 90),
            ("MCR", "Medicare", "CMCR", None),
            ("WORK", "Workers Compensation", "CWORK", 90),
            ("CAR", "Auto", "CCAR", 90),
            ("UNMAPPED", "Commercial", None, 90),
        )
    ]
    world.tables["providers"] = [
        {"provider_id": f"N{number}", "provider_name": "A Name", "npi": number}
        | {"provider_kind": kind, "taxonomy_code": taxonomy}
        | {"license_number": licence, "license_expires_on": expires}
        for number, kind, taxonomy, licence, expires in (
            (GROUP, "Organization", "261QP2000X", "L", None),
            (CLINICIAN, "Individual", "225100000X", "L", None),
            (COLLEAGUE, "Individual", "225100000X", "L", None),
            (SOLO, "Individual", "225100000X", "L", None),
            (UNFINISHED, "Individual", None, "L", None),
            (ASSISTANT, "Individual", "225200000X", "L", None),
            (OCCUPATIONAL_ASSISTANT, "Individual", "224Z00000X", "L", None),
            (UNLICENSED, "Individual", "225100000X", None, None),
            (EXPIRED, "Individual", "225100000X", "L", SERVED - timedelta(days=1)),
            (EXPIRING, "Individual", "225100000X", "L", SERVED),
        )
    ]


def _claims(world: ChargesWorld) -> None:
    world.claim("in-order", undecided="FC14 FC15 FC16 FC17 FC18 FC29 FC30 FC31")
    world.claim("not-sent", is_sent=False, undecided="FC01 FC02 FC03 FC04 FC06 FC08 FC24 FC28 FC31 FC36")
    world.claim("self-pay", payer_id=None)
    world.claim("no-diagnosis", line(pointers=()), diagnosis_count=0, breaks="FC01")
    world.claim("no-pointer", line(pointers=()), breaks="FC01")
    world.claim("pointer-2-of-1", line(pointers=("1", "2")), breaks="FC02")
    world.claim("pointer-12-of-12", line(pointers=("1", "2", "3", "12")), diagnosis_count=12)
    world.claim("thirteen-diagnoses", diagnosis_count=13, breaks="FC02")
    world.claim("old-code", diagnosis_qualifier="BK", breaks="FC03")
    world.claim("no-place", place_of_service_code=None, breaks="FC24")
    world.claim("long-place", place_of_service_code="111", breaks="FC24")
    world.claim("unknown-place", place_of_service_code="29", breaks="FC24")
    world.claim("other-place", place_of_service_code="21", breaks="FC24")
    world.claim("at-home", place_of_service_code="12")
    world.claim("place-of-nobody", location_id="L2", undecided="FC24")
    # Telehealth in the patient's home has a code of its own since January 1, 2022.
    telehealth: dict[str, Any] = {"place_of_service_code": "10", "is_sent": True}
    world.claim(
        "telehealth-too-early", line(allowed="1"), service_on=date(2021, 12, 31), breaks="FC24", **telehealth
    )
    world.claim("telehealth-first-day", line(allowed="1"), service_on=date(2022, 1, 1), **telehealth)
    world.claim("payer-unmapped", payer_id="UNMAPPED", breaks="FC07")
    world.claim("payer-unknown", payer_id="NOBODY", breaks="FC07", undecided="FC09 FC10")
    world.claim("no-units", line(units=0, charge_amount=FEE), breaks="FC13 FC34")
    world.claim("no-charge", line(charge_amount=Decimal(0)), breaks="FC13 FC34")
    world.claim("most-units", line("97112", 4))
    world.claim("too-many-units", line("97112", 5), breaks="FC13")
    world.claim("self-pay-for-nothing", line(charge_amount=Decimal(0)), payer_id=None, breaks="FC13")
    world.claim("not-in-schedule", line("X9999"), line(), breaks="FC12")
    world.claim("other-fee", line(charge_amount=Decimal("39.99")), breaks="FC34")
    world.claim(
        "other-fee-before",
        line(charge_amount=Decimal("39.99")),
        service_on=SERVED - timedelta(days=2),
        breaks="FC34",
    )
    world.claim("billed-before-served", created_on=SERVED - timedelta(days=1), breaks="FC36")
    world.claim("born-on-the-day", subscriber_born_on=SERVED)
    world.claim("discharged-on-the-day")
    world.discharged("discharged-on-the-day", SERVED)
    world.claim("discharged-before", breaks="FC36")
    world.discharged("discharged-before", SERVED - timedelta(days=1))
    world.claim("born-after", subscriber_born_on=SERVED + timedelta(days=1), breaks="FC36")
    world.claim("sent-30-days-ago", service_on=date(2026, 2, 20), sent_on=AS_OF - timedelta(days=30))
    world.claim(
        "sent-31-days-ago", service_on=date(2026, 2, 20), sent_on=AS_OF - timedelta(days=31), breaks="FC32"
    )


def _people(world: ChargesWorld) -> None:
    world.claim("billing-digit", billing_provider_npi="1234567890", breaks="FC04")
    world.claim("billing-starts-with-3", billing_provider_npi="3234567893", breaks="FC04")
    world.claim("billing-missing", billing_provider_npi=None, breaks="FC04")
    world.claim("clinician-digit", rendering_provider_npi="1234567890", breaks="FC04", undecided="FC05")
    world.claim("group-treats", rendering_provider_npi=GROUP, breaks="FC04")
    world.claim("nobody-treats", rendering_provider_npi=None, breaks="FC04")
    world.claim("solo", billing_provider_npi=SOLO, rendering_provider_npi=None)
    world.claim("stranger", rendering_provider_npi=STRANGER, undecided="FC05")
    world.claim("unfinished-record", rendering_provider_npi=UNFINISHED, breaks="FC05")
    claimed: dict[str, Any] = {
        "rendering_provider_taxonomy_code": "225100000X",
        "rendering_provider_name": "A NAME",
    }
    world.claim("finished-by-the-claim", rendering_provider_npi=UNFINISHED, **claimed)
    world.claim("stranger-introduced", rendering_provider_npi=STRANGER, **claimed)
    world.claim(
        "stranger-half-introduced",
        rendering_provider_npi=STRANGER,
        undecided="FC05",
        rendering_provider_name="A NAME",
    )
    world.claim("last-day-of-licence", rendering_provider_npi=EXPIRING)
    world.claim("licence-expired", rendering_provider_npi=EXPIRED, breaks="FC05")
    world.claim("no-licence", rendering_provider_npi=UNLICENSED, breaks="FC05")
    world.claim("no-member-id", subscriber_id=None, breaks="FC06")
    world.claim("medicare", payer_id="MCR", undecided="FC14 FC15")
    world.claim("medicare-letter", payer_id="MCR", subscriber_id="1EG4TE5MKS3", breaks="FC06")
    world.claim("medicare-short", payer_id="MCR", subscriber_id="1EG4TE5MK7", breaks="FC06")
    world.claim("own-pattern", payer_id="MID", subscriber_id="W12345678")
    world.claim("own-pattern-broken", payer_id="MID", subscriber_id="W1234567", breaks="FC06")
    world.claim("no-birth-date", subscriber_born_on=None, breaks="FC08", undecided="FC36")
    world.claim("long-postal-code", subscriber_postal_code="122070001")
    world.claim("half-postal-code", subscriber_postal_code="122070", breaks="FC08")
    world.claim("no-street", subscriber_street=None, breaks="FC08")
    world.claim("nobody-referred", payer_id="MCR", referring_provider_npi=None, breaks="FC22")
    world.claim("referrer-digit", payer_id="MCR", referring_provider_npi="1234567890", breaks="FC22")
    work: dict[str, Any] = {"payer_id": "WORK", "service_on": date(2026, 3, 2)}
    employed: dict[str, Any] = {
        "is_patient_the_subscriber": False,
        "subscriber_last_name": "AN EMPLOYER",
    } | _patient()
    unnamed: dict[str, Any] = {"is_patient_the_subscriber": False} | _patient()
    world.claim("no-accident", patient_id="WORKER", accident_on=None, breaks="FC27", **work)
    world.claim("no-cause", patient_id="TEMP", related_cause_code_1=None, breaks="FC27", **work)
    world.claim("no-employer", patient_id="TRAINEE", breaks="FC27", **work, **unnamed)
    world.claim("employer", patient_id="CLERK", **work, **employed)
    world.claim("employer-unknown", patient_id="GUARD", undecided="FC27", **work)
    world.claim("car", patient_id="DRIVER", related_cause_code_1="AA", breaks="FC27", **work)
    world.claim(
        "car-state", patient_id="RIDER", related_cause_code_1="AA", accident_state="NY", **work, **employed
    )
    crash: dict[str, Any] = {
        "payer_id": "CAR",
        "accident_on": date(2025, 12, 1),
        "related_cause_code_1": "AA",
    }
    world.claim("crash", **crash, breaks="FC27")
    world.claim("crash-state", **crash, accident_state="NY")
    world.claim("cause-without-day", related_cause_code_1="OA", breaks="FC27")


def _patient() -> dict[str, Any]:
    """What an 837 says of a patient who is not the subscriber."""
    return {
        "patient_born_on": date(1980, 1, 1),
        "patient_sex_code": "U",
        "patient_street": "3 PLAIN STREET",
        "patient_postal_code": "12207",
    }


def _authorizations(world: ChargesWorld) -> None:
    world.tables["authorizations"] = [
        {"authorization_id": f"AU-{patient}", "patient_id": patient, "payer_id": "WORK"}
        | {"effective_from": date(2026, 3, 1), "effective_until": SERVED}
        | {"authorized_units": units, "authorized_visits": visits, "procedure_codes": codes}
        for patient, units, visits, codes in (
            ("WORKER", None, None, None),
            ("DRIVER", None, None, None),
            ("RIDER", None, None, None),
            ("TEMP", None, None, None),
            ("TRAINEE", None, None, None),
            ("CLERK", None, None, None),
            ("GUARD", None, None, None),
            ("UNITS", 3, None, None),
            ("VISITS", None, 2, None),
            ("CODES", None, None, "97112; 97140"),
        )
    ]
    next_day = SERVED + timedelta(days=1)
    for name, patient, breaks, said in (
        ("last-covered-day", "WORKER", "", {}),
        ("expired", "WORKER", "FC09", {"service_on": next_day}),
        ("zeros", "DRIVER", "FC09", {"authorization_number": "0000"}),
        ("no-authorization", "DRIVER", "FC09", {"authorization_number": None, "service_on": next_day}),
        ("of-another", "RIDER", "FC09", {"authorization_number": "AU-WORKER"}),
        ("units-left", "UNITS", "", {"service_on": SERVED - timedelta(days=2)}),
        ("units-used-up", "UNITS", "FC09", {}),
        ("visit-1", "VISITS", "", {"service_on": SERVED - timedelta(days=2)}),
        ("visit-2", "VISITS", "", {"service_on": SERVED - timedelta(days=1)}),
        ("visits-used-up", "VISITS", "FC09", {}),
        ("of-other-code", "CODES", "FC09", {}),
    ):
        units = 3 if name == "units-left" else 1
        world.claim(name, line(units=units), payer_id="WORK", patient_id=patient, breaks=breaks, **said)
    world.claim("of-the-code", line("97112"), payer_id="WORK", patient_id="CODES")


def _filing(world: ChargesWorld) -> None:
    last_day = AS_OF - timedelta(days=90)
    world.claim("last-day-to-file", service_on=last_day, is_sent=False)
    world.claim("a-day-late", service_on=last_day - timedelta(days=1), is_sent=False, breaks="FC10")
    world.claim("sent-in-time", service_on=last_day - timedelta(days=1), sent_on=AS_OF - timedelta(days=1))
    world.claim("before-the-first-837", service_on=date(2018, 1, 4), is_sent=False, undecided="FC10")
    leap = date(2024, 2, 29)
    mcr: dict[str, Any] = {"payer_id": "MCR", "service_on": leap}
    world.claim("leap-day", line(allowed="0.01"), sent_on=date(2025, 2, 28), **mcr)
    world.claim("leap-day-in-time", sent_on=date(2025, 2, 28), breaks="FC32", **mcr)
    world.claim("leap-day-late", sent_on=date(2025, 3, 1), breaks="FC10 FC32", **mcr)
    world.claim("rejected-in-time", service_on=last_day - timedelta(days=1), breaks="FC10 FC31 FC32")
    world.answered("rejected-in-time", "A7", on=date(2026, 1, 5))


def _repeats(world: ChargesWorld) -> None:
    twice: dict[str, Any] = {"patient_id": "TWICE"}
    world.claim("first", **twice)
    world.claim("second", breaks="FC11", **twice)
    world.claim("marked-repeat", line(modifiers="GP:76"), **twice)
    world.claim("colleague", rendering_provider_npi=COLLEAGUE, **twice)
    world.claim("other-units", line(units=2), **twice)
    world.claim("two-lines", line("97140"), line("97140", breaks="FC11"))
    world.claim("beside", line("97530"), line("97140", breaks="FC20"))
    world.claim("told-apart", line("97530"), line("97140", modifiers="GP:59"))


def _minutes(world: ChargesWorld) -> None:
    for minutes, units, rules in (
        (7, 1, "FC14"),
        (8, 1, ""),
        (22, 2, "FC14"),
        (22, 1, ""),
        (23, 2, ""),
        (37, 3, "FC14"),
        (37, 2, ""),
        (38, 3, ""),
        (127, 8, ""),
        (128, 9, ""),
        (127, 9, "FC14"),
    ):
        timed = line(units=units, timed_minutes=minutes)
        world.claim(f"{minutes}-minutes-{units}", timed, payer_id="MCR", breaks=rules)
    mcr: dict[str, Any] = {"payer_id": "MCR"}
    world.claim("longer", line(timed_minutes=7), line("97112", 0, timed_minutes=5, breaks="FC13"), **mcr)
    idle, wrong = line(units=0, timed_minutes=7, breaks="FC13"), line("97112", timed_minutes=5, breaks="FC15")
    world.claim("shorter", idle, wrong, **mcr)
    world.claim("equal-rests", line(units=2, timed_minutes=22), line("97112", timed_minutes=22), **mcr)
    world.claim("rest-24-23", line(units=2, timed_minutes=24), line("97112", timed_minutes=23), **mcr)
    world.claim(
        "rest-23-24", line(timed_minutes=24), line("97112", 2, timed_minutes=23, breaks="FC15"), **mcr
    )
    world.claim("one-without-minutes", line(timed_minutes=30), line("97112"), undecided="FC14 FC15", **mcr)
    world.claim("untimed-beside", line(timed_minutes=8), line("97161"), **mcr)
    own: dict[str, Any] = {"payer_id": "MID", "subscriber_id": "W12345678"}
    world.claim("midpoint-7", line(timed_minutes=7), breaks="FC16", **own)
    world.claim("midpoint-8", line(timed_minutes=8), line("97112", timed_minutes=8), **own)
    world.claim("midpoint-22", line(units=2, timed_minutes=22), breaks="FC16", **own)
    world.claim("midpoint-23", line(units=2, timed_minutes=23), **own)


def _modifiers(world: ChargesWorld) -> None:
    world.claim("no-discipline", line(modifiers=None), payer_id="MCR", breaks="FC17", undecided="FC19")
    world.claim("no-discipline-asked", line(modifiers=None), undecided="FC17")
    world.claim("assistant-alone", line(modifiers="CQ"), breaks="FC18")
    world.claim("assistant", line(modifiers="GP:CQ"))
    world.claim("assistant-of-other", line(modifiers="GP:CO"), breaks="FC18")
    for name, treated, modifiers, rules in (
        ("assistant-unmarked", ASSISTANT, "GP", "FC18"),
        ("assistant-marked", ASSISTANT, "GP:CQ", ""),
        ("occupational-unmarked", OCCUPATIONAL_ASSISTANT, "GO", "FC18"),
        ("occupational-marked", OCCUPATIONAL_ASSISTANT, "GO:CO", ""),
        ("occupational-as-physical", OCCUPATIONAL_ASSISTANT, "GP:CQ", "FC18"),
    ):
        marked = line("97161", modifiers=modifiers)
        world.claim(name, marked, payer_id="MCR", rendering_provider_npi=treated, breaks=rules)
    # A therapist may have had help. Of a payer nobody knows whether it asks.
    world.claim("therapist", line("97161"), payer_id="MCR", undecided="FC18")
    world.claim("assistant-not-asked", rendering_provider_npi=ASSISTANT, undecided="FC18")
    before: dict[str, Any] = {
        "payer_id": "MCR",
        "service_on": date(2019, 12, 31),
        "sent_on": date(2020, 1, 3),
    }
    old = line("97161", allowed="1", undecided="FC19")
    world.claim("assistant-before-2020", old, rendering_provider_npi=ASSISTANT, subscriber_id="ANY", **before)


def _thresholds(world: ChargesWorld) -> None:
    def year(name: str, service_on: date, *lines: Row, **said: Any) -> None:
        world.claim(name, *lines, payer_id="MCR", service_on=service_on, **said)

    def dear(allowed: str, modifiers: str = "GP", **said: Any) -> Row:
        charge: dict[str, Any] = {
            "charge_amount": FEE * 100,
            "units": 100,
            "allowed": allowed,
            "modifiers": modifiers,
        }
        return line("97161", **charge, **said)

    start = date(2026, 1, 5)
    patient: dict[str, Any] = {"patient_id": "ABOVE"}
    year("year-before", date(2025, 12, 30), dear("2410.00"), **patient)
    year("most-of-it", start, dear("2400.00"), **patient)
    # The first line reaches the threshold to the cent, the second one is above it.
    year(
        "mid-claim",
        start + timedelta(days=1),
        line(allowed="80.00", units=3),
        line("97112", allowed="0.01", breaks="FC19"),
        line("97140", allowed="0.01", modifiers="GP:KX"),
        **patient,
    )
    year("other-discipline", start + timedelta(days=2), line(modifiers="GO", allowed="30.00"), **patient)
    year("speech", start + timedelta(days=3), line("92507", modifiers="GN", breaks="FC19 FC32"), **patient)
    year("may-be-above", start, dear("2470.00"), line(undecided="FC19", breaks="FC32"), patient_id="NEAR")
    # The practice's table allows 30.00 to 35.00 for a unit of 97140, a charge of 40.00.
    year("table-before", start, dear("2447.00"), patient_id="TABLE")
    year(
        "table-between",
        start + timedelta(days=1),
        line("97140", undecided="FC19"),
        patient_id="TABLE",
        breaks="FC32",
    )
    year("room-before", start, dear("2445.00"), patient_id="ROOM")
    year("table-below", start + timedelta(days=1), line("97140"), patient_id="ROOM", breaks="FC32")
    year("full-before", start, dear("2450.01"), patient_id="FULL")
    year(
        "table-above",
        start + timedelta(days=1),
        line("97140", breaks="FC19"),
        patient_id="FULL",
        breaks="FC32",
    )
    year("year-unknown", date(2022, 5, 2), dear("10.00", undecided="FC19"))
    year("year-2023", date(2023, 5, 2), dear("2230.01", breaks="FC19"))
    year("year-2024", date(2024, 5, 2), dear("2330.00"))


def _visits(world: ChargesWorld) -> None:
    world.claim("visit-and-procedure", line("99213", modifiers=None, breaks="FC25"), line())
    world.claim("visit-apart", line("99213", modifiers="25"), line())
    world.claim("visit-alone", line("99213", modifiers=None))
    for name, years, rules in (("known", 2, "FC26"), ("forgotten", 3, "")):
        patient: dict[str, Any] = {"patient_id": name}
        earlier = SERVED.replace(year=SERVED.year - years)
        world.claim(f"{name}-before", line(allowed="30.00"), service_on=earlier, **patient)
        world.claim(f"{name}-as-new", line("99203", modifiers=None), breaks=rules, **patient)


def _second_payers(world: ChargesWorld) -> None:
    for name, rules in (("primary-open", "FC28"), ("primary-answered", "")):
        world.claim(name, breaks=rules)
        position = world.sent(name, "COM", "", AS_OF, {"payer_responsibility_code": "S"})
        other = world.place(position) | {"other_payer_position": 1, "payer_responsibility_code": "P"}
        world.tables["claim_submission_other_payers"].append(
            other | {"paid_amount": Decimal("0.00") if name == "primary-answered" else None}
        )


def _feed(world: ChargesWorld) -> None:
    changed, later = SERVED + timedelta(days=3), SERVED + timedelta(days=4)
    for name, rules in (
        ("feed-sent", ""),
        ("feed-pending", ""),
        ("note-open", "FC29"),
        ("feed-failed", "FC30"),
        ("not-sent-by-feed", "FC30"),
        ("addendum-forgotten", "FC29"),
        ("addendum-billed", ""),
    ):
        world.claim(name, breaks=rules, loaded_on=changed)
    world.note("feed-sent", "Transmission Successful")
    world.note("feed-pending", "Transmission Pending")
    world.note("note-open", "Validation OK (Pending)")
    world.note("feed-failed", "Transmission Failed")
    world.note("not-sent-by-feed", "Not Sent")
    for name, day in (("addendum-forgotten", later), ("addendum-billed", changed)):
        world.note(name, "Transmission Successful")
        world.note(name, "NOT RE-BILLED", "addendum", day)


def _acknowledgements(world: ChargesWorld) -> None:
    for category in ("A3", "A6", "A7", "A8"):
        world.claim(f"rejected-{category}", breaks="FC31")
        world.answered(f"rejected-{category}", category)
    world.claim("line-rejected", breaks="FC31")
    world.answered("line-rejected", "A7", is_of_line=True)
    world.claim("accepted")
    world.answered("accepted", "A1", "A2")
    # The clearinghouse takes it, the payer does not.
    world.claim("taken-then-rejected", breaks="FC31")
    world.answered("taken-then-rejected", "A1")
    world.answered("taken-then-rejected", "A3")
    world.claim("sent-again", undecided="FC31")
    world.answered("sent-again", "A7", on=SERVED + timedelta(days=2))
    position = world.sent(
        "sent-again", "COM", "", AS_OF, {"batch_reference": "B-2", "group_control_number": "G-2"}
    )
    world.tables["claim_submission_lines"].append(
        world.place(position) | {"line_position": 1, "line_number": "1", "diagnosis_pointer_1": "1"}
    )
    world.claim("syntax-rejected", breaks="FC31")
    world.syntax_answered("syntax-rejected", "P", "R")
    world.claim("group-rejected", breaks="FC31")
    world.syntax_answered("group-rejected", "R", None)
    world.claim("syntax-accepted", undecided="FC31")
    world.syntax_answered("syntax-accepted", "A", "A")
