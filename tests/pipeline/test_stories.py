"""Every receipt and every claim of a whole practice can be explained to the cent."""

from typing import Any

from orchestration.published_file import connect
from orchestration.story.claim_story import claim_story
from orchestration.story.published_rows import PublishedRows
from orchestration.story.receipt_story import receipt_story
from tests.pipeline.worlds import World


def test_every_cent_of_every_receipt_and_claim_is_somewhere(clean_run: tuple[World, dict[str, Any]]) -> None:
    world, _ = clean_run
    with connect(world.home.published) as connection:
        published = PublishedRows(connection, world.last_on)
        for table, column, tell in (
            ("receipts", "receipt_id", receipt_story),
            ("claims", "claim_id", claim_story),
        ):
            ids = connection.execute(f"select {column} from marts.{table} order by 1").fetchall()
            assert ids
            for (identifier,) in ids:
                story = tell(published, identifier)
                assert [account.remainder for account in story.accounts if account.remainder] == []
                assert story.facts[0].file_name is not None
                assert story.facts[0].row_number is not None
