"""The 837P, professional claim as submitted: from segments to typed tables.

What belongs here: which element is which column, and which 837 is a professional claim at all. What does not:
the envelope, the loops, and any judgement on the claim; one whose lines do not add up, or that no payer would
take, is loaded like any other. What sets a transaction aside is its structure (a claim under no subscriber, a
line under no claim, an adjustment of nobody) or an amount that is none.

A claim stands under a subscriber or a patient of the hierarchy, and takes its provider, subscriber and payer
from there; `patient_` columns are the subscriber's where the two are one person.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from ingestion.kernels import positions_at, texts_of_codes
from ingestion.x12.claim_837p_schemas import LEVELS, SCHEMAS
from ingestion.x12.elements import Elements, repeated_groups
from ingestion.x12.envelope import Transaction
from ingestion.x12.findings import Findings
from ingestion.x12.hierarchy import find_hierarchy
from ingestion.x12.loops_837 import ADJUDICATION, CLAIM, HEADER, HIERARCHY, LINE, OTHER_PAYER, find_loops
from ingestion.x12.periods import periods
from ingestion.x12.segments import Mask, Rows, SegmentFrame
from ingestion.x12.table_building import (
    Builders,
    Columns,
    Indexes,
    TableBuilder,
    first_of_each,
    gathered,
    in_file_order,
    picks,
)

_IMPLEMENTATION = re.compile(r"[0-9]{6}X([0-9]{3})")
_RULE_OF_IMPLEMENTATION = {
    **dict.fromkeys(("222", "098"), None),
    **dict.fromkeys(("223", "096"), "institutional_claim_not_read"),
    **dict.fromkeys(("224", "097"), "dental_claim_not_read"),
    **dict.fromkeys(("291", "292", "293"), "predetermination_not_read"),
}
_RULE_OF_SERVICE = {"SV2": "institutional_claim_not_read", "SV3": "dental_claim_not_read"}

_HIERARCHY = ("20", "22", "23")
_PROVIDER, _SUBSCRIBER, _PATIENT = range(len(_HIERARCHY))
_DIAGNOSES = ("ABK", "ABF", "BK", "BF")
_CODES_PER_SEGMENT = 12
_CAS_TRIPLETS = 6
_PROCEDURE = ("procedure_qualifier", "procedure_code", *(f"modifier_{position}" for position in range(1, 5)))


def why_not_read(segments: SegmentFrame, transactions: list[Transaction]) -> list[str | None]:
    """Return for each 837 the rule that keeps it from being read, None for a professional claim.

    The implementation decides (GS08, or ST03 where that is silent); the kind of its service lines decides
    where neither tells, and overrules a professional implementation.
    """
    starts = np.asarray([each.start for each in transactions], np.int64)
    ends = np.asarray([each.end for each in transactions], np.int64)
    contradicted: dict[int, str] = {}
    for segment_id, rule in _RULE_OF_SERVICE.items():
        services = np.append(segments.rows(segment_id), len(segments))
        has_service = services[np.searchsorted(services, starts)] < ends
        contradicted |= dict.fromkeys(np.flatnonzero(has_service).tolist(), rule)
    rules: list[str | None] = []
    for place, transaction in enumerate(transactions):
        named = _IMPLEMENTATION.search(transaction.version) or _IMPLEMENTATION.search(
            segments.raw[transaction.start]
        )
        refusal = _RULE_OF_IMPLEMENTATION.get(named[1], "claim_implementation_not_read") if named else None
        rules.append(refusal or contradicted.get(place))
    return rules


class _Tables(TableBuilder):
    """Builds the tables of one run, one kind of segment at a time."""

    schemas = SCHEMAS

    def prepare(self) -> None:
        """Take out of the segments what several tables need."""
        self.loops = find_loops(self.segments, self.within)
        self.claim_rows, self.line_rows = self.rows("CLM"), self.rows("SV1")
        self.levels = self.elements("HL", 4)
        self.hierarchy = find_hierarchy(
            self.levels, self.transaction_index(self.levels.rows), _HIERARCHY, self.findings
        )
        self.names = self.elements("NM1", 9)
        self.references = self.elements("REF", 2)
        self.money = self.elements("AMT", 2)
        self.amounts = self.money.amount(2)
        self.dates = self.elements("DTP", 3)
        self.first_days, self.last_days = periods(self.dates, self.findings)
        self.specialties = self.elements("PRV", 3)
        self.subscriptions = self.complete("SBR", 9)

    def builders(self) -> Builders:
        """Return what builds each table."""
        return {
            "claim_submissions": (self._claims, self.rows("CLM")),
            "claim_submission_diagnoses": (self._diagnoses, self.rows("HI")),
            "claim_submission_lines": (self._lines, self.rows("SV1")),
            "claim_submission_other_payers": (self._other_payers, self.rows("SBR")),
            "claim_submission_adjudications": (self._adjudications, self.rows("SVD")),
            "claim_submission_adjustments": (self._adjustments, self.rows("CAS")),
            "claim_submission_amounts": (self._amounts, self.rows("AMT")),
            "claim_submission_references": (self._references, self.rows("REF")),
            "claim_submission_dates": (self._dates, self.rows("DTP")),
        }

    # What a segment is about.

    def _level(self, elements: Elements) -> Indexes:
        return self.loops.level[elements.rows]

    def _hierarchy_at(self, rows: Rows, depth: int) -> Indexes:
        """Return the provider, subscriber or patient loop that these rows are in or under; -1 for none."""
        return self.hierarchy.at_depth(self.loops.hierarchy[rows], depth)

    def _in_party(self, elements: Elements, *codes: str) -> Mask:
        """Tell which of these segments follow an NM1 of one of these codes, within the same loop."""
        is_named = np.zeros(len(self.names) + 1, np.bool_)
        for code in codes:
            is_named[:-1] |= self.names.has(1, code)
        return is_named[self.loops.party[elements.rows]]

    def _in_no_party(self, elements: Elements) -> Mask:
        return self.loops.party[elements.rows] < 0

    def _of_transaction(self, elements: Elements, columns: Columns, where: Mask) -> Columns:
        """Return `columns` of the first of these segments in each transaction."""
        index = np.where(where, self.transaction_index(elements.rows), -1)
        return first_of_each(len(self.transactions), index, columns)

    def _of_level(self, elements: Elements, columns: Columns, where: Mask, depth: int) -> Columns:
        """Return `columns` of the first of these segments in each HL of one depth, outside its claims."""
        loops = self.loops.hierarchy[elements.rows]
        is_own = where & (self._level(elements) == HIERARCHY)
        is_own &= np.append(self.hierarchy.depth, -1)[loops] == depth
        return first_of_each(len(self.levels), np.where(is_own, loops, -1), columns)

    def _of_claim(self, elements: Elements, columns: Columns, where: Mask) -> Columns:
        """Return `columns` of the first of these segments in each claim, outside its payers and lines."""
        is_own = where & (self._level(elements) == CLAIM)
        return first_of_each(
            len(self.claim_rows), np.where(is_own, self.loops.claim[elements.rows], -1), columns
        )

    def _of_other_payer(self, elements: Elements, columns: Columns, where: Mask) -> Columns:
        """Return `columns` of the first of these segments for each SBR that opens another payer."""
        index = np.where(where, self.loops.other_payer[elements.rows], -1)
        return first_of_each(len(self.subscriptions), index, columns)

    def _of_line(self, elements: Elements, columns: Columns, where: Mask) -> Columns:
        """Return `columns` of the first of these segments in each service line, outside adjudications."""
        is_own = where & (self._level(elements) == LINE)
        return first_of_each(
            len(self.line_rows), np.where(is_own, self.loops.line[elements.rows], -1), columns
        )

    def _npi(self, *codes: str) -> tuple[Mask, pl.Series]:
        """Return which NM1 name one of these roles by its NPI, and the NPIs."""
        is_role = np.zeros(len(self.names), np.bool_)
        for code in codes:
            is_role |= self.names.has(1, code)
        return is_role & self.names.has(8, "XX"), self.names.text(9)

    def check_structure(self) -> None:
        """Report segments that stand where they cannot."""
        claims, lines = self.claim_rows, self.line_rows
        subscribers = self._hierarchy_at(claims, _SUBSCRIBER)
        self.findings.add("claim_without_subscriber", claims[subscribers < 0])
        is_lost = (self.hierarchy.at_depth(subscribers, _PROVIDER) < 0) & (subscribers >= 0)
        self.findings.add("claim_without_provider", claims[is_lost])
        self.findings.add("line_without_claim", lines[self.loops.claim[lines] < 0])
        adjudications, adjustments = self.rows("SVD"), self.rows("CAS")
        is_lost = self.loops.adjudication[adjudications] < 0
        self.findings.add("adjudication_without_line", adjudications[is_lost])
        is_ours = np.isin(self.loops.level[adjustments], (OTHER_PAYER, ADJUDICATION))
        self.findings.add("adjustment_without_payer", adjustments[~is_ours])
        numbers = self.rows("LX")
        borders = self.rows("LX", "SV1", "CLM", "HL", "SE")
        after = borders[np.searchsorted(borders, numbers, side="right")]
        self.findings.add("line_without_service", numbers[~self.segments.has_id(after, "SV1")])
        before = borders[np.maximum(np.searchsorted(borders, lines) - 1, 0)] if len(lines) else lines
        self.findings.add("line_number_missing", lines[~self.segments.has_id(before, "LX")])
        batches = np.bincount(self.transaction_index(self.rows("BHT")), minlength=len(self.transactions))
        starts = np.asarray([each.start for each in self.transactions], np.int64)
        self.findings.add("batch_missing", starts[batches == 0])

    def _claims(self) -> pl.DataFrame:
        """One row per CLM: who bills whom for what patient, and everything said once about the claim."""
        rows = self.claim_rows
        columns = self.transaction_keys(rows) | {"claim_position": positions_at(self.segments.claim, rows)}
        columns |= gathered(self._header_columns(), self.transaction_index(rows))
        subscribers = self._hierarchy_at(rows, _SUBSCRIBER)
        columns |= gathered(self._provider_columns(), self.hierarchy.at_depth(subscribers, _PROVIDER))
        subscriber = gathered(self._subscriber_columns(), subscribers)
        columns |= subscriber | self._patient_columns(subscriber)
        columns |= self._claim_columns() | self._claim_details() | self._claim_providers()
        return pl.DataFrame(columns)

    def _header_columns(self) -> Columns:
        bht = self.elements("BHT", 6)
        batch = {
            "batch_purpose_code": bht.text(2),
            "batch_reference": bht.text(3),
            "batch_created_on": bht.date(4),
            "batch_type_code": bht.text(6),
        }
        columns = self.envelope_columns() | self._of_transaction(bht, batch, self.loops.level[bht.rows] >= 0)
        is_header = self._level(self.names) == HEADER
        for name, code in (("submitter_id", "41"), ("receiver_id", "40")):
            is_named = is_header & self.names.has(1, code)
            columns |= self._of_transaction(self.names, {name: self.names.text(9)}, is_named)
        return columns

    def _provider_columns(self) -> Columns:
        """Return the billing provider of each HL, by its NM1*85 and what follows it."""
        names, references = self.names, self.references
        is_billing, npi = self._npi("85")
        columns = self._of_level(
            names, {"billing_provider_name": names.text(3)}, names.has(1, "85"), _PROVIDER
        )
        columns |= self._of_level(names, {"billing_provider_npi": npi}, is_billing, _PROVIDER)
        # Before there were NPIs, the number itself was the tax id: 24 an employer's, 34 a person's.
        is_tax_id = names.has(1, "85") & (names.has(8, "24") | names.has(8, "34"))
        by_name = {"qualifier": names.text(8), "tax_id": names.text(9)}
        by_name = self._of_level(names, by_name, is_tax_id, _PROVIDER)
        is_reference = self._in_party(references, "85") & (references.has(1, "EI") | references.has(1, "SY"))
        by_reference = {"qualifier": references.text(1), "tax_id": references.text(2)}
        by_reference = self._of_level(references, by_reference, is_reference, _PROVIDER)
        has_reference = by_reference["tax_id"].is_not_null()
        for name in ("qualifier", "tax_id"):
            chosen = by_reference[name].zip_with(has_reference, by_name[name])
            columns["billing_provider_tax_id" + ("_qualifier" if name == "qualifier" else "")] = chosen
        is_billing_specialty = self.specialties.has(1, "BI")
        columns |= self._of_level(
            self.specialties,
            {"billing_provider_taxonomy_code": self.specialties.text(3)},
            is_billing_specialty,
            _PROVIDER,
        )
        places = self.elements("N4", 3)
        postal_code = {"billing_provider_postal_code": places.text(3)}
        return columns | self._of_level(places, postal_code, self._in_party(places, "85"), _PROVIDER)

    def _person_columns(self, role: str, code: str, depth: int) -> Columns:
        """Return name, birth, sex and address of the NM1 with this code in each HL of this depth."""
        names, streets, places, births = (
            self.names,
            self.elements("N3", 1),
            self.elements("N4", 3),
            self.elements("DMG", 3),
        )
        named = {
            f"{role}_{part}_name": names.text(number)
            for part, number in (("last", 3), ("first", 4), ("middle", 5))
        }
        columns = self._of_level(names, named, names.has(1, code), depth)
        born = {f"{role}_born_on": births.date(2), f"{role}_sex_code": births.text(3)}
        columns |= self._of_level(births, born, self._in_party(births, code), depth)
        street = {f"{role}_street": streets.text(1)}
        columns |= self._of_level(streets, street, self._in_party(streets, code), depth)
        place = {
            f"{role}_{part}": places.text(number)
            for part, number in (("city", 1), ("state", 2), ("postal_code", 3))
        }
        return columns | self._of_level(places, place, self._in_party(places, code), depth)

    def _subscriber_columns(self) -> Columns:
        """Return the subscriber of each HL, the insurance and its payer."""
        names, sbr = self.names, self.subscriptions
        insurance = {
            "payer_responsibility_code": sbr.text(1),
            "relationship_code": sbr.text(2),
            "subscriber_group_number": sbr.text(3),
            "insurance_type_code": sbr.text(5),
            "filing_indicator_code": sbr.text(9),
        }
        columns = self._of_level(sbr, insurance, np.ones(len(sbr), np.bool_), _SUBSCRIBER)
        member = {"subscriber_id_qualifier": names.text(8), "subscriber_id": names.text(9)}
        columns |= self._of_level(names, member, names.has(1, "IL"), _SUBSCRIBER)
        payer = {"payer_name": names.text(3), "payer_id_qualifier": names.text(8), "payer_id": names.text(9)}
        columns |= self._of_level(names, payer, names.has(1, "PR"), _SUBSCRIBER)
        return columns | self._person_columns("subscriber", "IL", _SUBSCRIBER)

    def _patient_columns(self, subscriber: Columns) -> Columns:
        """Return the patient of each claim: its own loop, or the subscriber of the claim."""
        patients = self._hierarchy_at(self.claim_rows, _PATIENT)
        has_own_loop = pl.Series(patients >= 0)
        pat = self.elements("PAT", 1)
        relationship = {"relationship_code": pat.text(1)}
        columns = self._of_level(pat, relationship, np.ones(len(pat), np.bool_), _PATIENT)
        columns = gathered(columns | self._person_columns("patient", "QC", _PATIENT), patients)
        merged: Columns = {"is_patient_the_subscriber": ~has_own_loop}
        for name, own in columns.items():
            other = subscriber[name.replace("patient_", "subscriber_")]
            merged[f"patient_{name.removeprefix('patient_')}"] = own.zip_with(has_own_loop, other)
        return merged

    def _claim_columns(self) -> Columns:
        """Return the elements of CLM."""
        clm = self.complete("CLM", 20)
        place, qualifier, frequency = clm.components(5, 3)
        cause_1, cause_2, cause_3, state, country = clm.components(11, 5)
        return {
            "patient_control_number": clm.text(1),
            "charge_amount": clm.amount(2, if_missing="amount_missing"),
            "place_of_service_code": place,
            "place_of_service_qualifier": qualifier,
            "frequency_code": frequency,
            "provider_signature_code": clm.text(6),
            "assignment_code": clm.text(7),
            "benefits_assignment_code": clm.text(8),
            "release_of_information_code": clm.text(9),
            "related_cause_code_1": cause_1,
            "related_cause_code_2": cause_2,
            "related_cause_code_3": cause_3,
            "accident_state": state,
            "accident_country": country,
            "special_program_code": clm.text(12),
            "delay_reason_code": clm.text(20),
        }

    def _claim_details(self) -> Columns:
        """Return what DTP, HI, REF and AMT say of each claim itself."""
        columns: Columns = {}
        dates, references, money = self.dates, self.references, self.money
        for name, code in (
            ("accident_on", "439"),
            ("onset_on", "431"),
            ("initial_treatment_on", "454"),
            ("last_seen_on", "304"),
        ):
            columns |= self._of_claim(dates, {name: self.first_days}, dates.has(1, code))
        for name, code in (
            ("authorization_number", "G1"),
            ("predetermination_number", "G3"),
            ("referral_number", "9F"),
            ("original_reference", "F8"),
            ("clearinghouse_trace_number", "D9"),
        ):
            is_ours = references.has(1, code) & self._in_no_party(references)
            columns |= self._of_claim(references, {name: references.text(2)}, is_ours)
        columns |= self._of_claim(money, {"patient_paid_amount": self.amounts}, money.has(1, "F5"))
        return columns | self._service_period() | self._principal_diagnoses()

    def _service_period(self) -> Columns:
        """Return the earliest and latest day of service of each claim and its lines."""
        is_service = self.dates.has(1, "472") & np.isin(self._level(self.dates), (CLAIM, LINE))
        days = pl.DataFrame(
            {
                "claim": self.loops.claim[self.dates.rows],
                "first": self.first_days,
                "last": self.last_days,
            }
        ).filter(pl.Series(is_service))
        by_claim = days.group_by("claim").agg(pl.col("first").min(), pl.col("last").max())
        claims = pl.DataFrame({"claim": np.arange(len(self.claim_rows), dtype=np.int32)})
        found = claims.join(by_claim, on="claim", how="left", maintain_order="left")
        return {"service_from_on": found["first"], "service_to_on": found["last"]}

    def _principal_diagnoses(self) -> Columns:
        rows, diagnoses = self._diagnosis_columns()
        claims = self.loops.claim[rows]
        principal = {
            "principal_diagnosis_qualifier": diagnoses["qualifier"],
            "principal_diagnosis_code": diagnoses["diagnosis_code"],
        }
        counts = np.bincount(claims, minlength=len(self.claim_rows)).astype(np.int32)
        return {"diagnosis_count": pl.Series(counts)} | first_of_each(len(self.claim_rows), claims, principal)

    def _claim_providers(self) -> Columns:
        """Return the providers that the claim names for all of its lines."""
        names, specialties = self.names, self.specialties
        columns: Columns = {}
        for role, codes in (
            ("referring_provider", ("DN", "P3")),
            ("rendering_provider", ("82",)),
            ("supervising_provider", ("DQ",)),
            # Before 5010 a facility was named by what it is.
            ("service_facility", ("77", "FA", "LI", "TL")),
        ):
            is_role, npi = self._npi(*codes)
            columns |= self._of_claim(names, {f"{role}_npi": npi}, is_role)
        columns |= self._of_claim(names, {"rendering_provider_name": names.text(3)}, names.has(1, "82"))
        is_facility = names.has(1, "77") | names.has(1, "FA") | names.has(1, "LI") | names.has(1, "TL")
        columns |= self._of_claim(names, {"service_facility_name": names.text(3)}, is_facility)
        specialty = {"rendering_provider_taxonomy_code": specialties.text(3)}
        return columns | self._of_claim(specialties, specialty, self._in_party(specialties, "82"))

    def _diagnosis_columns(self) -> tuple[Rows, Columns]:
        """Return the diagnoses of the claims in the order that pointers count them."""
        rows = self.rows("HI")
        findings = Findings(self.segments)  # `_diagnoses` reports; this is read twice.
        elements = Elements(findings, rows[self.loops.level[rows] == CLAIM], "HI", 1)
        groups = []
        for position, _, group in repeated_groups(elements, head=0, width=1, repeats=_CODES_PER_SEGMENT):
            qualifier, code = group.components(position, 2)
            groups.append((position, group.rows, {"qualifier": qualifier, "diagnosis_code": code}))
        rows, columns = in_file_order(groups, "code_position")
        is_diagnosis = columns["qualifier"].is_in(_DIAGNOSES).fill_null(False)
        return rows[is_diagnosis.to_numpy()], {
            name: column.filter(is_diagnosis) for name, column in columns.items()
        }

    def _diagnoses(self) -> pl.DataFrame:
        """One row per diagnosis."""
        elements = self.elements("HI", _CODES_PER_SEGMENT)
        elements.report_rest("too_many_diagnoses")
        rows, columns = self._diagnosis_columns()
        # Positions count through all the HI of a claim; segments are in file order, so claims are together.
        claims = self.loops.claim[rows]
        starts = np.searchsorted(claims, claims)
        positions = (np.arange(len(rows)) - starts + 1).astype(np.int32)
        keys = self.transaction_keys(rows) | {"claim_position": positions_at(self.segments.claim, rows)}
        return pl.DataFrame(keys | columns | {"diagnosis_position": pl.Series(positions)})

    def _lines(self) -> pl.DataFrame:
        """One row per SV1: the procedure, its money and units, its diagnoses, dates, numbers and people."""
        sv1 = self.complete("SV1", 21)
        columns = self.transaction_keys(sv1.rows) | {
            "claim_position": positions_at(self.segments.claim, sv1.rows),
            "line_position": positions_at(self.segments.line, sv1.rows),
            "charge_amount": sv1.amount(2, if_missing="balance_amount_missing"),
            "unit_code": sv1.text(3),
            "units": sv1.quantity(4),
            "place_of_service_code": sv1.text(5),
            "emergency_code": sv1.text(9),
        }
        columns |= dict(zip(_PROCEDURE, sv1.components(1, len(_PROCEDURE)), strict=True))
        for position, pointer in enumerate(sv1.components(7, 4), start=1):
            columns[f"diagnosis_pointer_{position}"] = pointer
        columns |= self._line_numbers(sv1)
        drugs, dates, references = self.elements("LIN", 3), self.dates, self.references
        columns |= self._of_line(drugs, {"national_drug_code": drugs.text(3)}, drugs.has(2, "N4"))
        service = {"service_from_on": self.first_days, "service_to_on": self.last_days}
        columns |= self._of_line(dates, service, dates.has(1, "472"))
        for name, code in (
            ("line_control_number", "6R"),
            ("authorization_number", "G1"),
            ("referral_number", "9F"),
        ):
            is_ours = references.has(1, code) & self._in_no_party(references)
            columns |= self._of_line(references, {name: references.text(2)}, is_ours)
        for role, codes in (
            ("rendering_provider", ("82",)),
            ("referring_provider", ("DN", "P3")),
            ("ordering_provider", ("DK",)),
            ("supervising_provider", ("DQ",)),
        ):
            is_role, npi = self._npi(*codes)
            columns |= self._of_line(self.names, {f"{role}_npi": npi}, is_role)
        specialties = self.specialties
        specialty = {"rendering_provider_taxonomy_code": specialties.text(3)}
        columns |= self._of_line(specialties, specialty, self._in_party(specialties, "82"))
        return pl.DataFrame(columns)

    def _line_numbers(self, sv1: Elements) -> Columns:
        """Return LX01 of the LX that stands between each SV1 and the service before it."""
        lx = self.elements("LX", 1)
        place = np.searchsorted(lx.rows, sv1.rows) - 1
        if not len(lx):
            return gathered({"line_number": pl.Series([None], dtype=pl.String)}, np.full(len(sv1), -1))
        before = self.rows("SV1", "CLM", "HL", "ST")
        border = before[np.searchsorted(before, sv1.rows) - 1]
        return gathered(
            {"line_number": lx.text(1)}, np.where((place >= 0) & (lx.rows[place] > border), place, -1)
        )

    def _other_payers(self) -> pl.DataFrame:
        """One row per SBR inside a claim: another payer, its subscriber and what it paid."""
        sbr, names, money, dates = self.subscriptions, self.names, self.money, self.dates
        columns = self.transaction_keys(sbr.rows) | {
            "claim_position": positions_at(self.segments.claim, sbr.rows),
            "other_payer_position": positions_at(self.loops.other_payer_position, sbr.rows),
            "payer_responsibility_code": sbr.text(1),
            "relationship_code": sbr.text(2),
            "subscriber_group_number": sbr.text(3),
            "insurance_type_code": sbr.text(5),
            "filing_indicator_code": sbr.text(9),
        }
        subscriber = {
            "subscriber_last_name": names.text(3),
            "subscriber_first_name": names.text(4),
            "subscriber_id": names.text(9),
        }
        columns |= self._of_other_payer(names, subscriber, names.has(1, "IL"))
        payer = {"payer_name": names.text(3), "payer_id_qualifier": names.text(8), "payer_id": names.text(9)}
        columns |= self._of_other_payer(names, payer, names.has(1, "PR"))
        is_control_number = self.references.has(1, "F8") & self._in_party(self.references, "PR")
        control_number = {"payer_claim_control_number": self.references.text(2)}
        columns |= self._of_other_payer(self.references, control_number, is_control_number)
        for name, code in (("paid", "D"), ("non_covered", "A8"), ("patient_liability", "EAF")):
            columns |= self._of_other_payer(money, {f"{name}_amount": self.amounts}, money.has(1, code))
        columns |= self._of_other_payer(dates, {"adjudicated_on": self.first_days}, dates.has(1, "573"))
        return pl.DataFrame(columns).filter(pl.Series(self.loops.other_payer[sbr.rows] >= 0))

    def _adjudications(self) -> pl.DataFrame:
        """One row per SVD: what another payer decided on a line."""
        svd = self.complete("SVD", 6)
        columns = self.transaction_keys(svd.rows) | {
            "claim_position": positions_at(self.segments.claim, svd.rows),
            "line_position": positions_at(self.segments.line, svd.rows),
            "adjudication_position": positions_at(self.loops.adjudication_position, svd.rows),
            "payer_id": svd.text(1),
            "paid_amount": svd.amount(2, if_missing="balance_amount_missing"),
            "paid_units": svd.quantity(5),
            "bundled_line_number": svd.text(6),
        }
        columns |= dict(zip(_PROCEDURE, svd.components(3, len(_PROCEDURE)), strict=True))
        for elements, found, code in (
            (self.money, {"patient_liability_amount": self.amounts}, "EAF"),
            (self.dates, {"adjudicated_on": self.first_days}, "573"),
        ):
            index = np.where(elements.has(1, code), self.loops.adjudication[elements.rows], -1)
            columns |= first_of_each(len(svd), index, found)
        return pl.DataFrame(columns)

    def _detail_keys(self, rows: Rows) -> Columns:
        """Return the keys of segments that occur on several levels, and the level."""
        return self.transaction_keys(rows) | {
            "claim_position": positions_at(self.segments.claim, rows),
            "line_position": positions_at(self.segments.line, rows),
            "other_payer_position": positions_at(self.loops.other_payer_position, rows),
            "adjudication_position": positions_at(self.loops.adjudication_position, rows),
            "level": texts_of_codes(self.loops.level[rows], LEVELS),
        }

    def _adjustments(self) -> pl.DataFrame:
        """One row per CAS triplet that says anything."""
        cas = Elements(self.findings, self.rows("CAS"), "CAS", 4)
        groups = []
        for position, index, group in repeated_groups(cas, head=1, width=3, repeats=_CAS_TRIPLETS):
            first = 2 + (position - 1) * 3
            columns = {
                "group_code": cas.text(1)[picks(index)],
                "reason_code": group.text(first),
                "amount": group.amount(first + 1, if_missing="balance_amount_missing"),
                "quantity": group.quantity(first + 2),
            }
            groups.append((position, group.rows, columns))
        rows, columns = in_file_order(groups, "triplet_position")
        return pl.DataFrame(self._detail_keys(rows) | columns)

    def _in_claims(self, elements: Elements, columns: Columns) -> pl.DataFrame:
        """Return one row per segment inside a claim, with its level and party."""
        party = gathered({"party_code": self.names.text(1)}, self.loops.party[elements.rows])
        details = pl.DataFrame(self._detail_keys(elements.rows) | party | columns)
        return details.filter(pl.Series(self._level(elements) >= CLAIM))

    def _amounts(self) -> pl.DataFrame:
        """One row per AMT of a claim."""
        return self._in_claims(self.money, {"qualifier": self.money.text(1), "amount": self.amounts})

    def _references(self) -> pl.DataFrame:
        """One row per REF of a claim."""
        references = self.references
        return self._in_claims(references, {"qualifier": references.text(1), "reference": references.text(2)})

    def _dates(self) -> pl.DataFrame:
        """One row per DTP of a claim."""
        days = {"from_on": self.first_days, "to_on": self.last_days}
        return self._in_claims(self.dates, {"qualifier": self.dates.text(1)} | days)


read_tables = _Tables.read_tables
