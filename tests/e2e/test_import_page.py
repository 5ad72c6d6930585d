import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

import lattice
from tests.e2e.server import Server

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]

MIXES = """run,books,science,social,seed,perplexity/fiction,perplexity/papers
r01,1,1,1,0,21.4,18.9
r02,1,1,1,1,21.6,19.1
r03,1,0,1,0,22.4,19.9
r04,1,0,1,1,22.9,20.1
r05,0,0,1,0,25.4,29.9
r06,0,0,1,1,25.9,30.2
"""


@pytest.fixture
def address(database_place: Path) -> Iterator[str]:
    """An empty server that takes imports."""
    with Server(database_place, "--allow-import") as server:
        yield server.address


def payload(name: str, content: str) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": content.encode()}


def choose(page: Page, *files: FilePayload) -> None:
    page.get_by_test_id("import-input").set_input_files(list(files))


def drop(page: Page, name: str, content: str) -> None:
    """Drop a file as from the desktop."""
    data = page.evaluate_handle(
        """([name, content]) => {
            const data = new DataTransfer();
            data.items.add(new File([content], name, {type: 'text/csv'}));
            return data;
        }""",
        [name, content],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.locator(".drop").dispatch_event(event, {"dataTransfer": data})


def report(page: Page) -> Locator:
    return page.get_by_test_id("import-report")


def fact(page: Page, name: str) -> Locator:
    return report(page).get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def question_about(page: Page, words: str) -> Locator:
    return page.get_by_test_id("import-question").filter(has_text=words)


def fits(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def test_a_dropped_table_is_checked_corrected_imported_seen_and_undone(
    page: Page, keep: Keep, database_place: Path
) -> None:
    page.goto("/")
    page.get_by_test_id("import-link").click()
    expect(page).to_have_url("/import")
    expect(page.get_by_role("heading", name="Import results")).to_be_visible()
    keep("import-empty")

    drop(page, "mixes.csv", MIXES)
    expect(report(page)).to_contain_text("mixes → lattice mixes")
    expect(fact(page, "Objects")).to_contain_text("3 (3 new): books, science, social")
    expect(fact(page, "Replicates")).to_contain_text("2 labels, unlabelled")
    rows = page.get_by_test_id("import-measure")
    expect(rows).to_have_count(2)
    expect(rows.first).to_have_text("perplexity/fictionlower621.425.9")
    keep("import-checked")
    with lattice.open(str(database_place)) as database:
        assert list(database) == []  # a dry run keeps nothing

    constant = question_about(page, "the same in every row: social")
    expect(constant).to_have_count(1)
    question = question_about(page, "kind of replicate")
    question.get_by_role("button", name="Use this").click()
    expect(question).to_have_count(0)
    expect(page.get_by_test_id("import-mapping")).to_have_value('[replicates]\nkind = "shared"\n')
    expect(page.get_by_label("Kind of replicates")).to_have_value("shared")
    expect(fact(page, "Replicates")).to_contain_text("2 labels, shared")

    page.get_by_label("Lattice").fill("mixes of May")
    page.get_by_label("Lattice").press("Tab")
    expect(page.get_by_test_id("import-hint")).to_contain_text("check again")
    expect(page.get_by_test_id("import-run")).to_be_disabled()
    page.get_by_test_id("import-check").click()
    expect(report(page)).to_contain_text("→ lattice mixes of May")
    keep("import-settled")
    page.get_by_test_id("import-run").click()
    expect(page.get_by_test_id("import-done")).to_be_visible()
    expect(page.get_by_test_id("import-live")).to_have_text(
        "Imported 1 file: 12 scores of 3 training sets; 1 open question"
    )
    keep("import-done")
    with lattice.open(str(database_place)) as database:
        (result,) = database["mixes of May"].show().result_sets
        assert (result.evaluations, result.replicate_kind) == (12, "shared")

    page.get_by_test_id("import-open").click()
    expect(page).to_have_url(re.compile("/lattices/mixes%20of%20May/map"))
    expect(page.get_by_test_id("map-canvas")).to_have_attribute("data-ready", "true")
    page.go_back()
    expect(page.get_by_test_id("import-done")).to_be_visible()
    page.get_by_test_id("import-undo").click()
    confirm = page.get_by_test_id("import-confirm")
    expect(confirm).to_contain_text("12 scores, 3 training sets, 2 moves, 2 measures")
    expect(confirm).to_contain_text("the lattice goes with it")
    keep("import-undo")
    page.get_by_test_id("import-undo-confirm").click()
    expect(page.get_by_test_id("import-undone")).to_be_visible()
    with lattice.open(str(database_place)) as database:
        assert list(database) == []
    page.get_by_role("link", name="datalattice").click()
    expect(page.get_by_text("No lattice yet")).to_be_visible()


def test_what_cannot_be_read_is_said_and_settled_in_the_form(page: Page, keep: Keep) -> None:
    page.goto("/import")
    choose(page, payload("tasks.csv", "who,arc,gsm\nA,0.5,0.25\nA+B,0.75,0.5\nB,0.25,high\n"))
    complaint = page.get_by_test_id("error-message")
    expect(complaint).to_be_visible()
    expect(page.get_by_test_id("import-run")).to_be_disabled()
    expect(page.get_by_role("figure")).to_contain_text("who,arc,gsm\nA,0.5,0.25")
    keep("import-refused")

    page.get_by_label("Training-set column").fill("who")
    page.get_by_label("Metric", exact=True).fill("accuracy")
    page.get_by_label("Metric", exact=True).press("Tab")
    expect(page.get_by_text("A metric needs a name")).to_be_visible()
    page.get_by_label("Better when").select_option("higher")
    page.get_by_test_id("import-check").click()
    refused = page.get_by_test_id("import-refused")
    expect(refused).to_contain_text("tasks.csv, line 4: 'high' in the column 'gsm'")
    expect(page.get_by_test_id("import-hint")).to_contain_text("cannot be read")
    keep("import-refused-rows")

    area = page.get_by_test_id("import-mapping")
    area.fill(f"{area.input_value()}\n[table]\nmissing = ['high'")
    expect(page.locator("#mapping-complaint")).to_be_visible()
    expect(page.get_by_test_id("import-check")).to_be_disabled()
    area.fill(f"{area.input_value()}]\n")
    page.get_by_test_id("import-check").click()
    expect(refused).to_have_count(0)
    expect(page.get_by_test_id("import-run")).to_be_enabled()
    expect(fact(page, "Scores")).to_contain_text("5")
    page.get_by_text("As it was read, in full").click()
    expect(page.get_by_test_id("import-understood")).to_contain_text('training_set = "who"')


def test_several_files_and_a_mapping_are_taken_together(page: Page) -> None:
    page.goto("/import")
    one, two = MIXES, MIXES.replace("21.4", "21.5")
    choose(page, payload("one.csv", one), payload("two.csv", two))
    expect(report(page)).to_have_count(2)
    choose(page, payload("manifest.toml", 'lattice = "both"\nfiles = ["*.csv"]\n'))
    expect(page.get_by_test_id("import-mapping")).to_have_value('lattice = "both"\n')
    complaint = page.get_by_test_id("error-message")
    expect(complaint).to_contain_text("21.5")
    page.get_by_label("Scores that disagree").select_option("keep")
    page.get_by_test_id("import-check").click()
    expect(complaint).to_have_count(0)
    expect(report(page).last).to_contain_text("1 score disagreed with stored ones")
    page.get_by_role("button", name="Leave out two.csv").click()
    expect(report(page)).to_have_count(1)


def test_everything_can_be_done_with_the_keyboard(page: Page) -> None:
    page.goto("/import")
    page.get_by_test_id("import-input").focus()
    expect(page.get_by_test_id("import-input")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files([payload("mixes.csv", MIXES)])
    expect(report(page)).to_be_visible()

    def tab_to(target: Locator) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if target.evaluate("each => each === document.activeElement"):
                return
        raise AssertionError(f"{target} is not reached")

    question = question_about(page, "kind of replicate")
    tab_to(question.get_by_role("button", name="Use this"))
    page.keyboard.press("Enter")
    expect(question).to_have_count(0)
    tab_to(page.get_by_label("Sets are written in"))
    tab_to(page.get_by_test_id("import-run"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Imported")).to_be_focused()
    tab_to(page.get_by_test_id("import-undo"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Undo this import?")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Undone")).to_be_focused()


def test_an_import_that_waits_shows_it_and_can_be_cancelled(
    page: Page, keep: Keep, database_place: Path
) -> None:
    page.goto("/import")
    with closing(sqlite3.connect(database_place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # somebody else is writing
        choose(page, payload("mixes.csv", MIXES))
        progress = page.get_by_test_id("import-progress")
        expect(progress).to_contain_text("Checking: starting")
        expect(page.get_by_test_id("import-run")).to_be_disabled()
        keep("import-progress")
        progress.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled. Nothing was changed.")).to_be_visible()
    expect(page.get_by_test_id("import-run")).to_be_disabled()
    page.get_by_test_id("import-check").click()
    expect(fact(page, "Training sets")).to_contain_text("3")


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(page: Page) -> None:
    page.goto("/import")
    page.evaluate("document.querySelector('meta[name=lattice-token]').dataset.largestUpload = '9'")
    choose(page, payload("mixes.csv", MIXES))
    expect(page.get_by_test_id("error-message")).to_contain_text("9 bytes can be uploaded")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_phone(page: Page, keep: Keep, theme: str) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/import")
    page.get_by_label("Theme").select_option(theme)
    assert fits(page)
    name = "a-very-long-file-name-without-any-blank-in-it-at-all-2026-05.csv"
    choose(page, payload(name, MIXES.replace("25.9", "none").replace("papers", "p" * 60)))
    expect(page.get_by_test_id("import-refused")).to_be_visible()
    assert fits(page)
    page.screenshot(full_page=True)
    keep(f"import-phone-{theme}")
    page.set_viewport_size({"width": 1280, "height": 800})
    keep(f"import-{theme}")


def test_a_server_that_only_reads_says_how_to_import(
    page: Page, tmp_path: Path, keep: Keep
) -> None:
    place = tmp_path / "reading.db"
    lattice.create(str(place)).close()
    with Server(place) as server:
        page.goto(server.address)
        expect(page.get_by_text("No lattice yet")).to_be_visible()
        expect(page.get_by_test_id("import-link")).to_have_count(0)
        page.goto(f"{server.address}/import")
        expect(page.get_by_test_id("import-not-allowed")).to_contain_text("--allow-import")
        keep("import-not-allowed")


def test_what_is_there_already_is_not_imported_again(page: Page) -> None:
    page.goto("/import")
    choose(page, payload("mixes.csv", MIXES))
    page.get_by_test_id("import-run").click()
    page.get_by_role("button", name="Import more").click()
    choose(page, payload("mixes.csv", MIXES))
    expect(report(page)).to_contain_text("imported before with the same mapping")
    expect(page.get_by_test_id("import-hint")).to_have_text("All of it is there already.")
    expect(page.get_by_test_id("import-run")).to_be_disabled()


def test_a_page_of_an_earlier_server_says_so(page: Page) -> None:
    page.goto("/import")
    page.evaluate("document.querySelector('meta[name=lattice-token]').content = 'earlier'")
    choose(page, payload("mixes.csv", MIXES))
    expect(page.get_by_test_id("error-message")).to_contain_text("reload the page")
