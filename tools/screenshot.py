"""Makes the picture of the README: the concept graph of a project, drawn by Neo4j Browser.

    python tools/screenshot.py PROJECT [FILE]

PROJECT is a project folder whose private server runs; FILE is docs/browser.png unless given. Needs
Chromium and Playwright. The same graph gives the same picture: Browser lays it out without chance.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect, sync_playwright

PICTURE = Path(__file__).parents[1] / "docs" / "browser.png"
SIZE = (1500, 1000)
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTLED = """() => {
  const nodes = document.querySelector("svg.neod3viz").querySelectorAll("g.node");
  const places = [...nodes].map(node => node.getAttribute("transform")).join();
  const before = window.kgsynthPlaces;
  window.kgsynthPlaces = places;
  return places === before;
}"""


def find_chromium() -> str | None:
    """Path of a Chromium or Chrome on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next(filter(None, map(shutil.which, names)), None)


def browse(project: Path, *arguments: str) -> dict[str, Any]:
    """What `kgsynth browse` says in a project folder."""
    command = [sys.executable, "-m", "kgsynth", "browse", "--print", "--json", *arguments]
    private = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    done = subprocess.run(command, cwd=project, env=private, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@contextmanager
def new_page(chromium: str, scale: float = 1) -> Iterator[Page]:
    """An empty page of a Chromium without a window."""
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        try:
            width, height = SIZE
            yield program.new_page(
                viewport={"width": width, "height": height}, device_scale_factor=scale
            )
        finally:
            program.close()


def log_in(page: Page, found: dict[str, Any]) -> None:
    """Opens the address, logs in, and waits for what the private server lets Browser do then."""
    page.goto(found["address"])
    page.get_by_test_id("password").fill(found["password"])
    page.get_by_test_id("connect").click()
    expect(page.get_by_test_id("frame").filter(has_text=":config autoComplete")).to_be_visible(
        timeout=60_000
    )


def run_editor(page: Page) -> Locator:
    """Runs what the editor holds; its frame, once the graph is drawn and has come to rest."""
    frames = page.get_by_test_id("frame")
    before = frames.count()
    page.get_by_test_id("editor-Run").click()
    expect(frames).to_have_count(before + 1, timeout=60_000)
    frames.first.locator("svg.neod3viz g.node").first.wait_for(timeout=60_000)
    page.wait_for_function(SETTLED, polling=500, timeout=60_000)
    return frames.first


def main(project: Path, picture: Path = PICTURE) -> None:
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("Chromium is missing: install it (Debian: apt install chromium).")
    with new_page(chromium, scale=1.6) as page:
        log_in(page, browse(project, "overview"))
        frame = run_editor(page)
        frame.get_by_title("Fullscreen").click()
        page.wait_for_timeout(1_000)  # the drawing takes the new size in a transition
        frame.get_by_label("zoom-to-fit").click()
        page.wait_for_timeout(1_000)
        page.screenshot(path=picture)
    print(picture)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
