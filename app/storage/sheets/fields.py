"""The columns that each sheet may have: how an export heads them, and which other headings an import takes for the same."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """`heading` is what an export writes; `words` are other headings, in both languages. `is_number`: written as a number."""

    key: str
    heading: str
    words: tuple[str, ...] = ()
    is_number: bool = False


def _field(key: str, heading: str, words: str = "", *, is_number: bool = False) -> Field:
    return Field(key, heading, tuple(word.strip() for word in words.split(",") if word.strip()), is_number)


ID = "id, no, no., code, sku, item no, 编号, 编码, 货号, 序号, 商品编码"
NAMES = (
    _field("name_en", "Name (English) 英文名", "english name, name en, en name, 英文名, 英文, 英文品名, 英文名称, english"),
    _field("aliases_en", "Also called (English) 英文别名", "aliases, alias, also called, other names, synonyms, 英文别名, aka"),
    _field(
        "name_zh", "Name (Chinese) 中文名", "chinese name, name zh, zh name, name cn, 中文名, 中文名称, 中文品名, 中文, chinese"
    ),
    _field("aliases_zh", "Also called (Chinese) 中文别名", "chinese aliases, 别名, 又名, 俗称, 中文别名, 简称, 昵称"),
)
ALLERGENS = (
    _field(
        "contains",
        "Contains (allergens) 含过敏原",
        "allergens, allergen, contains, allergy, allergy information, 过敏原, 过敏源, 含有, 致敏物, 含过敏原, 过敏信息",
    ),
    _field("may_contain", "May contain 可能含", "may contain, traces, traces of, 可能含有, 可能含, 可能含过敏原, 微量"),
    _field("unknown", "Not known 不详", "not known, unknown allergens, 未知过敏原, 不详, 未知"),
)

PRODUCTS = (
    _field("id", "ID 编号", ID),
    _field(
        "name",
        "Name 品名",
        "name, item, product, product name, item name, dish, drink, title, 品名, 名称, 菜名, 商品, 商品名, 商品名称, 产品, "
        "产品名称, 菜品, 菜品名称, 饮品, 项目",
    ),
    *NAMES,
    _field(
        "category",
        "Category 分类",
        "category, section, group, type, class, kind, course, 分类, 类别, 类目, 品类, 种类, 菜系, 商品分类, 系列, 类型",
    ),
    _field(
        "price",
        "Price (yuan) 价格/元",
        "price, unit price, cost, amount, sale price, selling price, 价格, 单价, 售价, 价钱, 金额, 定价, 现价, 零售价",
        is_number=True,
    ),
    _field(
        "options", "Options 选项", "options, option, choices, variants, modifiers, customise, customize, 选项, 可选, 做法, 定制"
    ),
    _field("size", "Size 规格", "size, sizes, portion, spec, specification, pack, volume, 规格, 杯型, 份量, 容量, 大小, 净含量"),
    _field(
        "choice",
        "Choice",
        "spiciness, spice, spice level, heat, sweetness, sugar, sugar level, ice, ice level, temperature, milk, toppings, topping, "
        "extras, add-ons, addons, 辣度, 辣味, 甜度, 糖度, 冰量, 温度, 冷热, 奶, 加料, 小料, 配料, 口味, 味道",
    ),
    *ALLERGENS,
    _field(
        "stock",
        "Stock 库存",
        "stock, inventory, quantity, qty, in stock, left, on hand, 库存, 存货, 数量, 余量, 剩余, 库存数量",
        is_number=True,
    ),
    _field(
        "hours", "Sold at 供应时间", "hours, available, availability, served, sold at, 供应时间, 时间, 时段, 供应时段, 售卖时间"
    ),
    _field("combo", "Set 套餐", "set, combo, set meal, bundle, includes, 套餐, 组合, 套餐内容, 包含"),
    _field("description", "Description 描述", "description, details, notes, note, about, 描述, 说明, 介绍, 简介, 备注, 详情"),
    _field("description_en", "Description (English) 英文描述", "english description, 英文描述, 英文说明, 英文介绍"),
    _field("description_zh", "Description (Chinese) 中文描述", "chinese description, 中文描述, 中文说明, 中文介绍"),
    _field("attributes", "Tags 标签", "tags, tag, attributes, labels, keywords, 标签, 属性, 特点, 关键词"),
    _field("popularity", "Popularity (0-100) 热度", "popularity, rank, popular, 热度, 人气, 推荐度", is_number=True),
    _field("face_value", "Face value (yuan) 面值/元", "face value, 面值", is_number=True),
    _field("irreversible", "Can't be undone 不可退", "no refund, irreversible, final sale, 不可退, 不退不换"),
    _field("max_quantity", "Most per order 限购", "most per order, limit, max per order, 限购, 每单限购", is_number=True),
)

OPTIONS = (
    _field("group", "Group ID 选项组", "group, group id, option group, 选项组, 组"),
    _field("group_name_en", "Group (English) 组英文名", "group name, group english, 组英文名"),
    _field("group_aliases_en", "Group also called (English) 组英文别名"),
    _field("group_name_zh", "Group (Chinese) 组中文名", "group chinese, 组中文名, 组名, 选项组名称"),
    _field("group_aliases_zh", "Group also called (Chinese) 组中文别名"),
    _field("role", "Kind 种类", "kind, role, type, 种类, 类型"),
    _field("min", "At least 最少", "min, minimum, at least, 最少, 至少", is_number=True),
    _field("max", "At most 最多", "max, maximum, at most, 最多, 至多", is_number=True),
    _field("is_default", "Default 默认", "default, standard, preselected, 默认, 缺省"),
    _field("id", "Option ID 选项编号", "option id, id, 选项编号"),
    _field("name", "Option 选项", "option, option name, choice, name, 选项, 选项名称, 名称"),
    *NAMES,
    _field(
        "price_delta",
        "Price change (yuan) 加价/元",
        "price change, price delta, extra, surcharge, price, adds, 加价, 差价, 价格, 加钱",
        is_number=True,
    ),
    _field("max_count", "Times at most 可选次数", "times, max count, 可选次数, 份数", is_number=True),
    *ALLERGENS,
    _field("implies", "Comes with 附带", "comes with, implies, 附带"),
)

COMBOS = (
    _field("product", "Set ID 套餐编号", "set, set id, combo, product, 套餐, 套餐编号"),
    _field("id", "Part ID 部分编号", "id, part id, slot, 编号"),
    *NAMES,
    _field("products", "Choose from 可选商品", "choose from, products, items, 可选商品, 可选, 商品"),
    _field("default", "Default 默认", "default, 默认"),
    _field("count", "How many 数量", "count, quantity, 数量", is_number=True),
)

CATEGORIES = (_field("id", "ID 编号", ID), _field("name", "Name 名称", "name, category, 名称, 分类"), *NAMES)

COUPONS = (
    _field("id", "ID 编号", ID),
    _field("name", "Name 名称", "name, coupon, 名称, 优惠券"),
    *NAMES,
    _field("funder", "Paid by 出资方", "funder, paid by, 出资方"),
    _field("amount", "Off (yuan) 减/元", "amount, off, 减, 优惠金额", is_number=True),
    _field("percent", "Off (%) 减/%", "percent, 折扣", is_number=True),
    _field("cap", "At most (yuan) 最多减/元", "cap, at most, 封顶", is_number=True),
    _field("minimum", "From (yuan) 满/元", "minimum, from, 满, 门槛", is_number=True),
    _field("starts", "Starts 开始", "starts, start, from date, 开始"),
    _field("ends", "Ends 结束", "ends, end, until, 结束"),
    _field("stacking", "With others 叠加", "stacking, with others, 叠加"),
    _field("uses_per_customer", "Times per customer 每人次数", "uses, times, 每人次数", is_number=True),
    _field("products", "For products 适用商品", "products, 适用商品"),
    _field("categories", "For categories 适用分类", "categories, 适用分类"),
)

DELIVERY = (
    _field("id", "ID 编号", ID),
    _field("kind", "Kind 方式", "kind, type, 方式"),
    *NAMES,
    _field("fee", "Fee (yuan) 费用/元", "fee, 费用, 配送费", is_number=True),
    _field("minimum", "From (yuan) 起送/元", "minimum, from, 起送", is_number=True),
    _field("free_from", "Free from (yuan) 免费/元", "free from, 满免", is_number=True),
    _field("eta_minutes", "Minutes 分钟", "minutes, eta, 时长, 分钟"),
)

# The merchant's sheet has one of these in each row: the name on the left, the value on its right.
MERCHANT_HEADINGS = ("Fact 项目", "Value 内容")
MERCHANT = (
    _field("id", "ID 编号", "id, code, 编号"),
    _field("name", "Name 名称", "name, shop, shop name, store, store name, 名称, 店名, 商家, 门店"),
    *NAMES,
    _field("kind", "Kind 行业", "kind, type, business, 行业, 类型"),
    _field("currency", "Currency 货币", "currency, 货币"),
    _field("timezone", "Time zone 时区", "time zone, timezone, 时区"),
    _field("hours", "Opening hours 营业时间", "hours, opening hours, open, 营业时间"),
    _field("closed", "Closed for now 暂停营业", "closed, 暂停营业, 停业"),
    _field("pickup_address_en", "Address (English) 英文地址", "address, 英文地址"),
    _field("pickup_address_zh", "Address (Chinese) 中文地址", "中文地址, 地址"),
)

SHEETS: Mapping[str, tuple[Field, ...]] = {
    "products": PRODUCTS,
    "options": OPTIONS,
    "combos": COMBOS,
    "categories": CATEGORIES,
    "coupons": COUPONS,
    "delivery": DELIVERY,
    "merchant": MERCHANT,
}
SHEET_WORDS: Mapping[str, tuple[str, ...]] = {
    "products": ("products", "product", "menu", "items", "商品", "菜单", "产品", "商品列表"),
    "options": ("options", "modifiers", "选项", "加料"),
    "combos": ("combos", "sets", "套餐"),
    "categories": ("categories", "分类"),
    "coupons": ("coupons", "优惠券", "优惠"),
    "delivery": ("delivery", "fulfilment", "配送"),
    "merchant": ("merchant", "shop", "store", "商家", "门店", "店铺"),
}
