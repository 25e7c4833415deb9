"""Closing a period: the checklist of its tie-outs, and what became of figures that were signed.

Belongs here: reading both from a published file. Does not belong here: who may sign
(`journal.close_refusals`) and how far something ties (`expectations.verdict`).
"""
