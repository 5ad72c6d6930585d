"""Comparing sets: the tray on every page and the page of comparisons."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]
TWELVE = [f"~0{digit}" for digit in "f123456789ab"]


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def tray(*keys: str) -> str:
    return "&".join(f"tray={key}" for key in keys)


def texts(page: Page, testid: str) -> list[str]:
    return [re.sub(r"\s+", " ", text) for text in page.get_by_test_id(testid).all_inner_texts()]


def test_sets_join_by_any_spelling_and_the_first_is_the_baseline(page: Page, keep: Keep) -> None:
    page.goto("/lattices/covertype/compare?measure=accuracy/ABCD")
    expect(page.get_by_test_id("too-few")).to_contain_text("Compare two or more training sets")
    add = page.get_by_test_id("compare-add")
    for spelling in ("all", "^B"):
        add.fill(spelling)
        add.press("Enter")
        expect(add).to_have_value("")
    expect(page.get_by_test_id("compare-measure")).to_have_count(15)
    assert query(page)["tray"] == ["~0f", "~0d"]
    expect(page.get_by_test_id("compare-removed")).to_have_text(["−B"])
    expect(page.get_by_test_id("held")).to_have_text("ACD")
    row = page.get_by_test_id("compare-measure").filter(
        has=page.get_by_role("button", name="accuracy/ABCD", exact=True)
    )
    expect(row).to_contain_text("+0.0067")
    expect(row).to_contain_text("1 replicate each")
    keep("compare-covertype")


def test_what_cannot_join_says_why(page: Page) -> None:
    page.goto(f"/lattices/toy/compare?{tray('~0f')}")
    add = page.get_by_test_id("compare-add")
    add.fill("ABX")
    add.press("Enter")
    expect(page.get_by_test_id("error-message")).to_contain_text("'X' in 'ABX' is no object")
    add.fill("ABCD")
    add.press("Enter")
    said = page.get_by_test_id("compare-said")
    expect(said).to_contain_text("ABCD is there already; a set does not differ from itself")
    add.fill("BC")
    add.press("Enter")
    expect(said).to_contain_text("BC is not stored: only its objects are compared")
    expect(page.get_by_test_id("compared-set")).to_contain_text("not stored")
    expect(page.get_by_test_id("compare-cell").first).to_contain_text("unavailable")


def test_the_pinned_set_is_offered(page: Page) -> None:
    page.goto(f"/lattices/toy/compare?set=~03&{tray('~0f')}")
    page.get_by_test_id("compare-offer").click()
    expect(page.get_by_test_id("compared-set")).to_contain_text("AB")
    assert query(page)["tray"] == ["~0f", "~03"]
    page.go_back()
    expect(page.get_by_test_id("too-few")).to_contain_text("ABCD is the baseline")


def test_scores_and_changes_carry_their_error_and_how_replicates_match(
    page: Page, keep: Keep
) -> None:
    page.goto(f"/lattices/california-housing/compare?{tray('~ff03', '~fe03', '~ff01')}")
    rows = page.get_by_test_id("compare-measure")
    expect(rows).to_have_count(3)
    boosting = rows.filter(has_text="gradient_boosting")
    expect(boosting).to_contain_text("30 replicates, all paired")
    cells = boosting.get_by_test_id("compare-cell")
    expect(cells.nth(0)).to_contain_text("−0.0012 ± 0.0005")
    expect(cells.nth(1)).to_contain_text("−0.0056 ± 0.0008")
    expect(page.get_by_test_id("compare-page")).to_contain_text(
        "± is one standard error (paired, 30 replicates)."
    )
    keep("compare-california")


def test_measures_are_sorted_by_change_and_those_without_one_can_be_hidden(page: Page) -> None:
    page.goto(f"/lattices/covertype/compare?{tray('~0f', '~0e')}")
    rows = page.get_by_test_id("compare-measure")
    expect(rows).to_have_count(15)
    expect(rows.first).to_contain_text("accuracy/A")
    page.get_by_test_id("compare-order").select_option("given")
    names = [text.split(" ")[0] for text in texts(page, "compare-measure")]
    assert names[:3] == ["accuracy/A", "accuracy/B", "accuracy/AB"] or names[0] == "accuracy/A"
    assert query(page)["order"] == ["given"]
    page.get_by_test_id("differences-only").check()
    expect(page.get_by_test_id("held")).to_have_count(0)
    assert "differences=" in page.url
    unchanged = [text for text in texts(page, "compare-cell") if re.search(r" 0$", text)]
    assert unchanged == []


def test_the_baseline_can_change_and_paths_lead_on(page: Page) -> None:
    page.goto(f"/lattices/covertype/compare?{tray('~0f', '~0d')}")
    page.get_by_test_id("compare-baseline").click()
    assert query(page)["baseline"] == ["~0d"]
    expect(page.get_by_test_id("compare-added")).to_have_text(["+B"])
    page.get_by_test_id("compare-path").click()
    expect(page).to_have_url(re.compile("/lattices/covertype/paths"))
    assert query(page)["from"] == ["~0d"]
    assert query(page)["to"] == ["~0f"]


def test_meet_and_join_are_named_and_lead_to_their_sets(page: Page) -> None:
    page.goto(f"/lattices/toy/compare?{tray('~07', '~0d')}")
    ends = page.get_by_test_id("meet-and-join")
    expect(ends).to_contain_text("AC (2 objects) not stored")
    expect(ends).to_contain_text("ABCD (4 objects) 0.82")
    page.get_by_test_id("join").click()
    expect(page.get_by_test_id("focus-name")).to_have_text("ABCD")
    ends.get_by_role("link", name="what is near").click()
    expect(page.get_by_role("heading", name="AC is not stored")).to_be_visible()
    expect(page.get_by_test_id("nearest-set").first).to_be_visible()


def test_lower_is_better_turns_the_words_not_the_signs(page: Page, keep: Keep) -> None:
    page.goto(f"/lattices/silo/compare?{tray('~01', '~')}")
    first = page.get_by_test_id("compare-measure").first
    expect(first).to_contain_text("lower is better")
    expect(first.locator(".delta")).to_have_text("+4.3")
    expect(first.locator(".delta")).to_have_class(re.compile("worse"))
    keep("compare-silo")


def test_old_links_with_sets_of_another_lattice_say_which_and_still_compare(page: Page) -> None:
    page.goto(f"/lattices/toy/compare?{tray('~ff', 'ABCD', '~0f', 'nope', 'AB')}")
    bad = page.get_by_test_id("bad-entries").locator("li")
    expect(bad).to_have_count(3)
    expect(bad.nth(0)).to_contain_text("names an object beyond the 4")
    expect(bad.nth(1)).to_contain_text("ABCD: It is in the tray twice")
    expect(bad.nth(2)).to_contain_text("'n' in 'nope' is no object")
    expect(page.get_by_test_id("compared-set")).to_contain_text("AB")
    for left in (2, 1, 0):
        bad.first.get_by_role("button", name="Take it out").click()
        expect(bad).to_have_count(left)
    assert query(page)["tray"] == ["~0f", "~03"]


def test_the_tray_shows_scores_and_changes_on_every_page(page: Page, keep: Keep) -> None:
    page.goto(f"/lattices/covertype/map?measure=accuracy/ABCD&{tray('~0f', '~0d')}")
    sets = page.get_by_test_id("tray-set")
    expect(sets.nth(0)).to_contain_text("0.5933")
    expect(sets.nth(1)).to_contain_text("+0.0067")
    keep("tray")
    sets.nth(1).get_by_test_id("tray-baseline").click()
    expect(sets.nth(0)).to_contain_text("−0.0067")
    page.get_by_test_id("tray-path").click()
    assert (query(page)["from"], query(page)["to"]) == (["~0d"], ["~0f"])
    expect(sets).to_have_count(2)
    page.get_by_test_id("tray-compare").click()
    expect(page.get_by_test_id("compare-page")).to_be_visible()
    page.get_by_test_id("tray-clear").click()
    expect(page.get_by_test_id("tray")).to_have_count(0)
    page.go_back()
    expect(page.get_by_test_id("compared-set")).to_have_count(1)


def test_a_full_tray_turns_away_and_says_so(page: Page) -> None:
    page.goto(f"/lattices/covertype/map?set=~0e&{tray(*TWELVE)}")
    expect(page.get_by_test_id("focus-name")).to_have_text("BCD")
    expect(page.get_by_test_id("to-tray")).to_be_disabled()
    page.keyboard.press("Space")
    expect(page.get_by_test_id("tray-full")).to_contain_text("BCD was not added")
    assert query(page)["tray"] == TWELVE
    page.get_by_test_id("tray-remove").last.click()
    expect(page.get_by_test_id("tray-full")).to_have_text("")
    page.keyboard.press("Escape")
    assert len(query(page)["tray"]) == 11


def test_fifteen_measures_and_twelve_sets_scroll_inside_the_table(page: Page, keep: Keep) -> None:
    page.goto(f"/lattices/covertype/compare?{tray(*TWELVE)}")
    expect(page.get_by_test_id("compare-cell")).to_have_count(15 * 11)
    scroll = page.get_by_role("region", name="Comparison")
    scroll.evaluate("box => box.scrollTo(700, 300)")
    head = page.locator("table.comparison thead th").first.bounding_box()
    box = scroll.bounding_box()
    assert head is not None
    assert box is not None
    assert abs(head["x"] - box["x"]) < 3
    assert abs(head["y"] - box["y"]) < 3
    keep("compare-full")


@pytest.mark.parametrize("width", [320, 390])
def test_phones_compare_without_sideways_scrolling(page: Page, keep: Keep, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/lattices/california-housing/compare?{tray('~ff03', '~fe03', '~1f')}&set=~1f")
    expect(page.get_by_test_id("compare-measure")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sets = page.get_by_test_id("tray-set")
    expect(sets.first).to_be_hidden()
    page.get_by_test_id("tray-fold").click()
    expect(sets.first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    keep(f"compare-phone-{width}")
