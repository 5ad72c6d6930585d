import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import lattice
from tests.e2e import odd as lattices
from tests.e2e.server import Server

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def search(page: Page) -> Locator:
    return page.get_by_test_id("set-search")


def suggestions(page: Page) -> Locator:
    return page.get_by_test_id("suggestion")


def chips(page: Page) -> Locator:
    return page.get_by_test_id("chip")


def counted(page: Page) -> Locator:
    return page.get_by_test_id("match-count")


def url(name: str, *filters: str, **parameters: str) -> str:
    asked = [f"filter={quote(each)}" for each in filters]
    asked += [f"{key}={quote(value)}" for key, value in parameters.items()]
    return f"/lattices/{name}/map?{'&'.join(asked)}"


# ---------------------------------------------------------------- search


def test_search_offers_sets_objects_and_measures(page: Page, keep: Keep) -> None:
    page.goto(url("california-housing"))
    page.keyboard.press("/")
    search(page).fill("a")
    expect(suggestions(page).first).to_contain_text("1 object")
    expect(suggestions(page).filter(has_text="contains a")).to_be_visible()
    keep("search-objects")
    search(page).fill("tree")
    expect(suggestions(page)).to_have_text([re.compile("r2/held-out@decision_tree")])
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("measure-select")).to_have_value("r2/held-out@decision_tree")
    expect(search(page)).to_have_value("")


