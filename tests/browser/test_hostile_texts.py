"""Texts that would be scripts: in titles, opinions, diagrams, names of files, people and departments; shown as they are, everywhere."""

from xml.sax.saxutils import escape, quoteattr

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, press
from tests.browser.pages import SPACES

HOSTILE = """"><img src=x onerror=alert(1)></script><script>alert(2)</script>'-alert(3)-'{{7*7}}${7*7}<!--"""
#: names in a diagram may hold expressions, which the engine fills in
DRAWN = HOSTILE.replace("${7*7}", "")
ADDRESS = "javascript:alert(4)//"
SPACED = {name: address for name, address in SPACES.items() if name != "xmlns:di"}


def _diagram() -> str:
    spaces = " ".join(f'{name}="{value}"' for name, value in SPACED.items())
    named, told = quoteattr(DRAWN), f"<documentation>{escape(DRAWN)}</documentation>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions {spaces} id="d" targetNamespace="http://banjie/test">'
        f'<process id="hostile" name={named} isExecutable="true">{told}<startEvent id="s" name={named}/>'
        f'<sequenceFlow id="f" sourceRef="s" targetRef="u" name={named}/>'
        f'<userTask id="u" name={named} camunda:candidateGroups="财政局">{told}</userTask>'
        f'<sequenceFlow id="g" sourceRef="u" targetRef="e"/><endEvent id="e" name={named}/></process>'
        '<bpmndi:BPMNDiagram id="g1"><bpmndi:BPMNPlane id="p1" bpmnElement="hostile">'
        '<bpmndi:BPMNShape id="s1" bpmnElement="s"><dc:Bounds x="60" y="100" width="36" height="36"/></bpmndi:BPMNShape>'
        '<bpmndi:BPMNShape id="u1" bpmnElement="u"><dc:Bounds x="160" y="80" width="110" height="80"/></bpmndi:BPMNShape>'
        '<bpmndi:BPMNShape id="e1" bpmnElement="e"><dc:Bounds x="340" y="100" width="36" height="36"/></bpmndi:BPMNShape>'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
    )


@pytest.fixture(scope="module")
def hostile(desk: Desk) -> dict[str, str]:
    """The addresses of what was made with hostile texts."""
    (desk.files / "hostile.bpmn").write_text(_diagram(), "utf-8")
    attached = desk.files / "<img src=x onerror=alert(5)>.pdf"
    attached.write_bytes(desk.pdf.read_bytes())
    with desk.seat("analyst") as page:
        page.goto("/definitions/deploy")
        page.fill("#name", HOSTILE)
        page.set_input_files("#files", desk.files / "hostile.bpmn")
        page.click("button[value=deploy]")
        page.wait_for_url("**/definitions")
    with desk.seat("info_admin") as page:
        page.goto("/people/department")
        page.fill("#code", "hostile_unit")
        page.fill("#name", HOSTILE)
        page.click("button[value=save]")
        page.wait_for_url("**/people?view=departments")
        page.goto("/people/person")
        page.fill("#login", "hostile_one")
        page.fill("#name", HOSTILE)
        page.select_option("#department", "hostile_unit")
        page.click("button[value=save]")
        page.locator(".secret").wait_for()
    with desk.seat("village_east") as page:
        page.goto("/start/procurement_regular")
        desk.fill_in(page, "77.00", HOSTILE)
        page.fill("[name=site]", ADDRESS)
        page.set_input_files("[name='application_files.__files']", attached)
        page.click("button[value=submit]")
        page.wait_for_url("**/cases/*")
        case = page.url
        page.goto("/start/hostile")
        page.click("button[value=submit]")
        page.wait_for_url("**/cases/*")
        return {"case": case, "drawn": page.url}


