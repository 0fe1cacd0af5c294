"""Words that somebody else wrote and the customer only repeats: "the page says: …", 网页上写着“…”. They are no command."""

import re

_SOURCE = (
    r"(?:web ?)?(?:page|site)|listing|description|menu|label|sticker|banner|advert|ad|message|text|sms|e-?mail|note|letter|receipt|"
    r"pop-?up|notification|link|qr code"
)
_SAYS = (
    rf"(?:the|this|that|a|an|their|its|my)\s+(?:\w+\s+)?(?:{_SOURCE})"
    r"\s+(?:says?|said|reads?|tells? me|told me|asks?(?: me)?|asked(?: me)?|wants?(?: me)?)"
)
_ENGLISH = (
    rf"\s*(?:{_SAYS}"
    rf"|(?:i|we)(?:'ve| have)?\s+(?:was|were|been|got|received|found|saw|read)\s+(?:just\s+)?(?:sent|shown|told)?\s*"
    rf"(?:this|it|(?:a|an|the|this)\s+(?:\w+\s+)?(?:{_SOURCE}))(?:\s+(?:saying|that says|which says|on the (?:{_SOURCE})))?"
    rf"|what does (?:this|that|it) mean)"
)
_WRITTEN = (
    r"(?:这个|那个|这条|那条|他们的|商品|店家)?(?:网页|页面|网站|商品|描述|菜单|标签|广告|短信|消息|邮件|便签|弹窗|通知|小票|备注)"
    r"(?:上|里|中)?(?:面)?(?:写着|写的是|写道|说|显示|提示|要求|让我|叫我)"
)
_CHINESE = (
    rf"\s*(?:{_WRITTEN}"
    r"|(?:我)?(?:刚)?(?:收到|看到|读到)了?(?:一|这|那)?(?:条|封|个|张|段|句)?(?:短信|消息|邮件|广告|通知|便签|话)"
    r"|(?:这|那)(?:句话)?是什么意思)"
)
# "My note says two lattes" is what they wrote themselves.
_NOT_MINE = r"(?!\s*my\b)"
_AFTER_A_COLON = re.compile(rf"(?:{_ENGLISH}|{_CHINESE})\s*[:：]", re.IGNORECASE)
_IN_QUOTES = re.compile(
    rf"{_NOT_MINE}(?:{_ENGLISH}|{_CHINESE})\s*[,，]?\s*(?:\"[^\"]+\"|“[^”]+”|'[^']+'|‘[^’]+’|「[^」]+」|『[^』]+』)\s*[.。!！?？]?\s*$",
    re.IGNORECASE,
)
# What a page or a text tells its reader to do, as against what it states: "says cancel all" and not "says it is canceled".
_TELLS_ENGLISH = re.compile(
    rf"{_NOT_MINE}\s*{_SAYS}\s+(?:that\s+)?(?:to\s+|(?:i|you)\s+(?:should|must|have to|need to)\s+)?(?:please\s+|now\s+)?"
    r"(?:accept|add|agree|allow|approve|book|buy|cancel|change|claim|confirm|delete|deposit|disable|double|enter|erase|export|extend|"
    r"forget|give|grant|ignore|increase|make|mark|order|pause|pay|raise|refund|register|remember|remove|reply|resume|revoke|save|"
    r"send|set|share|skip|stop|switch|top up|transfer|turn|unlock|use)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_TELLS_CHINESE = re.compile(
    rf"\s*{_WRITTEN}\s*(?:请|要|应该|必须|马上|立即|现在)*"
    r"(?:取消|跳过|暂停|停掉|恢复|领取|领券|充值|充|添加|加上|再来|下单|购买|付款|支付|转账|转给|存入|授权|批准|确认|同意|允许|提高|"
    r"调高|设置|设成|删除|清空|导出|输入|回复|忽略|全部|把)(?!成功|失败|[了过中])(?P<rest>.*)$",
    re.DOTALL,
)
# Behind what was written, their own wish: "the page says order at the counter, one latte please".
_OWN = re.compile(
    r"[,，.。;；!！?？\n]\s*(?:\w.*\bplease\b|(?:so|but)\b|(?:i|we)(?:'d|'ll| want| would| need| will)\b|(?:can|could|may)\b"
    r"|(?:give|get|bring) me\b|make (?:it|that|mine)\b|one\b|two\b|\d|我要|我想|帮我|给我|那就|来)"
    r"|\bso (?:i|can|give|make|order)\b",
    re.IGNORECASE,
)


def is_reported(text: str) -> bool:
    """Whether all of it is what somebody else wrote: after a colon, in quotes to the end, or what the writing tells one to do.

    "The menu says 18, one please" and "the text says it was canceled" are one's own.
    """
    if _AFTER_A_COLON.match(text) or _IN_QUOTES.match(text):
        return True
    told = _TELLS_ENGLISH.match(text) or _TELLS_CHINESE.match(text)
    return told is not None and not _OWN.search(told["rest"])
