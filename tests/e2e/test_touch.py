from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]
FINGER = 44


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A phone: a page under a finger, without keys and without a mouse."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=address, has_touch=True, is_mobile=True
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert not complaints


def tray(page: Page) -> list[str]:
    return parse_qs(urlsplit(page.url).query).get("tray", [])


def size(target: Locator) -> tuple[float, float]:
    box = target.bounding_box()
    assert box is not None
    return box["width"], box["height"]


@pytest.mark.parametrize(
    ("place", "row"),
    [
        ("/lattices/covertype/table", "table-row"),
        ("/lattices/covertype/grid", "grid-row"),
        ("/lattices/covertype/grid?without=A", "pair-row"),
    ],
)
def test_a_row_is_put_into_the_tray_by_a_tap(page: Page, keep: Keep, place: str, row: str) -> None:
    page.goto(place)
    toggle = page.get_by_test_id(row).nth(2).get_by_test_id("tray-toggle").first
    expect(toggle).to_be_visible()
    assert min(size(toggle)) >= FINGER
    expect(toggle).to_have_attribute("aria-pressed", "false")
    toggle.tap()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("tray")).to_contain_text("Tray (1)")
    assert "set" not in parse_qs(urlsplit(page.url).query)
    keep(f"touch-{row}")
    toggle.tap()
    expect(page.get_by_test_id("tray")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_set_of_the_map_is_put_into_the_tray_by_two_taps(page: Page, keep: Keep) -> None:
    page.goto("/lattices/covertype/map")
    expect(page.get_by_test_id("map-canvas")).to_have_attribute("data-ready", "true")
    spot = page.evaluate("window.__lattice.position('~0b')")
    page.touchscreen.tap(spot["x"], spot["y"])
    toggle = page.get_by_test_id("touched").get_by_test_id("tray-toggle")
    expect(toggle).to_have_text("ABD to the tray")
    assert min(size(toggle)) >= FINGER
    toggle.tap()
    expect(toggle).to_have_text("ABD in the tray")
    assert tray(page) == ["~0b"]
    keep("touch-map")
    page.go_back()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    for name in ("to-tray", "to-baseline"):
        assert size(page.get_by_test_id(name))[1] >= FINGER


def test_with_a_mouse_the_mark_comes_where_one_points(
    browser: Browser, address: str, keep: Keep
) -> None:
    mouse = browser.new_page(base_url=address)
    mouse.goto("/lattices/covertype/grid")
    row = mouse.get_by_test_id("grid-row").nth(4)
    toggle = row.get_by_test_id("tray-toggle")
    expect(toggle).to_have_css("opacity", "0")
    row.hover()
    expect(toggle).to_have_css("opacity", "1")
    assert min(size(toggle)) >= 24
    toggle.click()
    mouse.get_by_test_id("grid-row").nth(9).hover()
    expect(toggle).to_have_css("opacity", "1")
    expect(toggle).to_have_attribute("aria-label", "AB in the tray")
    mouse.locator("[data-spot='2:-1']").focus()
    expect(mouse.get_by_test_id("grid-row").nth(2).get_by_test_id("tray-toggle")).to_have_css(
        "opacity", "1"
    )
    expect(mouse.get_by_test_id("touched")).to_have_count(0)
    mouse.close()
