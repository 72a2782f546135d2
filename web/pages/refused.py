"""The pages that say no: what is wrong, what is kept, and what to do."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from processes import settings
from web import errors
from web.auth import present_actor
from web.language import current_language
from web.language import gettext as _
from web.pages import people_lists
from web.pages.session import local_path
from web.problems import Problem

blueprint = Blueprint("refused", __name__)


def _page(problem: Problem, todo: str) -> Response:
    document = problem.to_document(current_language(), errors.request_id())
    html = render_template(
        "errors/page.html",
        title=document["title"],
        words=document["detail"],
        todo=todo,
        back=_back(),
        home=present_actor() is not None,
        request_id=document["request_id"],
    )
    return Response(html, status=problem.status, content_type="text/html; charset=utf-8")


def _back() -> str | None:
    """Where the reader came from, when that was another page of ours."""
    came = (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    path = local_path(came)
    return path if path and path.partition("?")[0] != request.path else None


def _role_needed(problem: Problem) -> Response:
    words = people_lists.account_role_words()
    named = "、".join(words.get(role, role) for role in problem.values.get("roles", ()))
    shown = Problem(problem.status, problem.code, values={"roles": named}, headers=problem.headers)
    return _page(shown, _("确实需要的，请联系安全管理员。"))


def _not_found(problem: Problem) -> Response:
    return _page(problem, _("请核对地址，或在上面查找标题、编号；不由您经办的办件，请向经办人了解。"))


def _too_large(problem: Problem) -> Response:
    limits = settings.current().attachments
    sizes = _("没有提交。每个文件最多 %(one)d MB，一次合起来最多 %(all)d MB。", one=limits.max_mb, all=limits.max_request_mb)
    return _page(problem, sizes + _("请用浏览器的“后退”回到表单，换小一点的文件再提交；填好的文字一般还在。"))


def _busy(problem: Problem) -> Response:
    return _page(problem, _("什么也没有改。过几秒用浏览器的“刷新”再试；填好的内容还在。"))


PAGES: dict[str, Any] = {
    "role_needed": _role_needed,
    "not_found": _not_found,
    "process_instance_not_found": _not_found,
    "user_task_not_found": _not_found,
    "body_too_large": _too_large,
    "database_busy": _busy,
    "unavailable": _busy,
}


@blueprint.record_once
def _init(state: Any) -> None:
    for code, page in PAGES.items():
        errors.page_for(state.app, code, page)
