"""What scripts say, in the language of the page: the Chinese text stands in the script and is the name of each message."""

from web.language import current_language
from web.language import gettext as _

#: names a text for the catalogue without translating it yet
N_ = str

TEXTS = (
    N_("文件有 {size}，最多 {limit} MB，请换一个小的"),
    N_("正在上传 {name}"),
    N_("没有传上去，提交时再传一次"),
    N_("去掉勾选即不再附上"),
    N_("草稿没有存上；您写的还在这一页，提交时照样送出"),
    N_("这份流程文件里没有图形，请看下面的步骤列表。"),
    N_("第 {n} 步"),
    N_("播放"),
    N_("暂停"),
    N_("无"),
    N_("连不上服务器。您画的都还在这个页面里，请稍后再试。"),
    N_("登录已过期。请在新标签页里登录，然后回到这里再试，您画的都还在。"),
    N_("服务器回答了 {status}。"),
    N_("有 {n} 件新的，显示"),
)


def translations() -> dict[str, str]:
    """The texts of the scripts by their Chinese; none where the page is Chinese."""
    return {} if current_language() == "zh" else {text: _(text) for text in TEXTS}
