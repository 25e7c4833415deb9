"""What is acceptable in each mart, and one row for everything that is not.

Belongs here: the suites (`suites/<mart>.yml`, one kind of exception each with the SQL that finds it), their
catalogue, the run of the suites through Great Expectations, the schema `exceptions`, and the life of an
exception across runs. Does not belong here: how a figure is computed (dbt), whether a file or a row is
readable (ingestion), or what happens to a run that is blocked (orchestration).
"""
