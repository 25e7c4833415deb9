"""The settings.yml that a practice group of the synthetic world would keep.

Belongs here: its text. Does not belong here: reading or checking it, which the pipeline does.
"""

from datetime import date

from synthetic.practice import CLOSING_DAY_OF_MONTH, PRACTICE_NAME, Practice, account_number, on

_TEXT = """\
# Settings of the synthetic practice group.
practice_name: {practice_name}
time_zone: America/New_York
schedule_time: "22:00"

# Users whose rows in the balancing export are the integration's.
integration_users: [Integration Import, Not mapped to a user]

# O: old system, E: error correction, CP: capitation, V: void. INT (interest of payers) and PKG
# (a package used up in the wellness store) are this practice's own.
disbursement_codes: [O, E, CP, V, INT, PKG]

# Claim ids of this system; anything else was billed from the system used before.
claim_id_pattern: '^\\d+E\\d+$'

posting:
  copay_hold_days: {copay_hold_days}
  credit_hold_days: 30
  receipt_disbursement: oldest_first
  prepay_types: [Pre-Pay]

changes:
  - effective_from: {changed_on}
    copay_hold_days: {later_copay_hold_days}

# Whose money belongs in which account; payers pay into the first clinic's.
bank_accounts:
{bank_accounts}

# Every export of clinic settings holds all of them; what it lacks was deleted.
extracts: {{clinic_settings: full}}

# Which files are due when, and how small is too small, in percent of the usual.
expected_files:
  - {{source: emr_payments, schedule: weekdays, smallest_share_of_usual: 5}}
  - {{source: receipts, schedule: weekdays, due_within_days: 1}}
  - {{source: claims, location_id: L01, schedule: "weekly:monday", due_within_days: 6}}
  - {{source: closed_periods, schedule: "monthly:{closing_day}"}}
"""
_COPAY_HOLD_DAYS, _LATER_COPAY_HOLD_DAYS = 7, 10


def settings_text(practice: Practice) -> str:
    """The whole file. The practice waits longer for claims from the middle of its world on."""
    return _TEXT.format(
        practice_name=PRACTICE_NAME,
        changed_on=_changed_on(practice).isoformat(),
        copay_hold_days=_COPAY_HOLD_DAYS,
        closing_day=CLOSING_DAY_OF_MONTH,
        later_copay_hold_days=_LATER_COPAY_HOLD_DAYS,
        bank_accounts="\n".join(
            f'  - {{account: "{account_number(clinic.location_id)}", locations: [{clinic.location_id}]}}'
            for clinic in practice.clinics
        ),
    )


def posting_changes(practice: Practice) -> dict[date, dict[str, int]]:
    """The posting settings of the file that are no defaults of the rules, by the date they hold from."""
    return {
        date.min: {"copay_hold_days": _COPAY_HOLD_DAYS},
        _changed_on(practice): {"copay_hold_days": _LATER_COPAY_HOLD_DAYS},
    }


def _changed_on(practice: Practice) -> date:
    return on(max(1, practice.days // 2))
