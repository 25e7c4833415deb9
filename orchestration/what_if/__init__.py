"""What if the settings had been others: history replayed twice, nothing published.

Belongs here: reading the accounts as they are known, the settings with a person's changes, and what differs.
Does not belong here: the rules (`posting`), printing (`orchestration.command`).
"""
