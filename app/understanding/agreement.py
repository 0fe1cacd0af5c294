"""Whether words agree, disagree or do neither: "that's right", "you are not wrong", "I'd rather not", 没错, 不太好.

A wider reading than an Affirm, for what only needs to be known and never for what pays: `answers` opens a card.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from app.understanding.tokens import Phrases, Token

Stance = Literal["firm", "yes", "no", "not", "unsure", "asks", "asks_first", "but", "neutral"]

STANCES: dict[Stance, str] = {
    # These open an agreement whatever follows: "yes, with the green one".
    "firm": (
        "yes|yeah|yep|yup|yea|yas|yess|yah|aye|sure|sure thing|absolutely|of course|是的|对的|好的|当然|没错|可以的|行的"
        "|对对|是是|好好"
    ),
    "yes": (
        "ok|okay|okey|okie|k|alright|all right|definitely|certainly|indeed|totally|surely|positively|positive|correct"
        "|right|true|truth|truly|fact|agree|agreed|i agree|accept|accepted|confirm|confirmed|approve|approved|affirm"
        "|affirmed|affirmative|exactly|precisely|valid|accurate|factual|proper|acceptable|fine|good|great|perfect|cool"
        "|awesome|excellent|deal|granted|roger|roger that|bet|you bet|you got it|uh huh|mm hmm|mhm|mmhmm|go ahead"
        "|go for it|by all means|why not|please do|do it|do that|let's do it|let's do that|let's do this|let's go|i do"
        "|i will|i am|i'm in|count me in|i'd love to|works for me|that works|would work|will work|works|sounds good"
        "|sounds great|sounds right|sounds fine|sounds like a plan|makes sense|make sense|for sure|no doubt"
        "|without a doubt|no problem|no question|no objection|couldn't agree more|can't argue with that|right on"
        "|that's it|that is it|amen|not bad|spot on|facts|for real|fair enough|no worries|why wouldn't i|naturally"
        "|obviously|i think so|think so|i believe so|say so|👌|👍|✅|✔|☑|🆗|💯|🙆|是|对|都对|好|都好|确认付款|付|付款|支付"
        "|行|嗯|恩|可以|好啊|好呀|好吧|好嘞|好滴|行吧|行啊|成|中|没问题|没毛病|没意见|确认|确定|同意|赞成|批准|接受|认可"
        "|正确|的确|确实|属实|真的|必须|必须的|愿意|有道理|说得对|你说得对|是这样|就这样|就这么办|就是|当然可以|不错"
        "|不错的|不假|ok的|要的|就它了|没异议"
    ),
    "no": (
        "no|nope|nah|nay|negative|disagree|disagreed|i disagree|false|fake|incorrect|wrong|untrue|invalid"
        "|inaccurate|bad|reject|rejected|refuse|refused|decline|declined|deny|denied|veto|stop|cancel|abort|quit|scrap"
        "|scrap it|revoke|halt|never mind|nevermind|forget it|forget about it|drop it|call it off|no way"
        "|no thanks|no thank you|no good|no can do|hell no|of course not|absolutely not|certainly not"
        "|definitely not|not at all|not really|not a chance|not gonna happen|by no means|i'll pass|ill pass"
        "|i will pass|i pass|hard pass|rather not|not yet|not now|i don't think so|don't think so"
        "|can you cancel|could you cancel|can you stop|could you stop|i'd rather not|no more|enough|❌|👎|🚫|🙅|✖|不|不是"
        "|不对|不行|不要|不用|不可以|不同意|不好|不必|不成|不了|不想|不需要|不愿意|没有|错|错了|假的|胡说|拒绝|反对|算了"
        "|取消|停|停止|否|别|没门|免了|作罢|绝不|才不|才不是|不可能|怎么可能|不正确|不确认|不接受|不赞成|不太好|不太行"
        "|不是的|不用了|不要了|不付|不买"
    ),
    "not": (
        "not|never|don't|dont|do not|does not|doesn't|doesnt|isn't|isnt|aren't|arent|wasn't|won't|wont|can't|cant|cannot"
        "|couldn't|wouldn't|ain't|aint|hardly|没|未|并非|并不|不太|不怎么"
    ),
    "unsure": (
        "as long as|only if|provided|yeah right|才怪|any idea"
        "|maybe|perhaps|possibly|probably|unsure|not sure|not certain|not so sure|i don't know|don't know|do not know"
        "|dont know|idk|dunno|no idea|do not have|don't have an answer|couldn't say"
        "|can't say|couldn't tell|can't tell|can't answer|either|might|depends|it depends|not yes or no"
        "|yes or no|who knows|whatever|hard to say|i guess|if|unless|could be|不知道|不确定|不清楚|也许|可能|或许|说不准"
        "|说不定|随便|不好说|大概|没准|看情况|不一定|再说|再看看|无所谓|都行|都可以|看着办|未必"
    ),
    "asks": (
        "what|whats|what's|who|who's|where|when|why|how|how's|hows|which|whose|?|吗|呢|什么|怎么|怎样|多少|哪|谁|为什么"
        "|几点|几个|是不是|对不对|好不好|能不能|可不可以|会不会|行不行|要不要|有没有"
    ),
    # What follows takes something back of an agreement, and nothing of a refusal.
    "but": "but|however|except|但|但是|不过|只是",
    "asks_first": "is|are|was|were|do|does|did|can|could|should|would|will|have|has|may|am|shall|is it|are you|do you|is that",
    "neutral": (
        "i|i'm|im|i'd|i'll|i've|you|you're|your|we|we're|it|it's|its|that|that's|thats|this|these|those|the|a|an|is|are"
        "|was|were|be|been|am|so|very|most|quite|really|pretty|too|as well|well|also|for|about|on|of|to|in|and|oh|ah"
        "|um|uh|er|hey|please|thanks|thank you|ai|would|will|do|does|did|can|could|have|has|know|think|thing|believe|feel"
        "|want|tell|say|said|saying|mean|meant|statement|claim|telling|one|me|my|just|then|now|there|here|all|with|right now"
        "|hell|way|idea|thought|point|let|let's|repeat|both|completely|100|percent|much|more|any|further|at|from"
        "|what you said|what i meant|what i said|what i want|prefer|rather|anymore|again|sir"
        "|madam|man|dude|bro|lol|talk|talking|speak|speaking|我|你|您|他|她|它|这|那|个|的|了|吧|啊|呀|哦|嘛|哈|啦|你好"
        "|您好|就|也|很|太|真|认为|觉得|想|说|话|一下|请|谢谢|谢谢你|点|那么|这样|那样|这么|样|完全|非常|绝对|十分|有|讲"
        "|是|在|还|再|过|得|地|麻烦|咱|我们|呃|嗯|噢|唉|哎|其实|应该|先|给|把|下"
    ),
}
_PHRASES: Phrases[Stance] = Phrases()
for _stance, _table in STANCES.items():
    for _phrase in _table.split("|"):
        _PHRASES.add([part for part in _phrase.split() if part] if _phrase.isascii() else list(_phrase), _stance)
# Which meaning goes first where a phrase has several.
RANK: tuple[Stance, ...] = ("unsure", "asks", "firm", "no", "not", "yes", "but", "neutral", "asks_first")
ENDS_CLAUSE = frozenset(".,;!?…，。；！？、")
# So many words beside what is known may follow a firm yes; more are a request of their own.
MOST_BESIDE = 4
UNKNOWN = "unknown"


def agreement_in(tokens: Sequence[Token]) -> bool | None:
    """True: the words agree; False: they disagree, refuse or call off; None: they do neither, or both could be meant."""
    stances = list(_stances(tokens))
    said = [stance for stance in stances if stance not in ("neutral", "mark")]
    if not said or "unsure" in said or "asks" in said or _asks_first(stances):
        return None
    votes = _votes(stances)
    unknown = said.count(UNKNOWN)
    if not votes:
        return None
    if "but" in said and all(votes):
        return None
    if not all(votes):
        return False if not unknown or _refuses_by_itself(stances) else None
    return True if not unknown or (unknown <= MOST_BESIDE and _opens_firmly(stances)) else None


def _opens_firmly(stances: Sequence[str]) -> bool:
    """ "yes, the green one": a firm yes by itself, and then something more."""
    return stances[0] == "firm" and len(stances) > 1 and stances[1] == "mark"


def _stances(tokens: Sequence[Token]) -> Iterator[str]:
    raws = [token.raw for token in tokens]
    at = 0
    while at < len(tokens):
        found = list(_PHRASES.at(raws, at))
        if found:
            end, meanings = found[-1]
            ranked = sorted(meanings, key=RANK.index)
            # At the very beginning an auxiliary asks: "is it true".
            yield "asks_first" if at == 0 and "asks_first" in meanings else ranked[0]
            at = end
            continue
        if tokens[at].kind == "mark":
            yield "mark" if raws[at] in ENDS_CLAUSE else "neutral"
        else:
            yield UNKNOWN
        at += 1


def _asks_first(stances: Sequence[str]) -> bool:
    return stances[0] == "asks_first"


def _votes(stances: Sequence[str]) -> list[bool]:
    """What each yes and no comes to with the negations before it in its clause: "not wrong" is a yes."""
    votes: list[bool] = []
    negated = False
    for stance in (*stances, "mark"):
        if stance == "not":
            negated = not negated
        elif stance in ("yes", "firm", "no"):
            votes.append((stance != "no") is not negated)
            negated = False
        elif stance == "mark" and negated:
            votes.append(False)
            negated = False
    return votes


def _refuses_by_itself(stances: Sequence[str]) -> bool:
    """A no that opens or closes the words, with nothing unknown right after it: "no, the green one", but not "no onions"."""
    said = [stance for stance in stances if stance != "neutral"]
    opens = said[0] == "no" and (len(said) < 2 or said[1] != UNKNOWN)
    ends = [stance for stance in said if stance != "mark"][-1] == "no"
    after_mark = any(one == "mark" and other == "no" for one, other in pairwise(said))
    return opens or ends or after_mark
