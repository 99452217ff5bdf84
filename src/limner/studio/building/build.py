"""One build: clean tables in, a published workspace out."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from limner.collect import Collected
from limner.engines import Engine, choose_engine
from limner.ledger.decay import Landmarks
from limner.ledger.numbering import Index, item_ids_of, user_ids_of
from limner.ledger.signals import Signal
from limner.records import UNTIMED
from limner.settings import EngineSettings, Settings, StoreSettings, settings_to_json
from limner.store.changes import note_changes
from limner.store.store import Store
from limner.store.workspace import building, publish
from limner.studio.building.learning import learn_attributes, learn_circles, learn_space
from limner.studio.building.stages import Stages
from limner.studio.building.toning import Toning
from limner.studio.kept.catalogue import Bands, CatalogueItem, find_bands, list_items, put_items, stage_items
from limner.studio.kept.echoes import carry_words, known_words
from limner.studio.kept.erasures import known_erasures
from limner.studio.kept.ledgers import keep_plan, make_reading
from limner.studio.kept.log import Log, hear_texts, number_rows
from limner.studio.kept.wordings import load_wording
from limner.text.wording import PLAIN, Wording

_CHUNK_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: rows in, what they became, seconds per stage."""

    collected: Collected
    folder: Path
    counts: Mapping[str, int]
    seconds: Mapping[str, float]
    asked: Mapping[str, Any] | None = None
    """What the models said, by name, as `asking.Asked.to_dict`; None where there is none."""


@dataclass(frozen=True, slots=True)
class Draught:
    """What the stages of a build hand on."""

    collected: Collected
    settings: Settings
    users: Index
    items: Index
    catalogue: list[CatalogueItem]
    bands: Bands
    landmark_us: int
    engine: Engine
    wording: Wording


def build_folder(
    gather: Callable[..., Collected],
    settings: Settings,
    places: tuple[Path, Path],
    watch: Callable[[str], None] | None = None,
) -> BuildReport:
    """Write a new portrait of everyone in what is gathered, by the engine of the settings.

    ``gather`` takes what recognises the workspace's own words as ``own``, and who was erased as ``erased``.
    ``places`` are the workspace, and where the paths of the settings start. See `build_workspace`.
    """
    folder, base = places
    wording = load_wording(settings.text, base)
    engine = choose_engine(settings.engine, folder)
    stages = Stages(watch)
    with stages.stage("collect"), known_words(folder) as own, known_erasures(folder) as erased:
        collected = gather(own=own, erased=erased)
    return build_workspace(collected, settings, folder, stages, engine, wording=wording)


def build_workspace(
    collected: Collected,
    settings: Settings,
    folder: Path,
    stages: Stages,
    engine: Engine,
    *,
    wording: Wording = PLAIN,
) -> BuildReport:
    """Write a new portrait of everyone in `collected` and make it the workspace's current one.

    Raises:
        WorkspaceError: the folder cannot be written, or the disk is full; the old portrait stays.
        EngineError: the engine cannot be started, or stopped halfway; the old portrait stays.
    """
    tables = collected.tables
    with building(folder) as store:
        users, items = Index(user_ids_of(tables)), Index(item_ids_of(tables))
        bands = find_bands(tables.items.to_pylist())
        catalogue = list_items(tables.items, items.ids.to_pylist(), bands=bands)
        newest = _newest(collected)
        draught = Draught(collected, settings, users, items, catalogue, bands, newest, engine, wording)
        with store.transaction():
            counts = _paint(store, draught, stages)
            carry_words(folder, store)
        with stages.stage("store"):
            publish(folder, store)
    return BuildReport(collected, folder, counts, dict(stages.seconds))


def pack_cells(signal: Signal, cells: pa.Table) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the store's ``cells``."""
    for batch in cells.to_batches(max_chunksize=_CHUNK_ROWS):
        columns = [column.to_pylist() for column in batch.columns]
        yield from zip(columns[0], repeat(signal.name), *columns[1:])


