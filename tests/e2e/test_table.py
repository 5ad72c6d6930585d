from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def names(page: Page) -> list[str]:
    return page.get_by_test_id("table-row").locator("th .name").all_inner_texts()


def test_t_opens_every_set_with_rank_scores_errors_and_size(page: Page, keep: Keep) -> None:
    page.goto("/lattices/california-housing/map")
    expect(page.get_by_test_id("map-canvas")).to_have_attribute("data-ready", "true")
    page.keyboard.press("t")
    table = page.get_by_test_id("table-view")
    expect(table).to_have_attribute("aria-rowcount", "1025")
    first = page.get_by_test_id("table-row").first
    expect(first).to_contain_text("empty")
    expect(first).to_contain_text("declared")
    expect(page.get_by_test_id("table-row").nth(3)).to_contain_text("0.4205 ± 0.0072 (30)")
    expect(page.get_by_test_id("table-row").nth(3).locator("td").last).to_have_text("3")
    expect(page.get_by_test_id("row-count")).to_contain_text("of 1,024")
    expect(page.get_by_text("± is one standard error of the mean over replicates")).to_be_visible()
    keep("table-california")


def test_sorted_by_score_the_first_set_s_luck_is_told(page: Page, keep: Keep) -> None:
    page.goto("/lattices/california-housing/table")
    head = page.get_by_test_id("table-view").get_by_role("columnheader", name="decision_tree")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    luck = page.get_by_test_id("table-optimism")
    expect(luck).to_contain_text("0.6098 on the 30 shared replicates")
    expect(luck).to_contain_text("0.6011 on the others")
    assert names(page)[:2] == ["abcdefghij", "bcdefghij"]
    keep("table-luck")
    page.get_by_test_id("rows-turn").click()
    # The worst that was measured, not the declared score of the empty set.
    expect(page.get_by_test_id("table-row").first).to_contain_text("0.3216 ± 0.013")
    page.get_by_test_id("rows-sort").select_option("size")
    expect(page.get_by_test_id("table-row").nth(1).locator("th")).to_have_text("a")
    page.get_by_test_id("rows-turn").click()
    expect(page.get_by_test_id("table-row").first.locator("td").last).to_have_text("55")


def test_any_row_is_reached_by_keys_pinned_and_put_into_the_tray(page: Page) -> None:
    page.goto("/lattices/california-housing/table")
    expect(page.get_by_test_id("table-row").first).to_be_visible()
    page.locator("[data-spot='0:-1']").focus()
    page.keyboard.press("Control+End")
    expect(page.get_by_test_id("table-row").last).to_contain_text("abcdefghij")
    page.keyboard.press("ArrowUp")
    expect(page.locator(":focus")).to_have_attribute("data-spot", "1022:4")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("focus-name")).to_have_text("bcdefghij")
    page.keyboard.press("Space")
    expect(page.get_by_test_id("tray-set")).to_contain_text(["bcdefghij"])
    page.keyboard.press("Home")
    expect(page.locator(":focus")).to_have_attribute("data-spot", "1022:-1")
    page.locator("[data-spot='1021:0']").click(modifiers=["Shift"])
    assert query(page)["tray"] == ["~fe03", "~fd03"]
    page.get_by_test_id("table-view").hover()
    page.mouse.wheel(0, -60_000)
    expect(page.get_by_test_id("table-row").first).to_contain_text("empty")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_be_in_viewport()


def test_columns_are_chosen_and_filters_apply(page: Page) -> None:
    page.goto("/lattices/covertype/table?filter=rank>2")
    expect(page.get_by_test_id("row-count")).to_have_text(
        "rows 1–5 of 5 that match, of 15 training sets"
    )
    assert names(page) == ["ABC", "ABD", "ACD", "BCD", "ABCD"]
    page.goto("/lattices/covertype/table?show=accuracy/D&show=accuracy/A&sort=-accuracy/D")
    heads = page.get_by_test_id("table-view").locator("thead th")
    expect(heads).to_have_count(5)
    assert [each.strip() for each in heads.all_inner_texts()[2:4]] == ["A", "D\n▲"]
    assert names(page)[:2] == ["B", "A"]
    page.get_by_test_id("column-chooser").locator("summary").click()
    page.get_by_role("button", name="Show all").click()
    expect(heads).to_have_count(18)
    assert "show" not in query(page)
    page.goto("/lattices/covertype/table?filter=rank>9")
    expect(page.get_by_test_id("no-rows")).to_contain_text("0 of 15 training sets match")


def test_only_the_rows_that_are_seen_are_read(page: Page) -> None:
    page.goto("/lattices/california-housing/table?sort=r2/held-out@random_forest")
    expect(page.get_by_test_id("table-row").first).to_be_visible()
    assert page.get_by_test_id("table-row").count() < 40
    page.locator(".sheet").evaluate("each => { each.scrollTop = each.scrollHeight / 2 }")
    expect(page.locator("tr.unread")).to_have_count(0)
    place = page.get_by_test_id("table-row").first.get_attribute("aria-rowindex")
    assert place is not None
    assert 450 < int(place) < 560
