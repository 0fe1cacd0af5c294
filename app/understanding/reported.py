"""Words that somebody else wrote and the customer only repeats: "the page says: …", 网页上写着：“…”. They are no command."""

import re

_SOURCE = (
    r"(?:web ?)?(?:page|site)|listing|description|menu|label|sticker|banner|advert|ad|message|text|sms|e-?mail|note|letter|receipt|"
    r"pop-?up|notification|link|qr code"
)
_ENGLISH = re.compile(
    rf"\s*(?:(?:the|this|that|a|an|their|its|my)\s+(?:\w+\s+)?(?:{_SOURCE})\s+(?:says?|said|reads?|tells? me|told me|asks?|wants)"
    rf"|(?:i|we)(?:'ve| have)?\s+(?:was|were|been|got|received|found|saw|read)\s+(?:just\s+)?(?:sent|shown|told)?\s*"
    rf"(?:this|it|(?:a|an|the|this)\s+(?:\w+\s+)?(?:{_SOURCE}))(?:\s+(?:saying|that says|which says|on the (?:{_SOURCE})))?"
    rf"|what does (?:this|that|it) mean)\s*[:：]",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"\s*(?:(?:这个|那个|这条|那条|他们的|商品|店家)?(?:网页|页面|网站|商品|描述|菜单|标签|广告|短信|消息|邮件|便签|弹窗|通知|小票|备注)"
    r"(?:上|里|中)?(?:面)?(?:写着|写的是|写道|说|显示|提示|要求|让我)"
    r"|(?:我)?(?:刚)?(?:收到|看到|读到)了?(?:一|这|那)?(?:条|封|个|张|段|句)?(?:短信|消息|邮件|广告|通知|便签|话)"
    r"|(?:这|那)(?:句话)?是什么意思)\s*[：:]",
)


def is_reported(text: str) -> bool:
    """Whether all of it after a colon is somebody else's. "The menu says 18, one please" has no colon: it is one's own."""
    return bool(_ENGLISH.match(text) or _CHINESE.match(text))
