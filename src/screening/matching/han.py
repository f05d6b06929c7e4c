"""Chinese characters by pinyin, by Wade and Giles, and as names are spelt in Hong Kong.

Pinyin comes from `anyascii`, one reading a sign, but for surnames that are read otherwise. Wade-Giles follows from
pinyin by rule (without apostrophes and umlauts, as documents print it). Hong Kong spellings are a table of the signs
that names are made of, from general knowledge of how its government writes them; other signs keep their pinyin.
"""

import re

from anyascii import anyascii

_SURNAMES = {
    "单": "SHAN", "仇": "QIU", "曾": "ZENG", "解": "XIE", "区": "OU", "查": "ZHA", "翟": "ZHAI", "乐": "YUE",
    "盖": "GE", "缪": "MIAO", "冼": "XIAN", "员": "YUN", "朴": "PIAO", "洗": "XIAN", "召": "SHAO", "晟": "CHENG",
    "尹": "YIN",
}  # fmt: skip

_HONG_KONG = {
    "CHAN": "陈陳", "CHEUNG": "张張章祥", "WONG": "黄黃王汪", "LEUNG": "梁良亮", "LEE": "李", "LAU": "刘劉",
    "NG": "吴吳伍", "HO": "何河豪浩可", "LAM": "林蓝藍兰蘭", "YEUNG": "杨楊阳陽", "CHOW": "周", "CHIU": "赵趙朝超",
    "TSUI": "徐崔", "KWOK": "郭国國", "TSE": "谢謝", "TANG": "邓鄧", "CHENG": "郑鄭正", "TSANG": "曾",
    "FUNG": "冯馮锋鋒峰丰豐凤鳳", "YIP": "叶葉", "LO": "罗羅卢盧路", "MAK": "麦麥", "KWAN": "关關君均军軍",
    "YUEN": "袁源元远遠", "POON": "潘", "SIU": "萧蕭肖小少", "KONG": "江港康刚剛", "AU": "区區欧歐", "LUI": "吕呂雷",
    "LUK": "陆陸", "TAM": "谭譚", "FOK": "霍", "YU": "余于如宇", "SO": "苏蘇", "MA": "马馬", "CHU": "朱", "WU": "胡",
    "HUI": "许許", "FAN": "范樊", "TONG": "唐汤湯堂", "TSOI": "蔡", "CHEONG": "庄莊", "KO": "高", "YAU": "邱丘游友",
    "HAU": "侯厚", "MOK": "莫", "PANG": "彭", "TO": "杜陶", "SHEK": "石", "YIM": "严嚴", "SUEN": "孙孫",
    "WAI": "伟偉卫衛威惠慧维維", "WAH": "华華", "KEUNG": "强強", "KIT": "杰傑洁潔", "MING": "明鸣鳴",
    "WING": "永荣榮咏詠颖穎", "KIN": "建健坚堅", "CHI": "志智之芝子", "HUNG": "红紅洪雄鸿鴻熊", "FONG": "芳方",
    "YIN": "燕贤賢", "SAU": "秀寿壽", "YUK": "玉钰", "MAN": "文民敏万萬", "TAK": "德", "CHUNG": "忠钟鍾中仲松",
    "SHING": "成城诚誠盛", "SING": "胜勝声聲星", "HOI": "海凯凱开開", "SUK": "淑", "SHUK": "叔", "MEI": "美梅",
    "YEE": "仪儀怡义義宜", "YAN": "仁恩欣人殷", "PUI": "佩培", "KAM": "金锦錦甘", "LAI": "丽麗黎礼禮",
    "LING": "玲灵靈凌", "KA": "家嘉", "KWONG": "光广廣邝鄺", "PO": "宝寶波", "SHAN": "珊山", "SAN": "新辛",
    "TUNG": "东東冬栋棟", "FAI": "辉輝晖", "CHOI": "才财財彩", "TIN": "天田", "LUNG": "龙龍隆", "PING": "平萍",
    "YING": "英", "CHING": "清青静靜贞貞", "TAI": "大泰太", "HING": "兴興庆慶", "SHUN": "顺順", "TAT": "达達",
    "KI": "其奇基", "KUEN": "权權娟", "LIN": "莲蓮连連", "HON": "汉漢翰", "SHEUNG": "尚", "HIN": "轩軒显顯",
    "CHUN": "春俊进進振镇鎮津", "NGA": "雅", "SZE": "思诗詩斯施", "HEUNG": "香", "YUET": "月悦", "SUET": "雪",
    "FEI": "飞飛菲", "CHUEN": "全泉存", "YUN": "云", "HOK": "学學鹤", "PAK": "白柏百", "SUM": "心深", "CHO": "曹",
    "LOK": "乐樂洛", "PAN": "斌彬滨", "MUI": "妹",
}  # fmt: skip
_CANTONESE = {sign: latin for latin, signs in _HONG_KONG.items() for sign in signs}

_INITIALS = re.compile(r"^(?:ZH(?=.)|CH|SH|[BPMFDTNLGKHJQXRZCSYW])?")
_WADE = {"ZH": "CH", "J": "CH", "Q": "CH", "X": "HS", "B": "P", "D": "T", "G": "K", "R": "J", "Z": "TS", "C": "TS"}
_BUZZING = {"ZHI": "CHIH", "CHI": "CHIH", "SHI": "SHIH", "RI": "JIH", "ZI": "TZU", "CI": "TZU", "SI": "SZU"}
_WHOLE = {
    "YE": "YEH",
    "YAN": "YEN",
    "YOU": "YU",
    "YONG": "YUNG",
    "ER": "ERH",
    "GE": "KO",
    "KE": "KO",
    "HE": "HO",
    "WEN": "WEN",
    "YI": "I",
}
_FINALS = {"IE": "IEH", "UE": "UEH", "IAN": "IEN", "UAN": "UAN", "ONG": "UNG", "UI": "UI", "UO": "O"}
_VELARS = {"GUO": "KUO", "KUO": "KUO", "HUO": "HUO", "SHUO": "SHUO", "GUI": "KUEI", "KUI": "KUEI"}

SYSTEMS = 3


def read(word: str, system: int) -> list[str]:
    """Read a word of signs, one word a sign: 0 pinyin, 1 Wade-Giles, 2 Hong Kong."""
    pinyin = [_SURNAMES.get(sign) if at == 0 else None for at, sign in enumerate(word)]
    spelt = [known or anyascii(sign).upper() for known, sign in zip(pinyin, word, strict=True)]
    if system == 0:
        return spelt
    if system == 1:
        return [wade_giles(syllable) for syllable in spelt]
    return [_CANTONESE.get(sign, syllable) for sign, syllable in zip(word, spelt, strict=True)]


def wade_giles(pinyin: str) -> str:
    """Spell a syllable of pinyin as Wade and Giles did: ZHANG is CHANG, XIE is HSIEH, GUO is KUO."""
    whole = _BUZZING.get(pinyin) or _WHOLE.get(pinyin) or _VELARS.get(pinyin)
    if whole:
        return whole
    found = _INITIALS.match(pinyin)
    initial = found[0] if found else ""
    final = pinyin[len(initial) :]
    if initial == "Y":
        return pinyin if final != "UAN" else "YUAN"
    return _WADE.get(initial, initial) + _FINALS.get(final, final)
