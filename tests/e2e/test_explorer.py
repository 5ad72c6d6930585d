import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]


def spot(page: Page, key: str) -> tuple[float, float]:
    """Where a set is drawn, in pixels of the page."""
    expect(page.get_by_test_id("map-canvas")).to_have_attribute("data-ready", "true")
    found = page.evaluate("key => window.__lattice.position(key)", key)
    assert found is not None, f"{key} is not drawn"
    return found["x"], found["y"]


def click_set(page: Page, key: str, **options: list[str]) -> None:
    x, y = spot(page, key)
    for modifier in options.get("modifiers", []):
        page.keyboard.down(modifier)
    page.mouse.click(x, y)
    for modifier in options.get("modifiers", []):
        page.keyboard.up(modifier)


def hover_set(page: Page, key: str) -> None:
    page.mouse.move(*spot(page, key))


def name(page: Page) -> Locator:
    return page.get_by_test_id("focus-name")


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def canvas_ink(page: Page) -> int:
    """How many pixels of the upper canvas are painted: what the pointer and the path draw."""
    counted = page.evaluate(
        """() => {
            const canvas = document.querySelector('[data-testid=map-canvas]');
            const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            let painted = 0;
            for (let at = 3; at < data.length; at += 4) if (data[at] > 0) painted += 1;
            return painted;
        }"""
    )
    assert isinstance(counted, int)
    return counted


def test_the_first_page_shows_every_lattice_and_opens_one(page: Page, keep: Keep) -> None:
    page.goto("/")
    cards = page.get_by_test_id("lattice-card")
    expect(cards).to_have_count(4)
    expect(cards.filter(has_text="california-housing")).to_contain_text("1,024 training sets")
    expect(cards.filter(has_text="toy")).to_contain_text("25% of all")
    keep("home")
    cards.filter(has_text="covertype").click()
    expect(page).to_have_url(re.compile("/lattices/covertype/map"))
    spot(page, "~0f")
    keep("covertype-lattice")


@pytest.mark.parametrize("lattice", ["toy", "covertype", "silo", "california-housing"])
def test_every_bundled_lattice_opens_in_both_layouts(page: Page, keep: Keep, lattice: str) -> None:
    page.goto(f"/lattices/{lattice}/map")
    for layout in ("lattice", "landscape"):
        page.get_by_test_id(f"layout-{layout}").click()
        expect(page.get_by_test_id(f"layout-{layout}")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_test_id("map-canvas")).to_have_attribute("data-ready", "true")
        assert query(page)["layout"] == [layout]
        keep(f"{lattice}-{layout}")


def test_the_measure_chosen_decides_scores_and_is_in_the_link(page: Page) -> None:
    page.goto("/lattices/covertype/map?set=~0f")
    page.get_by_test_id("measure-select").select_option("accuracy/A")
    expect(page.get_by_test_id("focus-panel")).to_contain_text("accuracy/A: 0.695")
    assert query(page)["measure"] == ["accuracy/A"]
    page.get_by_test_id("measure-select").select_option("accuracy/ABCD")
    expect(page.get_by_test_id("focus-panel")).to_contain_text("accuracy/ABCD: 0.5933")


def test_hovering_a_set_shows_its_score_and_draws_its_moves(page: Page, keep: Keep) -> None:
    page.goto("/lattices/california-housing/map?measure=r2/held-out@decision_tree")
    spot(page, "~1f")
    page.mouse.move(5, 5)
    page.wait_for_timeout(400)
    before = canvas_ink(page)
    hover_set(page, "~1f")
    tooltip = page.get_by_test_id("map-tooltip")
    expect(tooltip).to_contain_text("abcde")
    expect(tooltip).to_contain_text("0.53 ± 0.0042 (standard error, 30 replicates)")
    page.wait_for_timeout(400)
    assert canvas_ink(page) > before + 1_000
    keep("california-hover")
    hover_set(page, "~")
    expect(tooltip).to_contain_text("0 (declared, not measured)")
    page.mouse.move(5, 5)
    expect(tooltip).to_have_count(0)