def _shows(page: Page, path: str, *, times: int = 1) -> None:
    """The page holds the text as it is, at least so often, and nothing of it has run."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    text = page.evaluate("document.querySelector('#main, main, .model').innerText")
    assert text.count("alert(1)") >= times, path
    assert "{{7*7}}" in text, path
    assert "49<!--" not in text, path
    assert page.locator("img[src=x]").count() == 0, path
    assert page.evaluate("[...document.querySelectorAll('a[href]')].filter((a) => a.protocol === 'javascript:').length") == 0, path


def test_lists_and_case_pages_show_a_hostile_title_as_it_is(desk: Desk, hostile: dict[str, str]) -> None:
    with desk.seat("village_east") as page:
        for path in ("/", "/inbox/started", "/cases/search?q=alert", hostile["case"], hostile["case"] + "/cancellation", "/start"):
            _shows(page, path)
        for path in (hostile["case"] + "/replay", hostile["drawn"], hostile["drawn"] + "/replay", "/start/hostile"):
            _shows(page, path)
        page.goto(f"/cases/search?q={HOSTILE}")
        expect(page.locator("h1")).to_contain_text("alert(1)")
        page.goto(hostile["case"])
        expect(page.locator("main")).to_contain_text(ADDRESS)
        expect(page.locator(".files")).to_contain_text("alert(5)")


def test_a_hostile_opinion_and_phrase_stay_text(desk: Desk, hostile: dict[str, str]) -> None:
    with desk.seat("clerk_finance") as page:
        for _ in range(2):
            page.goto("/inbox")
            page.locator("#rows .ttl").filter(has_text="alert(1)").first.click()
            page.wait_for_url("**/tasks/*")
            assert page.locator("img[src=x]").count() == 0
            page.fill("#opinion", HOSTILE)
            page.click("button[value=draft]")
            page.locator(".ban").first.wait_for()
            assert page.input_value("#opinion") == HOSTILE
            press(page, ".decide button >> nth=0")
            expect(page.locator(".ban").first).to_contain_text("alert(1)")
        page.goto("/account/phrases")
        page.fill("#text", HOSTILE)
        page.click("main .btn-main")
        page.locator("td input[name=text]").first.wait_for()
        assert HOSTILE in [one.input_value() for one in page.locator("td input[name=text]").all()]
        _shows(page, "/inbox/done", times=2)
    with desk.seat("village_east") as page:
        for path in (hostile["case"], hostile["case"] + "/replay", hostile["drawn"]):
            _shows(page, path, times=2)


def test_hostile_names_stay_text_on_the_pages_of_analysts_and_administrators(desk: Desk, hostile: dict[str, str]) -> None:
    with desk.seat("analyst") as page:
        for path in ("/definitions", "/definitions/hostile:1"):
            _shows(page, path)
        page.goto("/modeler/hostile:1")
        page.wait_for_selector(".model[data-ready=drawn]")
        assert page.locator("img[src=x]").count() == 0
        page.click("[data-action=check]")
        page.wait_for_load_state("networkidle")
    with desk.seat("info_admin") as page:
        for path in ("/people?q=hostile", "/people?view=departments&q=hostile", "/people/person/hostile_one", "/cases", "/system"):
            page.goto(path) if path == "/system" else _shows(page, path)
        page.goto("/people/department/hostile_unit")
        assert page.input_value("#name") == HOSTILE
    with desk.seat("auditor") as page:
        _shows(page, "/audit")
        _shows(page, hostile["case"] + "/replay")


def test_addresses_that_hold_scripts_lead_nowhere(desk: Desk) -> None:
    with desk.seat(None) as page:
        for path in (
            "/<script>alert(1)</script>",
            f"/sign-in?next={ADDRESS}",
            "/sign-in?next=//evil.example/",
            "/sign-in?next=/%5Cevil.example",
        ):
            page.goto(path)
            assert page.locator("script:not([src])").count() == 0
            assert page.input_value("[name=next]") == "" if "next=" in path else True
    with desk.seat("village_east") as page:
        for path in (
            f"/inbox?q={HOSTILE}",
            f"/inbox?list={HOSTILE}",
            f"/filings?register={HOSTILE}",
            f"/cases/{HOSTILE}",
            f"/start/{HOSTILE}",
        ):
            page.goto(path)
            assert page.locator("img[src=x]").count() == 0
