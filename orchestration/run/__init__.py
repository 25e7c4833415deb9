"""One nightly run: lock, ledger, the four stages in order, and what is left when it is killed.

Belongs here: everything a run does besides what the libraries do. Does not belong here: Dagster (`defs`)
and the command line (`command`), which both start the same `nightly.NightlyRun`.
"""