def test_clicking_a_set_pins_it_with_its_neighborhood_and_deltas(page: Page, keep: Keep) -> None:
    page.goto("/lattices/covertype/map?measure=accuracy/ABCD")
    click_set(page, "~0f")
    expect(name(page)).to_have_text("ABCD")
    bars = page.get_by_test_id("delta-bar")
    expect(bars).to_have_count(4)
    texts = [re.sub(r"\s+", " ", text) for text in bars.all_inner_texts()]
    assert texts == ["−B +0.0067", "−C −0.0292", "−A −0.0579", "−D −0.0758"]
    expect(page.get_by_test_id("focus-panel")).to_contain_text("one replicate: error unknown")
    assert query(page)["set"] == ["~0f"]
    keep("covertype-pinned")
    bars.first.click()
    expect(name(page)).to_have_text("ACD")


def test_deltas_with_replicates_carry_their_error(page: Page) -> None:
    page.goto("/lattices/california-housing/map?measure=r2/held-out@decision_tree&set=~1f")
    expect(page.get_by_test_id("delta-bar").first).to_contain_text("+0.0382 ± 0.0041")
    expect(page.get_by_test_id("focus-panel")).to_contain_text("paired, 30 replicates")


def test_neighbors_that_are_not_stored_are_named(page: Page) -> None:
    page.goto("/lattices/toy/map")
    click_set(page, "~0f")
    missing = page.get_by_test_id("missing-neighbor")
    expect(missing).to_have_count(2)
    expect(missing.first).to_have_text("−A BCD")


def test_a_path_between_two_sets_is_drawn_and_listed(page: Page, keep: Keep) -> None:
    page.goto("/lattices/covertype/map?measure=accuracy/ABCD&layout=landscape")
    click_set(page, "~01")
    page.get_by_test_id("path-from").click()
    click_set(page, "~0e")
    page.get_by_test_id("path-to").click()
    expect(page.get_by_test_id("path-step")).to_have_count(5)
    page.get_by_test_id("path-objective").select_option("widest")
    panel = page.get_by_test_id("path-panel")
    expect(panel).to_contain_text("worst score between the ends 0.5804")
    expect(panel).to_contain_text("worse end 0.5083")
    expect(panel).to_contain_text("optimistic")
    steps = page.get_by_test_id("path-step")
    texts = [re.sub(r"\s+", " ", text) for text in steps.all_inner_texts()]
    assert texts == [
        "A 0.5083",
        "+D AD 0.5804 +0.0721",
        "+C ACD 0.6 +0.0196",
        "+B ABCD 0.5933 −0.0067",
        "−A BCD 0.5354 −0.0579 worst step",
    ]
    assert {key: query(page)[key] for key in ("from", "to", "objective")} == {
        "from": ["~01"],
        "to": ["~0e"],
        "objective": ["widest"],
    }
    keep("covertype-widest-path")
    drawn = canvas_ink(page)
    page.get_by_role("button", name="Clear").click()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    page.wait_for_timeout(400)
    assert canvas_ink(page) < drawn


def test_shift_click_fills_the_tray(page: Page) -> None:
    page.goto("/lattices/toy/map?set=~03")
    click_set(page, "~0d", modifiers=["Shift"])
    expect(page.get_by_test_id("tray-set")).to_contain_text(["ACD"])
    assert query(page)["tray"] == ["~0d"]


def test_the_p_key_asks_for_a_path(page: Page) -> None:
    page.goto("/lattices/toy/map?set=~03")
    hover_set(page, "~0f")
    page.keyboard.press("p")
    expect(page.get_by_test_id("path-step")).to_have_count(3)


def test_a_path_that_does_not_exist_says_why(page: Page) -> None:
    page.goto("/lattices/toy/map?from=~03&to=~0b")
    error = page.get_by_test_id("error-message")
    expect(error).to_contain_text("ABD is not stored")
    expect(error).to_contain_text("Nearest stored sets")