def _newest(collected: Collected) -> int:
    tables = collected.tables
    stamps = [pc.max(table["timestamp"]).as_py() for table in (tables.events, tables.texts)]
    return max((stamp for stamp in stamps if stamp), default=UNTIMED)


def _paint(store: Store, draught: Draught, stages: Stages) -> dict[str, int]:
    with draught.engine.started(stages.stage):
        with stages.stage("text"):
            toning = Toning(draught.settings, draught.collected.rating_scale, stages.count)
            heard = hear_texts(
                draught.collected.tables, wording=draught.wording, read=draught.engine.read_texts, tone=toning
            )
            log = number_rows(draught.collected, heard, draught.users, draught.items)
        with stages.stage("store"):
            _store_rows(store, draught, log)
            note_changes(store, None)
            toning.save(store)
        with stages.stage("ledger"):
            n_cells = _sum_ledger(store, draught, log)
    with stages.stage("facts"):
        learn_circles(store, draught.users.ids.to_pylist(), log.tables["relations"], draught.settings)
    keep_plan(store, store.meta(), draught.settings)
    with stages.stage("vector"):
        placed = learn_space(store, draught.catalogue, draught.landmark_us, draught.settings, stages.count)
    with stages.stage("facts"):
        learn_attributes(store, draught.settings, *placed)
    counts = {name: table.num_rows for name, table in log.tables.items()}
    return {"users": len(draught.users.ids), "items": len(draught.catalogue), "cells": n_cells, **counts}


def _store_rows(store: Store, draught: Draught, log: Log) -> None:
    declared = {row.pop("user_id"): row for row in draught.collected.tables.users.to_pylist()}
    store.insert(
        "users",
        (
            (number, user_id, _json(declared.get(user_id, {})), None)
            for number, user_id in enumerate(draught.users.ids.to_pylist())
        ),
    )
    put_items(store, draught.catalogue)
    store.insert("bots", list(draught.collected.bots.items()))
    for name, table in log.tables.items():
        order = [("user_no", "ascending"), ("ts", "ascending"), ("ref", "ascending")]
        store.insert_table(name, table.sort_by(order))
    collected = draught.collected
    store.set_meta(
        # What built and keeps the portraits changes nothing in them, and may hold passwords.
        settings=settings_to_json(replace(draught.settings, engine=EngineSettings(), store=StoreSettings())),
        landmarks=Landmarks.at(draught.landmark_us).to_json(),
        as_of_us=draught.landmark_us,
        rating_scale=collected.rating_scale,
        caps=dict(collected.caps),
        timed_tables=_list_timed(collected),
        integer_ids=sorted(collected.integer_ids),
        bands=draught.bands,
        **({"derived_events": True} if collected.derived_events else {}),
        wording=draught.wording.to_json(),
        aliases=dict(log.word_table.aliases) if log.word_table is not None else {},
        word_table=log.word_table.to_json() if log.word_table is not None else None,
    )


def _list_timed(collected: Collected) -> list[str]:
    """Return the tables that have times: then new rows of theirs must have one, too."""
    found = {name: getattr(collected.tables, name)["timestamp"] for name in ("events", "texts")}
    return [name for name, stamps in found.items() if pc.any(pc.not_equal(stamps, UNTIMED)).as_py()]


def _json(attributes: Mapping[str, Any]) -> str:
    given = {name: value for name, value in attributes.items() if value is not None}
    return json.dumps(given, ensure_ascii=False, default=str)


def _sum_ledger(store: Store, draught: Draught, log: Log) -> int:
    """Sum every signal into the store, with what is usual for each key; return the number of cells."""
    reading = make_reading(
        draught.settings, scale=draught.collected.rating_scale, newest_us=draught.landmark_us
    )
    landmarks = Landmarks.at(draught.landmark_us)
    staged = {**log.staged(draught.users), **stage_items(draught.catalogue)}
    n_cells = 0
    for signal, parts, priors in draught.engine.sum_ledger(reading, staged, landmarks):
        for cells in parts:
            store.insert("cells", pack_cells(signal, cells))
            n_cells += cells.num_rows
        store.insert("priors", priors)
    return n_cells
