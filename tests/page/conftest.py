"""One sample world, served by the real service to one real browser."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from limner.collect.world import make_world
from limner.studio.making import build
from limner.studio.rights.keys import create_key, revoke_key

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run"
).split()
NASTY = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>'


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A small sample world in a workspace of its own: the page corrects facts in it."""
    world = make_world(users=120, items=400, seed=3)
    folder = tmp_path_factory.mktemp("page") / "ws"
    studio = build(**world.tables, workspace=folder, lang="en")
    studio.ingest(
        items=[{"item_id": NASTY, "title": NASTY, "categories": NASTY}],
        events=[
            {"user_id": "nasty", "item_id": NASTY, "event": "purchase", "value": 5.0, "timestamp": stamp}
            for stamp in ("2026-06-28T10:00:00Z", "2026-06-29T11:00:00Z", "2026-06-30T12:00:00Z")
        ],
        texts=[
            {
                "user_id": "nasty",
                "text": f"{NASTY} the screen is great",
                "kind": "review",
                "timestamp": "2026-06-30T12:00:00Z",
            }
        ],
    )
    studio.close()
    return folder


@pytest.fixture(scope="module")
def address(shop) -> Iterator[str]:
    """Where the service answers, in this process."""
    uvicorn = pytest.importorskip("uvicorn", reason="the extra serve is not installed")
    from limner.server.app import create_app

    config = uvicorn.Config(create_app(shop), port=0, log_level="warning", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def key(shop) -> Iterator[str]:
    """A key that may read; while there is one, nobody reads without."""
    made, text = create_key(shop, scope="read", name="page")
    yield text
    revoke_key(shop, made.id)


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        path = str(CHROMIUM) if CHROMIUM.exists() else None
        try:
            started = playwright.chromium.launch(executable_path=path, args=QUIET)
        except sync_api.Error as exc:
            pytest.skip(f"no browser can be started: {str(exc).splitlines()[0]}")
        yield started
        started.close()


class Visit:
    """One visit to the page: a tab with a memory of its own, and everything it asked for."""

    def __init__(self, context, address):
        self.context = context
        self.address = address
        self.asked: list[str] = []
        self.failed: list[str] = []
        self.tab = context.new_page()
        self.tab.set_default_timeout(10_000)
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.on("pageerror", lambda error: self.failed.append(str(error)))

    def go(self, hash=""):
        """Open a view and wait until everything on it is there."""
        self.tab.goto(f"{self.address}/{hash}")
        self.settle()
        return self.tab

    def reload(self):
        """Load the same view anew."""
        self.tab.reload()
        self.settle()
        return self.tab

    def settle(self):
        self.tab.locator("main h1").first.wait_for()
        self.tab.locator("[aria-busy]").first.wait_for(state="detached")

    def picks(self):
        """Return the titles of what is recommended, best first."""
        return self.tab.locator("#ranking .pick b").all_inner_texts()


@pytest.fixture
def visit(browser, address) -> Iterator[Visit]:
    """A visit in English, in light colours, at 1,280 pixels."""
    context = browser.new_context(
        locale="en-GB", color_scheme="light", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    told = Visit(context, address)
    yield told
    context.close()
    assert told.failed == []
    assert [url for url in told.asked if not url.startswith(address)] == []
