"""The story of an exception: what was found, since when, what to do, and the money that it is about."""

from collections.abc import Callable

from orchestration.failures import NotFoundError
from orchestration.story.claim_story import claim_story
from orchestration.story.published_rows import PublishedRows, Row
from orchestration.story.receipt_story import receipt_story
from orchestration.story.story import Fact, Story, in_order

SUBJECTS: tuple[tuple[str, str, Callable[[PublishedRows, str], Story]], ...] = (
    ("marts.receipts", "receipt_id", receipt_story),
    ("marts.claims", "claim_id", claim_story),
)


def exception_story(published: PublishedRows, exception_id: str) -> Story:
    """An open exception, with the stories of its receipts and claims. Raises `NotFoundError`."""
    row = published.one("exceptions.exceptions", "exception_id", exception_id)
    if row is None:
        raise NotFoundError(
            f"there is no open exception {exception_id} in the published file; it may have cleared"
        )
    kind = published.one("exceptions.kinds", "kind", row["kind"]) or {}
    found = Fact(
        on=row["first_seen_on"],
        what=f"found: {row['what_was_found']} ({row['business_key']})",
        amount=row["amount_at_stake"],
        rule=_one_line(kind.get("meaning")),
        file_name=row["file_name"],
        row_number=row["row_number"],
    )
    still = Fact(
        on=row["last_seen_on"],
        what=f"still {row['status']} after {row['age_days']} days, for {row['owner']}: {row['what_to_do']}",
        rule=_one_line(kind.get("how_it_clears")),
        order=(1, 0),
    )
    return Story(
        title=f"Exception {row['kind']} ({row['severity']})",
        as_of=published.as_of,
        facts=in_order([found, still]),
        told_with=tuple(_about(published, row)),
    )


def _about(published: PublishedRows, row: Row) -> list[Story]:
    keys = dict.fromkeys([row["left_key"], row["right_key"], *str(row["business_key"]).split("|")])
    return [
        tell(published, key)
        for table, column, tell in SUBJECTS
        for key in keys
        if key and published.one(table, column, key) is not None
    ]


def _one_line(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split())
