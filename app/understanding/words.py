"""What the two languages themselves bring, whatever a shop sells: tables of phrases by what they do in a sentence.

A phrase may do several things; the grammar decides. Phrases are separated by `|`.
"""

from typing import Literal

from app.understanding.tokens import Phrases, phrase_tokens

WordClass = Literal[
    "filler", "want", "and", "or", "with", "no", "extra", "light", "normal", "each", "rest", "of_them",
    "add", "less", "instead", "set", "replace", "remove", "other", "affirm", "deny", "cancel", "dont", "definite",
    "unit", "thing", "people", "self", "kin", "my", "for", "at_most", "question", "deliver", "pickup", "to_place", "from_place", "via_place", "place", "size",
    "pronoun", "aside", "course",
]  # fmt: skip

TABLES: dict[WordClass, str] = {
    "filler": (
        "though|tho|finally|lastly|first|firstly|how about|what about|but|side order|sized|in size|size|wish to have"
        "|for toppings|for topping|for the toppings|as toppings|on top|in it|adding|put|make sure|side|please|plz|pls|thanks|thank you|hi|hello|hey|um|uh|er|well|so|just"
        "|kindly|maybe|today|now|right now|ok so|some|any|of|really|actually|also like|for me|to me|me|to|be|is|as|in|on it"
        "|on that|like|too|then|cheapest|the cheapest|go ahead|if you can|also|made|style|at|there|here|have|has"
        "|请|麻烦|麻烦你|谢谢|谢谢你|嗯|呃|那个|就|吧|啊|呀|哦|呢|了|的|一下|您好|你好|现在|今天|然后|还有|嘛|哈|啦|咯"
        "|找一下|查一下|找找|查查|帮我找|帮我查|可以吗|好吗|行吗|都|这边|有|味|的话|是|先|把|给|帮|在|想|一起|喝|吃|最便宜|最便宜的|请"
    ),
    "aside": ("on the side|on side|as a side|as side|as my side|side of|side order of|a side order of"),
    "course": (
        "to drink|for a drink|for the drink|for drinks|as a drink|for my drink|for the side|for a side|for my side|for sides|to eat"
        "|for dessert"
    ),
    "want": (
        "i prefer|i prefer to have|i'd prefer|i'd prefer to have|i wish to have|i would like to have|i am wanting to order|i'm wanting to order|start an order for me|need|i also need|i also want|i'd also like|i'd also like to get|i would also like|also get me|gimmie|and also|i'd|i also"
        "|i'm gonna have|i'm going to get|can i please get|can i please have|can i also get|could i also get|can i order|i will"
        "|i'll|i'll try|i will have|i will take|i wanted|may i|id like|i want to get|can you|i'll go with|go with"
        "|may i get|i would love|can we have|could we get|i am going to have|i'm going to have|i'll do|i want|i'd like"
        "|i would like|i'll have|i'll take|i need|can i have|can i get|could i get|could i have|may i have|let me have"
        "|let me get|get me|give me|gimme|order|i'd love|i wanna|we want|we'd like|we need|i want to order|i'd like to order"
        "|buy|i'll get|can you get me|could you get me|i want to buy|get|bring me|want|put in an order for"
        "|place an order for|can i order|can we get|can you make me|make me|do me|i feel like|hit me with|looking for"
        "|i'm looking for|try|let's do|let's get|we'll have|we'll take"
        "|帮我|给我|我要|我想要|来|来个|要|我想|我想吃|我想喝|点|点个|点一下|买|我想点|帮我点|帮我买|给我来|来一下|来点|上"
        "|整|想要|想喝|想吃|我来|我点|给我们|我们要|再给我|麻烦来|帮忙|帮忙点|下单|订|需要|我需要|拿"
    ),
    "and": ("and|plus|&|along with|as well as|and also|和|跟|与|以及|还要|外加|加上|另外|还有|同时"),
    "or": ("or|nor|或|或者"),
    "with": (
        "comes with|come with|that comes with|with|w|having|add|including|containing|that has|that have|which has"
        "|topped with|on|made with|but with"
        "|加|配|带|放|要|用|加点|加些"
    ),
    "no": (
        "i do not want|do not want|don't want any|not any|not want|i don't want any|please no|no|without|w/o|hold the|hold"
        "|skip the|not|minus|leave out|leave off|zero|none of the|but no|but without|with no|and no|never|free of|don't want"
        "|i don't want|don't add|don't put|do not add|do not put|no more|don't give me|avoid|without any|ditch the|lose the"
        "|不要|不加|不放|去|免|别放|别加|不用|没有|不|别|不带|千万别放|不想要|少放点儿|去掉|无|走|不能有|甭加"
    ),
    "extra": (
        "extra|more|lots of|a lot of|plenty of|double|heavy on|heavy on the|heavy|additional|loads of|an extra|extra extra"
        "|generous|a bunch of"
        "|多|多加|多放|加倍|双份|超多|多点|多一点|多来点|额外|加量|特多"
    ),
    "light": (
        "a little bit|a little bit of|just a bit of|light|less|a little|a bit of|little|easy on|easy on the|go easy on"
        "|go easy on the|go light on|light on|light on the|go light on the|just a little|a touch of|a dash of|a drizzle of|a drizzle|not too much"
        "|not much|not too|not so|not very|not that|reduced|a splash of|only a little|half the|a small amount of|a hint of"
        "|少|少加|少放|少点|一点点|少许|微|少一点|稍微来点|少来点|只要一点|不太|不要太|别太|不用太|不能太|不要那么|不那么"
    ),
    "normal": ("normal|regular|standard|full|正常|标准|常规|普通|全"),
    "each": (
        "each|both|all|every one|all of them|both of them|each of them|each one|everything"
        "|都|都要|每杯|每个|每份|全部|全都|两杯都|三杯都|各"
    ),
    "rest": (
        "the rest|the others|the remaining|remaining|another one of them"
        "|其余|其他|其它|剩下的|剩下|另外的|另外一杯|另一杯|另外一个|另一份|另外一份"
    ),
    "of_them": ("of them|of those|of these|of which|其中|里面|当中"),
    "add": (
        "add|also add|and add|another|one more|additional|throw in|also get|also give me|add on|tack on|again"
        "|再|再来|再加|再要|再点|还要|加|追加|多来|再给我来|再给我|再添|添|也要|还有|外加"
    ),
    "less": ("less|fewer|少|减|减少|少要|少来"),
    "instead": ("instead of|rather than|and not|而不是|不是|代替"),
    "set": (
        "make the|make my|make both|make that|make it|make them|make those|make this|change it to|change that to|change them to|change to"
        "|change the quantity to|set it to|i meant|i mean|should be|instead|rather"
        "|改成|改为|变成|换成|换|改|还是要|应该是|调成|调到|一共要|一共|总共|总共要|只要|就要|换个|要改成|只需要"
    ),
    "replace": (
        "swap|replace|switch|change|switch it to|swap it for|replace it with|switch to|swap for|exchange|turn it into"
        ""
        "|换成|换|换个|改成|换一个|替换成"
    ),
    "remove": (
        "remove|delete|drop|take off|take out|take away|get rid of|cancel the|scrap|scratch|forget the|lose the"
        "|removing|cancel"
        "|不要了|去掉|删掉|删除|删|不要|拿掉|撤掉|取消|减掉|退掉|去除|别要|不想要|不买|不点"
    ),
    "other": (
        "the other one|the other|other one|not that one|a different one|different one"
        "|另一个|另外一个|另外那个|换另一个|那一个|不是这个|不是那个|别的那个"
    ),
    "affirm": (
        "yes|yeah|yep|yup|ya|yea|ok|okay|k|sure|sure thing|of course|absolutely|definitely|certainly|correct|right"
        "|that's right|confirm|confirmed|i confirm|go ahead|sounds good|looks good|do it|pay|pay now|pay it|pay for it"
        "|checkout|check out|place it|place the order|perfect|great|fine|that's it|exactly|indeed|alright|all right|agreed"
        "|i agree|why not|good|please do|affirmative|let's do it|let's go"
        "|好|好的|好啊|好呀|好吧|可以|可以的|行|行的|行吧|是|是的|是啊|对|对的|没错|没问题|确认|确定|付款|支付|付|付钱|付吧"
        "|买单|结账|下单|嗯|嗯嗯|恩|当然|成|中|要的|就这样|就这个|就它了|同意|OK的|确认支付|确认付款|去支付|没毛病|妥|必须的"
        "|就是"
    ),
    "deny": (
        "no|nope|nah|no thanks|no thank you|not now|not really|no way|i said no|wrong|that's wrong|incorrect|not that"
        "|negative|not yet|nay|not right|not correct|of course not|absolutely not|definitely not|certainly not"
        "|don't think so|i don't think so|none|neither"
        "|不|不要|不用|不用了|不要了|不是|不对|不行|不可以|不好|别|没有|不了|不是的|错了|不需要|不想|先不要|先不用|不必|不付"
        "|不买|不买了|不确定|没|不成|不同意|不是这个"
    ),
    "cancel": (
        "cancel|cancel it|cancel that|cancel this|never mind|nevermind|forget it|forget about it|stop|abort|call it off"
        "|scrap it|drop it|i changed my mind|changed my mind|quit|cancel everything|cancel all|start over|leave it"
        "|算了|取消|取消吧|不买了|不弄了|算了吧|撤销|不点了|作废|停|停止|不下了|不下单了|当我没说|重来|取消订单|取消我的订单|取消这单"
    ),
    "dont": (
        "don't|do not|dont|didn't|did not|isn't|won't|wouldn't|can't|cannot|shouldn't|doesn't|never|not|别|不要|不|没|不能|勿|未"
    ),
    "definite": ("the|this|that|these|those|my|这|那|这个|那个|这杯|那杯|这份|那份|刚才的|刚才那个|刚刚的"),
    "size": ("small|medium|large|big|regular|mini|jumbo|extra large|xl|特大|大号|中号|小号|小份|中份|大份|小杯|中杯|大杯"),
    "pronoun": (
        "it|them|that|this|one|those|that one|this one|the order|order|my order|this order|that order|everything"
        "|它|他|她|这个|那个|这单|那单|订单|这笔|全部|我"
    ),
    "unit": (
        "cup|glass|bottle|can|mug|bowl|plate|slice|serving|portion|order"
        "|night|ticket|seat"
        "|晚|夜|杯|瓶|罐|碗|盘|碟|根|块|片|串|笼|屉|只|张|听|壶|桶|颗|粒|枚|条|支|盅|客|套|扎"
    ),
    "thing": ("drink|beverage|piece|item|pack|box|bag|unit|x|个|份|件|盒|包|袋|项|行|单|样|种|箱|次|回"),
    "people": ("people|person|persons|guest|of us|人|个人|位|位客人|口人|人份"),
    "self": (
        "myself|my own|my own phone|my phone|my own number|my number|mine|my mobile|my cell|my own mobile|me"
        "|我|我自己|自己|本人|本机|我手机|我的手机|我的|我的号|我的号码|我这个号|自己的手机"
    ),
    "kin": (
        "mum|mom|mother|mama|dad|father|papa|wife|husband|son|daughter|brother|sister|grandma|grandpa|grandmother"
        "|grandfather|girlfriend|boyfriend|partner|friend|boss|colleague|roommate|aunt|uncle|cousin|kid|parent|mommy|daddy"
        "|mummy"
        "|妈|爸|妈妈|爸爸|老妈|老爸|母亲|父亲|老婆|老公|妻子|丈夫|儿子|女儿|哥|哥哥|弟|弟弟|姐|姐姐|妹|妹妹|爷爷|奶奶|外公"
        "|外婆|姥姥|姥爷|女朋友|男朋友|朋友|同事|老板|爱人|对象|室友|媳妇|叔叔|阿姨|舅舅|姑姑|孩子"
    ),
    "my": ("my|our|我|我的|我们|咱|俺|我家"),
    "for": ("for|to|给|帮|替|为"),
    "at_most": (
        "under|below|within|at most|no more than|less than|up to|max|maximum|cheaper than|not more than"
        "|以内|以下|之内|不超过|最多|内|别超过"
    ),
    "question": (
        "how much|how many|what|which|when|where|why|who|do you|does it|is there|are there|can you|price|how long"
        "|多少钱|多少|什么|哪个|哪些|怎么|为什么|几点|有没有|吗|谁|贵吗|好喝吗|好吃吗"
    ),
    "deliver": (
        "deliver|deliver it|delivered|delivery|have it delivered|send|send it|send it over|ship it|bring it"
        "|get it delivered|deliver to|deliver it to|send it to|bring it to|ship it to|delivered to|delivery to"
        "|送|外卖|外送|送货|配送|送餐|送来|送过来|送上门|快递|送到|送去|寄到|送往|配送到|外送到"
    ),
    "pickup": (
        "pick up|pick it up|i'll pick it up|pickup|takeaway|take away|collect|collect it|i'll collect it|to go|takeout"
        "|take out order|i will pick it up|i'll pick up"
        "|自取|自提|到店|到店取|来取|自己取|我去取|我自己取|我自己去拿|我去拿|到店自取|我来取|自己拿|店里取"
    ),
    "to_place": ("to|to my|to the|at my|at the|到|去|在|往"),
    "from_place": ("from|from my|from the|从|自"),
    "via_place": ("via|by way of|with a stop at|stopping at|stop at|经过|途经|先到|先去"),
    "place": (
        "home|office|work|school|dorm|house|apartment|flat|hotel|gym|workplace|my place"
        "|家|家里|我家|公司|单位|学校|宿舍|办公室|酒店|楼下|门口|健身房|店里"
    ),
}