def test_search_is_a_combobox_for_keyboards_and_screen_readers(page: Page) -> None:
    page.goto(url("california-housing"))
    box = page.get_by_role("combobox", name="Search")
    box.fill("a")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    expect(suggestions(page).first).to_contain_text("1 object")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    option = page.locator(f"#{active}")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(option).to_contain_text("contains a")
    page.keyboard.press("Enter")
    expect(chips(page)).to_contain_text(["contains a"])
    box.fill("a")
    expect(suggestions(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("a")
    page.keyboard.press("Escape")
    expect(box).to_have_value("")


def test_a_set_that_is_not_stored_is_answered_by_the_nearest(page: Page) -> None:
    page.goto(url("toy"))
    search(page).fill("ABD")
    nearest = suggestions(page).filter(has_text=re.compile(r"ABD is not stored; \+C,"))
    expect(nearest).to_contain_text("ABCD")
    nearest.click()
    expect(page.get_by_test_id("focus-name")).to_have_text("ABCD")


def test_a_predicate_becomes_a_chip_and_what_is_wrong_is_pointed_at(page: Page, keep: Keep) -> None:
    page.goto(url("covertype"))
    search(page).fill('contains("B") and rank >= 3')
    expect(suggestions(page)).to_have_text(
        [re.compile("Filter by contains B, rank ≥ 3.*4 training")]
    )
    page.keyboard.press("Enter")
    expect(chips(page)).to_contain_text(["contains B, rank ≥ 3"])
    assert query(page)["filter"] == ['contains("B") and rank >= 3']
    search(page).fill('contains("E")')
    page.keyboard.press("Enter")
    carets = page.get_by_test_id("error-message").locator("pre")
    expect(carets).to_contain_text("^^^")
    assert "mono" in carets.evaluate("each => getComputedStyle(each).fontFamily")
    assert carets.evaluate("each => getComputedStyle(each).whiteSpace") == "pre-wrap"
    keep("search-carets")


# ---------------------------------------------------------------- filters


def test_chips_say_what_they_mean_and_how_many_match(page: Page, keep: Keep) -> None:
    page.goto(url("california-housing", 'contains("a")', "3 <= rank <= 5"))
    expect(chips(page)).to_contain_text(["contains a", "rank 3 to 5"])
    counts = page.get_by_test_id("chip-count")
    expect(counts).to_have_text(["512", "582"])  # 2^9; C(10,3) + C(10,4) + C(10,5)
    expect(counted(page)).to_contain_text("246 of 1,024 match all")  # C(9,2) + C(9,3) + C(9,4)
    keep("chips")
    page.get_by_role("button", name="Remove the filter contains a").click()
    expect(counted(page)).to_contain_text("582 of 1,024 match")
    page.go_back()
    expect(chips(page)).to_have_count(2)
    page.get_by_test_id("view-grid").click()
    expect(counted(page)).to_contain_text("246 of 1,024 match all")


def test_a_chip_is_edited_in_its_place(page: Page) -> None:
    page.goto(url("california-housing", "rank == 3", 'contains("a")'))
    page.get_by_role("button", name="Edit the filter rank 3").click()
    editor = page.get_by_test_id("chip-editor")
    expect(editor).to_be_focused()
    editor.fill("rank == 4")
    editor.press("Enter")
    assert query(page)["filter"] == ["rank == 4", 'contains("a")']
    expect(page.get_by_test_id("chip-count").first).to_have_text("210")
    page.get_by_role("button", name="Edit the filter rank 4").click()
    editor.fill("rank >")
    editor.press("Escape")
    expect(chips(page).first).to_contain_text("rank 4")


def test_filters_are_built_without_the_language(page: Page, keep: Keep) -> None:
    page.goto(url("california-housing", measure="r2/held-out@decision_tree"))
    page.get_by_test_id("add-filter").click()
    ranks = page.get_by_test_id("rank-facet")
    expect(ranks).to_have_count(11)
    expect(ranks.nth(3)).to_have_accessible_name("rank 3, 120 sets")
    page.get_by_test_id("filter-object").fill("b")
    page.get_by_test_id("filter-without").click()
    expect(ranks).to_have_count(10)
    expect(ranks.nth(3)).to_have_accessible_name("rank 3, 84 sets")
    ranks.nth(3).click()
    expect(counted(page)).to_contain_text("84 of 1,024 match all")
    ranks.nth(3).click()
    expect(counted(page)).to_contain_text("512 of 1,024 match")
    page.get_by_test_id("filter-rank-from").fill("2")
    page.get_by_test_id("filter-rank-to").fill("3")
    page.get_by_test_id("filter-rank-add").click()
    expect(counted(page)).to_contain_text("120 of 1,024 match all")  # C(9,2) + C(9,3)
    page.get_by_test_id("filter-score-from").fill("0.5")
    page.get_by_test_id("filter-score-add").click()
    page.get_by_test_id("filter-evaluated").click()
    expect(chips(page)).to_contain_text(
        [
            "without b",
            "rank 2 to 3",
            "r2/held-out@decision_tree ≥ 0.5",
            "evaluated: r2/held-out@decision_tree",
        ]
    )
    keep("filter-builder")


def test_measured_sets_are_told_from_declared_ones(page: Page) -> None:
    page.goto(url("california-housing", measure="r2/held-out@decision_tree"))
    page.get_by_test_id("add-filter").click()
    expect(page.get_by_test_id("filter-declared")).to_have_text("1 declared, not measured.")
    page.get_by_test_id("filter-measured").click()
    expect(counted(page)).to_contain_text("1,023 of 1,024 match")
    expect(chips(page)).to_contain_text("measured: r2/held-out@decision_tree")
    expect(page.get_by_test_id("filter-declared")).to_have_count(0)
    page.get_by_test_id("filter-measured").click()
    expect(chips(page)).to_have_count(0)
    search(page).fill('declared("r2/held-out@decision_tree")')
    expect(suggestions(page)).to_contain_text("Filter by declared: r2/held-out@decision_tree")
    expect(suggestions(page)).to_contain_text("1 training set")
    page.goto(url("toy"))
    page.get_by_test_id("add-filter").click()
    expect(page.get_by_test_id("filter-evaluated")).to_be_visible()
    expect(page.get_by_test_id("filter-measured")).to_have_count(0)


def test_no_match_is_said_and_cleared(page: Page) -> None:
    page.goto(url("covertype", "rank == 1", "rank == 3"))
    expect(counted(page)).to_contain_text("0 of 15 match all")
    page.get_by_test_id("filters-clear").click()
    expect(chips(page)).to_have_count(0)
    expect(counted(page)).to_contain_text("all 15 training sets")


def test_a_filter_of_a_link_that_cannot_be_read_is_a_chip_that_says_so(page: Page) -> None:
    page.goto(url("covertype", "rank >"))
    expect(chips(page)).to_contain_text("The predicate cannot be read")
    expect(chips(page).locator("pre")).to_contain_text("^")
    chips(page).get_by_role("button", name="Remove").click()
    expect(chips(page)).to_have_count(0)


# ---------------------------------------------------------------- measure, color, layout, legend


def test_a_second_measure_colors(page: Page) -> None:
    page.goto(url("california-housing", measure="r2/held-out@decision_tree"))
    legend = page.get_by_test_id("legend")
    expect(legend).to_contain_text("Color: r2/held-out@decision_tree")
    expect(legend).to_contain_text("r2/held-out@decision_tree; higher is better")
    page.get_by_test_id("color-select").select_option("r2/held-out@random_forest")
    assert query(page)["color"] == ["r2/held-out@random_forest"]
    expect(legend).to_contain_text("Color: r2/held-out@random_forest")
    expect(legend).to_contain_text("hollow: declared, not measured")
    page.get_by_test_id("color-select").select_option("")
    assert "color" not in query(page)


def test_layouts_that_do_not_fit_say_why(page: Page) -> None:
    page.goto(url("california-housing"))
    expect(page.get_by_test_id("layout-rows")).to_be_disabled()
    expect(page.get_by_test_id("controls")).to_contain_text("Rows: up to 256 sets.")
    page.goto(url("covertype"))
    legend = page.get_by_test_id("legend")
    for layout, meaning in (
        ("lattice", "Parallel lines are the same object"),
        ("landscape", "what a move changes"),
        ("rows", "within a row from the lowest to the highest"),
        ("density", "how many sets a cell holds"),
    ):
        page.get_by_test_id(f"layout-{layout}").click()
        expect(page.get_by_test_id(f"layout-{layout}")).to_have_attribute("aria-pressed", "true")
        expect(legend).to_contain_text(meaning)
    page.get_by_test_id("layout-lattice").click()
    expect(page.get_by_test_id("layout-lattice")).to_have_attribute("aria-pressed", "true")


def test_lower_is_better_is_said_and_leads_the_ramp_from_worse_to_better(page: Page) -> None:
    page.goto(url("silo", layout="landscape"))
    legend = page.get_by_test_id("legend")
    expect(legend).to_contain_text("lower is better")
    left, right = legend.locator(".ends > span").all_inner_texts()
    assert float(left.split()[0]) > float(right.split()[1])


# ---------------------------------------------------------------- keys and help


def test_the_help_lists_keys_pointer_and_touch(page: Page, keep: Keep) -> None:
    page.goto(url("covertype"))
    page.get_by_test_id("help").click()
    dialog = page.get_by_role("dialog", name="Keys and help")
    for words in ("the next layout that fits", "Shift-click", "Two fingers", "compare"):
        expect(dialog).to_contain_text(words)
    keep("help")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    dialog.get_by_test_id("keys-work").uncheck()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    page.keyboard.press("g")
    page.wait_for_timeout(100)
    expect(page).to_have_url(re.compile("/map"))
    page.get_by_test_id("help").click()
    dialog.get_by_test_id("keys-work").check()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    expect(page).to_have_url(re.compile("/grid"))


def test_keys_turn_views_and_layouts_and_leave_typing_alone(page: Page) -> None:
    page.goto(url("covertype"))
    expect(page.get_by_test_id("layout-lattice")).to_have_attribute("aria-pressed", "true")
    for layout in ("landscape", "rows", "density", "lattice"):
        page.keyboard.press("l")
        expect(page.get_by_test_id(f"layout-{layout}")).to_have_attribute("aria-pressed", "true")
    for key, view in (("g", "grid"), ("t", "table"), ("c", "compare"), ("m", "map")):
        page.keyboard.press(key)
        expect(page.get_by_test_id(f"view-{view}")).to_have_attribute("aria-current", "page")
    page.keyboard.press("/")
    page.keyboard.type("gt")
    expect(search(page)).to_have_value("gt")
    expect(page).to_have_url(re.compile("/map"))
    page.keyboard.press("Control+a")
    page.keyboard.press("Escape")
    page.get_by_test_id("view-grid").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("view-grid")).to_have_attribute("aria-current", "page")


def test_the_theme_is_chosen_and_remembered(page: Page) -> None:
    page.goto("/")
    page.get_by_test_id("theme").select_option("dark")
    page.reload()
    expect(page.get_by_test_id("theme")).to_have_value("dark")
    red = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]")
    assert int(red) < 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(url("covertype", "rank >= 2", set="ABCD"))
    expect(page.get_by_test_id("delta-bar").first).to_be_visible()
    ratios = page.evaluate(
        """() => {
            const style = getComputedStyle(document.documentElement);
            const canvas = document.createElement('canvas').getContext('2d');
            const light = (name) => {
                canvas.fillStyle = style.getPropertyValue('--' + name);
                canvas.fillRect(0, 0, 1, 1);
                const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) => {
                    const part = byte / 255;
                    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
                });
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            return ['ink', 'muted', 'better', 'worse', 'accent', 'focus'].map((name) =>
                ratio(light(name), light('paper')));
        }"""
    )
    assert min(ratios) >= 4.5


