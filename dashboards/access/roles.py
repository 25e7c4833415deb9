"""Roles and what each may do. The whole policy is this page; every route names one permission."""

from enum import StrEnum


class Permission(StrEnum):
    """Something that a route asks for."""

    SEE = "see"
    """Look at figures, rows and stories within the scope."""
    EXPORT = "export"
    """Take rows out of the application."""
    REVEAL = "reveal"
    """See names and birth dates for a while, after giving a reason."""
    DECIDE = "decide"
    """Enter decisions about receipts, charges and exceptions into the journal, and prepare a period."""
    SIGN = "sign"
    """Review and sign a period that somebody else prepared, and open it again."""
    REVIEW = "review"
    """Look back at what others decided and who saw what."""
    ASK = "ask"
    """Ask in SQL."""
    ADMINISTER = "administer"
    """Look after people's accounts."""


class Role(StrEnum):
    """The part that a person plays in the practice."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


_LOOKING = frozenset({Permission.SEE, Permission.EXPORT})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _LOOKING,
    Role.OPERATOR: _LOOKING | {Permission.DECIDE, Permission.REVEAL},
    # Whoever reviews does not decide: nobody looks back at work of their own.
    Role.REVIEWER: _LOOKING | {Permission.REVIEW, Permission.REVEAL, Permission.SIGN},
    Role.ANALYST: _LOOKING | {Permission.ASK},
    # Whoever gives access neither decides about money nor reads in SQL.
    Role.ADMINISTRATOR: _LOOKING | {Permission.REVIEW, Permission.ADMINISTER, Permission.SIGN},
}

NEEDS_FULL_SCOPE = frozenset({Permission.ASK, Permission.REVIEW, Permission.ADMINISTER})
"""SQL, the access log and accounts know no locations: a part of them would tell about the rest."""

MEANINGS = {
    Role.VIEWER: "looks and exports",
    Role.OPERATOR: "looks, exports, decides about receipts and charges, and prepares periods",
    Role.REVIEWER: "looks, exports, reviews what others did, and signs periods",
    Role.ANALYST: "looks, exports and asks in SQL",
    Role.ADMINISTRATOR: "looks, exports, reviews, signs periods and gives access",
}
