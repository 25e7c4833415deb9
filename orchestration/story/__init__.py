"""Stories: how one receipt, claim or exception came to be what it is, told from the published file alone.

Belongs here: choosing the facts, their order and their words, and the sum that accounts for every cent. Does
not belong here: computing a figure (`dbt_project`, `posting`), printing (`orchestration.command`).
"""
