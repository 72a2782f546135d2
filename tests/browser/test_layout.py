"""Diagrams without interchange, as the server draws them, in the viewer and in the modeler."""

import pytest
from playwright.sync_api import Page, expect

from engine.layout import complete
from tests.browser import pages
from tests.browser.static_site import Site
from tests.engine.drawing import boundary, draw, end, event_subprocess, flow, node, start, user
from tests.engine.test_layout import POOLS

PARTS = (
    node("startEvent", "s", name="提交申请")
    + node("userTask", "u", name="财政局审核采购预算与资金来源")
    + node("exclusiveGateway", "x", name="是否同意")
    + node("sequenceFlow", "yes", sourceRef="x", targetRef="sub", name="同意")
    + node("sequenceFlow", "no", sourceRef="x", targetRef="u", name="退回")
    + boundary("late", "u", "<timerEventDefinition/>", interrupting=False)
    + user("remind")
    + flow("late", "remind")
    + node("subProcess", "sub", start("s2") + user("inner") + end("e2") + flow("s2", "inner", "e2"), name="联合审批")
    + end()
    + flow("s", "u", "x")
    + flow("sub", "e")
    + event_subprocess("<errorEventDefinition/>", interrupting=True)
)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("text", [draw(PARTS).decode(), POOLS], ids=["process", "pools"])
def test_a_diagram_without_interchange_is_seen(page: Page, site: Site, monkeypatch: pytest.MonkeyPatch, text: str, width: int) -> None:
    monkeypatch.setattr(pages, "diagram", lambda: complete(text)[0])
    page.set_viewport_size({"width": width, "height": 844})
    site.pages["/page"] = pages.viewer({"now": []})
    page.goto(site.address("/page"))
    expect(page.locator(".bp[data-ready=drawn]")).to_be_visible()
    for id in ("u1", "l1", "m1", "pc") if text == POOLS else ("u", "late", "inner", "h", "yes"):
        assert page.locator(f'.djs-element[data-element-id="{id}"]').count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("text", [draw(PARTS).decode(), POOLS], ids=["process", "pools"])
def test_the_modeler_opens_the_drawing(page: Page, site: Site, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(pages, "diagram", lambda: complete(text)[0])
    site.pages["/model"] = pages.modeler([]).replace('"file_name":', '"laid_out": true, "file_name":')
    page.goto(site.address("/model"))
    expect(page.locator(".model[data-ready=drawn]")).to_be_visible()
    expect(page.locator("[data-part=state]")).to_contain_text("已自动排版")
    assert page.locator(f'.djs-element[data-element-id="{"l1" if text == POOLS else "inner"}"]').is_visible()
