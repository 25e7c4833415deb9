"""What Dagster shows and starts, one folder per stage. Wiring only: each step calls one method of
`NightlyRun`.

A file holds either assets or definitions, never both, and `orchestration.definitions` lists what is used,
so nothing can drop out of the graph unnoticed.
"""

JOB = "nightly"
"""The one job. Whoever starts a run starts this."""
