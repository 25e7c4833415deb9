"""Restatements: what two published files say differently, and which loads made the difference.

Belongs here: finding the two files, comparing their marts row by row, and tying the sums. Does not belong
here: building a file as of a past day (`orchestration.run`), printing (`orchestration.command`).
"""
