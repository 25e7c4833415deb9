"""From landed bytes to typed bronze rows, with nothing lost on the way.

Belongs here: what a source promises (`contracts`), how its files are read (`readers`, `x12`), how files are
taken (`landing`), where rows rest (`bronze`), why a row was refused (`quarantine`), and the one money parser
(`money`). Does not belong here: anything about Dagster, dbt, or what the numbers mean.
"""
