"""Why a row of a difference is there: each class of `marts.balancing_differences` in words.

Belongs here: the headline and the sentence for each class. Does not belong here: how a row gets its class
(the model) and what to do about it (the kinds of exception).
"""

CAUSES = {
    "internal_payment": (
        "An internal payment",
        "The EMR marks the payment as internal, so it is never sent to billing. That is expected.",
    ),
    "integration_off": (
        "The integration is off for the clinic",
        "Payments of the clinic did not flow to billing on that day. That is expected.",
    ),
    "charge_type_not_enabled": (
        "The charge type is not enabled",
        "The clinic does not send payments of this charge type to billing on that day. That is expected.",
    ),
    "amount_due_zero": (
        "Nothing was due",
        "The payment was taken on a charge with nothing due, so billing had nothing to post it to.",
    ),
    "closed_month_added": (
        "Added after the month was closed",
        "The payment came into the EMR after its month was closed; it needs an entry in the current month.",
    ),
    "closed_month_edited": (
        "Changed after the month was closed",
        "The payment was changed after its month was closed; the change needs an entry in the current month.",
    ),
    "closed_month_deleted": (
        "Deleted after the month was closed",
        "The payment was deleted in the EMR after its month was closed; billing still has it.",
    ),
    "feed_failed": (
        "The feed failed",
        "The EMR sent the payment and billing refused it, so billing does not have it.",
    ),
    "feed_pending": (
        "Still on its way",
        "The feed has not delivered the payment yet. That is expected for a while.",
    ),
    "location_unmapped": (
        "The location is not mapped",
        "Billing does not know the location of the payment, so it has nowhere to post it.",
    ),
    "patient_mismatch": (
        "Another patient on each side",
        "Both sides have the payment, under different patients.",
    ),
    "amount_changed": (
        "Another amount on each side",
        "Both sides have the payment, with different amounts.",
    ),
    "recorded_elsewhere": (
        "Another location or charge type on each side",
        "Both sides have the payment, at different locations or under different charge types.",
    ),
    "ambiguous_match": (
        "Several payments could be this one",
        "More than one payment on the other side fits, and none of them is guessed.",
    ),
    "other_window": (
        "Another day on each side",
        "Both sides have the payment, on different days; the two rows cancel out. That is expected.",
    ),
    "duplicate_import": (
        "Imported twice",
        "Billing has the payment more often than the EMR does.",
    ),
    "missing_in_billing": (
        "Missing in billing",
        "The EMR has the payment as paid, and nothing in billing answers to it.",
    ),
    "posted_by_hand": (
        "Posted by hand",
        "Somebody entered the payment in billing; the integration did not import it.",
    ),
    "only_in_billing": (
        "Only in billing",
        "Billing has the payment, and nothing in the EMR answers to it.",
    ),
}
"""Class -> (headline, sentence)."""
