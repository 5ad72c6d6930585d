"""The page of paths and the strip under the map, in a real browser."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.server import Server

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]
TREE = "r2/held-out@decision_tree"
FOREST = "r2/held-out@random_forest"
COVERTYPE = "/lattices/covertype/paths?measure=accuracy/ABCD"
HOUSING = f"/lattices/california-housing/paths?measure={TREE}"
LONG = 1_100


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def fill(page: Page, field: str, text: str) -> None:
    page.get_by_test_id(f"paths-{field}").fill(text)
    page.get_by_test_id(f"paths-{field}").press("Enter")


def summary(page: Page) -> Locator:
    return page.get_by_test_id("paths-summary")


def rows(page: Page) -> list[str]:
    texts = page.get_by_test_id("path-row").all_inner_texts()
    return [re.sub(r"\s+", " ", text).strip() for text in texts]


def refusal(page: Page) -> Locator:
    """What the page says; a chip may say the same beside it."""
    return page.get_by_test_id("paths-page-view").get_by_test_id("error-message")


@pytest.fixture(scope="module")
def snake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of one lattice that is a single chain of sets, too long for one answer."""
    folder = tmp_path_factory.mktemp("snake")
    table, database = folder / "snake.csv", folder / "snake.db"
    lines = [
        f"{'+'.join(f'o{each}' for each in range(count)) or 'empty'},{0.5 + (count % 50) / 200}"
        for count in range(LONG + 1)
    ]
    table.write_text("\n".join(["training_set,score", *lines]))
    lattice = [sys.executable, "-m", "lattice.cli"]
    metric = ["--metric", "accuracy", "--direction", "higher"]
    importing = ["import", str(table), "--into", "snake", *metric, "--db", str(database)]
    subprocess.run([*lattice, *importing], check=True, capture_output=True)
    with Server(database) as server:
        yield server.address


# ------------------------------------------------------------------ the question


def test_ends_are_typed_in_any_spelling_and_swapped(page: Page) -> None:
    page.goto(COVERTYPE)
    fill(page, "from", "A")
    fill(page, "to", "^A")
    expect(summary(page)).to_contain_text("4 moves")
    assert query(page)["from"] == ["~01"]
    assert query(page)["to"] == ["~0e"]
    expect(page.get_by_test_id("paths-to")).to_have_value("BCD")
    page.get_by_test_id("paths-swap").click()
    expect(page.get_by_test_id("paths-from")).to_have_value("BCD")
    expect(page.get_by_test_id("path-row").first).to_contain_text("BCD")


def test_suggestions_are_walked_by_keys(page: Page) -> None:
    page.goto(f"{COVERTYPE}&tray=~03&tray=~0b")
    field = page.get_by_test_id("paths-from")
    field.press("ArrowDown")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_text(
        ["AB", "ABD", "empty", "all"]
    )
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("ABD")
    expect(page).to_have_url(re.compile("from=%7E0b"))
    page.goto("/lattices/silo/paths")
    page.get_by_test_id("paths-from").press_sequentially("ser")
    page.get_by_role("option", name="related-series-books").click()
    expect(page.get_by_test_id("paths-from")).to_have_value("related-series-books")


def test_what_is_not_understood_stays_in_the_field(page: Page) -> None:
    page.goto(COVERTYPE)
    fill(page, "from", "ABX")
    expect(refusal(page)).to_contain_text("'X' in 'ABX' is no object of this lattice")
    expect(page.get_by_test_id("paths-from")).to_have_value("ABX")
    expect(page.get_by_test_id("paths-from")).to_have_attribute("aria-invalid", "true")


def test_a_set_that_is_not_stored_offers_the_nearest(page: Page) -> None:
    page.goto("/lattices/toy/paths?from=~03")
    fill(page, "to", "ABD")
    expect(refusal(page)).to_contain_text("ABD is not stored")
    expect(refusal(page)).to_contain_text("Nearest stored sets: AB, ABCD, ABC")


