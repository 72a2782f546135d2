"""An incident in plain words: what failed, and what to do about it."""

from collections.abc import Mapping
from typing import Any

from web.language import gettext as _


def title(code: str) -> str:
    """What the incidents of a code have in common."""
    return _words().get(code, _words()[""])[0]


def sentence(incident: Mapping[str, Any]) -> str:
    """What happened to one case."""
    return _words().get(incident["code"], _words()[""])[1]


def remedy(code: str) -> str:
    """What an operator can do."""
    return _words().get(code, _words()[""])[2]


def _words() -> dict[str, tuple[str, str, str]]:
    return {
        "": (
            _("自动环节没有成功"),
            _("自动环节没有成功，办件停在这一步之前，前面的办理有效。"),
            _("看下面的原因，改正变量或流程后重新运行。"),
        ),
        "no_path": (
            _("分支没有一条走得通"),
            _("分支的条件没有一条满足，又没有默认路线。"),
            _("改正条件用到的变量，再重新运行；并请流程分析员给分支加默认路线。"),
        ),
        "unknown_variable": (
            _("条件用到的变量没有值"),
            _("表达式里的变量没有值。"),
            _("补上这个变量，再重新运行；并请流程分析员改流程。"),
        ),
        "expression": (_("表达式算不出来"), _("表达式对现在的数据算不出结果。"), _("改正变量的值，再重新运行。")),
        "decision": (_("决策表没有结果"), _("决策表对现在的数据没有唯一的结果。"), _("改正变量，或修订决策表后重新运行。")),
        "limit": (
            _("超过运行上限"),
            _("这一步自动走得太远，可能是流程里的死循环，已停在出问题的环节之前。"),
            _("请流程分析员检查循环；改正变量后可以重新运行。"),
        ),
        "connector": (_("外部服务没有成功"), _("外部服务多次没有成功，重试次数已用完。"), _("确认对方服务恢复后重新运行。")),
        "stuck": (_("办件停住了"), _("办件没有结束，却不在等任何人或任何时间。"), _("请流程分析员检查汇聚网关；可以撤销办件后重新发起。")),
    }