def test_the_link_holds_the_whole_view(page: Page) -> None:
    page.goto("/lattices/covertype/map?measure=accuracy/ABCD&layout=landscape&set=~0f")
    page.get_by_test_id("path-from").click()
    click_set(page, "~01")
    page.get_by_test_id("path-to").click()
    page.get_by_test_id("path-objective").select_option("widest")
    expect(page.get_by_test_id("path-step")).to_have_count(4)
    page.mouse.move(600, 300)
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(400)
    link = page.url
    assert "camera=" in link
    place = spot(page, "~01")
    page.goto("/")
    page.goto(link)
    expect(name(page)).to_have_text("A")
    expect(page.get_by_test_id("path-step")).to_have_count(4)
    expect(page.get_by_test_id("layout-landscape")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("path-objective")).to_have_value("widest")
    again = spot(page, "~01")
    assert max(abs(a - b) for a, b in zip(place, again, strict=True)) < 1


def test_back_is_undo(page: Page) -> None:
    page.goto("/lattices/covertype/map")
    click_set(page, "~0f")
    expect(name(page)).to_have_text("ABCD")
    click_set(page, "~01")
    expect(name(page)).to_have_text("A")
    page.get_by_test_id("view-grid").click()
    page.go_back()
    expect(page.get_by_test_id("map-canvas")).to_be_visible()
    page.go_back()
    expect(name(page)).to_have_text("ABCD")
    page.go_back()
    expect(name(page)).to_have_count(0)


def test_the_grid_shows_every_cell_and_sorts_by_a_column(page: Page, keep: Keep) -> None:
    page.goto("/lattices/covertype/map")
    page.get_by_test_id("view-grid").click()
    cells = page.get_by_test_id("grid-cell")
    expect(cells).to_have_count(15 + 225)
    expect(cells.nth(1)).to_have_text("0.743")
    keep("covertype-grid")
    page.get_by_test_id("grid-table").get_by_role("button", name="ABCD", exact=True).click()
    rows = page.get_by_test_id("grid-table").locator("tbody th")
    expect(rows.first).to_have_text("ACD")
    assert rows.all_inner_texts()[:3] == ["ACD", "ABCD", "AD"]
    rows.first.click()
    expect(name(page)).to_have_text("ACD")


def test_leaving_b_out_of_the_toy_is_the_first_picture_of_the_idea(page: Page, keep: Keep) -> None:
    page.goto("/lattices/toy/grid")
    page.get_by_test_id("pairs-object").select_option("B")
    expect(page.get_by_test_id("pair-row")).to_have_count(1)
    changes = page.get_by_test_id("pair-delta")
    expect(changes).to_have_text(["−0.14", "−0.33", "−0.03", "−0.02"])
    for change in changes.all():
        expect(change).to_have_class(re.compile("worse"))
    assert query(page)["without"] == ["B"]
    keep("toy-without-b")


def test_lower_is_better_turns_the_words_not_the_signs(page: Page) -> None:
    page.goto("/lattices/silo/grid?without=related-series-books")
    changes = page.get_by_test_id("pair-delta")
    expect(changes.first).to_have_text("+2.2")
    expect(changes.first).to_have_class(re.compile("worse"))


def test_search_reads_every_spelling_and_offers_what_was_meant(page: Page) -> None:
    page.goto("/lattices/toy/map")
    search = page.get_by_test_id("set-search")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    search.fill("^B")
    search.press("Enter")
    expect(name(page)).to_have_text("ACD")
    search.fill("ABX")
    search.press("Enter")
    expect(page.get_by_test_id("error-message")).to_contain_text("'X' in 'ABX' is no object")
    search.fill("BC")
    search.press("Enter")
    expect(page.get_by_test_id("focus-panel")).to_contain_text("BC is not stored")


