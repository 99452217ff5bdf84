"""`limner features`: what a workspace knew of users at given times, for a ranker of the owner's own."""

from pathlib import Path
from typing import Annotated

import typer

from limner.cli.options import (
    AsJson,
    Engine,
    SparkConf,
    SparkMaster,
    SparkScratch,
    Workspace,
    find_workspace,
    read_engine,
    read_settings,
)
from limner.cli.output import print_json, progress_bar


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: limner features clicks.parquet train.parquet")(features)


def features(
    labels: Annotated[
        Path, typer.Argument(metavar="LABELS.parquet", help="Rows with user_id and timestamp; CSV works too.")
    ],
    output: Annotated[Path, typer.Argument(metavar="OUT.parquet", help="The file to write.")],
    *,
    workspace: Workspace = None,
    keys: Annotated[
        int, typer.Option("--keys", min=0, help="Keys of a signal of many keys that have columns.")
    ] = 20,
    vector: Annotated[
        bool, typer.Option("--vector/--no-vector", help="Write vector, alpha and beta.")
    ] = True,
    as_json: AsJson = False,
    engine: Engine = "",
    spark_master: SparkMaster = "",
    spark_conf: SparkConf = None,
    spark_scratch: SparkScratch = "",
) -> None:
    """Write LABELS with what was known of each user just before its time: features without a look ahead."""
    from limner.engines import choose_intervals
    from limner.studio.features.labels import read_label_file
    from limner.studio.features.table import write_features
    from limner.studio.studio import Studio

    settings, base = read_settings(None)
    of_spark = {"master": spark_master, "scratch": spark_scratch}
    chosen = read_engine((settings.engine, base), engine, of_spark, spark_conf or [])
    studio = Studio(find_workspace(workspace))
    intervals = choose_intervals(chosen, studio.folder)
    table = read_label_file(labels)
    with progress_bar(quiet=as_json) as watch:
        header = write_features(
            studio.store,
            table,
            output,
            source=str(labels),
            most_keys=keys,
            vector=vector,
            engine=intervals,
            watch=watch,
        )
    if as_json:
        print_json(header)
        return
    unknown = f", {header['unknown_users']:,} of unknown users" if header["unknown_users"] else ""
    typer.echo(f"wrote {header['labels']:,} rows{unknown} with {header['features']:,} features to {output}")
