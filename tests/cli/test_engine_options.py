"""What cannot be is said before a row is read."""

from pathlib import Path

import pytest

BUILDS = [
    (("--engine", "sprak"), "no engine 'sprak' (did you mean: spark?)"),
    (("--engine", "spark", "--spark-conf", "spark.ui"), "--spark-conf spark.ui: write it as KEY=VALUE"),
    (("--engine", "spark", "--spark-conf", "memory=8g"), "'memory' is no property of Spark"),
    (("--engine", "spark", "--spark-conf", "spark.sql.ansi.enabled=false"), "set to true by Limner"),
    (("--spark-master", "local[2]"), "and the engine is duckdb; add --engine spark"),
    (("--engine", "spark", "--spark-scratch", "hdfs://far/away"), "is a URL; mount it"),
    (("--engine", "spark", "--spark-scratch", "a[b]"), "pass a plain folder with --spark-scratch"),
]


@pytest.mark.parametrize(("options", "said"), BUILDS, ids=[" ".join(options) for options, _ in BUILDS])
def test_features_refuse_what_builds_do(refused, workspace, options, said):
    Path("labels.csv").write_text("user_id,timestamp\nu0001,2026-05-01\n", encoding="utf-8")

    assert said in refused("features", "labels.csv", "out.parquet", "-w", workspace, *options)


@pytest.mark.parametrize(("options", "said"), BUILDS, ids=[" ".join(options) for options, _ in BUILDS])
def test_what_cannot_be_is_one_line(refused, tmp_path, options, said):
    (tmp_path / "events.csv").write_text("user_id,item_id\n7,1\n", encoding="utf-8")

    assert said in refused("build", "events.csv", *options)
