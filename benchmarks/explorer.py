"""The explorer in a real browser: frames beside sigma.js, the first picture, bytes per view.

Both draw the same sets at the same places in the same browser, without a graphics card; both are
dragged by the same events, one before every frame.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.harness import OBJECTS, Comparison, duration, pairs_wanted
from benchmarks.http import serving
from benchmarks.lattices import Example, complete, kept_folder
from tests.e2e import chromium
from tests.web.test_first_load import MOST_BYTES, first_load

SIZES = (10, 12, 14)
"""Objects of the complete lattices of 1,024, 4,096 and 16,384 sets."""
SIGMA = ("sigma@3.0.3", "graphology@0.26.0")
FRAMES = 120
PICTURE = 1.0
_FRONTEND = Path(__file__).parents[1] / "web" / "frontend"
_VIEWPORT: Any = {"width": 1280, "height": 800}

_ENTRY = """
import Graph from "graphology";
import Sigma from "sigma";
import { EdgeLineProgram, NodePointProgram } from "sigma/rendering";
window.peer = { Graph, Sigma, EdgeLineProgram, NodePointProgram };
"""

# From arrays in hand to the frame that shows them.
_SIGMA_FIRST = """async ({x, y, color, moves, most}) => {
    document.body.innerHTML = '<div id="peer" style="width: 790px; height: 754px"></div>';
    const { Graph, Sigma, EdgeLineProgram, NodePointProgram } = window.peer;
    const start = performance.now();
    const graph = new Graph();
    for (let at = 0; at < x.length; at += 1) {
        graph.addNode(at, { x: x[at], y: y[at], size: 2.5, color: color[at] });
    }
    for (let at = 0; at < Math.min(moves.length, most); at += 1) {
        graph.addEdge(moves[at][0], moves[at][1], { color: "#ccd2d9", size: 1 });
    }
    window.shown = new Sigma(graph, document.getElementById("peer"), {
        renderLabels: false, defaultNodeType: "point", defaultEdgeType: "line",
        nodeProgramClasses: { point: NodePointProgram },
        edgeProgramClasses: { line: EdgeLineProgram },
    });
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - start;
}"""

# When the map says that it is drawn, and the end of the frame after.
_WATCH = """
new MutationObserver(() => {
    const canvas = document.querySelector("canvas[data-ready=true]");
    if (!canvas || window.seen) return;
    window.seen = performance.now();
    requestAnimationFrame(() => setTimeout(() => { window.shownAt = performance.now(); }));
}).observe(document, { subtree: true, attributes: true, childList: true });
"""

# From the last byte of the sets to the frame that shows them.
_OUR_FIRST = """() => {
    const found = performance.getEntriesByType("resource");
    return window.shownAt - found.filter((each) => each.name.includes("/subgraph")).pop().responseEnd;
}"""

_PAN = """async ({selector, frames}) => {
    const target = document.querySelector(selector);
    const box = target.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const send = (type, x, y, buttons) => target.dispatchEvent(new MouseEvent(type, {
        clientX: x, clientY: y, buttons, bubbles: true, cancelable: true, view: window,
    }));
    send("mousedown", x, y, 1);
    const times = [];
    let last = 0;
    const begun = performance.now();
    for (let at = 0; at < frames + 4 && (at < 12 || performance.now() - begun < 6_000); at += 1) {
        const now = await new Promise(requestAnimationFrame);
        if (at >= 4) times.push(now - last);
        last = now;
        send("mousemove", x + 120 * Math.sin(at / 9), y + 80 * Math.sin(at / 7), 1);
    }
    send("mouseup", x, y, 0);
    return times;
}"""

# Hover: from the event to the end of the painting of the upper canvas.
_HOVER = """async (keys) => {
    const canvas = document.querySelector("[data-testid=map-canvas]");
    const times = [];
    for (const key of keys) {
        const place = window.__lattice.position(key);
        await new Promise(requestAnimationFrame);
        const start = performance.now();
        canvas.dispatchEvent(new PointerEvent("pointermove", {
            clientX: place.x, clientY: place.y, bubbles: true, pointerType: "mouse",
        }));
        const handled = performance.now() - start;
        times.push(handled + await new Promise((done) => requestAnimationFrame(() => {
            const drawn = performance.now();
            queueMicrotask(() => done(performance.now() - drawn));
        })));
    }
    return times;
}"""

_BYTES = """() => performance.getEntriesByType("resource")
    .filter((each) => each.name.includes("/api/"))
    .reduce((sum, each) => sum + each.transferSize, 0)"""


@dataclass(frozen=True)
class Frames:
    """Milliseconds of the first frame and of each frame of a drag."""

    first: float
    pan: tuple[float, ...]

    @property
    def median(self) -> float:
        """Of the drag."""
        return float(np.median(self.pan))

    @property
    def late(self) -> float:
        """The 95th percentile of the drag."""
        return float(np.percentile(self.pan, 95))


def comparisons() -> Iterator[object]:
    """The rows of this benchmark."""
    yield _first_load()
    with kept_folder() as folder, tempfile.TemporaryDirectory() as temporary, browsers() as browser:
        yield f"Chromium {browser.version}, 1280 x 800, no graphics card"
        script = peer(Path(temporary))
        for n in SIZES:
            place = folder / f"explorer-{n}"
            place.mkdir(exist_ok=True)
            with complete(place, n) as example:
                yield from frames(browser, example, script)
                if n == max(SIZES):
                    yield from traffic(browser, example)
        with complete(folder, OBJECTS) as example:
            yield from pictures(browser, example)


@contextmanager
def browsers() -> Iterator[Browser]:
    """A Chromium that draws on the processor; WebGL too, for sigma.js."""
    with sync_playwright() as playwright:
        path = chromium.find()
        arguments = [*chromium.arguments(), "--enable-unsafe-swiftshader"]
        launched = playwright.chromium.launch(executable_path=path, args=arguments)
        yield launched
        launched.close()


@contextmanager
def explorer(browser: Browser, example: Example) -> Iterator[Page]:
    """A page whose addresses are those of a new server of the example."""
    command = [sys.executable, "-m", "lattice.cli", "serve", "--port", "0", "--json"]
    with serving([*command, "--db", str(example.place)]) as port:
        context = browser.new_context(viewport=_VIEWPORT, base_url=f"http://localhost:{port}")
        page = context.new_page()
        page.add_init_script(_WATCH)
        yield page
        context.close()


def shown(page: Page, path: str, patience: float = 60_000) -> None:
    """Open a map and wait until it is drawn."""
    page.goto(path)
    page.wait_for_selector("canvas[data-ready=true]", timeout=patience)
    while not page.evaluate("() => Boolean(window.shownAt)"):
        page.wait_for_timeout(20)


# ---------------------------------------------------------------- frames


def frames(browser: Browser, example: Example, script: Path | None) -> Iterator[object]:
    """First frame, frames of a drag and of hovering, beside those of sigma.js."""
    runs = pairs_wanted(5)
    ours = [our_frames(browser, example) for _ in range(runs)]
    name = f"{example.size}"
    if script is None:
        yield from (f"{name}: {spoken(each)}; no npm, so no sigma.js beside it" for each in ours)
        return
    for what, most in (("all moves", len(example.lower)), ("no moves", 0)):
        theirs = [sigma_frames(browser, example, script, most) for _ in range(runs)]
        if what == "no moves" and len(example.lower) <= 6_000:
            continue
        reference = f"sigma.js 3.0.3 with line and point programs, {what}"
        for part, pick in (("first frame", "first"), ("frame of a drag", "median")):
            yield Comparison(
                f"{part}, {name}",
                reference,
                tuple(getattr(each, pick) / 1e3 for each in ours),
                tuple(getattr(each, pick) / 1e3 for each in theirs),
            )
        late = [float(np.median([each.late for each in side])) for side in (ours, theirs)]
        yield f"  95th percentiles of the drag {late[0]:.1f} and {late[1]:.1f} ms"
    yield f"  hovering, {name}: {hovering(browser, example)}"


def our_frames(browser: Browser, example: Example) -> Frames:
    """Of the landscape of the example, in a page of its own."""
    with explorer(browser, example) as page:
        shown(page, f"/lattices/{example.name}/map?layout=landscape")
        page.wait_for_timeout(500)
        first = page.evaluate(_OUR_FIRST)
        before = page.evaluate("() => window.__lattice.position('~')")
        asked = {"selector": "[data-testid=map-canvas]", "frames": FRAMES}
        pan = page.evaluate(_PAN, asked)
        assert page.evaluate("() => window.__lattice.position('~')") != before
        return Frames(first, tuple(pan))


def sigma_frames(browser: Browser, example: Example, script: Path, most: int) -> Frames:
    """Of the same sets, colored alike, with so many of their moves."""
    page = browser.new_page(viewport=_VIEWPORT)
    page.add_script_tag(path=script)
    first = page.evaluate(_SIGMA_FIRST, {**drawn(example), "most": most})
    page.wait_for_timeout(500)
    state = "() => JSON.stringify(window.shown.getCamera().getState())"
    before = page.evaluate(state)
    pan = page.evaluate(_PAN, {"selector": ".sigma-mouse", "frames": FRAMES})
    assert page.evaluate(state) != before
    page.close()
    return Frames(first, tuple(pan))


def drawn(example: Example) -> dict[str, object]:
    """The sets as the landscape places and colors them: rank and score."""
    ranks = example.index.ranks.astype(float)
    scores = example.index.columns[0].mean
    spread = (np.arange(len(ranks)) * 0.618033988749895 % 1 - 0.5) * 0.7
    shares = np.clip((scores - scores.min()) / (np.ptp(scores) or 1), 0, 1)
    greens = (80 + 140 * np.round(shares * 47) / 47).astype(int)
    return {
        "x": (ranks + spread).tolist(),
        "y": (10 * shares).tolist(),
        "color": [f"#30{green:02x}80" for green in greens.tolist()],
        "moves": np.stack([example.lower, example.upper], axis=1).tolist(),
    }


def hovering(browser: Browser, example: Example) -> str:
    """How long it takes to handle the pointer's move to a set, and to draw its moves."""
    with explorer(browser, example) as page:
        shown(page, f"/lattices/{example.name}/map?layout=landscape")
        page.wait_for_timeout(500)
        draw = np.random.default_rng(3)
        rows = draw.choice(len(example.index), 40, replace=False).tolist()
        keys = [example.index.training_set(row).key for row in rows]
        times = page.evaluate(_HOVER, keys)
    return f"median {np.median(times):.2f} ms, 95th percentile {np.percentile(times, 95):.2f} ms"


