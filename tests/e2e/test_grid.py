import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

import lattice
from lattice.importing.mapping import parse
from tests.e2e.server import Server

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]
WriteFile = Callable[[str, str], Path]


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def cells(page: Page) -> Locator:
    return page.get_by_test_id("grid-cell")


def names(page: Page) -> list[str]:
    return page.get_by_test_id("grid-row").locator("th .name").all_inner_texts()


def fits(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def test_every_cell_of_a_small_grid_is_a_number_on_its_color(page: Page, keep: Keep) -> None:
    page.goto("/lattices/covertype/grid")
    expect(cells(page)).to_have_count(15 * 16)
    expect(cells(page).nth(1)).to_have_text("0.743")
    expect(page.get_by_test_id("grid-table")).to_contain_text("evaluated on")
    expect(page.get_by_test_id("grid-table")).to_contain_text("trained on")
    expect(page.get_by_test_id("grid-scales")).to_contain_text("accuracy, higher is better")
    expect(page.get_by_test_id("row-count")).to_have_text("rows 1–15 of 15")
    keep("grid-covertype")
    cells(page).nth(1).hover()
    tip = page.get_by_test_id("grid-tip")
    expect(tip).to_contain_text("A (1 object)")
    expect(tip).to_contain_text("accuracy/A")
    expect(tip).to_contain_text("0.7433 (one replicate: error unknown)")
    keep("grid-hover")


def test_a_header_sorts_in_both_directions_and_chooses_the_measure(page: Page) -> None:
    page.goto("/lattices/covertype/grid")
    head = page.get_by_test_id("grid-table").get_by_role("columnheader", name="ABCD", exact=True)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_test_id("grid-row").first).to_contain_text("ACD")
    assert names(page)[:3] == ["ACD", "ABCD", "AD"]
    assert query(page)["sort"] == query(page)["measure"] == ["accuracy/ABCD"]
    page.get_by_test_id("rows-turn").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_test_id("grid-row").first).to_contain_text("D")
    assert query(page)["sort"] == ["-accuracy/ABCD"]
    page.go_back()
    expect(head).to_have_attribute("aria-sort", "descending")
    page.get_by_test_id("rows-sort").select_option("rank")
    expect(page.get_by_test_id("grid-row").first.locator(".name")).to_have_text("A")


def test_columns_are_clustered_chosen_and_colored_alone(page: Page, keep: Keep) -> None:
    page.goto("/lattices/covertype/grid")
    page.get_by_test_id("column-chooser").locator("summary").click()
    page.get_by_test_id("grid-columns").select_option("clustered")
    heads = page.get_by_test_id("grid-table").locator("thead button")
    expect(heads.nth(1)).to_have_text("B")
    assert "".join(sorted("".join(heads.all_inner_texts()[1:]))) == "A" * 8 + "B" * 8 + (
        "C" * 8 + "D" * 8
    )
    expect(page.get_by_text("Columns are clustered by how alike they rank 15")).to_be_visible()
    first = page.get_by_test_id("grid-row").first.get_by_test_id("grid-cell")
    assert first.all_inner_texts()[1] == "0.603"  # A evaluated on B
    keep("grid-clustered")
    for name in ("accuracy/A", "accuracy/B"):
        page.get_by_test_id("column-chooser").get_by_label(name, exact=True).uncheck()
    expect(page.get_by_test_id("column-chooser").locator("summary")).to_contain_text("13 of 15")
    expect(cells(page)).to_have_count(15 * 14)
    assert len(query(page)["show"]) == 13
    page.keyboard.press("Escape")
    page.get_by_test_id("grid-scale").select_option("column")
    expect(page.get_by_test_id("grid-scales")).to_contain_text("best of each column")
    assert query(page)["scale"] == ["column"]


