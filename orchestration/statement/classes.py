"""The classes of differences in the order of the rules, with the words that a statement uses for them."""

TITLES = {
    "internal_payment": "Internal Payment, which never flows to billing",
    "integration_off": "Taken while the clinic's integration was off",
    "charge_type_not_enabled": "Charge type not enabled for the clinic",
    "amount_due_zero": "Taken with nothing due",
    "closed_month_added": "Added after the month was closed",
    "closed_month_edited": "Edited after the month was closed",
    "closed_month_deleted": "Deleted after the month was closed",
    "feed_failed": "Feed failed",
    "feed_pending": "Feed still under way",
    "location_unmapped": "Location not mapped",
    "patient_mismatch": "Under another patient",
    "amount_changed": "Another amount",
    "recorded_elsewhere": "Another location or charge type",
    "other_window": "On another day",
    "ambiguous_match": "Several payments could be this one",
    "duplicate_import": "Imported twice",
    "missing_in_billing": "Missing in billing",
    "posted_by_hand": "Posted by a person",
    "only_in_billing": "Only in billing",
}
ORDER = {name: position for position, name in enumerate(TITLES)}