@pytest.mark.parametrize(
    ("objective", "meaning", "worth"),
    [
        ("fewest", "As few single moves", "18 paths are equally good"),
        ("widest", "worst score strictly between", "worst score between the ends 0.5804"),
        ("average", "mean score after the first set", "mean score 0.5773"),
        ("least-loss", "losses of all moves", "losses add up to 0.0138"),
    ],
)
def test_every_objective_says_what_it_makes_best(
    page: Page, objective: str, meaning: str, worth: str
) -> None:
    page.goto(f"{COVERTYPE}&from=~01&to=~0e&k=1")
    page.get_by_test_id("paths-objective").select_option(objective)
    expect(page.get_by_label("The question")).to_contain_text(meaning)
    expect(summary(page)).to_contain_text(worth)
    assert query(page)["objective"] == [objective]


def test_monotone_takes_a_slack_and_cheapest_takes_costs(page: Page) -> None:
    page.goto(f"{COVERTYPE}&from=~0f&to=~0e&objective=monotone")
    expect(page.get_by_test_id("paths-gap")).to_contain_text("gets worse somewhere")
    fill(page, "slack", "0.06")
    expect(summary(page)).to_contain_text("1 move")
    page.get_by_test_id("paths-objective").select_option("cheapest")
    expect(refusal(page)).to_contain_text("No object of this lattice has a cost")
    chips = page.get_by_test_id("paths-chip")
    expect(chips).to_have_text(["slack 0.06 (only for monotone)×"])
    page.get_by_label("Which move").select_option("removing")
    fill(page, "cost", "2.5")
    expect(summary(page)).to_contain_text("costs 2.5")
    assert query(page)["cost"] == ["-A=2.5"]


def test_constraints_are_set_in_the_form_and_taken_back_as_chips(page: Page, keep: Keep) -> None:
    page.goto(f"{COVERTYPE}&from=~01&to=~0f&objective=fewest")
    page.get_by_test_id("paths-constraints").locator("summary").click()
    page.get_by_test_id("paths-only").select_option("add")
    fill(page, "max_rank", "4")
    fill(page, "keep", "A")
    page.get_by_test_id("paths-floor").fill("0.51")
    page.get_by_test_id("paths-floor-add").click()
    page.get_by_test_id("paths-evaluated").check()
    chips = page.get_by_test_id("paths-chip")
    expect(chips).to_have_count(5)
    assert {name: query(page)[name] for name in ("only", "max_rank", "keep", "evaluated")} == {
        "only": ["add"],
        "max_rank": ["4"],
        "keep": ["A"],
        "evaluated": ["true"],
    }
    expect(refusal(page)).to_contain_text("0.51")
    keep("paths-constraints")
    page.get_by_label("Take back: accuracy/ABCD no worse than 0.51").click()
    expect(summary(page)).to_contain_text("3 moves")
    page.go_back()
    expect(chips).to_have_count(5)


def test_the_filter_of_the_page_restricts_paths_too(page: Page) -> None:
    page.goto(f"{COVERTYPE}&from=~01&to=~0e&filter=rank%20%3C%203%20or%20rank%20%3E%3D%203")
    expect(page.get_by_test_id("paths-chip")).to_contain_text("filter: rank < 3")
    expect(summary(page)).to_contain_text("4 moves")
    page.get_by_test_id("paths-mode-withdraw").click()
    expect(page.get_by_test_id("paths-chip")).to_contain_text("not used here")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("from=~01&to=~0e&k=0", "greater than or equal to 1"),
        ("from=~01&to=~0e&min_rank=4&max_rank=2", "No set has a rank of at least 4 and at most 2"),
        ("from=~01&to=~0e&floor=accuracy/ABCD%3D2", "No set would have a score of at least 2"),
        ("from=~01&to=~0e&keep=Z", "'Z' in 'Z' is no object"),
        ("from=~01&to=~0e&floor=acc", "'acc' does not say a number"),
        ("from=~01&to=~0e&filter=rank%20%3E%3D%3D1", "rank >==1\n         ^"),
    ],
)
def test_bad_input_is_refused_in_the_words_of_the_api(page: Page, asked: str, said: str) -> None:
    page.goto(f"{COVERTYPE}&{asked}")
    assert said in refusal(page).inner_text()
    expect(page.get_by_test_id("paths-from")).to_have_value("A")
    expect(page.get_by_test_id("paths-chip").first).to_be_visible()


def test_the_same_set_twice_is_a_path_of_no_move(page: Page) -> None:
    page.goto(f"{COVERTYPE}&from=~01&to=~01&objective=widest")
    expect(summary(page)).to_contain_text("0 moves")
    expect(page.get_by_test_id("path-row")).to_have_count(1)