def test_clicks_pin_and_fill_the_tray(page: Page) -> None:
    page.goto("/lattices/covertype/grid")
    page.get_by_test_id("grid-row").nth(4).click()
    expect(page.get_by_test_id("focus-name")).to_have_text("AB")
    expect(page.get_by_test_id("grid-row").nth(4)).to_have_attribute("aria-selected", "true")
    page.get_by_test_id("grid-row").nth(10).click(modifiers=["Shift"])
    expect(page.get_by_test_id("grid-row").nth(10).get_by_test_id("tray-toggle")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert (query(page)["set"], query(page)["tray"]) == (["~03"], ["~07"])


def test_the_keyboard_alone_reads_sorts_and_pins(page: Page) -> None:
    page.goto("/lattices/covertype/grid")
    expect(cells(page)).to_have_count(15 * 16)
    page.locator("[data-spot='0:-1']").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("cell-words")).to_have_text(
        "B (1 object): 0.6683 (one replicate: error unknown) under accuracy/B"
    )
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("focus-name")).to_have_text("B")
    page.keyboard.press("Space")
    assert query(page)["tray"] == ["~02"]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("grid-row").first).to_contain_text("B")
    assert query(page)["sort"] == ["accuracy/B"]


def test_a_long_grid_scrolls_to_any_row_and_shows_where_one_is(page: Page, keep: Keep) -> None:
    page.goto("/lattices/california-housing/grid")
    expect(page.get_by_test_id("row-count")).to_contain_text("of 1,024")
    expect(page.get_by_test_id("grid-row").nth(15)).to_be_visible()
    assert page.get_by_test_id("grid-row").count() < 40
    strip = page.get_by_test_id("grid-overview")
    page.wait_for_load_state("networkidle")  # it has its height when the legend is there
    box = strip.bounding_box()
    assert box is not None
    strip.click(position={"x": 10, "y": box["height"] - 2})
    last = page.get_by_test_id("grid-row").last
    expect(last).to_contain_text("abcdefghij")
    expect(last).to_have_attribute("aria-rowindex", "1025")
    expect(last).to_contain_text("0.6098 ± 0.0029")
    keep("grid-california-end")
    page.locator("[data-spot='1023:0']").click()
    page.keyboard.press("Control+Home")
    first = page.get_by_test_id("grid-row").first
    expect(first).to_contain_text("declared")
    expect(first).to_contain_text("empty")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    expect(page.locator(":focus")).to_be_in_viewport()


def test_a_heat_map_is_read_by_pointer_and_keys(page: Page, keep: Keep) -> None:
    page.goto("/lattices/california-housing/grid?rows=heat")
    canvas = page.get_by_test_id("grid-canvas")
    expect(canvas).to_have_attribute("data-ready", "true")
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 30, box["y"] + 101)
    tip = page.get_by_test_id("grid-tip")
    expect(tip).to_contain_text("r2/held-out@random_forest")
    expect(tip).to_contain_text("30 replicates")
    keep("grid-heat")
    page.mouse.click(box["x"] + box["width"] - 30, box["y"] + 101)
    pinned = page.get_by_test_id("focus-name").inner_text()
    expect(tip).to_contain_text(pinned)
    page.get_by_role("button", name="Taller rows").click(click_count=2)
    page.get_by_test_id("grid-heatmap").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("cell-words")).to_contain_text("a (1 object)")
    page.keyboard.press("Space")
    assert query(page)["tray"] == ["~01"]
    page.get_by_test_id("grid-numbers").click()
    expect(cells(page).first).to_be_visible()
    assert query(page)["rows"] == ["numbers"]


def test_filters_apply_and_nothing_left_says_so(page: Page, keep: Keep) -> None:
    page.goto('/lattices/covertype/grid?filter=contains("A")&filter=rank<3')
    expect(page.get_by_test_id("row-count")).to_have_text(
        "rows 1–4 of 4 that match, of 15 training sets"
    )
    assert names(page) == ["A", "AB", "AC", "AD"]
    page.goto("/lattices/covertype/grid?filter=rank>9")
    expect(page.get_by_test_id("no-rows")).to_contain_text("0 of 15 training sets match")
    keep("grid-none-match")
    page.get_by_test_id("no-rows").get_by_role("button").click()
    expect(cells(page)).to_have_count(15 * 16)
    page.goto("/lattices/covertype/grid?filter=rank+is+3")
    expect(page.get_by_test_id("error-message").first).to_be_visible()


