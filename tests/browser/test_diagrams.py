"""The diagram of a case, and its replay, in a browser under the strict policy."""

import re

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.static_site import Site

DONE = "rgb(31, 84, 150)"
STEPS = [
    {"seq": 1, "at": "11月19日 16:30", "actor": "陶闻溪", "title": "提交申请", "entered": ["start", "review"], "left": ["start"],
     "why": [], "waiting": "待办 1 个", "changes": [["金额", None, "4800.00"]], "hash": "aa", "previous": None},
    {"seq": 2, "at": "11月20日 10:12", "actor": "何静安", "title": "同意", "entered": ["decided", "approve"], "left": ["review", "decided"],
     "why": ["金额不足 5000 元"], "waiting": "待办 1 个", "changes": [["金额", "4800.00", "4700.00"], ["意见", None, "同意"]],
     "hash": "bb", "previous": "aa"},
    {"seq": 3, "at": "11月20日 11:00", "actor": "邵明远", "title": "同意", "entered": ["filed"], "left": ["approve", "filed"],
     "why": [], "waiting": "", "changes": [], "hash": "cc", "previous": "bb"},
]  # fmt: skip


def _open(page: Page, site: Site, body: str) -> None:
    site.pages["/page"] = body
    page.goto(site.address("/page"))
    expect(page.locator(".bp[data-ready=drawn]")).to_be_visible()


def _marks(page: Page, id: str) -> set[str]:
    classes = page.locator(f'.djs-element[data-element-id="{id}"]').get_attribute("class") or ""
    return set(classes.split()) & {"done", "now", "late"}


def test_a_diagram_shows_what_is_done_and_where_the_case_stands(page: Page, site: Site) -> None:
    _open(page, site, pages.viewer({"done": ["start", "review", "decided"], "now": ["approve"], "notes": {"approve": "邵明远"}}))
    assert _marks(page, "review") == {"done"}
    assert _marks(page, "approve") == {"now"}
    assert _marks(page, "rejected") == set()
    expect(page.locator(".chip-note")).to_have_text("邵明远")
    fill = page.locator('[data-element-id="approve"] .djs-visual > rect').first
    assert fill.evaluate("shape => getComputedStyle(shape).fill") == DONE


def test_the_flows_that_were_taken_are_drawn_in_the_accent(page: Page, site: Site) -> None:
    _open(page, site, pages.viewer({"done": ["start", "review", "decided"], "now": ["approve"]}))
    assert _marks(page, "agreed") == {"done"}
    assert _marks(page, "refused") == set()
    stroke = page.locator('[data-element-id="agreed"] .djs-visual > path').first
    assert stroke.evaluate("path => getComputedStyle(path).stroke") == DONE


def test_pressing_an_element_points_out_its_entry_in_the_list(page: Page, site: Site) -> None:
    _open(page, site, pages.viewer({"done": ["review"]}, list_of_steps='<ol><li data-element-id="review">财政局审核</li></ol>'))
    page.locator('.djs-element[data-element-id="review"] .djs-hit').click()
    expect(page.locator("li[data-element-id=review]")).to_have_class(re.compile("pointed"))


def test_on_a_phone_the_panel_scrolls_and_the_page_does_not(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _open(page, site, pages.viewer({"done": ["start", "review", "decided", "approve"], "now": ["filed"]}))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    scroller = page.locator(".bp .djs-container")
    assert scroller.evaluate("box => box.scrollWidth > box.clientWidth")
    assert scroller.evaluate("box => box.scrollLeft") > 0
    mark, panel = page.locator(".bjs-powered-by").bounding_box(), page.locator(".bp").bounding_box()
    assert mark is not None
    assert panel is not None
    assert mark["x"] + mark["width"] <= panel["x"] + panel["width"]


def test_a_file_without_a_drawing_says_so(page: Page, site: Site) -> None:
    bare = pages.viewer({}).replace("<bpmndi:BPMNDiagram", "<!--").replace("</bpmndi:BPMNDiagram>", "-->")
    site.pages["/page"] = bare
    page.goto(site.address("/page"))
    expect(page.locator(".bp")).to_contain_text("没有图形")


def test_a_replay_starts_at_the_end_and_goes_back_step_by_step(page: Page, site: Site) -> None:
    _open(page, site, pages.replay(STEPS))
    expect(page.locator("[data-replay=caption]")).to_contain_text("第 3 步")
    assert _marks(page, "filed") == {"done"}
    page.locator("[data-replay=previous]").click()
    expect(page.locator("[data-replay=why] li")).to_have_text("金额不足 5000 元")
    assert _marks(page, "approve") == {"now"}
    assert _marks(page, "filed") == set()
    assert page.url.endswith("#s2")


def test_a_replay_shows_the_data_of_the_moment_and_what_changed(page: Page, site: Site) -> None:
    _open(page, site, pages.replay(STEPS))
    page.keyboard.press("ArrowLeft")
    rows = page.locator("[data-replay=variables] tr")
    expect(rows).to_have_text([re.compile("金额4800.004700.00"), re.compile("意见.*同意")])
    expect(page.locator("[data-replay=variables] tr.here")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-replay=variables] tr.here")).to_have_count(0)
    expect(page.locator("[data-replay=hash]")).to_have_text("cc")


def test_a_replay_opens_at_the_step_of_its_address_and_plays_to_the_end(page: Page, site: Site) -> None:
    site.pages["/page"] = pages.replay(STEPS)
    page.goto(site.address("/page#s1"))
    expect(page.locator("[data-replay=caption]")).to_contain_text("第 1 步")
    page.locator("[data-replay=play]").click()
    expect(page.locator("[data-replay=caption]")).to_contain_text("第 3 步")
    expect(page.locator("[data-words]")).to_have_text("播放")