# ------------------------------------------------------------------ the answer


def test_a_path_is_drawn_and_listed_with_errors(page: Page, keep: Keep) -> None:
    page.goto(f"{HOUSING}&from=abc&to=defg&objective=widest")
    expect(summary(page)).to_contain_text("7,570 paths are equally good")
    answer = page.get_by_test_id("paths-answer")
    expect(answer).to_contain_text("when one half of the 30 blocks chooses")
    expect(answer).to_contain_text("67 of 100 resamples")
    expect(answer).to_contain_text("± is one standard error (paired, 30 replicates)")
    expect(answer.locator(".line.fitted")).to_have_count(2)
    listed = rows(page)
    assert listed[0] == "0 start abc 0.469 ± 0.0061"
    assert listed[1] == "1 +i abci 0.5403 ± 0.004 +0.0713 ± 0.0065 +0.0713"
    assert listed[9].startswith("9 −i defg")
    assert "worst step" in listed[9]
    keep("paths-housing")


def test_the_chart_is_read_by_pointer_and_by_keys(page: Page) -> None:
    page.goto(f"{COVERTYPE}&from=A&to=BCD&objective=least-loss")
    expect(summary(page)).to_contain_text("0.0138")
    reader = page.get_by_role("slider")
    reader.hover()
    expect(page.locator(".readout")).to_contain_text("step 2 · +B · ABC · 0.5175")
    expect(page.locator("tr.active")).to_contain_text("ABC")
    reader.focus()
    page.mouse.move(5, 5)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(reader).to_have_attribute("aria-valuetext", re.compile(r"step 1 · \+C · AC · 0\.5233"))
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("focus-name")).to_have_text("AC")


def test_other_measures_are_drawn_below(page: Page, keep: Keep) -> None:
    page.goto(f"{HOUSING}&from=abc&to=defg")
    page.get_by_test_id("paths-profiles").locator("summary").click()
    page.get_by_role("checkbox", name=FOREST).check()
    expect(page.get_by_test_id("path-profile-other")).to_have_count(1)
    expect(page.get_by_test_id("path-profile")).to_contain_text(TREE)
    assert query(page)["profile"] == [FOREST]
    keep("paths-two-measures")


def test_the_next_best_paths_show_where_they_differ(page: Page, keep: Keep) -> None:
    page.goto(f"{COVERTYPE}&from=A&to=BCD&objective=least-loss&k=3")
    others = page.get_by_test_id("paths-alternative")
    expect(others).to_have_count(3)
    others.nth(2).click()
    expect(summary(page)).to_contain_text("losses add up to 0.0637")
    apart = page.locator("tr.apart")
    expect(apart).to_have_count(1)
    expect(apart).to_contain_text("ABCD only here")
    assert rows(page)[4] == "4 −A BCD 0.5354 −0.0579 worst step +0.0271"
    keep("paths-alternative")
    assert query(page)["alternative"] == ["3"]
    page.reload()
    expect(others.nth(2)).to_have_attribute("aria-pressed", "true")
    expect(apart).to_contain_text("ABCD only here")
    page.go_back()
    expect(others.first).to_have_attribute("aria-pressed", "true")
    expect(apart).to_have_count(0)
    page.go_forward()
    expect(apart).to_have_count(1)
    others.first.click()
    expect(apart).to_have_count(0)
    assert "alternative" not in query(page)


def test_another_question_begins_at_its_best_path(page: Page) -> None:
    page.goto(f"{COVERTYPE}&from=A&to=BCD&objective=least-loss&k=3&alternative=2")
    others = page.get_by_test_id("paths-alternative")
    expect(others.nth(1)).to_have_attribute("aria-pressed", "true")
    assert query(page)["from"] == ["~01"]
    page.get_by_test_id("paths-objective").select_option("fewest")
    expect(others.first).to_have_attribute("aria-pressed", "true")
    assert "alternative" not in query(page)
    page.go_back()
    expect(others.nth(1)).to_have_attribute("aria-pressed", "true")
    page.goto(f"{COVERTYPE}&from=A&to=BCD&objective=least-loss&k=3&alternative=9")
    expect(page.get_by_test_id("paths-no-alternative")).to_have_text(
        "This link names path 9, but there are 3: the best one is shown."
    )
    expect(others.first).to_have_attribute("aria-pressed", "true")