def peer(folder: Path) -> Path | None:
    """sigma.js and graphology in one script, from npm into a temporary folder; None without npm."""
    if shutil.which("npm") is None:
        return None
    (folder / "package.json").write_text("{}", encoding="utf-8")
    (folder / "entry.js").write_text(_ENTRY, encoding="utf-8")
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(["npm", "install", *quiet, *SIGMA], cwd=folder, check=True, capture_output=True)
    bundler = _FRONTEND / "node_modules" / ".bin" / "rolldown"
    command = [str(bundler), "entry.js", "--file", "peer.js", "--format", "iife", "--minify"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "peer.js"


def spoken(found: Frames) -> str:
    """Frames in words."""
    return (
        f"first frame {found.first:.0f} ms, drag {found.median:.1f} ms a frame,"
        f" 95th percentile {found.late:.1f} ms"
    )


# ---------------------------------------------------------------- pictures


def pictures(browser: Browser, example: Example) -> Iterator[str]:
    """From asking for the page to the first useful picture, of a new server and then again."""
    with explorer(browser, example) as page:  # keeps the arrays that new servers map
        page.request.get(
            f"/api/v1/lattices/{example.name}/levels?measure=accuracy", timeout=300_000
        )
    paths = {
        "counts by rank and score": f"/lattices/{example.name}/map",
        "a sample of 16,384 sets": f"/lattices/{example.name}/map?layout=landscape",
    }
    for what, path in paths.items():
        firsts, seconds = [], []
        for _ in range(pairs_wanted(5)):
            with explorer(browser, example) as page:
                try:
                    shown(page, path)
                except Exception as error:
                    if "Timeout" not in type(error).__name__:
                        raise
                    break
                firsts.append(page.evaluate("() => window.shownAt") / 1e3)
                shown(page, path)
                seconds.append(page.evaluate("() => window.shownAt") / 1e3)
        if firsts:
            yield pictured(f"first picture, {example.size}, {what}", firsts, seconds)
        else:
            yield f"first picture, {example.size}, {what}: none within a minute"


def pictured(name: str, firsts: Sequence[float], seconds: Sequence[float]) -> str:
    """Medians and the slowest, beside the bar."""
    middle = float(np.median(firsts))
    kept = "kept" if middle <= PICTURE else "MISSED"
    bar = f"; at most {duration(PICTURE)}: {kept}" if OBJECTS >= 20 else ""
    return (
        f"{name}: {duration(middle)} at a new server's first question (slowest of {len(firsts)}"
        f" {duration(max(firsts))}), {duration(float(np.median(seconds)))} the next time{bar}"
    )


def traffic(browser: Browser, example: Example) -> Iterator[str]:
    """Bytes of the API's answers per view."""
    key = example.index.training_set(len(example.index) // 2).key
    other = example.index.training_set(len(example.index) // 3).key
    lattice = f"/lattices/{example.name}"
    views = {
        "/": "/",
        "map": f"{lattice}/map?layout=landscape",
        "map, counts": f"{lattice}/map?layout=density",
        "map with a pinned set": f"{lattice}/map?layout=landscape&set={key}",
        "map, filtered": f"{lattice}/map?layout=landscape&filter=rank%20%3C%204",
        "set": f"{lattice}/sets/{key}",
        "paths": f"{lattice}/paths?from={key}&to={other}",
        "grid": f"{lattice}/grid",
        "compare": f"{lattice}/compare?tray={key}&tray={other}",
        "table": f"{lattice}/table",
    }
    with explorer(browser, example) as page:
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        found = []
        for name, path in views.items():
            page.goto(path)
            page.wait_for_load_state("networkidle")
            found.append(f"{name} {page.evaluate(_BYTES) / 1e3:,.1f}")
        listed = f"/api/v1/lattices/{example.name}/subgraph?measure=accuracy"
        sizes = [
            len(page.request.get(f"{listed}&format={form}").body()) for form in ("packed", "json")
        ]
    yield f"kB of answers per view, {example.size}: {'; '.join(found)}"
    yield (
        f"packed sets, {example.size}: {sizes[0] / sizes[1]:.2f}x of the same as JSON"
        f" ({sizes[0] / 1e3:,.0f} and {sizes[1] / 1e3:,.0f} kB)"
    )


def _first_load() -> str:
    """What a first visit to a map loads before the picture: scripts and styles, gzip."""
    sizes = first_load()
    size = sum(sizes.values())
    kept = "kept" if size <= MOST_BYTES else "MISSED"
    return (
        f"first load: {size / 1e3:.1f} kB gzip in {len(sizes)} files; at most"
        f" {MOST_BYTES / 1e3:.0f} kB: {kept}"
    )
