"""The 835, health care claim payment: from segments to typed tables.

What belongs here: which element is which column. What does not: the envelope, the loops, and any judgement on
the money; a remittance that does not balance is loaded like any other. What sets one aside is its structure
(no BPR or two, a line or an adjustment with no claim, more adjustments than a segment holds) or an amount
that is none.

Every table carries `interchange_position`, `transaction_position` and `segment_number`; `claim_position`
counts the claims of the transaction and `line_position` the service lines of the claim, because CLP01 is not
unique: a reversal and its correction share it. What no table takes is in `segments`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.kernels import positions_at, texts_of_codes
from ingestion.x12.elements import Elements, repeated_groups
from ingestion.x12.loops_835 import CLAIM, PAYEE, PAYER, find_loops
from ingestion.x12.remittance_835_schemas import LEVELS, SCHEMAS
from ingestion.x12.segments import Mask, Rows
from ingestion.x12.table_building import Builders, Columns, TableBuilder, first_of_each, in_file_order, picks

_CAS_TRIPLETS = 6
_PLB_PAIRS = 6
_MOA_REMARKS = (3, 4, 5, 6, 7)
_MIA_REMARKS = (5, 20, 21, 22, 23)


class _Tables(TableBuilder):
    """Builds the tables of one run, one kind of segment at a time."""

    schemas = SCHEMAS

    def prepare(self) -> None:
        """Take out of the segments what several tables need."""
        self.loops = find_loops(self.segments, self.within)
        self.remittance_rows, self.claim_rows, self.line_rows = (
            self.rows(name) for name in ("ST", "CLP", "SVC")
        )
        self.names = self.elements("NM1", 9)
        self.references = self.elements("REF", 3)
        self.dates = self.elements("DTM", 2)
        self.days = self.dates.date(2)

    def builders(self) -> Builders:
        """Return what builds each table."""
        return {
            "remittances": (self._remittances, self.rows("ST")),
            "claims": (self._claims, self.rows("CLP")),
            "service_lines": (self._service_lines, self.rows("SVC")),
            "adjustments": (self._adjustments, self.rows("CAS")),
            "provider_adjustments": (self._provider_adjustments, self.rows("PLB")),
            "amounts": (self._amounts, self.rows("AMT")),
            "quantities": (self._quantities, self.rows("QTY")),
            "references": (self._references, self.rows("REF")),
            "dates": (self._dates, self.rows("DTM")),
            "remarks": (self._remarks, self.rows("LQ", "MOA", "MIA")),
        }

    def _detail_keys(self, rows: Rows) -> Columns:
        """Return the keys of segments that occur on several levels, and the level."""
        return self.transaction_keys(rows) | {
            "claim_position": positions_at(self.segments.claim, rows),
            "line_position": positions_at(self.segments.line, rows),
            "level": texts_of_codes(self.loops.level[rows], LEVELS),
        }

    def check_structure(self) -> None:
        """Report segments that stand where they cannot."""
        orphans = {"SVC": "line_without_claim", "CAS": "adjustment_without_claim"}
        for segment_id, rule in orphans.items():
            rows = self.rows(segment_id)
            self.findings.add(rule, rows[self.loops.claim[rows] < 0])
        for segment_id, if_missing, if_repeated in (
            ("BPR", "payment_missing", "payment_repeated"),
            ("TRN", "trace_missing", "trace_repeated"),
        ):
            rows = self.rows(segment_id)
            rows = rows[self.loops.claim[rows] < 0]
            remittances = self.loops.remittance[rows]
            per_remittance = np.bincount(remittances, minlength=len(self.remittance_rows))
            self.findings.add(if_missing, self.remittance_rows[per_remittance == 0])
            is_repeat = np.concatenate(([False], remittances[1:] == remittances[:-1]))[: len(rows)]
            self.findings.add(if_repeated, rows[is_repeat])
        adjusted = np.concatenate(([-1], self.loops.remittance[self.rows("PLB")]))
        before = np.searchsorted(self.rows("PLB"), self.claim_rows)
        is_after = adjusted[before] == self.loops.remittance[self.claim_rows]
        self.findings.add("claim_after_provider_adjustment", self.claim_rows[is_after])

    def _of_remittance(self, elements: Elements, columns: Columns, where: Mask) -> Columns:
        """Return `columns` of the first of these segments in each remittance."""
        return first_of_each(
            len(self.remittance_rows), np.where(where, self.loops.remittance[elements.rows], -1), columns
        )

    def _of_claim(self, elements: Elements, columns: Columns, where: Mask) -> Columns:
        """Return `columns` of the first of these segments in each claim, outside its lines."""
        is_claims_own = where & (self.loops.line[elements.rows] < 0)
        return first_of_each(
            len(self.claim_rows), np.where(is_claims_own, self.loops.claim[elements.rows], -1), columns
        )

    def _of_line(self, elements: Elements, columns: Columns, where: Mask) -> Columns:
        """Return `columns` of the first of these segments in each service line."""
        return first_of_each(
            len(self.line_rows), np.where(where, self.loops.line[elements.rows], -1), columns
        )

    def _remittances(self) -> pl.DataFrame:
        """One row per ST: who pays whom, how much, when and under which trace."""
        bpr, trn, n1 = self.complete("BPR", 21), self.complete("TRN", 4), self.elements("N1", 4)
        payment = {
            "handling_code": bpr.text(1),
            "payment_amount": bpr.amount(2, if_missing="amount_missing"),
            "credit_debit_code": bpr.text(3),
            "payment_method_code": bpr.text(4),
            "originating_company_id": bpr.text(10),
            "receiver_account_number": bpr.text(15),
            "payment_on": bpr.date(16, if_missing="payment_date_missing"),
        }
        trace = {
            "trace_number": trn.text(2),
            "payer_identifier": trn.text(3),
            "originating_company_supplement": trn.text(4),
        }
        levels = self.loops.level
        is_header_date = levels[self.dates.rows] < CLAIM
        is_payee_reference = levels[self.references.rows] == PAYEE
        columns = self.transaction_keys(self.remittance_rows) | self.envelope_columns()
        columns |= self._of_remittance(bpr, payment, levels[bpr.rows] < CLAIM)
        columns |= self._of_remittance(trn, trace, levels[trn.rows] < CLAIM)
        columns |= self._of_remittance(
            self.dates, {"production_on": self.days}, is_header_date & self.dates.has(1, "405")
        )
        columns |= self._of_remittance(
            self.references,
            {"tax_reference": self.references.text(2)},
            is_payee_reference & self.references.has(1, "TJ"),
        )
        for party, level in (("payer", PAYER), ("payee", PAYEE)):
            named = {
                f"{party}_name": n1.text(2),
                f"{party}_id_qualifier": n1.text(3),
                f"{party}_id": n1.text(4),
            }
            columns |= self._of_remittance(n1, named, levels[n1.rows] == level)
        return pl.DataFrame(columns).with_columns(
            payee_npi=pl.when(pl.col("payee_id_qualifier") == "XX").then("payee_id"),
            payee_tax_id=pl.when(pl.col("payee_id_qualifier") == "FI")
            .then("payee_id")
            .otherwise("tax_reference"),
        )

    def _claims(self) -> pl.DataFrame:
        """One row per CLP: the claim, its people and its dates."""
        clp = self.complete("CLP", 14)
        columns = self.transaction_keys(clp.rows) | {
            "claim_position": positions_at(self.segments.claim, clp.rows),
            "claim_identifier": clp.text(1),
            "status_code": clp.text(2),
            "charge_amount": clp.amount(3, if_missing="amount_missing"),
            "paid_amount": clp.amount(4, if_missing="amount_missing"),
            "patient_responsibility_amount": clp.amount(5),
            "filing_indicator_code": clp.text(6),
            "payer_claim_control_number": clp.text(7),
            "facility_code": clp.text(8),
            "frequency_code": clp.text(9),
            "patient_status_code": clp.text(10),
            "diagnosis_related_group_code": clp.text(11),
            "diagnosis_related_group_weight": clp.quantity(12),
            "discharge_fraction": clp.quantity(13),
            "assignment_code": clp.text(14),
        }
        for code, named in self._claim_names().items():
            columns |= self._of_claim(self.names, named, self.names.has(1, code))
        for name, code in (("service_from_on", "232"), ("service_to_on", "233"), ("received_on", "050")):
            columns |= self._of_claim(self.dates, {name: self.days}, self.dates.has(1, code))
        is_npi = pl.col("rendering_provider_id_qualifier") == "XX"
        return pl.DataFrame(columns).with_columns(
            rendering_provider_npi=pl.when(is_npi).then("rendering_provider_id")
        )

    def _claim_names(self) -> dict[str, Columns]:
        """Return for each entity code of NM1 the columns it fills in the claim."""
        last, first, middle, qualifier, identifier = (self.names.text(number) for number in (3, 4, 5, 8, 9))
        return {
            "QC": {
                "patient_last_name": last,
                "patient_first_name": first,
                "patient_middle_name": middle,
                "patient_id_qualifier": qualifier,
                "patient_id": identifier,
            },
            "IL": {
                "patient_subscriber_last_name": last,
                "patient_subscriber_first_name": first,
                "patient_subscriber_id": identifier,
            },
            "74": {
                "patient_corrected_last_name": last,
                "patient_corrected_first_name": first,
                "patient_corrected_id": identifier,
            },
            "82": {"rendering_provider_id_qualifier": qualifier, "rendering_provider_id": identifier},
            "TT": {"crossover_carrier_name": last, "crossover_carrier_id": identifier},
        }

    def _service_lines(self) -> pl.DataFrame:
        """One row per SVC: the procedure as paid and as sent, its money, units, dates and control number."""
        svc = self.complete("SVC", 7)
        columns = self.transaction_keys(svc.rows) | {
            "claim_position": positions_at(self.segments.claim, svc.rows),
            "line_position": positions_at(self.segments.line, svc.rows),
            "charge_amount": svc.amount(2, if_missing="balance_amount_missing"),
            "paid_amount": svc.amount(3, if_missing="balance_amount_missing"),
            "revenue_code": svc.text(4),
            "paid_units": svc.quantity(5),
            "original_units": svc.quantity(7),
        }
        for prefix, number in (("", 1), ("original_", 6)):
            names = (
                "procedure_qualifier",
                "procedure_code",
                *(f"modifier_{position}" for position in range(1, 5)),
            )
            components = svc.components(number, len(names))
            columns |= {f"{prefix}{name}": each for name, each in zip(names, components, strict=True)}
        for name, code in (("service_on", "472"), ("service_from_on", "150"), ("service_to_on", "151")):
            columns |= self._of_line(self.dates, {name: self.days}, self.dates.has(1, code))
        columns |= self._of_line(
            self.references, {"line_control_number": self.references.text(2)}, self.references.has(1, "6R")
        )
        return pl.DataFrame(columns)

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

    def _provider_adjustments(self) -> pl.DataFrame:
        """One row per PLB pair that says anything."""
        plb = Elements(self.findings, self.rows("PLB"), "PLB", 4)
        periods = plb.date(2)
        groups = []
        for position, index, group in repeated_groups(plb, head=2, width=2, repeats=_PLB_PAIRS):
            first = 3 + (position - 1) * 2
            reason_codes, references = group.components(first, 2)
            columns = {
                "provider_identifier": plb.text(1)[picks(index)],
                "fiscal_period_on": periods[picks(index)],
                "reason_code": reason_codes,
                "reference": references,
                "amount": group.amount(first + 1, if_missing="balance_amount_missing"),
            }
            groups.append((position, group.rows, columns))
        rows, columns = in_file_order(groups, "pair_position")
        return pl.DataFrame(self.transaction_keys(rows) | columns)

    def _amounts(self) -> pl.DataFrame:
        """One row per AMT: money that informs and is never part of a balance."""
        amt = self.elements("AMT", 2)
        return pl.DataFrame(self._detail_keys(amt.rows) | {"qualifier": amt.text(1), "amount": amt.amount(2)})

    def _quantities(self) -> pl.DataFrame:
        """One row per QTY."""
        qty = self.elements("QTY", 2)
        return pl.DataFrame(
            self._detail_keys(qty.rows) | {"qualifier": qty.text(1), "quantity": qty.quantity(2)}
        )

    def _references(self) -> pl.DataFrame:
        """One row per REF."""
        ref = self.references
        columns = {"qualifier": ref.text(1), "reference": ref.text(2), "description": ref.text(3)}
        return pl.DataFrame(self._detail_keys(ref.rows) | columns)

    def _dates(self) -> pl.DataFrame:
        """One row per DTM."""
        return pl.DataFrame(
            self._detail_keys(self.dates.rows) | {"qualifier": self.dates.text(1), "on": self.days}
        )

    def _remarks(self) -> pl.DataFrame:
        """One row per remark code of LQ, MOA or MIA."""
        lq = self.elements("LQ", 2)
        groups = [(1, lq.rows, {"qualifier": lq.text(1), "remark_code": lq.text(2)})]
        for segment_id, last, numbers in (("MOA", 7, _MOA_REMARKS), ("MIA", 23, _MIA_REMARKS)):
            elements = self.elements(segment_id, last)
            if not len(elements):
                continue
            qualifiers = pl.Series([segment_id], dtype=pl.String).new_from_index(0, len(elements))
            for position, number in enumerate(numbers, start=1):
                columns = {"qualifier": qualifiers, "remark_code": elements.text(number)}
                groups.append((position, elements.rows, columns))
        rows, columns = in_file_order(groups, "remark_position")
        return pl.DataFrame(self._detail_keys(rows) | columns).filter(pl.col("remark_code").is_not_null())


read_tables = _Tables.read_tables