def test_pairs_are_summed_up_sorted_by_change_and_paged(page: Page, keep: Keep) -> None:
    page.goto("/lattices/california-housing/grid")
    page.get_by_test_id("pairs-object").select_option("c")
    expect(page.get_by_test_id("pair-row")).to_have_count(50)
    summary = page.get_by_test_id("pair-summary")
    expect(summary).to_contain_text("over all 512")
    expect(summary).to_contain_text("−0.0093 ± 0.0008")
    expect(summary).to_contain_text("497 worse")
    keep("grid-pairs")
    page.get_by_role("button", name="Show 50 more").click()
    expect(page.get_by_test_id("pair-row")).to_have_count(100)
    page.get_by_role("button", name="decision_tree").click()
    expect(page.get_by_test_id("row-count")).to_contain_text("the worst changes first")
    expect(page.get_by_test_id("pair-row")).to_have_count(50)
    deltas = page.get_by_test_id("pair-delta").all_inner_texts()[::3]
    values = [float(each.split()[0].replace("−", "-")) for each in deltas]
    assert values[0] == -0.113  # c itself falls to the declared score of the empty set: it is last
    assert values == sorted(values)
    page.goto("/lattices/california-housing/grid?without=c&filter=rank>=10")
    expect(page.get_by_test_id("pair-row")).to_have_count(1)
    expect(page.get_by_test_id("row-count")).to_contain_text("1 of 1 pair shown")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 700)])
def test_a_phone_scrolls_the_grid_and_not_the_page(
    page: Page, keep: Keep, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    for url in ("grid", "grid?rows=heat", "grid?without=B", "table"):
        page.goto(f"/lattices/covertype/{url}")
        page.wait_for_selector(
            "[data-testid=grid-cell], [data-testid=table-cell], [data-testid=pair-row],"
            " canvas[data-ready=true]"
        )
        assert fits(page), url
        keep(f"grid-{width}-{re.sub('[^a-z]', '-', url)}")


def test_links_that_ask_for_what_is_not_there_say_so(page: Page) -> None:
    page.goto("/lattices/toy/grid?sort=nothing")
    expect(page.get_by_text("Rows cannot be sorted by “nothing”")).to_be_visible()
    expect(cells(page)).to_have_count(4 * 5)
    page.goto("/lattices/silo/grid?without=related-books")
    page.get_by_role("button", name="related-series-books").click()
    expect(page.get_by_test_id("pair-row")).to_have_count(1)


# ------------------------------------------------------------------ gaps


@pytest.fixture
def gaps(database_place: Path, write_file: WriteFile) -> Iterator[str]:
    """A server with missing, undefined and declared cells, two metrics, and no measure at all."""
    table = write_file(
        "gaps.csv",
        "train_set,accuracy/x,accuracy/y,loss/x\nA,0.5,,1.5\nB,,0.25,\nAB,0.75,0.5,0.25\n",
    )
    domain = '[[evaluation_sets]]\nname = "x"\ndomain = ["A", "all"]\n'
    with lattice.create(str(database_place)) as database:
        database.import_files([table], mapping=parse(domain, "mapping.toml"))
    with Server(database_place) as server:
        yield server.address


def test_missing_is_hatched_and_undefined_is_something_else(
    page: Page, keep: Keep, gaps: str
) -> None:
    page.goto(f"{gaps}/lattices/gaps/grid")
    row = page.get_by_test_id("grid-row").nth(1)
    expect(row.get_by_test_id("grid-cell").nth(1)).to_have_text("–")
    expect(row.get_by_test_id("grid-cell").nth(1)).to_have_class(re.compile("undefined"))
    expect(page.get_by_test_id("grid-row").first.get_by_text("missing")).to_have_count(1)
    foot = page.locator(".grid-foot")
    expect(foot).to_contain_text("1 missing")
    expect(foot).to_contain_text("2 not defined there")
    scales = page.get_by_test_id("grid-scales")
    expect(scales).to_contain_text("accuracy, higher is better")
    expect(scales).to_contain_text("loss, lower is better")
    keep("grid-gaps")
