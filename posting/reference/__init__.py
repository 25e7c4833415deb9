"""The plain reference of the posting rules: slow, day by day, and readable like the rules themselves.

It shares the vocabulary and the settings with the kernel and nothing else, so that the two can check each
other. Reading order: `rules` (the steps of a receipt), `replay` (the order of a day), `entries` (what
people do).
"""

from posting.reference.frames import post_by_reference

__all__ = ["post_by_reference"]
