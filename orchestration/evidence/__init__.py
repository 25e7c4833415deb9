"""The pack of evidence of a period: what an auditor needs, in one file that proves itself.

Belongs here: what goes into a pack and the form of the archive. Does not belong here: checking one
(`orchestration.verification.pack`).
"""