def test_the_keyboard_alone_walks_the_lattice(page: Page) -> None:
    page.goto("/lattices/covertype/map?measure=accuracy/ABCD&set=~0f")
    expect(name(page)).to_have_text("ABCD")
    page.keyboard.press("ArrowDown")
    expect(name(page)).to_have_text("ACD")
    page.keyboard.press("ArrowUp")
    expect(name(page)).to_have_text("ABCD")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(name(page)).to_have_text("ABD")
    page.keyboard.press("g")
    expect(page.get_by_test_id("grid-table")).to_be_visible()
    page.keyboard.press("m")
    page.keyboard.press("l")
    expect(page.get_by_test_id("layout-landscape")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(name(page)).to_have_count(0)


def test_screen_readers_hear_what_is_shown(page: Page) -> None:
    page.goto("/lattices/covertype/map?set=~0f&measure=accuracy/ABCD")
    summary = page.get_by_test_id("live-summary")
    expect(summary).to_contain_text("15 of 15 training sets")
    expect(summary).to_contain_text("ABCD is pinned, 0.5933")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("/lattices/tyo/map", "There is no lattice 'tyo' in this database. Did you mean toy?"),
        ("/lattices/toy/map?measure=nothing", 'This lattice has no measure "nothing"'),
        ("/lattices/toy/map?v=99", "version 99 of the view"),
        ("/lattices/toy/globe", 'the view "globe"'),
        ("/lattices/toy/map?set=~ff", "names an object beyond the 4"),
    ],
)
def test_links_that_do_not_fit_say_so(page: Page, url: str, said: str) -> None:
    page.goto(url)
    expect(page.get_by_test_id("error-message").first).to_contain_text(said)


def test_names_with_markup_are_text(page: Page, bundled: object) -> None:
    attack = json.dumps("<img src=x onerror=alert(1)>")
    page.goto("/lattices/toy/map")
    page.evaluate(f"history.pushState(null, '', '/lattices/toy/map?v=1&measure=' + {attack})")
    page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    expect(page.get_by_test_id("error-message")).to_contain_text("<img src=x")
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("width", [320, 390])
def test_phones_see_map_panels_and_grid_without_sideways_scrolling(
    page: Page, keep: Keep, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/lattices/covertype/map?set=~0f&from=~0f&to=~01")
    expect(page.get_by_test_id("path-step")).to_have_count(4)
    for view in ("map", "grid"):
        page.get_by_test_id(f"view-{view}").click()
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        keep(f"phone-{width}-{view}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_follow_the_system(page: Page, keep: Keep, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/lattices/california-housing/map?set=~1f")
    spot(page, "~1f")
    page.wait_for_timeout(200)
    red = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]")
    assert (int(red) < 60) == (scheme == "dark")
    keep(f"california-{scheme}")


def test_a_link_may_spell_its_sets(page: Page) -> None:
    page.goto("/lattices/covertype/map?set=ABCD&from=A&to=^A&measure=accuracy/ABCD")
    expect(name(page)).to_have_text("ABCD")
    expect(page.get_by_test_id("path-step")).to_have_count(5)
    expect(page).to_have_url(re.compile("set=%7E0f&from=%7E01&to=%7E0e"))


def test_what_the_plus_minus_means_is_said_where_it_stands(page: Page) -> None:
    said = "± is one standard error (paired, 30 replicates)."
    measure = "r2/held-out@decision_tree"
    page.goto(f"/lattices/california-housing/map?measure={measure}&from=abc&to=abcde")
    expect(page.get_by_test_id("path-panel")).to_contain_text(said)
    page.goto("/lattices/california-housing/grid?without=a")
    expect(page.locator("main")).to_contain_text(said)
    expect(page.locator(".delta.unresolved").first).to_be_visible()


def test_long_names_do_not_widen_the_page(page: Page, keep: Keep) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/lattices/silo/grid?without=related-series-books")
    expect(page.get_by_test_id("pair-row")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    keep("silo-phone")
