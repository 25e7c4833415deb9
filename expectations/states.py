"""The words for where an exception stands, and for why it came to stand there.

A status says whether an exception is work; a state is finer and says what there is to do. An exception is in
`exceptions.exceptions` as long as a run finds it, whatever its status: accepting one hides nothing.
"""

OPEN = "open"
REOPENED = "reopened"
ACKNOWLEDGED = "acknowledged"
WAIVED = "waived"
RESOLVED = "resolved"
CLEARED = "cleared"
STATUSES = (OPEN, REOPENED, ACKNOWLEDGED, WAIVED, RESOLVED, CLEARED)

#: An open exception is new on the first night that sees it, persisting from the second on, and assigned once
#: somebody has it. Every other status is its own state.
NEW = "new"
PERSISTING = "persisting"
ASSIGNED = "assigned"

#: Accepted by a person, until what was accepted changes, or is gone.
ACCEPTED = (ACKNOWLEDGED, WAIVED)

# What a run or a day did.
FOUND = "found"
NOT_FOUND = "not_found"
FOUND_AGAIN = "found_again"
STILL_FOUND = "still_found"
FINDING_CHANGED = "finding_changed"
AMOUNT_CHANGED = "amount_changed"
WAIVER_ENDED = "waiver_ended"

# What a person did.
ASSIGN = "assign"
COMMENT = "comment"
ACKNOWLEDGE = "acknowledge"
WAIVE = "waive"
RESOLVE = "resolve"
REOPEN = "reopen"
ACTIONS = (ASSIGN, COMMENT, ACKNOWLEDGE, WAIVE, RESOLVE, REOPEN)
