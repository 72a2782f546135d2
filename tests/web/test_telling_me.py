"""The pages on which people say how they want to be told, and operators see what goes out."""

from datetime import timedelta

from processes import clock, worker
from processes.db import transaction
from processes.notices import send
from tests.web.desk import Office, sentences


def test_wishes_are_kept_and_wrong_ones_come_back_as_typed(office: Office) -> None:
    clerk = office.as_("clerk_agri")
    page = clerk.post("/account/telling", {"to-task": "mail", "mail_address": "clerk", "quiet_from": "20:00"})
    assert page.status_code == 422
    assert 'value="clerk"' in page.text
    assert 'value="20:00"' in page.text
    assert "请填完整的邮箱地址" in page.text
    good = {"to-task": ["mail", "sms"], "mail_address": "clerk@example.cn", "quiet_from": "20:00", "quiet_until": "08:00"}
    assert "从下一条起使用" in sentences(clerk.post("/account/telling", good, follow=True))
    shown = clerk.get("/account/telling").text
    assert 'value="clerk@example.cn"' in shown
    assert 'name="to-task" value="sms" checked' in shown
    assert 'name="to-copy" value="sms" checked' not in shown


def test_operators_see_what_goes_out_and_others_do_not(office: Office) -> None:
    office.as_("head_agri").post("/account/telling", {"to-reminder": "mail", "mail_address": "head@example.cn"})
    with office.app.app_context(), clock.at(clock.now() + timedelta(days=2)):
        with transaction():
            send("telling-1", "head_agri", "请办理“<b>急件</b>”", "reminder")
        worker.run_due(100)
    page = office.as_("info_admin").get("/system/messages?state=kept")
    assert page.status_code == 200
    assert "&lt;b&gt;急件" in page.text
    assert "head@example.cn" in page.text
    assert office.as_("clerk_agri").get("/system/messages").status_code == 403
    assert "只有没发出的可以再发" in sentences(
        office.as_("info_admin").post("/system/messages/telling-1-mail/retry", page="/account", follow=True)
    )
    assert "急件" in office.as_("head_agri").get("/account/telling").text
