"""The desk: where people look at receipts, failed charges and exceptions and decide, between two runs.

Belongs here: what the last published file and the journal together say about one of them, and entering
a decision that is allowed. Does not belong here: what is allowed (`journal.receipt_refusals`,
`journal.charge_refusals`, `journal.exception_refusals`), what the rules make of an entry, and what a command
prints (`orchestration.command`).
"""