@pytest.mark.parametrize("width", [320, 390])
def test_phones_have_the_picture_first_and_every_tab(page: Page, keep: Keep, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(url("covertype", "rank >= 2", set="ABCD"))
    expect(page.get_by_test_id("map-canvas")).to_have_attribute("data-ready", "true")
    parts = (page.locator(".stage"), *map(page.get_by_test_id, ("focus-panel", "controls")))
    places = [part.bounding_box() for part in parts]
    tops = [place["y"] for place in places if place]
    assert tops == sorted(tops)
    assert tops[0] < 150
    for view in ("map", "set", "paths", "grid", "compare", "table"):
        box = page.get_by_test_id(f"view-{view}").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width + 1
        assert box["height"] >= 40
    folded = page.get_by_test_id("fold-pickers")
    expect(page.get_by_test_id("measure-select")).to_be_hidden()
    folded.locator("summary").click()
    expect(page.get_by_test_id("measure-select")).to_be_visible()
    page.get_by_test_id("fold-legend").locator("summary").click()
    page.get_by_test_id("add-filter").click()
    expect(page.get_by_test_id("rank-facet").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    keep(f"people-{width}")


# ---------------------------------------------------------------- states


@pytest.fixture(scope="module")
def oddities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on odd lattices."""
    place = tmp_path_factory.mktemp("odd") / "odd.db"
    lattices.make(place, "one", "names", "sparse", "wide", "measured")
    with Server(place) as server:
        yield server


@pytest.fixture
def odd(browser: Browser, oddities: Server) -> Iterator[Page]:
    """A page on odd lattices; a script error fails the test."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, base_url=oddities.address, reduced_motion="reduce"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield page
    context.close()
    assert not complaints


def test_the_first_page_shows_odd_lattices(odd: Page) -> None:
    odd.goto("/")
    cards = odd.get_by_test_id("lattice-card")
    expect(cards).to_have_count(6)
    expect(cards.filter(has_text="empty")).to_contain_text("0 training sets of 0 objects")
    expect(odd.get_by_test_id("tour-start")).to_have_count(0)


@pytest.mark.parametrize("name", ["one", "names", "sparse", "wide", "measured", "empty"])
def test_odd_lattices_open_in_every_view(odd: Page, name: str) -> None:
    for view in ("map", "grid", "table"):
        odd.goto(f"/lattices/{name}/{view}")
        expect(odd.get_by_test_id("match-count")).to_be_visible()
        assert odd.evaluate("document.documentElement.scrollWidth") <= 1280


def test_thousands_of_missing_neighbors_are_all_reached(odd: Page) -> None:
    odd.goto("/lattices/wide/sets/o0000?open=missing")
    pages = odd.get_by_test_id("missing-pages")
    expect(odd.get_by_test_id("missing-count")).to_contain_text("one move away")
    total = int(odd.get_by_test_id("missing-count").inner_text().split()[0].replace(",", ""))
    assert total > 4_990
    expect(pages).to_contain_text(f"1–25 of {total:,}")
    expect(odd.get_by_test_id("copy-missing")).to_have_text("Copy 1–1,000")
    expect(odd.get_by_test_id("missing-all")).to_contain_text("--missing-start 1000")
    pages.get_by_role("button", name="Next 1,000").click()
    expect(pages).to_contain_text(f"1,001–1,025 of {total:,}")
    expect(odd.get_by_test_id("copy-missing")).to_have_text("Copy 1,001–2,000")
    pages.get_by_role("button", name="Before").click()
    expect(pages).to_contain_text(f"976–1,000 of {total:,}")
    for _ in range(4):
        pages.get_by_role("button", name=re.compile("Next [0-9]")).click()
    expect(pages).to_contain_text(f"4,001–4,025 of {total:,}")
    expect(pages.get_by_role("button", name=re.compile("Next [0-9]"))).to_have_count(0)
    expect(odd.get_by_test_id("copy-missing")).to_have_text(f"Copy 4,001–{total:,}")


def test_names_with_markup_and_long_names_are_text(odd: Page) -> None:
    odd.goto("/lattices/names/map")
    search(odd).fill("<img")
    expect(suggestions(odd).filter(has_text="contains <img src=x").first).to_be_visible()
    suggestions(odd).filter(has_text="contains <img src=x").first.click()
    search(odd).fill("www")
    suggestions(odd).filter(has_text="contains www").first.click()
    expect(counted(odd)).to_contain_text("1 of 4 match all")
    expect(chips(odd)).to_contain_text(["contains <img", "contains " + lattices.LONG])
    assert odd.locator("#app img").count() == 0
    for width in (1280, 320):
        odd.set_viewport_size({"width": width, "height": 800})
        assert odd.evaluate("document.documentElement.scrollWidth") <= width


def test_five_thousand_objects_are_never_listed(odd: Page) -> None:
    odd.goto("/lattices/wide/map")
    search(odd).fill("o00")
    expect(odd.get_by_text("95 more objects")).to_be_visible()
    assert suggestions(odd).count() <= 10
    search(odd).press("Escape")
    odd.get_by_test_id("add-filter").click()
    assert odd.locator("#filter-objects option").count() <= 40
    odd.get_by_test_id("filter-object").fill("o0001")
    odd.get_by_test_id("filter-with").click()
    expect(counted(odd)).to_contain_text("2 of 3 match")


def test_many_measures_can_be_narrowed(odd: Page) -> None:
    odd.goto("/lattices/measured/map")
    odd.get_by_test_id("measure-filter").fill("slice 12")
    options = odd.get_by_test_id("measure-select").locator("option")
    expect(options).to_have_count(2)  # with the one that is shown
    odd.get_by_test_id("measure-select").select_option("accuracy/slice 12")
    assert query(odd)["measure"] == ["accuracy/slice 12"]


def test_a_measure_without_cells_and_a_lattice_without_moves_are_said(odd: Page) -> None:
    odd.goto("/lattices/sparse/map?measure=f1/default&set=ab")
    expect(odd.get_by_test_id("legend")).to_contain_text("hollow: not measured")
    expect(odd.get_by_test_id("focus-panel")).to_contain_text("no score")
    odd.get_by_test_id("add-filter").click()
    odd.get_by_test_id("filter-evaluated").click()
    expect(counted(odd)).to_contain_text("0 of 3 match")


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("/lattices/oen/map", "Did you mean one?"),
        ("/lattices/one/map?set=other", "no object of this lattice"),
        ("/lattices/one/map?measure=f9", 'no measure "f9"'),
        ("/lattices/one/map?color=f9", 'no measure "f9"'),
        ("/lattices/one/map?v=0", "version 0 of the view"),
        ("/lattices/one/map?layout=round", 'the layout "round"'),
    ],
)
def test_links_that_do_not_fit_say_what(odd: Page, link: str, said: str) -> None:
    odd.goto(link)
    expect(odd.get_by_test_id("error-message").first).to_contain_text(said)


