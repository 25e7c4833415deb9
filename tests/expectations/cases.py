"""For every kind of exception: rows that must raise it, with the keys it must have, and twins that must not.

The twins stand in both worlds, so each planted row is found beside the row that looks most like it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.expectations.world import AS_OF, Row, row

LATER = date(2026, 4, 2)
# More new exceptions of one kind than these raise an alert in the planted world; no other kind has as many.
MOST_NEW = 20
assert LATER > AS_OF

# What the cases of more than one kind stand on.
GROUND: list[Row] = [
    row("staging.stg_practice__locations", location_id="L1"),
    row("staging.stg_practice__locations", location_id="L2"),
    row(
        "marts.loads",
        load_id="load-receipts",
        file_name="2026-03-01/receipts.csv",
        verdict="loaded",
        file_hash="f" * 64,
    ),
    row(
        "marts.loads", load_id="load-era", file_name="2026-03-01/a.835", verdict="loaded", file_hash="e" * 64
    ),
    row("marts.receipts", receipt_id="R-GOOD", amount=50, applied_amount=40, escrow_amount=10),
    row("marts.claims", claim_id="C-GOOD", charge_amount=120, line_charge_amount=120),
    row("staging.stg_billing__claim_lines", claim_id="C-GOOD", line_number=1),
    row(
        "marts.receipts",
        receipt_id="R-L2",
        amount=30,
        escrow_amount=30,
        location_id="L2",
        payer_class="Insurance",
    ),
]


@dataclass(frozen=True)
class Case:
    """One kind.

    keys        business keys of the exceptions that must be found, no more and no fewer
    planted     rows that raise them; ``afterwards`` is SQL that does
    twins       rows that look alike and must not
    """

    keys: frozenset[str]
    planted: list[Row] = field(default_factory=list)
    twins: list[Row] = field(default_factory=list)
    afterwards: tuple[str, ...] = ()


def _aside(load_id: str, file_name: str, loaded_on: date = date(2026, 3, 1)) -> Row:
    return row(
        "marts.loads",
        load_id=load_id,
        file_name=file_name,
        verdict="set_aside",
        reason="half_written",
        loaded_on=loaded_on,
    )


def _loaded(load_id: str, file_name: str, loaded_on: date) -> Row:
    return row("marts.loads", load_id=load_id, file_name=file_name, verdict="loaded", loaded_on=loaded_on)


def _remainder(
    period_kind: str, start_on: date, tie_out: str, figure: str, amount: str, role: str = "remainder"
) -> Row:
    return row(
        "marts.period_tie_outs",
        location_id="L1",
        period_kind=period_kind,
        period_start_on=start_on,
        period_end_on=start_on,
        is_over=True,
        tie_out=tie_out,
        figure=figure,
        figure_number=1,
        role=role,
        is_binding=True,
        amount=amount,
        item_count=0,
        tie_out_state="ties",
    )


def _closed(start_on: date, **more: object) -> Row:
    return row(
        "marts.period_closes",
        location_id="L1", period_kind="month", period_start_on=start_on, period_end_on=start_on,
        period_name="2026-03", status="signed", moved_figure_count=0, late_item_count=0,
        refused_step_count=0, **more,
    )  # fmt: skip


def _step(number: int, action: str, **more: object) -> Row:
    return row(
        "marts.period_close_log",
        entry_number=number, location_id="L1", period_kind="month", period_start_on=date(2026, 3, 1),
        action=action, person="maria", entered_on=date(2026, 4, 5), entry_hash="h",
        entered_at=datetime(2026, 4, 5, 9), **{"is_refused": False, **more},
    )  # fmt: skip


def _bound(figure: str, bound: str, moved: str, now: str, *, is_moved: bool) -> Row:
    return row(
        "marts.period_close_figures",
        location_id="L1", period_kind="month", period_start_on=date(2026, 3, 1), figure_of_period="2026-03",
        figure_location_id="L1", tie_out="escrow", figure=figure, is_late=False, bound_amount=bound,
        current_amount=now, moved_amount=moved, bound_item_count=1, current_item_count=1, is_moved=is_moved,
    )  # fmt: skip


def _problem(
    load_id: str,
    record_number: int | None,
    problem_number: int,
    rule: str,
    amount: int | None,
    source: str = "receipts",
    business_key: str = "R-BAD",
    settled_by_correction_id: str | None = None,
    replaced_by_load_id: str | None = None,
) -> Row:
    return row(
        "marts.quarantine",
        loaded_on=date(2026, 3, 1),
        load_id=load_id,
        file_hash="f" * 64,
        source=source,
        record_number=record_number,
        problem_number=problem_number,
        column_name="amount",
        rule=rule,
        business_key=business_key,
        amount_at_stake=amount,
        settled_by_correction_id=settled_by_correction_id,
        replaced_by_load_id=replaced_by_load_id,
    )


def _entered(receipt_id: str, patient_id: str, on: date, **more: object) -> Row:
    """A receipt that a person entered here."""
    return _billed_at(receipt_id, patient_id, on, receipt_source="Journal", posting_on=on, **more)


def _billed_at(receipt_id: str, patient_id: str, on: date, amount: int = 25, **more: object) -> Row:
    """A receipt of billing, posted in full."""
    return row(
        "marts.receipts",
        receipt_id=receipt_id,
        patient_id=patient_id,
        received_on=on,
        amount=amount,
        applied_amount=amount,
        **more,
    )


def _feed(feed_id: str, feed_status: str, load_id: str, feed_kind: str = "note") -> Row:
    return row(
        "marts.claims_feed",
        feed_id=feed_id,
        feed_kind=feed_kind,
        feed_status=feed_status,
        emr_location_id="E1",
        location_id="L1",
        patient_id="P00001",
        load_id=load_id,
        file_hash="f" * 64,
        row_number=2,
    )


def _ours(charge_record_id: str, rule: str, **values: object) -> Row:
    """A rule of ours that the charge breaks."""
    said = {"origin": "rule", "severity": "block", "rule_version": 1, "reason": "A rule"} | values
    return row("marts.failed_charge_reasons", charge_record_id=charge_record_id, reason_code=rule, **said)


def _clinic_settings(effective_from: date, load_id: str, was_corrected: bool) -> Row:
    return row(
        "marts.clinic_settings_history",
        emr_location_id="E1",
        effective_from=effective_from,
        location_id="L1",
        was_corrected=was_corrected,
        load_id=load_id,
        file_hash="f" * 64,
        row_number=2,
    )


def _cell(location_id: str, emr: int, billing: int, expected: int = 0, **values: object) -> Row:
    return row(
        "marts.payment_balancing",
        location_id=location_id,
        window_start_on=date(2026, 3, 2),
        emr_amount=emr,
        billing_amount=billing,
        difference_amount=emr - billing,
        expected_difference_amount=expected,
        open_difference_amount=emr - billing - expected,
        **values,
    )


def _closed_report(location_id: str, difference: int, known_day: int = 10) -> Row:
    return row(
        "marts.closed_period_reports", location_id=location_id, date_basis="clinic",
        period_start_on=date(2026, 2, 1), close_version=1, charge_type="Copay", closed_on=date(2026, 3, 10),
        known_on=date(2026, 3, known_day), emr_amount=50, billing_amount=30, difference_amount=difference,
    )  # fmt: skip


def _restatement(payment_id: str, kind: str, before: int, after: int, change: int) -> Row:
    return row(
        "marts.restatement_log", location_id="L1", date_basis="clinic", period_start_on=date(2026, 2, 1),
        close_version=1, charge_type="Copay", source_system="emr", payment_id=payment_id,
        restated_on=date(2026, 3, 12), change_kind=kind, closed_amount=before, restated_amount=after,
        change_amount=change,
    )  # fmt: skip


EXCEPTIONAL_CLASSES = (
    "charge_type_not_enabled",
    "amount_due_zero",
    "feed_failed",
    "patient_mismatch",
    "amount_changed",
    "recorded_elsewhere",
    "ambiguous_match",
    "duplicate_import",
    "posted_by_hand",
    "only_in_billing",
)
LATE = date(2026, 3, 12)


def _difference(payment_id: str, difference_class: str, amount: int, **values: object) -> Row:
    return row(
        "marts.balancing_differences",
        unit_key=f"emr:{payment_id}",
        emr_payment_id=payment_id,
        difference_class=difference_class,
        difference_amount=amount,
        **values,
    )


def _not_in_the_clinics_view(difference_class: str) -> list[Row]:
    """The same class where nobody balances: on the other basis, and only with what people posted."""
    return [
        _difference(f"{difference_class}-basis", difference_class, 30, date_basis="deposit"),
        _difference(f"{difference_class}-view", difference_class, 30, billing_view="full_access"),
    ]


def _not_delivered(feed_id: str, exception_type: str, **values: object) -> Row:
    complete = {"root_exception_key": f"feed:{feed_id}", "is_root": True, "exceptions_under_root": 1}
    return row(
        "marts.billing_exceptions",
        exception_key=f"feed:{feed_id}",
        exception_type=exception_type,
        location_id="L1",
        **{**complete, **values},
    )


def _payment(payment_id: str, **values: object) -> Row:
    complete = {
        "entry_type": "patient_payment",
        "receipt_id": "R-GOOD",
        "claim_id": "C-GOOD",
        "line_number": 1,
        "amount": 5,
    }
    return row("staging.stg_billing__payments", payment_id=payment_id, **{**complete, **values})


def _disbursement(disbursement_id: str, code: str, **values: object) -> Row:
    complete = {"receipt_id": "R-GOOD", "amount": 5, "disbursement_code": code}
    return row(
        "staging.stg_billing__disbursements", disbursement_id=disbursement_id, **{**complete, **values}
    )


def _computed(receipt_id: str, status: str, code: str, **values: object) -> Row:
    """A receipt of 20 dollars that the posting rules have left in a status."""
    return row(
        "marts.receipts",
        receipt_id=receipt_id,
        amount=20,
        computed_status=status,
        computed_code=code,
        **values,
    )


def _application(receipt_id: str, amount: int) -> Row:
    return row(
        "marts.receipt_applications",
        receipt_id=receipt_id,
        claim_id="C-GOOD",
        line_number=1,
        posted_on=date(2026, 3, 5),
        sequence=2,
        amount=amount,
    )


def _logged(receipt_id: str, sequence: int, status: str) -> Row:
    return row(
        "marts.receipt_status_log",
        receipt_id=receipt_id,
        changed_on=date(2026, 3, 5),
        sequence=sequence,
        status=status,
    )


def _changed(claim_id: str, receipt_id: str) -> Row:
    return row(
        "marts.claim_status_changes",
        claim_id=claim_id,
        changed_on=date(2026, 3, 5),
        sequence=3,
        status="Done",
        receipt_id=receipt_id,
    )


def _judged_refund(refund_id: str, outcome: str, **values: object) -> Row:
    """A refund of five dollars that the mart has judged."""
    complete = {"receipt_id": "R-GOOD", "amount": 5, "credit_claim_id": "C-GOOD"}
    return row("marts.refunds", refund_id=refund_id, outcome=outcome, **{**complete, **values})


def _disbursed(disbursement_id: str, **values: object) -> Row:
    """A disbursement of five dollars in the mart."""
    complete = {"receipt_id": "R-GOOD", "amount": 5, "disbursement_code": "E"}
    return row("marts.disbursements", disbursement_id=disbursement_id, **{**complete, **values})


def _account(patient_id: str, **values: object) -> Row:
    return row("marts.patient_accounts", patient_id=patient_id, **values)


def _pattern(pattern: str, key: str) -> Row:
    """A pattern of entries; what makes one is tested beside the model."""
    return row(
        "marts.entries_of_interest",
        pattern=pattern,
        entry_key=key,
        person="desk2",
        patient_id="P00001",
        location_id="L1",
        amount=20,
        first_on=date(2026, 3, 2),
        last_on=date(2026, 3, 4),
        entry_count=2,
        left_key="LEFT",
        right_key="RIGHT",
    )


def _sent(key: str, outcome: str, *, disbursed: int, arrived: int, **values: object) -> Row:
    """A row of the clearing account of the old system."""
    return row(
        "marts.legacy_clearing",
        clearing_key=key,
        receipt_id=None if key.startswith("check ") else key,
        outcome=outcome,
        disbursed_amount=disbursed,
        arrived_amount=arrived,
        open_amount=disbursed - arrived,
        **values,
    )


def _setting(name: str, value: str, effective_from: date, effective_until: date | None) -> Row:
    return row(
        "staging.stg_practice__company_settings",
        setting_name=name,
        effective_from=effective_from,
        effective_until=effective_until,
        item_number=1,
        setting_value=value,
    )


def _code(code: str, effective_from: date, effective_until: date | None) -> Row:
    return _setting("disbursement_codes", code, effective_from, effective_until)


def _expected(location_id: str, outcome: str, **values: object) -> Row:
    """A file of receipts that was due on March 9 for a location."""
    return row(
        "marts.expected_files",
        source="receipts",
        location_id=location_id,
        due_on=date(2026, 3, 9),
        scheduled_on=date(2026, 3, 8),
        outcome=outcome,
        **values,
    )


def _repeat(first_load_id: str, level: str = "bytes", load_id: str = "load-receipts") -> Row:
    return row(
        "marts.repeated_deliveries",
        level=level,
        load_id=load_id,
        first_load_id=first_load_id,
        repeat_key="same",
        record_count=2,
        amount=20,
        file_hash="f" * 64,
    )


def _export(load_id: str, export_id: str | None, kept: int, **values: object) -> Row:
    said: dict[str, object] = {
        "loaded_on": date(2026, 3, 5),
        "profile": "generic",
        "verdict": "loaded",
    } | values
    return row(
        "marts.loads",
        load_id=load_id,
        file_name=f"2026-03-05/{load_id}.csv",
        export_id=export_id,
        control_amount_kept=kept,
        **said,
    )


def _correction(correction_id: str, outcome: str, **values: object) -> Row:
    return row(
        "marts.corrections_applied",
        correction_id=correction_id,
        source="receipts",
        business_key="R-GOOD",
        column_name="amount",
        outcome=outcome,
        file_hash="f" * 64,
        row_number=4,
        **values,
    )


def _remittance(key: str, trace: str, **values: object) -> Row:
    return row("marts.era_remittances", remittance_key=key, trace_number=trace, payment_amount=100, **values)


def _at_bank(deposit_id: str, status: str, amount: int, **values: object) -> Row:
    """An entry of the bank, alone or with an expected payment."""
    complete = {"bank_account": "900", "match_group_key": f"900|{deposit_id}", "bank_amount": amount}
    return row(
        "marts.deposit_reconciliation",
        deposit_id=deposit_id,
        status=status,
        **{"business_days_open": 6, "expected_kind": None, **complete, **values},
    )


def _in_books(key: str, status: str, amount: int, **values: object) -> Row:
    """An expected payment for which the bank has nothing."""
    complete = {"match_group_key": key, "business_days_open": 6, "expected_kind": key.split("|")[0]}
    return row(
        "marts.deposit_reconciliation",
        expected_key=key,
        status=status,
        expected_amount=amount,
        **{**complete, **values},
    )


def _settled(settlement_id: str, gross: int, fee: int, net: int, arrived: int) -> Row:
    """A card settlement and what the bank has of it."""
    return _at_bank(
        f"D-{settlement_id}",
        "matched" if arrived == net else "amount_differs",
        arrived,
        expected_key=f"settlement|{settlement_id}",
        expected_kind="settlement",
        settlement_id=settlement_id,
        gross_amount=gross,
        fee_amount=fee,
        expected_amount=net,
        difference_amount=arrived - net,
    )


def _check(key: str, level: str, claim: int, line: int, outcome: str, mismatch: int | None) -> Row:
    return row(
        "marts.era_balance_checks",
        remittance_key=key,
        check_level=level,
        claim_position=claim,
        line_position=line,
        actual_amount=100,
        outcome=outcome,
        mismatch_amount=mismatch,
        reason="paid_absent" if outcome == "not_evaluable" else None,
    )


def _answer(key: str, **values: object) -> Row:
    return row("marts.era_claims", claim_payment_key=key, **values)


def _reversal(key: str, **values: object) -> Row:
    return _answer(key, **{"answer": "reversal", "reversal_role": "paired", **values})


def _answered_line(key: str, **values: object) -> Row:
    return row("marts.era_service_lines", claim_payment_key=key, **values)


def _item(key: str, **values: object) -> Row:
    return row("marts.provider_adjustment_ledger", item_key=key, **values)


def _posted(receipt_id: str, trace_number: str, amount: int) -> tuple[Row, Row]:
    """A receipt that stands for a remittance, used up by one posting to a claim."""
    return (
        row(
            "marts.receipts",
            receipt_id=receipt_id,
            payer_class="Insurance",
            check_number=trace_number,
            amount=amount,
            applied_amount=amount,
        ),
        row(
            "staging.stg_billing__payments",
            payment_id=f"PAY-{receipt_id}",
            entry_type="insurance_payment",
            receipt_id=receipt_id,
            claim_id="C-GOOD",
            line_number=1,
            amount=amount,
        ),
    )


CASES: dict[str, Case] = {
    "conservation_broken": Case(
        keys=frozenset({"load-lost"}),
        planted=[
            row(
                "marts.loads",
                load_id="load-lost",
                file_name="2026-03-02/lost.csv",
                verdict="loaded",
                records_read=3,
                records_kept=2,
                records_quarantined=0,
                is_conserved=False,
            )
        ],
        twins=[
            row(
                "marts.loads",
                load_id="load-kept",
                file_name="2026-03-02/kept.csv",
                verdict="loaded",
                records_read=3,
                records_kept=2,
                records_quarantined=1,
            )
        ],
    ),
    "conflicting_export": Case(
        keys=frozenset({"load-export-other", "load-export-fewer"}),
        planted=[_export("load-export-other", "4711", 90), _export("load-export-fewer", "4711", 80)],
        twins=[
            _export("load-export-first", "4711", 100, loaded_on=date(2026, 3, 1)),
            # Word for word the same rows, which is a repeat.
            _export("load-export-same", "4711", 100, loaded_on=date(2026, 3, 4)),
            _repeat("load-export-first", level="export", load_id="load-export-same"),
            _export("load-export-next", "4712", 90),
            _export("load-export-else", "4711", 90, profile="harbor"),
            _export("load-export-copy", "4711", 0, verdict="duplicate"),
            _export("load-export-none", None, 90),
        ],
    ),
    "file_set_aside": Case(
        keys=frozenset({"aside-1", "aside-undated", "aside-after"}),
        planted=[
            _aside("aside-1", "2026-03-01/half.csv"),
            # A name outside a dated folder comes every day: a later file of that name replaces nothing.
            _aside("aside-undated", "daily.csv"),
            _loaded("load-daily", "daily.csv", date(2026, 3, 2)),
            # A good file before the bad one does not excuse it.
            _loaded("load-before", "2026-03-01/twice.csv", date(2026, 3, 1)),
            _aside("aside-after", "2026-03-01/twice.csv", date(2026, 3, 2)),
        ],
        twins=[
            _aside("aside-replaced", "2026-03-01/replaced.csv"),
            _loaded("load-replacement", "2026-03-01/replaced.csv", date(2026, 3, 4)),
        ],
    ),
    "row_quarantined": Case(
        keys=frozenset({"load-receipts|17", "load-receipts|18", "load-receipts|file"}),
        planted=[
            _problem("load-receipts", 17, 1, "amount_readable", None),
            _problem("load-receipts", 17, 2, "date_readable", -12),
            _problem("load-receipts", 18, 1, "amount_present", None),
            _problem("load-receipts", None, 1, "trailer_total", None),
        ],
        twins=[
            _problem("load-receipts", 21, 1, "amount_readable", 5, settled_by_correction_id="FIX-7"),
            _problem("aside-replaced", None, 1, "half_written", None),
            _problem("load-receipts", 19, 1, "amount_readable", 5, replaced_by_load_id="load-later"),
        ],
    ),
    **{
        difference_class: Case(
            keys=frozenset({f"emr:{difference_class}", f"emr:{difference_class}-moved"}),
            planted=[
                _difference(difference_class, difference_class, 30),
                # One that is in two cells is one exception, also where the two cancel out.
                _difference(f"{difference_class}-moved", difference_class, 20),
                _difference(f"{difference_class}-moved", difference_class, -20, location_id="L2"),
            ],
            twins=_not_in_the_clinics_view(difference_class),
        )
        for difference_class in EXCEPTIONAL_CLASSES
    },
    **{
        f"closed_month_{change}": Case(
            keys=frozenset({f"emr:{change}-late"}),
            planted=[
                _difference(f"{change}-late", f"closed_month_{change}", 30, closed_month_changed_on=LATE)
            ],
            # The adjustment was entered in a later month.
            twins=[
                _difference(
                    f"{change}-settled",
                    f"closed_month_{change}",
                    30,
                    closed_month_changed_on=LATE,
                    adjustment_payment_id="B-ADJUSTMENT",
                )
            ],
        )
        for change in ("added", "edited", "deleted")
    },
    "missing_in_billing": Case(
        keys=frozenset({"emr:no-feed", "emr:resubmitted"}),
        planted=[
            _difference("no-feed", "missing_in_billing", 30),
            _difference("resubmitted", "missing_in_billing", 30, feed_status="Claim Re-submitted"),
        ],
        twins=_not_in_the_clinics_view("missing_in_billing"),
    ),
    "lost_after_transmission": Case(
        keys=frozenset({"emr:lost"}),
        planted=[_difference("lost", "missing_in_billing", 30, feed_status="Transmission Successful")],
        # It went out and somebody typed it in besides.
        twins=[_difference("in-transit", "other_window", 30, feed_status="Transmission Successful")],
    ),
    "closed_report_broken": Case(
        keys=frozenset({"clinic|2026-02-01|1|L1|Copay", "clinic|2026-02-01|1|L2|Copay"}),
        planted=[_closed_report("L1", 19), _closed_report("L2", 20, known_day=9)],
        twins=[_closed_report("L3", 20), _closed_report("L4", 20, known_day=15)],
    ),
    "restatement_broken": Case(
        keys=frozenset(f"clinic|2026-02-01|1|L1|emr|{key}|Copay|2026-03-12" for key in ("E1", "E2", "E3")),
        planted=[
            _restatement("E1", "edited", 50, 45, 5),
            _restatement("E2", "added", 10, 45, 35),
            _restatement("E3", "deleted", 50, 45, -5),
        ],
        twins=[
            _restatement("E4", "edited", 50, 45, -5),
            _restatement("E5", "added", 0, 45, 45),
            _restatement("E6", "deleted", 50, 0, -50),
        ],
    ),
    "balancing_remainder": Case(
        keys=frozenset({"clinic|2026-03-02|L1|Deductible", "clinic|2026-03-02|L1|Other"}),
        planted=[
            _cell("L1", 30, 20, charge_type="Deductible", remainder_amount=10),
            _cell("L1", 30, 30, charge_type="Other", full_access_remainder_amount=-20),
        ],
        twins=[_cell("L1", 30, 30), _cell("L1", 30, 0, expected=30, charge_type="Internal Payment")],
    ),
    "feed_document_failed": Case(
        keys=frozenset({"feed:patient", "feed:charge"}),
        planted=[_not_delivered("patient", "Patient"), _not_delivered("charge", "Charge")],
        twins=[
            _not_delivered("held-up", "Charge", root_exception_key="feed:patient", is_root=False),
            _not_delivered("paid", "Payment"),
        ],
    ),
    "feed_stuck_pending": Case(
        keys=frozenset({"FN-STUCK"}),
        planted=[
            _loaded("load-feed", "2026-03-27/claims_feed.csv", date(2026, 3, 27)),
            _feed("FN-STUCK", "Transmission Pending", "load-feed"),
        ],
        twins=[
            _loaded("load-feed-late", "2026-03-28/claims_feed.csv", date(2026, 3, 28)),
            _feed("FN-FRESH", "Transmission Pending", "load-feed-late"),
            _feed("FN-SENT", "Transmission Successful", "load-feed"),
            _feed("FP-STUCK", "Transmission Pending", "load-feed", feed_kind="payment"),
        ],
    ),
    "clinic_settings_rewritten": Case(
        keys=frozenset({"E1|2026-01-01"}),
        planted=[
            _loaded("load-settings", "2026-03-01/clinic_settings.csv", date(2026, 3, 1)),
            _clinic_settings(date(2026, 1, 1), "load-settings", was_corrected=True),
        ],
        twins=[
            _loaded("load-settings-old", "2026-02-28/clinic_settings.csv", date(2026, 2, 28)),
            _clinic_settings(date(2026, 2, 1), "load-settings-old", was_corrected=True),
            _clinic_settings(date(2026, 2, 2), "load-settings", was_corrected=False),
        ],
    ),
    "location_unmapped": Case(
        keys=frozenset({"unmapped:E9"}),
        planted=[
            _cell("unmapped:E9", 30, 0, is_location_mapped=False),
            _cell("unmapped:E9", 0, 20, is_location_mapped=False, charge_type="Other"),
        ],
        twins=[_cell("L-MAPPED", 30, 30)],
    ),
    "over_applied": Case(
        keys=frozenset({"R-OVER", "R-OPPOSITE"}),
        planted=[
            row(
                "marts.receipts",
                receipt_id="R-OVER",
                amount=50,
                applied_amount=60,
                escrow_amount=-10,
                is_over_applied=True,
            ),
            row(
                "marts.receipts",
                receipt_id="R-OPPOSITE",
                amount=50,
                applied_amount=-5,
                escrow_amount=55,
                is_over_applied=True,
            ),
        ],
        twins=[row("marts.receipts", receipt_id="R-FULL", amount=50, applied_amount=50)],
    ),
    "receipt_location_unmapped": Case(
        keys=frozenset({"R-NOWHERE"}),
        planted=[
            row("marts.receipts", receipt_id="R-NOWHERE", amount=8, applied_amount=8, location_id="L404")
        ],
        twins=[row("marts.receipts", receipt_id="R-SOMEWHERE", amount=8, applied_amount=8)],
    ),
    "reversal_unpaired": Case(
        keys=frozenset({"R-LOST-R", "R-PART-R", "R-ALONE", "R-TWICE"}),
        planted=[
            row(
                "marts.receipts",
                receipt_id="R-LOST-R",
                amount=-8,
                reversal_of_receipt_id="R-LOST",
                applied_amount=-8,
            ),
            row("marts.receipts", receipt_id="R-PART", amount=9, applied_amount=9, receipt_status="Reversed"),
            row(
                "marts.receipts",
                receipt_id="R-PART-R",
                amount=-8,
                reversal_of_receipt_id="R-PART",
                applied_amount=-8,
            ),
            row(
                "marts.receipts", receipt_id="R-ALONE", amount=9, applied_amount=9, receipt_status="Reversed"
            ),
            row(
                "marts.receipts", receipt_id="R-TWICE", amount=9, applied_amount=9, receipt_status="Reversed"
            ),
            row(
                "marts.receipts",
                receipt_id="R-TWICE-R",
                amount=-9,
                reversal_of_receipt_id="R-TWICE",
                applied_amount=-9,
            ),
            row(
                "marts.receipts",
                receipt_id="R-TWICE-S",
                amount=-9,
                reversal_of_receipt_id="R-TWICE",
                applied_amount=-9,
            ),
        ],
        twins=[
            row("marts.receipts", receipt_id="R-BACK", amount=9, escrow_amount=9, receipt_status="Reversed"),
            row(
                "marts.receipts",
                receipt_id="R-BACK-R",
                amount=-9,
                escrow_amount=-9,
                reversal_of_receipt_id="R-BACK",
            ),
            # A negative receipt that names no other one is a refund without a credit.
            row("marts.receipts", receipt_id="R-MINUS", amount=-4, applied_amount=-4),
        ],
    ),
    "posting_without_receipt": Case(
        keys=frozenset({"PAY-LOST", "disbursement|D-LOST", "refund|F-LOST"}),
        planted=[
            _payment("PAY-LOST", receipt_id="R-404"),
            _disbursement("D-LOST", "O", receipt_id="R-404"),
            row("staging.stg_billing__refunds", refund_id="F-LOST", receipt_id="R-404", amount=5),
        ],
        twins=[
            _payment("PAY-GOOD"),
            _payment("PAY-TOMORROW", receipt_id="R-404", posting_on=LATER),
            _payment("PAY-ADJUSTMENT", receipt_id=None, entry_type="adjustment"),
            row("staging.stg_billing__refunds", refund_id="F-GOOD", receipt_id="R-GOOD", amount=5),
        ],
    ),
    "posting_without_claim_line": Case(
        keys=frozenset({"PAY-NOCLAIM", "PAY-NOLINE", "PAY-NOLINE-ADJUSTMENT"}),
        planted=[
            _payment("PAY-NOCLAIM", claim_id="C-404"),
            _payment("PAY-NOLINE", line_number=9),
            _payment("PAY-NOLINE-ADJUSTMENT", line_number=9, entry_type="adjustment", receipt_id=None),
        ],
        twins=[_payment("PAY-NOLINE-TOMORROW", line_number=9, posting_on=LATER)],
    ),
    "unknown_disbursement_code": Case(
        keys=frozenset({"D-STRANGE", "D-TOO-EARLY", "D-TOO-LATE"}),
        planted=[
            _disbursement("D-STRANGE", "QQ"),
            _disbursement("D-TOO-EARLY", "NEW", disbursed_on=date(2026, 2, 28)),
            _disbursement("D-TOO-LATE", "OLD", disbursed_on=date(2026, 3, 1)),
        ],
        twins=[
            _code("NEW", date(2026, 3, 1), None),
            _code("OLD", date(2026, 1, 1), date(2026, 3, 1)),
            _disbursement("D-BUILT-IN", "cp"),
            _disbursement("D-OWN", "New", disbursed_on=date(2026, 3, 1)),
            _disbursement("D-OWN-THEN", "OLD", disbursed_on=date(2026, 2, 28)),
            _disbursement("D-TOMORROW", "QQ", disbursed_on=LATER),
        ],
    ),
    "receipt_in_error": Case(
        keys=frozenset({"R-STUCK"}),
        planted=[_computed("R-STUCK", "Error", "NO_CLAIM_FOUND", escrow_amount=20)],
        twins=[
            _computed("R-WAITING", "Hold", "NO_CLAIM_YET", escrow_amount=20),
            # A person has posted it in billing.
            _computed("R-BY-HAND", "Error", "PREPAY_MANUAL", applied_amount=20),
        ],
    ),
    "receipt_not_in_billing": Case(
        keys=frozenset({"J-1", "J-2", "J-3"}),
        planted=[
            _entered("J-1", "P-FORGOTTEN", AS_OF - timedelta(days=3)),
            _entered("J-2", "P-OTHER-DAY", AS_OF),
            _entered("J-3", "P-OTHER-AMOUNT", AS_OF, check_number="1234"),
            _billed_at("R-OTHER-DAY", "P-OTHER-DAY", AS_OF - timedelta(days=1)),
            _billed_at("R-OTHER-AMOUNT", "P-OTHER-AMOUNT", AS_OF, amount=52, check_number="1234"),
        ],
        twins=[
            _entered("J-4", "P-FRESH", AS_OF - timedelta(days=2)),
            _entered("J-5", "P-MISTAKE", AS_OF - timedelta(days=30), receipt_status="Reversed"),
            _entered(
                "J-5-R",
                "P-MISTAKE",
                AS_OF - timedelta(days=30),
                amount=-25,
                receipt_status="Reversed",
                reversal_of_receipt_id="J-5",
            ),
            # Two equal payments of one day are two payments, and an equal one of last month is another.
            _entered("J-6", "P-TWO", AS_OF),
            _billed_at("R-TWO", "P-TWO", AS_OF),
            _billed_at("R-LAST-MONTH", "P-TWO", AS_OF - timedelta(days=8)),
            # This one is the money of another entry.
            _billed_at("R-TAKEN", "P-TWO", AS_OF - timedelta(days=1), entered_as="J-7"),
        ],
    ),
    "escrow_aged": Case(
        keys=frozenset({"R-OLD", "R-OLD-INSURER"}),
        planted=[
            _computed(
                "R-OLD",
                "Hold",
                "CREDIT_WAITING",
                escrow_amount=20,
                days_in_escrow=61,
                computed_unapplied_amount=20,
            ),
            row(
                "marts.receipts",
                receipt_id="R-OLD-INSURER",
                amount=20,
                escrow_amount=20,
                days_in_escrow=121,
                payer_class="Insurance",
            ),
        ],
        twins=[
            _computed(
                "R-YOUNG",
                "Hold",
                "CREDIT_WAITING",
                escrow_amount=20,
                days_in_escrow=60,
                computed_unapplied_amount=20,
            ),
            # Other kinds tell of these.
            _computed(
                "R-UNPOSTED",
                "Completed",
                "COMPLETED",
                escrow_amount=20,
                days_in_escrow=90,
                computed_unapplied_amount=0,
            ),
            row(
                "marts.receipts",
                receipt_id="R-OLD-BACK",
                amount=9,
                escrow_amount=9,
                days_in_escrow=90,
                receipt_status="Reversed",
            ),
            row(
                "marts.receipts",
                receipt_id="R-OLD-BACK-R",
                amount=-9,
                escrow_amount=-9,
                days_in_escrow=90,
                reversal_of_receipt_id="R-OLD-BACK",
            ),
        ],
    ),
    "refund_of_escrow": Case(
        keys=frozenset({"F-ESCROW"}),
        planted=[_judged_refund("F-ESCROW", "refund_of_escrow", out_of_escrow_amount=5)],
        twins=[_judged_refund("F-UNKNOWN", "refund_of_escrow", out_of_escrow_amount=5, receipt_id="R-404")],
    ),
    "refund_without_credit": Case(
        keys=frozenset({"F-OWING"}),
        planted=[_judged_refund("F-OWING", "refund_exceeds_credit", beyond_credit_amount=5)],
        twins=[_judged_refund("F-CREDIT", "allowed", credit_amount=5)],
    ),
    "disbursement_over_escrow": Case(
        keys=frozenset({"D-TOO-MUCH"}),
        planted=[_disbursed("D-TOO-MUCH", escrow_left_amount=-3)],
        twins=[
            _disbursed("D-ALL-OF-IT", escrow_left_amount=0),
            _disbursed("D-TAKEN-BACK", escrow_left_amount=-3, is_undone=True),
            # Told by the receipt that is used beyond its amount.
            row(
                "marts.receipts",
                receipt_id="R-OVER-BY-CODE",
                amount=0,
                disbursed_amount=5,
                escrow_amount=-5,
                is_over_applied=False,
            ),
            _disbursed("D-OF-NOTHING", escrow_left_amount=-5, receipt_id="R-OVER-BY-CODE"),
        ],
    ),
    "disbursement_entered_twice": Case(
        keys=frozenset({"journal-1"}),
        planted=[
            _disbursed("journal-1", made_by="journal", receipt_id="R-TWICE", disbursed_on=AS_OF),
            _disbursed("D-AGAIN", made_by="billing", receipt_id="R-TWICE", disbursed_on=AS_OF),
            # Once more in billing is no further finding of the one entry.
            _disbursed("D-LATER", made_by="billing", receipt_id="R-TWICE", disbursed_on=AS_OF),
        ],
        twins=[
            _disbursed("journal-2", made_by="journal", receipt_id="R-CODES", disbursed_on=AS_OF),
            _disbursed("D-CODE", made_by="billing", receipt_id="R-CODES", disbursement_code="O"),
            _disbursed("D-AMOUNT", made_by="billing", receipt_id="R-CODES", amount=6),
            _disbursed("D-RECEIPT", made_by="billing", receipt_id="R-OTHER"),
            _disbursed("D-BACK", made_by="billing", receipt_id="R-CODES", is_undone=True),
            _disbursed("journal-3", made_by="journal", receipt_id="R-BACK", is_undone=True),
            _disbursed("D-STANDS", made_by="billing", receipt_id="R-BACK"),
            _disbursed("D-ONE", made_by="billing", receipt_id="R-BILLING"),
            _disbursed("D-TWO", made_by="billing", receipt_id="R-BILLING"),
        ],
    ),
    "refund_entered_twice": Case(
        keys=frozenset({"journal-4"}),
        planted=[
            _judged_refund("journal-4", "allowed", made_by="journal", receipt_id="R-TWICE"),
            _judged_refund("F-AGAIN", "allowed", made_by="billing", receipt_id="R-TWICE"),
        ],
        twins=[
            _judged_refund("journal-5", "allowed", made_by="journal", receipt_id="R-MORE"),
            _judged_refund("F-MORE", "allowed", made_by="billing", receipt_id="R-MORE", amount=6),
            _judged_refund("journal-6", "allowed", made_by="journal", receipt_id="R-TAKEN-BACK"),
            _judged_refund("F-GIVEN", "allowed", made_by="billing", receipt_id="R-TAKEN-BACK"),
            _judged_refund("F-BACK", "allowed", made_by="billing", receipt_id="R-TAKEN-BACK", amount=-5),
        ],
    ),
    "credit_over_60_days": Case(
        keys=frozenset({f"P-CREDIT-{number}" for number in range(MOST_NEW + 1)}),
        planted=[
            _account(f"P-CREDIT-{number}", credit_amount=5, credit_age_days=61)
            for number in range(MOST_NEW + 1)
        ],
        twins=[
            _account("P-NEW-CREDIT", credit_amount=5, credit_age_days=60),
            _account("P-NO-CREDIT", credit_amount=0),
        ],
    ),
    "legacy_money_not_arrived": Case(
        keys=frozenset({"R-SENT", "R-SENT-MORE"}),
        planted=[
            _sent("R-SENT", "not_arrived", disbursed=30, arrived=0, age_days=6),
            _sent("R-SENT-MORE", "amount_differs", disbursed=30, arrived=29, age_days=20),
        ],
        twins=[
            _sent("R-JUST-SENT", "not_arrived", disbursed=30, arrived=0, age_days=5),
            _sent("R-ARRIVED", "matched", disbursed=30, arrived=30, age_days=None),
            _sent("R-NO-LOG", "not_arrived", disbursed=30, arrived=0, age_days=9, has_posting_log=False),
        ],
    ),
    "legacy_money_without_disbursement": Case(
        keys=frozenset({"check K-404", "R-ARRIVED-MORE"}),
        planted=[
            _sent("check K-404", "arrived_without_disbursement", disbursed=0, arrived=30, age_days=0),
            _sent("R-ARRIVED-MORE", "amount_differs", disbursed=30, arrived=31, age_days=2),
        ],
        twins=[_sent("R-ARRIVED-WHOLE", "arrived", disbursed=30, arrived=30, age_days=2)],
    ),
    "deposit_without_remittance": Case(
        keys=frozenset({"900|D-NOBODY", "900|D-TAKEN"}),
        planted=[
            _at_bank(
                "D-NOBODY", "deposit_without_remittance", 80, suggested_keys="remittance|a+remittance|b"
            ),
            _at_bank("D-TAKEN", "deposit_without_remittance", -30, channel="other"),
        ],
        twins=[
            _at_bank("D-NEW", "waiting_for_remittance", 80, business_days_open=4),
            _at_bank("D-FEE", "bank_fee", -15, channel="fee"),
            _at_bank("D-OUT", "transfer", -15, channel="transfer"),
        ],
    ),
    "remittance_without_deposit": Case(
        keys=frozenset({"remittance|lost", "receipt|R-LOST"}),
        planted=[
            _in_books("remittance|lost", "remittance_without_deposit", 80, remittance_key="lost"),
            _in_books("receipt|R-LOST", "remittance_without_deposit", 20, receipt_id="R-LOST"),
        ],
        twins=[
            _in_books("remittance|new", "waiting_for_deposit", 80, business_days_open=4),
            _in_books("remittance|twice", "repeated", 0),
            _in_books("remittance|other", "conflicting_trace", 81),
            _in_books("remittance|denied", "no_money", 0),
        ],
    ),
    "batch_without_deposit": Case(
        keys=frozenset({"batch|L1|2026-03-02", "return|R-9-R", "settlement|S-LOST"}),
        planted=[
            _in_books("batch|L1|2026-03-02", "remittance_without_deposit", 80),
            _in_books("return|R-9-R", "remittance_without_deposit", -20),
            _in_books(
                "settlement|S-LOST",
                "remittance_without_deposit",
                97,
                settlement_id="S-LOST",
                gross_amount=100,
                fee_amount=3,
            ),
        ],
        twins=[_in_books("batch|L1|2026-03-30", "waiting_for_deposit", 80, business_days_open=1)],
    ),
    "ambiguous_deposit": Case(
        keys=frozenset({"900|D-TWIN-1"}),
        planted=[
            _at_bank(f"D-TWIN-{number}", "ambiguous", 50, match_group_key="900|D-TWIN-1") for number in (1, 2)
        ]
        + [
            _in_books(f"remittance|twin-{number}", "ambiguous", 50, match_group_key="900|D-TWIN-1")
            for number in (1, 2)
        ],
        twins=[_at_bank("D-SURE", "matched", 50, expected_key="remittance|sure", expected_amount=50)],
    ),
    "returned_item": Case(
        keys=frozenset({"900|D-BACK"}),
        planted=[_at_bank("D-BACK", "returned", -60, channel="return", reference="2001")],
        twins=[
            # The deposit that went back, and a return that the books reversed.
            _at_bank("D-FORTH", "returned", 60, expected_key="remittance|back", expected_amount=60),
            _at_bank("D-REVERSED", "matched", -60, expected_key="return|R-8-R", expected_kind="return"),
        ],
    ),
    "deposit_in_wrong_account": Case(
        keys=frozenset({"900|D-ELSEWHERE"}),
        planted=[
            _at_bank(
                "D-ELSEWHERE", "wrong_account", 40, expected_key="remittance|w1", expected_account="901"
            ),
            _at_bank(
                "D-ELSEWHERE", "wrong_account", 30, expected_key="remittance|w2", expected_account="901"
            ),
        ],
        twins=[_at_bank("D-MOVED", "wrong_account_corrected", 40, expected_account="901")],
    ),
    "deposit_amount_differs": Case(
        keys=frozenset({"900|D-LESS"}),
        planted=[
            _at_bank(
                "D-LESS",
                "amount_differs",
                90,
                expected_key="remittance|more",
                expected_kind="remittance",
                expected_amount=100,
                difference_amount=-10,
            )
        ],
        twins=[_at_bank("D-EXACT", "matched", 100, expected_key="remittance|exact", expected_amount=100)],
    ),
    "card_settlement_short": Case(
        keys=frozenset({"S-KEPT", "S-MISCOUNTED"}),
        planted=[_settled("S-KEPT", 100, 3, 97, 90), _settled("S-MISCOUNTED", 100, 3, 96, 96)],
        twins=[_settled("S-FULL", 100, 3, 97, 97)],
    ),
    "remittance_without_receipt": Case(
        keys=frozenset({"rem-unreceived", "rem-before-the-change"}),
        planted=[
            row(
                "marts.money_trail",
                origin_key=f"rem-unreceived|{claim}",
                remittance_key="rem-unreceived",
                amount=amount,
                gap="receipt",
            )
            for claim, amount in (("C-1", 30), ("C-2", 20))
        ]
        + [
            row(
                "marts.money_trail",
                remittance_key="rem-before-the-change",
                amount=30,
                gap="receipt",
                origin_on=date(2026, 3, 4),
            )
        ],
        twins=[
            # From March 5 to March 7 the practice takes thirty days.
            _setting("receipt_wait_days", "30", date(2026, 3, 5), date(2026, 3, 8)),
            row(
                "marts.money_trail",
                remittance_key="rem-in-a-patient-time",
                amount=30,
                gap="receipt",
                origin_on=date(2026, 3, 5),
            ),
            row(
                "marts.money_trail",
                remittance_key="rem-booked",
                amount=30,
                gap="posting",
                receipt_id="R-GOOD",
            ),
            row("marts.money_trail", remittance_key="rem-denied", amount=0, gap="receipt"),
            row(
                "marts.money_trail",
                remittance_key="rem-new",
                amount=30,
                gap="receipt",
                origin_on=date(2026, 3, 24),
            ),
            row("marts.money_trail", origin_kind="emr_payment", amount=30, gap="receipt"),
        ],
    ),
    "escrow_history_broken": Case(
        keys=frozenset({"R-L2", "R-GOOD"}),
        afterwards=(
            "update marts.escrow set opening_amount = opening_amount + 1 where receipt_id = 'R-L2'",
            "delete from marts.escrow where receipt_id = 'R-GOOD'",
        ),
        # Its day of escrow is built with it, and is left as it is.
        twins=[row("marts.receipts", receipt_id="R-EACH-DAY-TOLD", amount=7, escrow_amount=7)],
    ),
    "patient_money_outside_the_log": Case(
        keys=frozenset({"R-UNLOGGED"}),
        planted=[row("marts.receipts", receipt_id="R-UNLOGGED", amount=5, applied_amount=5)],
        twins=[row("marts.receipts", receipt_id="R-IN-THE-LOG", amount=5, applied_amount=5)],
        afterwards=("delete from marts.patient_payment_log where receipt_id = 'R-UNLOGGED'",),
    ),
    "appointment_of_another_patient": Case(
        keys=frozenset({"R-STRANGER", "R-LINKED-WRONG"}),
        planted=[
            row("marts.receipts", receipt_id="R-STRANGER", amount=0, appointment_id="A-OTHER"),
            row(
                "marts.receipts",
                receipt_id="R-LINKED-WRONG",
                amount=0,
                appointment_id="A-OWN",
                linked_appointment_id="A-OTHER",
            ),
        ],
        twins=[
            row("marts.appointments", appointment_id="A-OTHER", patient_id="P00002"),
            row("marts.appointments", appointment_id="A-OWN", patient_id="P00001"),
            row("marts.receipts", receipt_id="R-OWN", amount=0, appointment_id="A-OWN"),
            row(
                "marts.receipts",
                receipt_id="R-RELINKED",
                amount=0,
                appointment_id="A-OTHER",
                linked_appointment_id="A-OWN",
            ),
            row(
                "marts.receipts", receipt_id="R-NO-PATIENT", amount=0, appointment_id="A-OWN", patient_id=None
            ),
        ],
    ),
    "bridge_broken": Case(
        keys=frozenset(
            {
                # The items of a side are a dollar more than its total.
                "posting|2026-03-01|L2|Insurance|receipts",
                # A month whose receipts are not there at all.
                "received|all|L2|Insurance|receipts",
            }
        ),
        afterwards=(
            "update marts.receipt_payment_bridge set amount = amount + 1 where date_basis = 'posting'"
            " and item = 'payments_in_period' and location_id = 'L2' and payer_class = 'Insurance'",
            "delete from marts.receipt_payment_bridge where date_basis = 'received' and location_id = 'L2'"
            " and payer_class = 'Insurance'",
        ),
        # Its side of the bridge is built with it, and is left as it is.
        twins=[row("marts.receipts", receipt_id="R-BRIDGED", amount=7, applied_amount=7)],
    ),
    "period_closed_by_one_person": Case(
        keys=frozenset({"month|2026-03-01|L1", "month|2026-02-01|L1"}),
        planted=[
            _closed(date(2026, 3, 1), prepared_by="maria", reviewed_by="noor", signed_by="Maria "),
            _closed(date(2026, 2, 1), prepared_by="maria", reviewed_by="maria"),
        ],
        twins=[_closed(date(2026, 1, 1), prepared_by="maria", reviewed_by="noor", signed_by="noor")],
    ),
    "step_without_figures": Case(
        keys=frozenset({"7"}),
        planted=[_step(7, "sign")],
        twins=[_step(8, "reopen"), _step(9, "sign", is_refused=True), _step(10, "sign", figures_sha256="a")],
    ),
    "bound_figure_without_its_move": Case(
        keys=frozenset(
            {
                "month|2026-03-01|L1|2026-03|L1|escrow|closing",
                "month|2026-03-01|L1|2026-03|L1|escrow|opening",
            }
        ),
        planted=[
            _bound("closing", "5.00", "1.00", "6.01", is_moved=True),
            _bound("opening", "5.00", "1.00", "6.00", is_moved=False),
        ],
        twins=[
            _bound("applied", "5.00", "-1.00", "4.00", is_moved=True),
            _bound("refunded", "5.00", "0.00", "5.00", is_moved=False),
        ],
    ),
    "tie_out_remainder": Case(
        keys=frozenset(
            {
                "month|2026-03-01|L1|balancing|remainder",
                # Two days of February cancel out, and each of them does not add up.
                "day|2026-02-03|L1|deposits|books_remainder",
                "day|2026-02-04|L1|deposits|books_remainder",
            }
        ),
        planted=[
            _remainder("month", date(2026, 3, 1), "balancing", "remainder", "0.01"),
            # The month says it for its days.
            _remainder("day", date(2026, 3, 5), "balancing", "remainder", "0.01"),
            _remainder("day", date(2026, 2, 3), "deposits", "books_remainder", "5.00"),
            _remainder("day", date(2026, 2, 4), "deposits", "books_remainder", "-5.00"),
        ],
        twins=[
            _remainder("month", date(2026, 2, 1), "deposits", "books_remainder", "0.00"),
            _remainder("day", date(2026, 3, 6), "balancing", "remainder", "0.00"),
            _remainder("month", date(2026, 2, 1), "balancing", "emr_payments", "7.00", role="total"),
        ],
    ),
    "void_of_deposited_money": Case(
        keys=frozenset({"D-VOID"}),
        planted=[
            row(
                "marts.receipts",
                receipt_id="R-DEPOSITED",
                amount=5,
                disbursed_amount=5,
                deposit_on=date(2026, 3, 5),
            ),
            _disbursement("D-VOID", "V", receipt_id="R-DEPOSITED"),
        ],
        twins=[
            row("marts.receipts", receipt_id="R-UNDEPOSITED", amount=5, disbursed_amount=5),
            _disbursement("D-VOID-CHECK", "V", receipt_id="R-UNDEPOSITED"),
            row(
                "marts.receipts",
                receipt_id="R-UNDONE",
                amount=5,
                applied_amount=5,
                deposit_on=date(2026, 3, 5),
            ),
            _disbursement("D-UNDONE", "V", receipt_id="R-UNDONE"),
            _disbursement("D-UNDOING", "V", receipt_id="R-UNDONE", amount=-5, disbursed_on=date(2026, 3, 6)),
        ],
    ),
    "receipt_zeroed_after_posting": Case(
        keys=frozenset({"R-ZEROED"}),
        planted=[
            row(
                "marts.receipts",
                receipt_id="R-ZEROED",
                amount=0,
                applied_amount=5,
                escrow_amount=-5,
                is_over_applied=True,
            )
        ],
        twins=[row("marts.receipts", receipt_id="R-ZERO", amount=0)],
    ),
    "negative_escrow": Case(
        keys=frozenset({"L1|Invoice"}),
        planted=[
            row(
                "marts.receipts",
                receipt_id="R-BELOW",
                amount=-5,
                escrow_amount=-5,
                location_id="L1",
                payer_class="Invoice",
            )
        ],
        twins=[
            row(
                "marts.receipts",
                receipt_id="R-LEVEL",
                amount=5,
                applied_amount=5,
                location_id="L1",
                payer_class="Invoice",
            )
        ],
    ),
    "posting_difference": Case(
        keys=frozenset({"R-DIFFERS|C-GOOD/1/2026-03-05|-", "R-DIFFERS|-|C-GOOD/1/2026-03-06"}),
        planted=[
            row("marts.receipts", receipt_id="R-DIFFERS", amount=5, applied_amount=5),
            row(
                "marts.posting_differences",
                receipt_id="R-DIFFERS",
                difference="missing",
                computed_claim_id="C-GOOD",
                computed_line_number=1,
                computed_amount=5,
                actual_posted_on=None,
            ),
            row(
                "marts.posting_differences",
                receipt_id="R-DIFFERS",
                difference_number=2,
                difference="extra",
                actual_claim_id="C-GOOD",
                actual_line_number=1,
                actual_amount=5,
                actual_posted_on=date(2026, 3, 6),
            ),
        ],
        twins=[
            # A posting to a line that is not there is told elsewhere.
            row(
                "marts.posting_differences",
                receipt_id="R-GOOD",
                difference="extra",
                actual_claim_id="C-404",
                actual_line_number=1,
                actual_amount=5,
            ),
        ],
    ),
    "applications_not_conserved": Case(
        keys=frozenset({"R-LEAKS"}),
        planted=[
            _computed("R-LEAKS", "Completed", "COMPLETED", applied_amount=20, computed_applied_amount=20),
            _application("R-LEAKS", amount=19),
        ],
        twins=[
            _computed("R-TIGHT", "Completed", "COMPLETED", applied_amount=20, computed_applied_amount=20),
            _application("R-TIGHT", amount=20),
        ],
    ),
    "status_log_contradicts_receipt": Case(
        keys=frozenset({"R-CONTRADICTED"}),
        planted=[
            _computed("R-CONTRADICTED", "Hold", "CREDIT_WAITING", applied_amount=20),
            _logged("R-CONTRADICTED", 1, "Hold"),
            _logged("R-CONTRADICTED", 2, "Completed"),
        ],
        twins=[
            _computed("R-LOGGED", "Completed", "COMPLETED", applied_amount=20),
            _logged("R-LOGGED", 1, "New"),
            _logged("R-LOGGED", 2, "Completed"),
        ],
    ),
    "claim_change_unexplained": Case(
        keys=frozenset({"C-CHANGED|2026-03-05|3"}),
        planted=[_changed("C-CHANGED", "R-TIGHT")],
        twins=[_changed("C-GOOD", "R-TIGHT")],
    ),
    "claim_total_mismatch": Case(
        keys=frozenset({"C-MORE", "C-LESS"}),
        planted=[
            row("marts.claims", claim_id="C-MORE", charge_amount=120, line_charge_amount=100),
            row("marts.claims", claim_id="C-LESS", charge_amount=90, line_charge_amount=100),
        ],
        twins=[
            row(
                "marts.claims",
                claim_id="C-VOID",
                charge_amount=120,
                line_charge_amount=0,
                line_count=0,
                voided_on=date(2026, 3, 9),
            )
        ],
    ),
    "claim_without_lines": Case(
        keys=frozenset({"C-EMPTY"}),
        planted=[
            row("marts.claims", claim_id="C-EMPTY", charge_amount=120, line_charge_amount=0, line_count=0)
        ],
        twins=[
            row(
                "marts.claims", claim_id="C-ONE-LINE", charge_amount=120, line_charge_amount=120, line_count=1
            )
        ],
    ),
    "era_line_out_of_balance": Case(
        keys=frozenset({"rem-line|line|1|2"}),
        planted=[_remittance("rem-line", "T1"), _check("rem-line", "line", 1, 2, "mismatch", 3)],
        twins=[
            _remittance("rem-good", "T0"),
            _check("rem-good", "line", 1, 1, "balanced", 0),
            _check("rem-good", "claim", 1, 0, "balanced", 0),
            _check("rem-good", "remittance", 0, 0, "balanced", 0),
            row("staging.stg_era__claims", claim_position=1, claim_identifier="C-GOOD", row_number=21),
            row("staging.stg_era__service_lines", claim_position=1, line_position=2, row_number=23),
        ],
    ),
    "era_claim_out_of_balance": Case(
        keys=frozenset({"rem-claim|claim|1|0"}),
        planted=[_remittance("rem-claim", "T2"), _check("rem-claim", "claim", 1, 0, "mismatch", -3)],
        twins=[_remittance("rem-claim-even", "T2E"), _check("rem-claim-even", "claim", 1, 0, "balanced", 0)],
    ),
    "era_remittance_out_of_balance": Case(
        keys=frozenset({"rem-sum|remittance|0|0"}),
        planted=[_remittance("rem-sum", "T3"), _check("rem-sum", "remittance", 0, 0, "mismatch", 3)],
        twins=[_remittance("rem-sum-even", "T3E"), _check("rem-sum-even", "remittance", 0, 0, "balanced", 0)],
    ),
    "era_not_evaluable": Case(
        keys=frozenset({"rem-blank|line|1|2", "rem-blank|claim|1|0", "rem-blank|remittance|0|0"}),
        planted=[
            _remittance("rem-blank", "T4"),
            _check("rem-blank", "line", 1, 2, "not_evaluable", None),
            _check("rem-blank", "claim", 1, 0, "not_evaluable", None),
            _check("rem-blank", "remittance", 0, 0, "not_evaluable", None),
        ],
        twins=[_remittance("rem-full", "T4E"), _check("rem-full", "line", 1, 2, "balanced", 0)],
    ),
    "duplicate_remittance": Case(
        keys=frozenset({"rem-again"}),
        planted=[
            _remittance("rem-first", "T5"),
            _remittance("rem-again", "T5", is_duplicate=True, duplicate_of_remittance_key="rem-first"),
        ],
        twins=[_remittance("rem-other-trace", "T6")],
    ),
    "conflicting_trace": Case(
        keys=frozenset({"rem-conflict"}),
        planted=[
            _remittance("rem-earlier", "T7", has_conflicting_trace=True, transaction_position=1),
            _remittance("rem-conflict", "T7", has_conflicting_trace=True, transaction_position=2),
        ],
        twins=[_remittance("rem-same-trace-other-payer", "T7", payer_identifier="1888888888")],
    ),
    "orphan_reversal": Case(
        keys=frozenset({"rem|orphan"}),
        planted=[
            _answer(
                "rem|orphan", answer="reversal", reversal_role="orphan", orphan_reason="no_earlier_answer"
            ),
        ],
        twins=[
            _answer("rem|reversed", reversal_role="reversed"),
            _reversal("rem|paired", correction_key="rem|corrected", reverses_key="rem|reversed"),
        ],
    ),
    "correction_missing": Case(
        keys=frozenset({"rem|waited"}),
        planted=[
            _answer("rem|waited", answer="reversal", reversal_role="paired", days_without_correction=31)
        ],
        twins=[_answer("rem|waiting", answer="reversal", reversal_role="paired", days_without_correction=30)],
    ),
    "claim_payment_unmatched": Case(
        keys=frozenset({"rem|nobody"}),
        planted=[_answer("rem|nobody", outcome="unmatched", claim_id=None, unmatched_reason="claim_unknown")],
        twins=[
            _answer("rem|legacy", outcome="legacy", claim_id=None),
            _answer("rem|held", outcome="unmatched", claim_id=None, is_counted=False),
        ],
    ),
    "secondary_before_primary": Case(
        keys=frozenset({"rem|early"}),
        planted=[_answer("rem|early", payer_rank="secondary", primary_timing="no_primary_seen")],
        # Once the first payer has answered, it does not matter any more which came first.
        twins=[
            _answer("rem|in-turn", payer_rank="secondary", primary_timing="after_primary"),
            _answer("rem|was-early", payer_rank="secondary", primary_timing="before_primary"),
        ],
    ),
    "posted_more_than_paid": Case(
        keys=frozenset({"T-MORE|C-GOOD"}),
        planted=[
            _answer("rem|more", trace_number="T-MORE"),
            *_posted("R-MORE", "T-MORE", 101),
        ],
        twins=[
            # Two answers of one check to one claim are paid together.
            _answer("rem|first-part", trace_number="T-PARTS", paid_amount=60),
            _answer("rem|second-part", trace_number="T-PARTS", paid_amount=40),
            *_posted("R-PARTS", "T-PARTS", 100),
        ],
    ),
    "service_line_unmatched": Case(
        keys=frozenset({"rem|good|2"}),
        planted=[_answered_line("rem|good", outcome="unmatched", unmatched_reason="procedure_absent")],
        twins=[
            _answer("rem|good"),
            _answered_line("rem|legacy", outcome="legacy"),
            _answered_line("rem|held", outcome="unmatched"),
        ],
    ),
    "debit_remittance": Case(
        keys=frozenset({"rem-debit"}),
        planted=[row("marts.era_dashboard", remittance_key="rem-debit", standing="debit")],
        twins=[row("marts.era_dashboard", remittance_key="rem-counted")],
    ),
    "trace_seen_twice": Case(
        keys=frozenset({"rem-dated-anew"}),
        planted=[
            row("marts.era_dashboard", remittance_key="rem-dated-anew", standing="trace_seen_before"),
        ],
        twins=[row("marts.era_dashboard", remittance_key="rem-duplicate", standing="duplicate")],
    ),
    "legacy_money_without_clearing": Case(
        keys=frozenset({"rem-kept"}),
        planted=[row("marts.era_dashboard", remittance_key="rem-kept", amount_to_post_in_legacy=20)],
        twins=[
            row(
                "marts.era_dashboard",
                remittance_key="rem-cleared",
                amount_to_post_in_legacy=20,
                legacy_disbursed_amount=20,
            ),
            # Nobody has come to it yet.
            row(
                "marts.era_dashboard",
                remittance_key="rem-in-posting",
                amount_to_post_in_legacy=20,
                on_hold_amount=100,
            ),
        ],
    ),
    "informational_remittance": Case(
        keys=frozenset({"rem-notice"}),
        planted=[_remittance("rem-notice", "T8", handling_code="H")],
        twins=[
            row(
                "marts.era_remittances",
                remittance_key="rem-denials",
                trace_number="T9",
                payment_amount=0,
                payment_method_code="NON",
                handling_code="H",
            )
        ],
    ),
    "provider_adjustment_unexplained": Case(
        keys=frozenset({"item-riddle"}),
        planted=[_item("item-riddle", item_status="unexplained", is_explained=False)],
        twins=[_item("item-known", item_status="explained_by_claim")],
    ),
    "provider_balance_aged": Case(
        keys=frozenset({"item-old"}),
        planted=[_item("item-old", item_status="open", still_to_come_amount=30, age_days=91)],
        twins=[_item("item-young", item_status="open", still_to_come_amount=30, age_days=90)],
    ),
    "adjustment_reason_unknown": Case(
        keys=frozenset({"rem-good|X9"}),
        planted=[
            row("marts.era_adjustments", segment_number=number, reason_code="X9", is_known_reason=False)
            for number in (5, 6)
        ],
        twins=[row("marts.era_adjustments", segment_number=7, reason_code="45", is_known_reason=True)],
    ),
    "provider_adjustment_without_amount": Case(
        keys=frozenset({"rem-good|30|1", "rem-good|30|2"}),
        planted=[
            row("marts.era_provider_adjustments", pair_position=1, amount=None),
            row("marts.era_provider_adjustments", pair_position=2, amount=0),
        ],
        twins=[row("marts.era_provider_adjustments", pair_position=3, amount=-5)],
    ),
    "check_pieces_broken": Case(
        keys=frozenset({"P-BROKEN"}),
        planted=[row("marts.era_payer_totals", payer_key="P-BROKEN", applied_amount=99)],
        twins=[row("marts.era_payer_totals", payer_key="P-WHOLE", applied_amount=110)],
    ),
    "expected_file_missing": Case(
        keys=frozenset({"receipts|L1|2026-03-09"}),
        planted=[_expected("L1", "missing", file_count=0)],
        twins=[_expected("L2", "on_time", file_count=1, record_count=9, load_id="load-receipts")],
    ),
    "expected_file_late": Case(
        keys=frozenset({"receipts|all|2026-03-09"}),
        planted=[_expected("all", "late", arrived_on=AS_OF - timedelta(days=6), load_id="load-receipts")],
        # A week after it came nobody needs to be told any more.
        twins=[_expected("L3", "late", arrived_on=AS_OF - timedelta(days=7), load_id="load-receipts")],
    ),
    "expected_file_empty": Case(
        keys=frozenset({"receipts|L4|2026-03-09"}),
        planted=[_expected("L4", "empty", record_count=0, load_id="load-receipts")],
        twins=[_expected("L4-FULL", "on_time", record_count=1, load_id="load-receipts")],
    ),
    "expected_file_small": Case(
        keys=frozenset({"receipts|L5|2026-03-09"}),
        planted=[
            _expected("L5", "small", record_count=2, usual_record_count=50, load_id="load-receipts"),
        ],
        twins=[_expected("L6", "on_time", record_count=40, usual_record_count=50, load_id="load-receipts")],
    ),
    "correction_not_applicable": Case(
        keys=frozenset({"FIX-1"}),
        planted=[_correction("FIX-1", "not_applicable", why="other_value_there")],
        twins=[
            _correction(f"FIX-{outcome}", outcome)
            for outcome in ("applied", "superseded", "already_so", "record_settled")
        ],
    ),
    "repeat_without_original": Case(
        keys=frozenset({"bytes|load-receipts|load-404|same"}),
        planted=[_repeat("load-404")],
        twins=[_repeat("load-era")],
    ),
    "row_deleted_at_source": Case(
        keys=frozenset({"receipts|R-GONE"}),
        planted=[
            row(
                "marts.deleted_rows",
                source="receipts",
                business_key="R-GONE",
                last_seen_on=date(2026, 3, 1),
                deleted_on=date(2026, 3, 2),
                amount=20,
                load_id="load-receipts",
                file_hash="f" * 64,
                row_number=9,
            )
        ],
        # What is not deleted is not in the mart at all.
        twins=[row("marts.receipts", receipt_id="R-STILL-THERE", amount=20, applied_amount=20)],
    ),
    "filing_limit_passed": Case(
        keys=frozenset({"A|CH-PASSED", "A|CH-DELAYED-TOO-LONG"}),
        planted=[
            row("marts.failed_charges", charge_record_id="CH-PASSED", filing_status="passed"),
            row(
                "marts.failed_charges",
                charge_record_id="CH-DELAYED-TOO-LONG",
                filing_status="passed",
                charge_status="delayed",
            ),
        ],
        twins=[
            row(
                "marts.failed_charges",
                charge_record_id="CH-WRITTEN-OFF",
                filing_status="passed",
                charge_status="voided",
            )
        ],
    ),
    "filing_limit_near": Case(
        keys=frozenset({"A|CH-NEAR", "A|CH-DUE"}),
        planted=[
            row("marts.failed_charges", charge_record_id="CH-NEAR", filing_status="near"),
            row("marts.failed_charges", charge_record_id="CH-DUE", filing_status="due"),
        ],
        twins=[
            row("marts.failed_charges", charge_record_id="CH-OPEN", filing_status="open"),
            row("marts.failed_charges", charge_record_id="CH-NO-LIMIT", filing_status="not_evaluable"),
            row(
                "marts.failed_charges",
                charge_record_id="CH-GONE",
                filing_status="due",
                charge_status="released",
            ),
        ],
    ),
    "charge_bounced_twice": Case(
        keys=frozenset({"A|CH-TWICE"}),
        planted=[row("marts.failed_charges", charge_record_id="CH-TWICE", bounce_count=2)],
        twins=[
            row("marts.failed_charges", charge_record_id="CH-ONCE", bounce_count=1),
            row(
                "marts.failed_charges",
                charge_record_id="CH-TWICE-PAID",
                bounce_count=2,
                charge_status="adjudicated",
            ),
        ],
    ),
    "claim_stuck": Case(
        keys=frozenset({"C-STUCK"}),
        planted=[row("marts.claim_lifecycle", claim_id="C-STUCK", is_stuck=True)],
        twins=[row("marts.claim_lifecycle", claim_id="C-ON-ITS-WAY")],
    ),
    "units_trimmed": Case(
        keys=frozenset({"C-TRIMMED|97110"}),
        planted=[
            row(
                "marts.scrub_delta",
                claim_id="C-TRIMMED",
                billed_units=3,
                trimmed_charge_amount=40,
                scrub_status="trimmed",
            )
        ],
        twins=[
            row("marts.scrub_delta", claim_id="C-WHOLE"),
            row("marts.scrub_delta", claim_id="C-NOT-SENT", billed_units=None, scrub_status="not_billed"),
            row(
                "marts.scrub_delta",
                claim_id="C-MORE",
                billed_units=5,
                trimmed_charge_amount=-40,
                scrub_status="added",
            ),
        ],
    ),
    "charge_returned_untouched": Case(
        keys=frozenset({"A|CH-UNTOUCHED"}),
        planted=[row("marts.failed_charges", charge_record_id="CH-UNTOUCHED", is_returned_untouched=True)],
        twins=[
            row(
                "marts.failed_charges",
                charge_record_id="CH-SENT-ANEW",
                is_returned_untouched=True,
                charge_status="reprocess_requested",
            ),
            row(
                "marts.failed_charges",
                charge_record_id="CH-WENT-OUT",
                is_returned_untouched=True,
                charge_status="released",
            ),
        ],
    ),
    "failure_reason_unknown": Case(
        keys=frozenset({"A|CH-ODD|X99"}),
        planted=[
            row("marts.failed_charges", charge_record_id="CH-ODD"),
            row("marts.failed_charge_reasons", charge_record_id="CH-ODD", reason_code="X99"),
        ],
        twins=[
            row("marts.failed_charges", charge_record_id="CH-KNOWN"),
            row(
                "marts.failed_charge_reasons",
                charge_record_id="CH-KNOWN",
                reason_code="FC01",
                rule_version=1,
            ),
            row(
                "marts.failed_charge_reasons",
                charge_record_id="CH-KNOWN",
                reason_code="X99",
                is_standing=False,
            ),
        ],
    ),
    "claim_rejected": Case(
        keys=frozenset({"A|CH-REJECTED"}),
        planted=[
            row("marts.failed_charges", charge_record_id="CH-REJECTED"),
            _ours("CH-REJECTED", "FC31", origin="acknowledgement"),
        ],
        twins=[
            row("marts.failed_charges", charge_record_id="CH-REJECTED-PAID", charge_status="adjudicated"),
            _ours("CH-REJECTED-PAID", "FC31", origin="acknowledgement"),
        ],
    ),
    "charge_breaks_rule": Case(
        keys=frozenset({"A|CH-BREAKS", "A|CH-BREAKS-TWO"}),
        planted=[
            row("marts.failed_charges", charge_record_id="CH-BREAKS"),
            _ours("CH-BREAKS", "FC06"),
            row("marts.failed_charges", charge_record_id="CH-BREAKS-TWO"),
            _ours("CH-BREAKS-TWO", "FC01"),
            _ours("CH-BREAKS-TWO", "FC06"),
        ],
        twins=[
            row("marts.failed_charges", charge_record_id="CH-WARNED"),
            _ours("CH-WARNED", "FC26", severity="warn"),
            row("marts.failed_charges", charge_record_id="CH-ANSWERED"),
            _ours("CH-ANSWERED", "FC06", is_standing=False),
            row("marts.failed_charges", charge_record_id="CH-REFUSED"),
            _ours("CH-REFUSED", "FC06", origin="formatter_run"),
            row("marts.failed_charges", charge_record_id="CH-LATE"),
            _ours("CH-LATE", "FC10"),
        ],
    ),
    "charge_held_by_rule": Case(
        keys=frozenset({"A|CH-HELD"}),
        planted=[
            row("marts.failed_charges", charge_record_id="CH-HELD"),
            _ours("CH-HELD", "FC11", severity="hold"),
        ],
        twins=[
            row("marts.failed_charges", charge_record_id="CH-HELD-VOIDED", charge_status="voided"),
            _ours("CH-HELD-VOIDED", "FC11", severity="hold"),
        ],
    ),
    "rule_fails_most_charges": Case(
        keys=frozenset({"FC06|2"}),
        planted=[row("marts.charge_rule_coverage", rule_id="FC06", version=2, failed_count=11)],
        twins=[
            row("marts.charge_rule_coverage", rule_id="FC01", failed_count=10),
            row("marts.charge_rule_coverage", rule_id="FC02", evaluated_count=19, failed_count=19),
        ],
    ),
    "run_failed_more_than_usual": Case(
        keys=frozenset({"A|BAD"}),
        planted=[row("marts.formatter_runs", run_number="BAD", charge_count=31)],
        twins=[
            row("marts.formatter_runs", run_number="THRICE", charge_count=30),
            row("marts.formatter_runs", run_number="FEW", charge_count=9, usual_charge_count=1),
            row("marts.formatter_runs", run_number="SECOND", charge_count=31, earlier_run_count=2),
            row("marts.formatter_runs", run_number="PAST", charge_count=31, is_latest=False),
        ],
    ),
    "rollforward_broken": Case(
        keys=frozenset(
            {
                # The equation of the last window fails, and so the last closing is not the escrow.
                "received|day|2026-03-03|L2|Insurance",
                "received|day|last|L2|Insurance",
                # A window that opens with money from nowhere but adds up in itself.
                "posting|month|2026-04-01|L2|Insurance",
                "posting|month|last|L2|Insurance",
                # Receipts whose windows are not there at all.
                "reference_batch|month|last|L2|Insurance",
            }
        ),
        afterwards=(
            "update marts.escrow_rollforward set closing_amount = closing_amount + 1 "
            "where date_basis = 'received' and window_start_on = '2026-03-03' and location_id = 'L2'",
            "update marts.escrow_rollforward "
            "set opening_amount = opening_amount + 1, closing_amount = closing_amount + 1 "
            "where date_basis = 'posting' and window_start_on = '2026-04-01' and location_id = 'L2'",
            "delete from marts.escrow_rollforward "
            "where date_basis = 'reference_batch' and window_kind = 'month' and location_id = 'L2'",
        ),
        # Its windows are built with it, and are left as they are.
        twins=[row("marts.receipts", receipt_id="R-ROLLED", amount=7, escrow_amount=7)],
    ),
    "payment_deleted_and_reentered": Case(
        keys=frozenset({"L1|P1|2026-03-02|Copay|20.00"}),
        planted=[_pattern("repeated_delete_and_reentry", "L1|P1|2026-03-02|Copay|20.00")],
        # A pattern that no kind knows: the rows of the mart are patterns only, so there is no closer twin.
        twins=[
            _pattern(
                "a_pattern_of_a_later_version", "L1|P1|2026-03-02|Copay|20.00-payment_deleted_and_reentered"
            )
        ],
    ),
    "refund_then_reentry": Case(
        keys=frozenset({"F1|R1"}),
        planted=[_pattern("refund_then_reentry", "F1|R1")],
        # A pattern that no kind knows: the rows of the mart are patterns only, so there is no closer twin.
        twins=[_pattern("a_pattern_of_a_later_version", "F1|R1-refund_then_reentry")],
    ),
    "collected_and_refunded_by_one_person": Case(
        keys=frozenset({"journal-6"}),
        planted=[_pattern("collected_and_refunded_by_one", "journal-6")],
        # A pattern that no kind knows: the rows of the mart are patterns only, so there is no closer twin.
        twins=[_pattern("a_pattern_of_a_later_version", "journal-6-collected_and_refunded_by_one_person")],
    ),
    "unusual_voids": Case(
        keys=frozenset({"desk2"}),
        planted=[_pattern("unusual_voids", "desk2")],
        # A pattern that no kind knows: the rows of the mart are patterns only, so there is no closer twin.
        twins=[_pattern("a_pattern_of_a_later_version", "desk2-unusual_voids")],
    ),
    "unusually_many_new": Case(
        # All exceptions of the planted world are new; those of credits are one more than the setting
        # allows. The other setting is over.
        keys=frozenset({f"credit_over_60_days|{AS_OF}"}),
        planted=[
            row(
                "staging.stg_practice__company_settings",
                setting_name="systemic_alert_above",
                effective_from=date(1, 1, 1),
                item_number=1,
                setting_value=str(MOST_NEW),
            )
        ],
        twins=[
            row(
                "staging.stg_practice__company_settings",
                setting_name="systemic_alert_above",
                effective_from=date(1, 1, 1),
                effective_until=AS_OF,
                item_number=1,
                setting_value="1000",
            )
        ],
    ),
}

TWINS: list[Row] = GROUND + [twin for case in CASES.values() for twin in case.twins]
PLANTED: list[Row] = [planted for case in CASES.values() for planted in case.planted]
AFTERWARDS: list[str] = [statement for case in CASES.values() for statement in case.afterwards]
