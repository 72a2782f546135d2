"""Handover over the API and on the administrators' pages."""

from collections.abc import Callable

from tests.web import diagrams
from tests.web.conftest import Api, json_of
from tests.web.desk import Office, sentences
from tests.web.test_api_tour import deploy, start


def test_a_leaver_is_handed_over_over_the_api(operator: Api, account: Callable[..., Api]) -> None:
    deploy(operator, diagrams.parallel(left="liming", right="zhaolei"))
    starter, li, new = account("sunyan", "clerk"), account("liming", "clerk"), account("chenxi", "clerk")
    start(starter, "both_agree")
    assert li.get("/people/liming/handover").status_code == 403
    assert json_of(operator.get("/people/liming/handover")) == {"successor": None, "items": [], "left": {"both_agree": 1}}
    for sent in (operator.get("/people/limign/handover"), operator.post("/people/limign/handover", {})):
        assert (sent.status_code, json_of(sent)["code"]) == (404, "person_not_found")
    unnamed = json_of(operator.post("/people/liming/handover", {}))
    assert [item["code"] for item in unnamed["items"]] == ["no_successor"]
    assert operator.post("/people/liming/handover", {"successor": "nobody"}).status_code == 422
    done = json_of(operator.post("/people/liming/handover", {"successor": "chenxi", "reason": "调离"}))
    assert (done["successor"], [item["code"] for item in done["items"]], done["left"]) == ("chenxi", [None], {})
    assert [task["element_id"] for task in json_of(new.get("/user-tasks"))["items"]] == ["left"]
    assert json_of(li.get("/user-tasks"))["items"] == []


def test_a_leaver_is_handed_over_on_the_page(desk: Office) -> None:
    desk.apply("交接试验工程")
    path = desk.task("clerk_finance", "交接试验工程").partition("?")[0]
    assert desk.as_("clerk_finance").post(path, {"_act": "claim"}).status_code == 303
    admin = desk.as_("info_admin")
    assert "离职交接" in sentences(admin.get("/people"))
    assert admin.post("/handover", {"login": ""}).status_code == 422
    assert admin.post("/handover", {"login": "clerk_finance"}).headers["Location"] == "/handover/clerk_finance"
    shown = sentences(admin.get("/handover/clerk_finance"))
    assert "常规项目审批" in shown
    assert "财政局" in shown
    assert admin.post("/handover/clerk_finance", {"successor": ""}).status_code == 422
    assert admin.get("/handover/nobody").status_code == 404
    told = sentences(admin.post("/handover/clerk_finance", {"successor": "head_finance", "reason": "调离"}, follow=True))
    assert "已转给接手人" in told
    assert "离职交接" in sentences(desk.as_("head_finance").get(path))
    desk.decide("head_finance", "交接试验工程")
    assert admin.get("/handover/clerk_finance", headers={"Accept-Language": "en"}).status_code == 200
