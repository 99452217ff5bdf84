"""The sample world put together: people, goods, what they do and write, and whom they know."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from limner.collect.world.aspects import ASPECTS
from limner.collect.world.behaviour import make_events, make_purchases
from limner.collect.world.calendar import DAY, DAYS, START, hour_shares
from limner.collect.world.catalogue import TYPES_PER_CATEGORY, Catalogue, make_catalogue
from limner.collect.world.categories import CATEGORIES
from limner.collect.world.people import (
    CITIES,
    DECLARABLE,
    GENDERS,
    LANGUAGES,
    PRICE_BANDS,
    RHYTHMS,
    WEEKS,
    Ints,
    People,
    make_people,
)
from limner.collect.world.reviews import make_texts
from limner.collect.world.social import find_communities, make_relations, name_community
from limner.collect.world.truth import ItemTruth, Truth, UserTruth
from limner.collect.world.visits import make_visits
from limner.errors import SettingsError

_MIN_ITEMS = len(CATEGORIES) * TYPES_PER_CATEGORY


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A generated bilingual shop."""

    tables: dict[str, pa.Table]
    """events, texts, users, items and relations: our contract's column names, native types."""
    truth: Truth
    """What the tables hide."""

    def write(self, folder: Path) -> tuple[Path, ...]:
        """Write the tables as files people have, and return their paths; the truth is not written.

        ``events.parquet``, ``items.csv`` (categories as ``a|b``), ``users.csv``, ``texts.jsonl`` and
        ``relations.csv``.
        """
        folder.mkdir(parents=True, exist_ok=True)
        names = ("events.parquet", "items.csv", "users.csv", "texts.jsonl", "relations.csv")
        paths = tuple(folder / name for name in names)
        pa.parquet.write_table(self.tables["events"], paths[0])
        pa.csv.write_csv(_flatten_categories(self.tables["items"]), paths[1])
        pa.csv.write_csv(self.tables["users"], paths[2])
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in self.tables["texts"].to_pylist()]
        paths[3].write_text("".join(lines), encoding="utf-8")
        pa.csv.write_csv(self.tables["relations"], paths[4])
        return paths


def _flatten_categories(items: pa.Table) -> pa.Table:
    joined = pa.array(["|".join(names) for names in items["categories"].to_pylist()], pa.string())
    return items.set_column(items.schema.get_field_index("categories"), "categories", joined)


def make_world(*, users: int = 2000, seed: int = 7, items: int = 1200) -> World:
    """Return a shop of ``users`` users and 180 days up to 2026-06-30T16:00Z; equal arguments, equal tables.

    Raises:
        SettingsError: no users, or too few items for thirty categories.
    """
    if users < 1:
        raise SettingsError(f"the sample world: users must be at least 1, got {users}")
    if items < _MIN_ITEMS:
        raise SettingsError(f"the sample world: items must be at least {_MIN_ITEMS}, got {items}")
    if seed < 0:
        raise SettingsError(f"the sample world: seed must not be negative, got {seed}")
    goods, folk, walks, deals, words, acts, ties = (
        np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(7)
    )
    catalogue = make_catalogue(goods, items=items, days=DAYS)
    people = make_people(folk, users=users, days=DAYS, demand=catalogue.category_popularity)
    visits = make_visits(walks, people, catalogue)
    purchases, visit = make_purchases(deals, people, catalogue, visits)
    texts, text_truth = make_texts(words, people, catalogue, visits, purchases)
    events = make_events(acts, people, catalogue, visits, (purchases, visit))
    tables = {
        "events": events,
        "texts": texts,
        "users": _tabulate_users(people),
        "items": catalogue.table,
        "relations": make_relations(ties, people),
    }
    truth = Truth(_tell_users(people, _count_events(events, people)), text_truth, _tell_items(catalogue))
    return World(tables, truth)


def _tabulate_users(people: People) -> pa.Table:
    """Return the users table: what they chose to declare, null for the rest."""
    hidden = ~people.declared
    city = np.array([name for name, _, _ in CITIES])[people.city]
    gender = np.array(GENDERS)[people.female.astype(np.int64)]
    return pa.table(
        {
            "user_id": pa.array(people.user_id, pa.string()),
            "gender": pa.array(gender, pa.string(), mask=hidden[:, 0]),
            "age": pa.array(people.age, pa.int64(), mask=hidden[:, 1]),
            "city": pa.array(city, pa.string(), mask=hidden[:, 2]),
        }
    )


def _count_events(events: pa.Table, people: People) -> Ints:
    counts = events["user_id"].value_counts()
    by_user = dict(zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True))
    return np.array([by_user.get(user_id, 0) for user_id in people.user_id])


def _tell_users(people: People, events: Ints) -> dict[str, UserTruth]:
    """Return the truth of every user."""
    keys = np.array([shelf.key for shelf in CATEGORIES])
    interests, before = keys[people.interests].tolist(), keys[people.interests_before].tolist()
    hours = [hour_shares(rhythm) for rhythm in RHYTHMS]
    rhythms, weeks, circles = tuple(RHYTHMS), tuple(WEEKS), find_communities(people)
    return {
        user_id: UserTruth(
            language=LANGUAGES[people.language[row]],
            gender=GENDERS[int(people.female[row])],
            age=int(people.age[row]),
            city=CITIES[people.city[row]][0],
            declared=tuple(name for name, said in zip(DECLARABLE, people.declared[row], strict=True) if said),
            interests=tuple(interests[row]),
            interests_before=tuple(before[row]),
            weights=tuple(people.weights[row].tolist()),
            drift_time=_drift_time(float(people.drift_day[row])),
            price_band=PRICE_BANDS[people.price_band[row]],
            price_strength=float(people.price_strength[row]),
            loyalty=float(people.loyalty[row]),
            rhythm=rhythms[people.rhythm[row]],
            hours=hours[people.rhythm[row]],
            utc_offset_h=CITIES[people.city[row]][2],
            week=weeks[people.week[row]],
            communities=tuple(dict.fromkeys(name_community(int(circle)) for circle in circles[row])),
            concerns=tuple(ASPECTS[place] for place in np.flatnonzero(people.concerns[row])),
            events=int(events[row]),
        )
        for row, user_id in enumerate(people.user_id)
    }


def _drift_time(day: float) -> int | None:
    return START + int(day * DAY) if np.isfinite(day) else None


def _tell_items(catalogue: Catalogue) -> dict[str, ItemTruth]:
    """Return the truth of every item, with the aspects it has."""
    told = {}
    for item_id, quality, aspects in zip(
        catalogue.item_id, catalogue.quality, catalogue.aspect_quality, strict=True
    ):
        here = np.flatnonzero(~np.isnan(aspects))
        told[item_id] = ItemTruth(float(quality), {ASPECTS[place]: float(aspects[place]) for place in here})
    return told
