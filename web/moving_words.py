"""Sentences for what cannot be sent back or taken back: code -> Chinese, English. They are part of web.refusal_words."""

MOVES: dict[str, tuple[str, str]] = {
    "send_back_forbidden": ("这个环节不能退回。", "This step may not be sent back."),
    "send_back_target_forbidden": (
        "这个环节不能退回到那里，流程只允许退回给：{allowed}。",
        "The process allows to send back only to: {allowed}.",
    ),
    "send_back_target_unknown": (
        "不能退回到“{element_id}”：这件没有人办过这一步。",
        "“{element_id}” is no step that somebody has done in this case.",
    ),
    "send_back_no_applicant": ("这件没有可以退回的申请人。", "There is no applicant to whom this case could be sent back."),
    "send_back_reason_required": ("请写明要改什么，对方会原样看到。", "Say what has to be changed; the other person reads it as it is."),
    "resubmit_unknown": ("改好以后怎么走，只能是 rerun 或 straight_back。", "The field resubmit is rerun or straight_back."),
    "resubmit_is_drawn": ("改好以后怎么走由流程规定：{resubmit}。", "The process says how it goes on: {resubmit}."),
    "move_to_itself": ("不能退回给同一个环节。", "A step cannot be sent back to itself."),
    "move_not_before": ("不能退回到那里：这一步不是从那里来的。", "It cannot be sent back there: this step did not follow from it."),
    "move_target_unknown": ("这个办件里找不到要回到的环节。", "The step to go back to is not in this case."),
    "move_waits_for_this": (
        "“{element}”正等这一步办好，办完就直接回到那里，不用退回。",
        "“{element}” waits for this step, and gets the case back as soon as it is done.",
    ),
    "move_already_open": ("“{element}”正在办理，不能再打开一次。", "“{element}” is open already and is not opened once more."),
    "move_ambiguous": (
        "不能回到那里：它办理过不止一次，分不清是哪一次。",
        "It cannot go back there: it ran more than once, and which is meant is not certain.",
    ),
    "move_from_handler": ("这一步附属于别的环节（加签、补偿），不能这样办。", "This step belongs to another one (signers, compensation)."),
    "withdraw_not_done": ("这件不是已办结的环节，不能撤回。", "This user task is not completed, so there is nothing to take back."),
    "withdraw_not_ones_own": ("只能撤回自己的办理。", "Only one's own decision can be taken back."),
    "withdraw_acted": (
        "不能撤回：“{element}”已由 {by} 办理或签收（{at}）。",
        "It cannot be taken back: {by} has acted on “{element}” ({at}).",
    ),
    "withdraw_decided": ("不能撤回：“{element}”的会签已经有了结果。", "It cannot be taken back: the joint decision “{element}” is closed."),
    "withdraw_recorded": ("不能撤回：“{element}”已经登记。", "It cannot be taken back: “{element}” has written a register."),
    "withdraw_sent_out": ("不能撤回：“{element}”已经对外发出。", "It cannot be taken back: “{element}” has sent something out."),
    "withdraw_far_back": ("后面已经走了很多步，打开办件查看。", "Much has happened since; open the case."),
    "withdraw_at_work": ("不能撤回：“{element}”正由外部程序办理。", "It cannot be taken back: an outside worker is at “{element}”."),
    "withdraw_signed": ("这一步有加签，办理后不能撤回。", "Others sign this step, so it cannot be taken back."),
    "move_into_instances": (
        "不能回到“{element}”里面：它由多人分别办理，已经结束。",
        "“{element}” was done once for each of several and has ended.",
    ),
    "move_into_ad_hoc": ("不能回到“{element}”里面：它没有画出先后。", "“{element}” has no drawn order to go back to."),
    "move_into_mapped_call": (
        "不能回到“{element}”里面：被调用的流程已经结束，它的数据没有全部带回来。",
        "“{element}” has ended, and not all data of the called process were handed back.",
    ),
    "move_into_data": ("不能回到“{element}”里面：它自己的数据已经没有了。", "“{element}” had data of its own that are gone."),
    "move_not_openable": ("“{element}”现在打不开，请联系管理员。", "“{element}” cannot be opened now; please tell an administrator."),
    "move_past_complex_gateway": (
        "不能退回到“{element}”之前的一条分支：它是按条件汇合的。请退回到分支之前。",
        "It cannot go back into one branch before “{element}”, which joins by a condition; choose a step before the split.",
    ),
    "move_starves_join": (
        "不能退回到那里：“{element}”会等不到另一条分支。请退回到分支之前。",
        "It cannot go back there: “{element}” would wait for a branch that never comes; choose a step before the split.",
    ),
    "move_may_be_interrupted": (
        "“{element}”会被时间或事件打断，改好以后只能重新走一遍。",
        "“{element}” can be interrupted by a time or an event, so it can only be redone from there.",
    ),
}
