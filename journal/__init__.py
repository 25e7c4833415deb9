"""The journal: what people decided, kept for good.

Belongs here: the append-only, attributed, dated, hash-chained store (`store`), copying it elsewhere
(`copying`), the business date of an entry (`dating`), what a person may do to a receipt (`receipt_entries`,
`receipt_refusals`, `receipt_state`), to a failed charge (`charge_entries`, `charge_refusals`, `charge_state`)
and to a held remittance (`remittance_entries`, `remittance_refusals`), and the frames that a build reads
(`frames`). Does not belong here: what the rules make of an entry, and anything that a rebuild could make
again. The journal never lives in the rebuilt warehouse.

Imports neither the orchestrator, the transformer nor another library of the project, `ingestion.money`
excepted.
"""
