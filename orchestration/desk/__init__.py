"""The desk: where people look at receipts and decide about them, between two runs.

Belongs here: what the last published file and the journal together say about a receipt, and entering a
decision that is allowed. Does not belong here: what is allowed (`journal.receipt_refusals`), what the posting
rules make of an entry (`posting`), and what a command prints (`orchestration.command`).
"""