def test_no_path_names_what_to_train_and_jumps_over_the_gap(page: Page, keep: Keep) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/lattices/toy/paths?from=AB&to=ACD&max_rank=3&measure=accuracy/A")
    gap = page.get_by_test_id("paths-gap")
    expect(gap).to_contain_text("come nearest at ABC and ACD, 2 objects apart")
    expect(gap).to_contain_text("2 parts that no move connects")
    expect(page.get_by_test_id("paths-to-train")).to_contain_text("AC")
    keep("paths-gap")
    page.get_by_test_id("paths-copy").click()
    expect(gap).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "AC"
    page.get_by_role("button", name="Jump over the gap").click()
    expect(page.locator("tr.jump")).to_contain_text("jump of 2")
    expect(summary(page)).to_contain_text("3 objects moved in all")
    page.go_back()
    page.get_by_test_id("paths-to-train").get_by_role("button", name="AC").click()
    expect(page.get_by_test_id("focus-panel")).to_contain_text("AC is not stored")


def test_a_path_of_a_thousand_steps_comes_in_parts_and_pages(
    page: Page, snake: str, keep: Keep
) -> None:
    page.goto(f"{snake}/lattices/snake/paths?from=empty&to=all")
    expect(summary(page)).to_contain_text("1,100 moves")
    expect(page.get_by_test_id("path-row")).to_have_count(50)
    keep("paths-snake")
    page.get_by_role("button", name="Later").click()
    expect(page.get_by_test_id("paths-page")).to_have_text("steps 50 to 99 of 1,100")
    page.get_by_role("button", name="Next part").click()
    expect(page.get_by_test_id("paths-parts")).to_contain_text("steps 1,000 to 1,100 of 1,100")
    expect(page.get_by_test_id("path-row").first).to_contain_text("+o999")


# ------------------------------------------------------------------ the other questions


def test_tradeoffs_are_a_front_to_pick_from(page: Page, keep: Keep) -> None:
    page.goto(f"{HOUSING}&mode=tradeoffs&from=abc&to=defg")
    page.get_by_test_id("paths-second").select_option("least-loss")
    items = page.get_by_test_id("paths-front-item")
    expect(items).to_have_count(6)
    expect(items.first).to_contain_text("worst 0.5403")
    expect(items.last).to_contain_text("loses 0.0061")
    items.last.click()
    expect(summary(page)).to_contain_text("worst score between the ends 0.5144")
    page.locator(".spot").first.click()
    expect(summary(page)).to_contain_text("worst score between the ends 0.5403")
    keep("paths-tradeoffs")
    items.nth(3).click()
    expect(items.nth(3)).to_have_attribute("aria-pressed", "true")
    assert query(page)["alternative"] == ["4"]
    page.reload()
    expect(page.get_by_role("heading", name="Path 4 of 6")).to_be_visible()
    expect(page.get_by_test_id("paths-no-alternative")).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("heading", name="Path 1 of 6")).to_be_visible()


def test_a_question_that_takes_too_long_says_what_would_be_sooner(
    browser: Browser, bundled: Path
) -> None:
    with Server(bundled, "--timeout", "0.002") as slow:
        page = browser.new_page(base_url=slow.address)
        page.goto("/lattices/california-housing/paths?mode=tradeoffs&from=empty&to=all")
        said = page.get_by_test_id("paths-page-view").get_by_test_id("error-message")
        expect(said).to_contain_text("Stopped at the deadline")
        expect(said).to_contain_text(
            "try nearer ends, moves that only add objects or a filter on scores."
        )
        expect(said.get_by_role("button", name="Try again")).to_be_visible()
        said.get_by_role("button", name="Only add").click()
        assert query(page)["only"] == ["add"]
        expect(said).to_contain_text("try nearer ends or a filter on scores.")
        page.close()


def test_the_longest_run_is_found_anywhere(page: Page) -> None:
    page.goto(f"{COVERTYPE}&mode=longest")
    expect(summary(page)).to_contain_text("3 moves")
    fill(page, "from", "AB")
    expect(summary(page)).to_contain_text("2 moves")


