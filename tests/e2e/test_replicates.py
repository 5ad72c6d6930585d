"""Every replicate of a set's score: on its page, and beside the map."""

import re
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import lattice

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]
TREE = "measure=r2/held-out@decision_tree"


@pytest.fixture(scope="module")
def scores(bundled: Path) -> list[float]:
    """The thirty scores of abc."""
    with lattice.open(str(bundled)) as database:
        answer = database["california-housing"].replicates("abc", measures=["@decision_tree"])
    return [each.score for each in answer.replicates[0]]


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def test_the_page_of_a_set_shows_every_replicate(
    page: Page, keep: Keep, scores: list[float]
) -> None:
    page.goto(f"/lattices/california-housing/sets/~07?{TREE}")
    section = page.get_by_test_id("section-replicates")
    expect(section.locator("summary").first).to_have_text("Replicates (30)")
    expect(page.get_by_test_id("replicate-dot")).to_have_count(30)
    error = statistics.stdev(scores) / 30**0.5
    expect(section).to_contain_text(f"one standard error ({error:.4f}) to either side")
    expect(section).to_contain_text("Shared: other sets have the same ones")
    low, high = f"{min(scores):.4f}", f"{max(scores):.4f}"
    said = page.get_by_test_id("replicates-says")
    expect(said).to_have_text(f"30 replicates, {low} to {high}")
    page.get_by_test_id("replicate-dot").nth(24).hover()
    expect(said).to_have_text(re.compile(f"^replicate 25: {scores[24]:.4f}, −.* from the mean$"))
    page.mouse.move(1, 1)
    expect(said).to_have_text(f"30 replicates, {low} to {high}")
    page.get_by_test_id("replicates-numbers").press("Enter")
    rows = page.get_by_test_id("replicates-table").locator("tbody tr")
    expect(rows).to_have_count(30)
    keep("replicates-set")
    mean = statistics.fmean(scores)
    for row, score in zip(rows.all(), scores, strict=True):
        shown, away = row.locator("td").all_inner_texts()
        assert number(shown) == pytest.approx(score, abs=5e-5)
        assert number(away) == pytest.approx(score - mean, abs=5e-5)
        assert away[0] in "+−"


def test_dots_stand_where_their_scores_are(page: Page, scores: list[float]) -> None:
    page.goto(f"/lattices/california-housing/sets/~07?{TREE}")
    expect(page.get_by_test_id("replicate-dot")).to_have_count(30)
    places = page.get_by_test_id("replicate-dot").evaluate_all(
        "dots => dots.map((dot) => Number(dot.getAttribute('cx')))"
    )
    pixels = (places[scores.index(max(scores))] - places[0]) / (max(scores) - scores[0])
    for place, score in zip(places, scores, strict=True):
        assert place == pytest.approx(places[0] + pixels * (score - scores[0]), abs=0.01)


def test_the_pinned_set_beside_the_map_has_them_too(page: Page, keep: Keep) -> None:
    page.goto(f"/lattices/california-housing/map?{TREE}&set=~07")
    panel = page.get_by_test_id("focus-panel")
    expect(panel.get_by_test_id("replicate-dot")).to_have_count(30)
    panel.get_by_test_id("replicate-dot").first.hover()
    expect(panel.get_by_test_id("replicates-says")).to_contain_text("1: 0.4413, −0.0277")
    keep("replicates-panel")
    page.get_by_test_id("measure-select").select_option("r2/held-out@random_forest")
    expect(panel.get_by_test_id("replicates-says")).not_to_contain_text("0.3884 to 0.5221")
    expect(panel.get_by_test_id("replicate-dot")).to_have_count(30)
    page.get_by_test_id("open-set").click()
    expect(page.get_by_test_id("section-replicates")).to_be_visible()
    expect(panel.get_by_test_id("replicates")).to_have_count(0)


def test_a_single_replicate_and_a_declared_score_are_said(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/lattices/toy/map?set=~0f")
    expect(page.get_by_test_id("focus-panel")).to_contain_text("one replicate: error unknown")
    assert not [url for url in asked if "/replicates" in url]  # there is nothing to draw
    page.goto("/lattices/toy/sets/~0f?measure=accuracy/A")
    single = page.get_by_test_id("replicates-single")
    expect(single).to_have_text(
        "One replicate: 0.92. Its error is unknown, not zero. The source gives it no name."
    )
    page.goto(f"/lattices/california-housing/sets/~?{TREE}")
    none = page.get_by_test_id("replicates-none")
    expect(none).to_have_text("0 is declared by the source, not measured: there are no replicates.")


def test_a_closed_section_asks_nothing_and_phones_do_not_scroll_sideways(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"/lattices/california-housing/sets/~07?{TREE}&open=none")
    section = page.get_by_test_id("section-replicates")
    expect(section).to_be_visible()
    assert not [url for url in asked if "/replicates" in url]
    section.locator("summary").first.click()
    expect(page.get_by_test_id("replicate-dot")).to_have_count(30)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
