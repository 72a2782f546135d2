"""The sentences for times that cannot be: code -> Chinese sentence, Chinese hint, English sentence, English hint."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "no_time": (
        "这里没有给出时间",
        "请写 ISO 时长、日期、周期，或给出时间的表达式",
        "no time is given here",
        "write an ISO duration, date or cycle, or an expression that gives one",
    ),
    "bad_duration": (
        "“{found}”不是时长",
        "请写成 PT2H（2 小时）、P3D（3 天）、P1M（1 个月）或 ${{workdays(3)}}（3 个工作日）的样子",
        "“{found}” is no duration",
        "write PT2H (2 hours), P3D (3 days), P1M (1 month) or ${{workdays(3)}} (3 working days)",
    ),
    "bad_date": (
        "“{found}”不是日期",
        "请写成 2026-05-04 或 2026-05-04T09:00:00 的样子",
        "“{found}” is no date",
        "write 2026-05-04 or 2026-05-04T09:00:00",
    ),
    "bad_due": (
        "“{found}”既不是日期也不是时长",
        "请写成 2026-05-04、P3D 或 ${{workdays(3)}} 的样子",
        "“{found}” is neither a date nor a duration",
        "write 2026-05-04, P3D or ${{workdays(3)}}",
    ),
    "bad_cycle": (
        "“{found}”不是周期",
        "请写成 R3/P1D（每天一次，共 3 次）、R/PT1H（每小时一次）或 R3/workdays(1)（每个工作日一次，共 3 次）的样子",
        "“{found}” is no cycle",
        "write R3/P1D (daily, 3 times), R/PT1H (hourly) or R3/workdays(1) (each working day, 3 times)",
    ),
    "cron": (
        "看不懂 cron 写法“{found}”里的“{part}”",
        "请写六或七段：秒 分 时 日 月 周 年，日和周之一写 ?，例如每天九点 0 0 9 * * ?",
        "“{part}” of the cron form “{found}” cannot be read",
        "write six or seven fields: second minute hour day month weekday year, with ? for one of the days, such as 0 0 9 * * ?",
    ),
    "negative_time": (
        "时长“{found}”是负的",
        "请去掉负号",
        "the duration “{found}” is negative",
        "remove the sign",
    ),
    "time_too_far": (
        "时间在 {maximum} 年以后",
        "请检查时长或日期",
        "the time lies more than {maximum} years ahead",
        "check the duration or date",
    ),
    "period_too_short": (
        "周期“{found}”短于 {minimum} 秒",
        "请加长周期",
        "the period “{found}” is shorter than {minimum} seconds",
        "use a longer period",
    ),
    "repeats": (
        "“{found}”的重复次数不在 1 到 {maximum} 之间",
        "请改正 R 后面的次数；不写次数就一直重复",
        "“{found}” does not repeat between 1 and {maximum} times",
        "correct the number behind R; without one it repeats for ever",
    ),
    "cycle_over": (
        "周期“{found}”的全部时刻都已过去",
        "请改正开始或结束时间",
        "all occurrences of the cycle “{found}” are over",
        "correct its start or end",
    ),
}
