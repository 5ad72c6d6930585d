import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import lattice
from tests.e2e.server import Server

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]


@pytest.fixture
def empty(database_place: Path) -> Iterator[Server]:
    """A server on a database without a lattice that allows imports."""
    with lattice.create(str(database_place)):
        pass
    with Server(database_place, "--allow-import") as server:
        yield server


def ink(page: Page) -> list[int]:
    """How many pixels of each thumbnail are painted."""
    counted = page.evaluate(
        """() => [...document.querySelectorAll('.thumbnail canvas')].map((canvas) => {
            const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            let painted = 0;
            for (let at = 3; at < data.length; at += 4) if (data[at] > 0) painted += 1;
            return painted;
        })"""
    )
    assert isinstance(counted, list)
    return counted


def step(page: Page, place: str) -> str:
    """The text of the walk-through at a step."""
    expect(page.get_by_test_id("tour-place")).to_have_text(place)
    return page.get_by_test_id("tour-text").inner_text()


def test_every_lattice_has_a_thumbnail_and_its_facts(page: Page, keep: Keep) -> None:
    page.goto("/")
    cards = page.get_by_test_id("lattice-card")
    expect(cards).to_have_count(4)
    toy = cards.filter(has_text="toy")
    facts = (
        "4 training sets of 4 objects",
        "25% of all",
        "4 measures, every cell filled",
        "imported 2",
    )
    for fact in (*facts, "accuracy/D", "higher is better"):
        expect(toy).to_contain_text(fact)
    page.wait_for_function(
        """() => [...document.querySelectorAll('.thumbnail canvas')].every((canvas) =>
            canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean))"""
    )
    assert min(ink(page)) > 20
    keep("home-cards")


def test_lattices_are_found_and_sorted(page: Page) -> None:
    page.goto("/")
    cards = page.get_by_test_id("lattice-card")
    expect(cards).to_have_count(4)
    page.get_by_test_id("home-sort").select_option("sets")
    expect(cards.first).to_contain_text("california-housing")
    page.get_by_test_id("home-search").fill("forest")
    expect(cards).to_have_count(1)
    expect(page.get_by_text("1 of 4 lattices")).to_be_visible()
    page.get_by_test_id("home-search").fill("nowhere")
    none = page.get_by_test_id("no-lattice-found")
    expect(none).to_contain_text("0 of 4 lattices match “nowhere”")
    none.get_by_role("button").click()
    expect(cards).to_have_count(4)
    page.get_by_test_id("home-search").fill("forest")
    expect(cards).to_have_count(1)
    cards.first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/lattices/covertype/map"))


def test_small_lattices_are_drawn_with_their_moves(page: Page) -> None:
    page.goto("/")
    toy = page.get_by_test_id("lattice-card").filter(has_text="toy")
    toy.scroll_into_view_if_needed()
    # Four dots of radius 4 are about 200 pixels; the three moves between them are drawn, too.
    expect(toy.get_by_test_id("card-measure")).to_contain_text("accuracy/D")
    page.wait_for_function(
        """() => {
            const canvas = [...document.querySelectorAll('.thumbnail canvas')].at(-1);
            const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return data.filter((value, at) => at % 4 === 3 && value > 0).length > 400;
        }"""
    )


def test_an_empty_database_says_which_commands_fill_it(
    browser: Browser, empty: Server, tmp_path: Path
) -> None:
    page = browser.new_page(base_url=empty.address)
    page.goto("/")
    said = page.get_by_test_id("no-lattices")
    expect(said).to_contain_text("lattice import results.csv")
    expect(said).to_contain_text("lattice import --bundled")
    expect(page.get_by_test_id("tour-start")).to_have_count(0)
    results = tmp_path / "small.csv"
    results.write_text("a,b,accuracy\n1,0,0.5\n1,1,0.7\n")
    with lattice.open(str(tmp_path / "lattice.db")) as database:
        database.import_files([results], into="small")
    said.get_by_role("button", name="Look again").click()
    expect(page.get_by_test_id("lattice-card")).to_contain_text("small")
    page.get_by_test_id("import-link").click()
    expect(page).to_have_url(re.compile("/import$"))
    page.close()


def test_a_newcomer_is_walked_through_leave_one_out(page: Page, keep: Keep) -> None:
    page.goto("/")
    page.get_by_test_id("tour-start").click()
    expect(page).to_have_url(re.compile("/lattices/toy/map"))
    following = page.get_by_test_id("tour-next")
    expect(following).to_be_focused()
    assert "Of the 16 training sets that they allow, 4 are stored" in step(page, "1 of 6")
    keep("tour-1")
    page.keyboard.press("Enter")
    assert "scores 0.88 under accuracy/B" in step(page, "2 of 6")
    expect(page.get_by_test_id("focus-name")).to_have_text("ABCD")
    page.keyboard.press("Enter")
    assert "from 0.88 to 0.55: −0.33, for the worse" in step(page, "3 of 6")
    keep("tour-3")
    page.keyboard.press("Enter")
    assert "−0.14, −0.33, −0.03, −0.02" in step(page, "4 of 6")
    for change in ("−0.14", "−0.33", "−0.03", "−0.02"):
        expect(page.get_by_test_id("pair-delta").filter(has_text=change).first).to_be_visible()
    keep("tour-4")
    page.keyboard.press("Enter")
    assert "AB → ABC → ABCD: 2 moves, with scores 0.72, 0.8, 0.88" in step(page, "5 of 6")
    expect(page.get_by_test_id("path-step")).to_have_count(3)
    page.get_by_test_id("tour-back").click()
    assert "every measure" in step(page, "4 of 6")
    following.click()
    following.click()
    assert "12 of the 16 training sets were never trained" in step(page, "6 of 6")
    expect(page.get_by_test_id("missing-neighbor").first).to_be_visible()
    keep("tour-6")
    expect(following).to_have_text("Done")
    following.click()
    expect(page.get_by_test_id("tour")).to_have_count(0)
    page.goto("/")
    expect(page.get_by_test_id("tour-start")).to_have_text("Walk through leave-one-out again")


def test_the_walk_never_blocks_the_page_and_can_be_left(page: Page) -> None:
    page.goto("/")
    page.get_by_test_id("tour-start").click()
    step(page, "1 of 6")
    page.get_by_test_id("measure-select").select_option("accuracy/A")
    page.get_by_test_id("view-table").click()
    expect(page.get_by_test_id("tour")).to_be_visible()
    page.get_by_test_id("tour-next").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("tour")).to_have_count(0)
    expect(page).to_have_url(re.compile("/lattices/toy/table"))


@pytest.mark.parametrize("width", [320, 390])
def test_the_first_page_and_the_walk_fit_a_phone(page: Page, keep: Keep, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    expect(page.get_by_test_id("lattice-card")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    keep(f"home-{width}")
    page.get_by_test_id("tour-start").click()
    for place in range(1, 7):
        step(page, f"{place} of 6")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        keep(f"tour-{width}-{place}")
        page.get_by_test_id("tour-next").click()
    expect(page.get_by_test_id("tour")).to_have_count(0)