def test_a_suggested_lattice_is_one_click_away(odd: Page) -> None:
    odd.goto("/lattices/oen/map")
    odd.get_by_role("button", name="one", exact=True).click()
    expect(counted(odd)).to_contain_text("all 2 training sets")


def test_a_server_that_is_gone_and_back_is_noticed(browser: Browser, database_place: Path) -> None:
    lattices.make(database_place, "one")
    server = Server(database_place)
    server.start()
    page = browser.new_page(base_url=server.address)
    try:
        page.goto("/lattices/one/map?set=only")
        expect(page.get_by_test_id("focus-name")).to_have_text("only")
        page.get_by_test_id("add-filter").click()
        expect(page.get_by_test_id("rank-facet")).to_have_count(2)
        server.stop()
        page.get_by_test_id("filter-evaluated").click()
        banner = page.get_by_test_id("server-gone")
        expect(banner).to_contain_text("does not answer")
        expect(page.get_by_test_id("focus-name")).to_have_text("only")
        page.get_by_test_id("view-table").click()
        server.start()
        expect(banner).to_have_count(0)
        expect(page.get_by_test_id("rank-facet")).to_have_count(2)
        expect(counted(page)).to_contain_text("2 of 2 match")
        expect(chips(page)).to_contain_text(["evaluated"])
        expect(page.get_by_test_id("chip-count")).to_have_text("2")
    finally:
        page.close()
        server.stop()