PHRASES: Phrases[WordClass] = Phrases()
for _class, _table in TABLES.items():
    _phrases = _table.split("|")
    PHRASES.add_all(_phrases, _class)
    # "ill take", "id like": as many write it. Alone such a word is one of its own.
    PHRASES.add_all((p.replace("'", "") for p in _phrases if "'" in p and (" " in p or p.endswith("n't"))), _class)

for _mine, _kin in ((m, k) for m in TABLES["my"].split("|") for k in TABLES["kin"].split("|")):
    if _mine.isascii() == _kin.isascii():
        PHRASES.add(phrase_tokens(f"{_mine} {_kin}"), "kin")

# Words that stand for the lack, a little or a lot of something at the start of an option's own name: "no sugar", 少冰, 多辣.
NONE_HEADS = ("no", "without", "zero", "无", "不", "不加", "不要", "去", "免", "零", "不放")
LIGHT_HEADS = ("less", "light", "little", "easy", "low", "少", "微", "少放")
EXTRA_HEADS = ("extra", "more", "double", "heavy", "多", "加量", "特", "重")
NORMAL_HEADS = ("normal", "regular", "standard", "full", "正常", "标准", "常规", "全")
ADDING_HEADS = ("extra", "add", "with", "加", "加一份", "加份", "额外", "另加")
SIZE_TAILS = ("cup", "size", "杯", "份", "碗", "号", "码", "桶")
# Common words that are spelt like many a product's name; they are never taken for a misspelling of one.
_COMMON = """
    about above after again against always another anything around away back because been before being below best better
    between both bring came case change close come comes coming cost could date days deal dear does done down each early
    else even ever every everybody everyone everything fact family far fast feel felt few find fine first food form found
    free friend from front full game gave getting give given gives goes going gone good great group half hand hard have head
    hear heard help here high hold home hope hour house idea into itself keep kind knew know large last late later least
    leave left less life light line list little live long look looking lose lost love low main make makes making many maybe
    mean means meet menu might mind mine minute money month more most move much must name near need needs never next nice
    night none note nothing number often once only open other over paid part past people place plan play please point post
    price quick quite rather read ready real right room rule rules same said save says seem seen self sell send sent several
    shall show side since size small some someone something soon sort stay still stop such sure take taken taking talk tell
    than that their them then there these they thing things think this those though thought through time times together told
    took toward tried true turn under until upon used using very wait walk want wants watch water week well went were what
    when where which while whole whose will wish with without word words work would write year yesterday young your
"""
COMMON = frozenset(_COMMON.split())
MILK_TAILS = ("milk", "奶", "牛奶")
# Words that say how a thing is rather than which: before another name they are about that one.
_DESCRIBING = """
    white black brown red green yellow purple golden dark light fresh frozen dried grilled fried roasted baked steamed smoked cooked
    raw hot cold warm iced spicy sweet sour salted unsalted plain crispy crunchy creamy sliced shredded diced chopped crushed whole
    organic lean homemade
"""
DESCRIBING = frozenset(_DESCRIBING.split())
