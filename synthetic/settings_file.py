"""The settings.yml that a practice group of the synthetic world would keep.

Belongs here: its text. Does not belong here: reading or checking it, which the pipeline does.
"""

from synthetic.practice import PRACTICE_NAME, Practice, on

_TEXT = """\
# Settings of the synthetic practice group.
practice_name: {practice_name}
time_zone: America/New_York
schedule_time: "22:00"

# Users whose rows in the balancing export are the integration's.
integration_users: [Integration Import, Not mapped to a user]

# O: old system, E: error correction, CP: capitation, V: void. INT is this practice's own: interest of payers.
disbursement_codes: [O, E, CP, V, INT]

# Claim ids of this system; anything else was billed from the system used before.
claim_id_pattern: '^\\d+E\\d+$'

posting:
  copay_hold_days: 7
  credit_hold_days: 30
  receipt_disbursement: oldest_first
  prepay_types: [Pre-Pay]

changes:
  - effective_from: {changed_on}
    copay_hold_days: 10
"""


def settings_text(practice: Practice) -> str:
    """The whole file. The practice waits longer for claims from the middle of its world on."""
    changed_on = on(max(1, practice.days // 2))
    return _TEXT.format(practice_name=PRACTICE_NAME, changed_on=changed_on.isoformat())