def test_a_withdrawal_shows_all_orders(page: Page, keep: Keep) -> None:
    page.goto(f"{COVERTYPE}&mode=withdraw")
    fill(page, "to", "D")
    orders = page.get_by_test_id("paths-orders")
    expect(summary(page)).to_have_text("3 units, 6 orders: all have every score they need.")
    expect(page.get_by_test_id("paths-together")).to_contain_text("−0.3633")
    best = rows(page)
    assert best[0].startswith("0 start ABCD 0.5933")
    expect(page.get_by_test_id("paths-curve-best")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("paths-curve-worst").click()
    expect(page.get_by_test_id("path-row").nth(1)).not_to_contain_text(best[1].split()[1])
    page.get_by_test_id("paths-curve-average").click()
    expect(page.get_by_test_id("paths-sizes")).to_contain_text("3 of 3")
    orders.get_by_role("slider").hover()
    expect(orders.locator(".readout")).to_contain_text("average")
    keep("paths-withdrawal")


def test_groups_and_named_units_move_together(page: Page) -> None:
    page.goto(f"{COVERTYPE}&mode=acquire")
    fill(page, "group", "union=A,B")
    expect(summary(page)).to_contain_text("3 units")
    fill(page, "unit", "union")
    fill(page, "unit", "C")
    expect(page.get_by_test_id("paths-chip")).to_have_count(3)
    expect(summary(page)).to_contain_text("2 units")


def test_missing_scores_are_unavailable_and_named(page: Page) -> None:
    page.goto("/lattices/toy/paths?mode=withdraw&measure=accuracy/A")
    expect(summary(page)).to_have_text("4 units, 24 orders: 0 have every score they need.")
    expect(page.get_by_test_id("paths-curve-best")).to_be_disabled()
    orders = page.get_by_test_id("paths-orders")
    expect(orders).to_contain_text("It ends here: no next set has a score.")
    expect(orders).to_contain_text("12 sets without a score")
    expect(page.get_by_test_id("paths-to-train")).to_contain_text("BCD")


def test_changing_the_question_keeps_ends_that_fit(page: Page) -> None:
    page.goto(f"{COVERTYPE}&from=~01&to=~0f")
    expect(summary(page)).to_contain_text("3 moves")
    page.get_by_test_id("paths-mode-withdraw").click()
    expect(page.get_by_test_id("paths-from")).to_have_value("ABCD")
    expect(summary(page)).to_contain_text("3 units")
    page.go_back()
    expect(summary(page)).to_contain_text("3 moves")


# ------------------------------------------------------------------ the strip, and small screens


def test_the_strip_has_every_objective_and_leads_to_all_options(page: Page) -> None:
    page.goto("/lattices/covertype/map?measure=accuracy/ABCD&from=A&to=BCD&objective=least-loss")
    panel = page.get_by_test_id("path-panel")
    expect(panel).to_contain_text("losses add up to 0.0138")
    expect(page.get_by_test_id("path-objective").locator("option")).to_have_count(6)
    expect(page.get_by_test_id("path-profile")).to_be_visible()
    page.get_by_test_id("path-options").click()
    expect(page).to_have_url(re.compile("/lattices/covertype/paths"))
    expect(summary(page)).to_contain_text("losses add up to 0.0138")


def test_the_strip_highlights_on_the_map_what_is_pointed_at(page: Page) -> None:
    page.goto("/lattices/covertype/map?measure=accuracy/ABCD&from=A&to=BCD")
    page.get_by_test_id("path-step").nth(1).get_by_role("button").hover()
    tooltip = page.get_by_test_id("map-tooltip")
    expect(tooltip).to_contain_text("AB")
    page.get_by_test_id("path-step").nth(1).get_by_role("button").click()
    expect(page.get_by_test_id("focus-name")).to_have_text("AB")


@pytest.mark.parametrize("width", [320, 390])
def test_phones_read_every_question_without_sideways_scrolling(
    page: Page, keep: Keep, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{HOUSING}&from=abc&to=abcde&objective=fewest&k=2&floor={TREE}%3D0.2")
    page.get_by_test_id("paths-constraints").locator("summary").click()
    for mode in ("path", "tradeoffs", "longest", "withdraw", "acquire"):
        page.get_by_test_id(f"paths-mode-{mode}").click()
        expect(page.get_by_test_id("path-row").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        keep(f"paths-phone-{width}-{mode}")
