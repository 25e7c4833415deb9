"""What the `tieout` command ends with. The numbers are an interface: schedulers and monitors act on them.

Those from 64 up follow sysexits.h where it has a name for the case.
"""

RAN = 0
"""The command did what it was asked. A run that found exceptions and published them ran."""
UNEXPECTED = 1
"""A fault of the program."""
USAGE = 2
"""The command line could not be understood."""
QUERY_REFUSED = 65
"""The query is wrong, or asks for something that reading the published warehouse does not allow."""
NOTHING_PUBLISHED = 66
"""There is no published warehouse in this home folder yet."""
NOT_FOUND = 67
"""There is no such receipt, claim, exception or publish."""
UNHEALTHY = 69
"""`tieout doctor` found something that needs a person, or `tieout profile` a file that would be set aside."""
RUN_FAILED = 70
"""A stage failed; what was published before stays as it was."""
PUBLISH_BLOCKED = 71
"""An expectation that guards the publish did not hold; what was published before stays as it was."""
EXPECTATION_ERRORED = 72
"""An expectation could not be evaluated; what was published before stays as it was."""
JOURNAL_FAULT = 74
"""The journal could not be read or written, or is not what was written into it."""
ALREADY_RUNNING = 75
"""Another run holds the lock; try again when it is done."""
ALTERED = 76
"""`tieout verify` found something that is not what was written."""
ENTRY_REFUSED = 77
"""At least one entry for the journal is not allowed; those that are allowed were entered."""
SETTINGS = 78
"""settings.yml or a profile has a fault."""
ACCOUNT_REFUSED = 79
"""`tieout users` was asked for what cannot be done with an account of the pages; none was changed."""
INTERRUPTED = 130
"""Stopped from the keyboard."""

MEANINGS = {
    RAN: "it ran, with or without exceptions",
    UNEXPECTED: "a fault of the program",
    USAGE: "the command line could not be understood",
    QUERY_REFUSED: "the query was refused",
    NOTHING_PUBLISHED: "nothing is published yet",
    NOT_FOUND: "there is no such receipt, claim, exception or publish",
    UNHEALTHY: "doctor found something that needs a person, or profile a file that would be set aside",
    RUN_FAILED: "a stage failed; the published warehouse is as it was",
    PUBLISH_BLOCKED: "an expectation stopped the publish; the published warehouse is as it was",
    EXPECTATION_ERRORED: "an expectation could not be evaluated; the published warehouse is as it was",
    JOURNAL_FAULT: "the journal cannot be used, or is not what was written into it",
    ALREADY_RUNNING: "another run is going on",
    ALTERED: "verify found something that is not what was written",
    ENTRY_REFUSED: "at least one entry was refused; the allowed ones were entered",
    SETTINGS: "settings.yml or a profile has a fault",
    ACCOUNT_REFUSED: "what was asked about an account cannot be done; no account was changed",
    INTERRUPTED: "stopped from the keyboard",
}
