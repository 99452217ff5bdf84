"""Take the pictures of docs/page.md: a sample world, served by the service, seen by a browser.

python docs/pictures.py          writes docs/img/*.png (needs the extra serve, playwright, and Chromium)
"""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from limner.collect.world import make_world
from limner.server.app import create_app
from limner.settings import Settings
from limner.studio.making import build

OUT = Path(__file__).parent / "img"
CHROMIUM = "/usr/bin/chromium"
QUIET = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run"
USER, OTHER = "u0300", "u0031"
_COLOURS = 256


class Picture(NamedTuple):
    """One picture: what is shown, how wide and tall, in which language and colours."""

    name: str
    view: str
    width: int
    height: int
    lang: str
    theme: str
    start: str = "h1"
    """What stands at the top of the picture."""
    clicks: tuple[str, ...] = ()


PICTURES = (
    Picture("portrait-1600-en-light", f"#/user/{USER}", 1600, 1500, "en", "light"),
    Picture("portrait-1600-zh-dark", f"#/user/{USER}", 1600, 1500, "zh", "dark"),
    Picture("portrait-400-zh-light", f"#/user/{USER}", 400, 1500, "zh", "light"),
    Picture("portrait-400-en-dark", f"#/user/{USER}", 400, 1500, "en", "dark"),
    Picture("reasons-1600-zh-light", f"#/user/{USER}", 1600, 1000, "zh", "light", "#ranking"),
    Picture(
        *("correction-1600-zh-light", f"#/user/{USER}", 1600, 1000, "zh", "light", "#ranking"),
        ("[data-fact='interest/category=小说']", ".choices .danger"),
    ),
    Picture(
        *("quotations-400-zh-light", f"#/user/{USER}", 400, 900, "zh", "light", "#aspects"),
        ("#aspects button.aspect >> nth=0",),
    ),
    Picture("comparison-1600-en-light", f"#/compare/{USER}/{OTHER}", 1600, 1500, "en", "light"),
    Picture("everyone-1600-zh-dark", "#/population", 1600, 1200, "zh", "dark"),
    Picture("start-1600-en-light", "#/", 1600, 900, "en", "light"),
)


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Yield the address at which a workspace is served."""
    server = uvicorn.Server(uvicorn.Config(create_app(folder), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Write one picture, in few colours, so that it is small."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        locale="zh-CN" if picture.lang == "zh" else "en-GB",
        color_scheme="dark" if picture.theme == "dark" else "light",
        reduced_motion="reduce",
    )
    tab = context.new_page()
    tab.goto(f"{address}/{picture.view}")
    settle(tab)
    for click in picture.clicks:
        tab.locator(click).first.click()
    if picture.clicks and "danger" in picture.clicks[-1]:
        tab.locator(".moves").wait_for()
    settle(tab)
    if picture.start != "h1":
        tab.locator(picture.start).evaluate("part => window.scrollTo(0, part.offsetTop - 80)")
    path = OUT / f"{picture.name}.png"
    tab.screenshot(path=path)
    few = (
        Image.open(path)
        .convert("RGB")
        .quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    few.save(path, optimize=True)
    if "danger" in "".join(picture.clicks):
        tab.locator(".choices button").last.click()
        tab.locator("dialog .done").wait_for()
    context.close()


def settle(tab: Page) -> None:
    """Wait until everything on the page is there."""
    tab.locator("main h1").first.wait_for()
    tab.locator("[aria-busy]").first.wait_for(state="detached")


def main() -> int:
    """Build a sample world of 300 users and take all pictures."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "ws"
        settings = Settings(timezone="Asia/Shanghai")
        build(**make_world(users=300, seed=3).tables, workspace=folder, settings=settings, lang="en").close()
        with serve(folder) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
            for picture in PICTURES:
                take(browser, address, picture)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
