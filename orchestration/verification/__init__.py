"""Proving, without a network and without a run, that nothing was altered that was written once for good.

Belongs here: the chains of a home folder (manifests, published files, journal, bronze) and of a pack of
evidence. Does not belong here: making them (`orchestration.run`, `journal`, `orchestration.evidence`), and
whether the figures are right, which is for the expectations.
"""
