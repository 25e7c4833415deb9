"""Public remittance files, some of them broken: each is loaded or set aside, and none stops the run."""

import shutil
from pathlib import Path

import polars as pl

from tests.ingestion.deliveries import rows, take


def test_every_public_sample_is_accounted_for(tmp_path: Path, x12_samples: Path):
    samples = sorted(path for path in (x12_samples / "835").iterdir() if path.is_file())
    (tmp_path / "landing").mkdir()
    for path in samples:
        shutil.copy(path, tmp_path / "landing")
    report = take(tmp_path)
    assert sum(report.files.values()) == len(samples)
    assert report.failures == {}
    loads = rows(tmp_path, "loads")
    assert loads["file_name"].to_list() == [path.name for path in samples]
    assert loads.filter(
        pl.col("records_read") != pl.col("records_kept") + pl.col("records_quarantined")
    ).is_empty()
    kept, quarantined = pl.col("control_amount_kept"), pl.col("control_amount_quarantined")
    assert loads.filter(pl.col("control_amount_read") != kept + quarantined).is_empty()

    segments = (
        rows(tmp_path, "x12_segments")
        .group_by("load_id")
        .agg(pl.len().cast(pl.Int64).alias("read"), pl.col("is_kept").sum().cast(pl.Int64).alias("kept"))
    )
    joined = loads.filter(pl.col("verdict") == "loaded").join(segments, on="load_id", how="left")
    assert joined.select("records_read", "records_kept").rows() == joined.select("read", "kept").rows()
    paid = rows(tmp_path, "era_remittances").group_by("load_id").agg(pl.col("payment_amount").sum())
    amounts = dict(paid.select("load_id", "payment_amount").iter_rows())
    for load_id, amount in loads.select("load_id", "control_amount_kept").iter_rows():
        assert amounts.get(load_id, 0) == amount
