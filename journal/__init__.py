"""The journal: what people decided, kept for good.

Belongs here: the append-only, attributed, dated, hash-chained store (`store`), copying it elsewhere
(`copying`), the business date of an entry (`dating`), what a person may do to a receipt (`receipt_entries`,
`receipt_refusals`, `receipt_state`), and the frame that the posting engine reads (`frames`). Does not belong
here: what the posting rules make of an entry, and anything that a rebuild could make again. The journal never
lives in the rebuilt warehouse.

Imports neither the orchestrator, the transformer nor another library of the project, `ingestion.money`
excepted.
"""