def test_a_lattice_that_changes_while_it_is_open_offers_to_reload(
    browser: Browser, database_place: Path
) -> None:
    lattices.make(database_place, "one")
    server = Server(database_place)
    server.start()
    page = browser.new_page(base_url=server.address)
    try:
        page.goto("/lattices/one/map?set=only")
        expect(page.get_by_test_id("focus-name")).to_have_text("only")
        expect(page.get_by_test_id("lattice-changed")).to_have_count(0)
        more = lattices.write(
            database_place.parent / "more.csv", ("only", "second", "accuracy"), [(1, 1, 0.9)]
        )
        with lattice.open(str(database_place)) as database:
            database.import_files([more], into="one")
        search(page).fill("empty")
        changed = page.get_by_test_id("lattice-changed")
        expect(changed).to_contain_text("has changed")
        changed.get_by_role("button", name="Reload").click()
        expect(counted(page)).to_contain_text("all 3 training sets")
        expect(changed).to_have_count(0)
    finally:
        page.close()
        server.stop()


def test_a_slow_answer_has_a_skeleton_then_progress_that_can_be_cancelled(page: Page) -> None:
    held: list[str] = []

    def hold(route: object) -> None:
        held.append("held")  # never answered: the page must not wait for ever

    page.route("**/api/v1/lattices/covertype/subgraph*", hold)
    page.goto(url("covertype"))
    progress = page.get_by_test_id("progress")
    expect(progress).to_contain_text("Reading the training sets")
    page.get_by_test_id("progress-cancel").click()
    expect(progress).to_have_count(0)
    expect(page.get_by_test_id("error-message").first).to_contain_text("Stopped")
    page.unroute("**/api/v1/lattices/covertype/subgraph*")
    page.get_by_role("button", name="Try again").first.click()
    expect(counted(page)).to_contain_text("all 15 training sets")
    expect(page.get_by_test_id("map-canvas")).to_have_attribute("data-ready", "true")


def test_the_first_answer_is_awaited_with_a_skeleton(page: Page) -> None:
    page.route("**/api/v1/lattices/covertype", lambda _: None)
    page.goto(url("covertype"))
    expect(page.get_by_test_id("skeleton").first).to_be_visible()
