"""How plausible a text is in the language that its encoding is used for.

Columns are short: a header of two words is all that tells an encoding. So letters are weighed, not
counted: those that a language often uses, in words as it makes them.
"""

import codecs
import re
from itertools import pairwise

WESTERN = "äöüßéèêàáíóúñçãåøæîôû"  # of each alphabet the letters that are met often
CENTRAL = "ąćęłńóśźżčěřšůžýáéíúőűöüäâăî"
TURKISH = "şğıiçöü"
CYRILLIC = "оеаинтсрвлкмдпуягьыбз"
GREEK = "ατοιενρσκηπςυμλίόάέή"
SIGNS = "°µ²³€–—‘’“”„…·±×½¼¾§£¥®©№«»¹ºª\u00a0"
BEFORE_LETTERS = "°µ€£“‘„«©§±–—…·\u00a0"  # the others stand behind them: m³, 1½
HEBREW = "יוהלרבתמאשנםד"
ARABIC = "اليمونرتبةعدسف"
SELDOM = {  # and those that are met less often
    WESTERN: "õëâïùìòœ",
    CENTRAL: "ďňťșțşţđôľĺŕß",
    CYRILLIC: "йчхжшюцщэфъёіїєґ",
    GREEK: "γδωχθύώζξβφψϊϋ",
    HEBREW: "עקחפסכגטצזןףץך",
    ARABIC: "هكقأحجشطصىخإبذزضظغثءؤئآ",
}
CHINESE = (
    "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里"
    "所去行过家十用发天如然作方成者多日都三小军二无同主经公此已工使情明性知全理体部度实定物现数量值号名称"
    "姓龄性别岁男女学校班级成绩分数平均总计合价格单位面积房屋层厅室卫建筑楼区市省县城镇街路北南东西京海广州"
    "深圳武汉杭苏川江河湖山温湿压力风速雨雪气象高身体重长宽厚径速率时间期季月周份销售额收入支出利润成本产品"
    "类型编序列标题内容电话邮址客户订付款金元万亿比例增减变化指标变参结果样本数据观测实验序距离站点车船飞机"
    "张李王刘陈杨赵黄吴四五六七八九百千血糖心脏病检查医院患者药治疗人口编码型号颜色红绿蓝白黑状态是否"
    "轴坐原点线曲函误差次幂均组左右"
)
TRADITIONAL = (
    "的一是不了人我在有他這為之大來以個中上們到說國和地也子時道出而要於就下得可你年生自會那後能對著事其裡"
    "所去行過家十用發天如然作方成者多日都三小軍二無同主經公此已工使情明性知全理體部度實定物現數量值號名稱"
    "姓齡別歲男女學校班級成績分數平均總計合價格單位面積房屋層廳室衛建築樓區市省縣城鎮街路北南東西京海台灣"
    "高雄新竹臺溫濕壓力風速雨雪氣象身體重長寬厚徑率時間期季月週份銷售額收入支出利潤本產品類型編序列標題內容"
    "電話郵址客戶訂付款金元萬億比例增減變化指標參結果樣本資料觀測實驗距離站點車船飛機張李王劉陳楊趙黃吳四五"
    "軸坐原線曲函誤差次組左右"
)
JAPANESE = (
    "日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名"
    "川千水半男西電校語土木聞食車何南万毎白天母火右読友左休父雨力性別齢歳身体重値数量合計平均分価格面積部屋"
    "階駅徒歩築県市区町村都道府京阪神奈横浜名古屋札幌仙台福岡広島沖縄埼玉葉茨城栃群馬静愛知温度湿圧風速天候"
    "降水雪売上額利益費用原単店舗商品番号種類型式色赤青黄緑黒状態有無氏住所電話会社員職業給料収支期間曜週回"
    "目的変説明結果試験実測定点距離幅厚径速率増減比例指標太郎花次美田中佐藤鈴木高橋伊渡辺小林加吉山本井口野村"
    "軸人血糖心拍患者病院薬治療距離時刻開始終了最低最高成績得国算理科英社組年"
)
KOREAN = (
    "이름나성별남여도시인구서울부산대구인천광주대전울산면적가격수량합계평균값단위년월일시간기온습압풍속강우눈"
    "키몸무게체중길폭높두께속률판매액매출비용익이손원제품종류번호유형색상태있없지역구동로층방건물학교반급점국어"
    "영수과사회을를은는의에와으로한하고지않다라마바자차카타파하거리역차량실험결측정표본데터관변예제목내용전화주"
    "소고객결제금만억율증감철희민준박최정김강조윤장임신환자병원약료혈당심축값선곡함오조좌우"
)
WORD = re.compile(r"[^\W\d_]+")
MIXED = 0.3  # of a word of two scripts
BESIDE = 0.9  # the same of signs beside a letter
LANGUAGES: tuple[tuple[str, str, float], ...] = (  # encoding, letters, how often it is met
    ("cp1252", WESTERN, 1.0),
    ("cp1250", CENTRAL, 0.98),
    ("cp1254", TURKISH, 0.94),
    ("cp1251", CYRILLIC, 0.98),
    ("cp1253", GREEK, 0.96),
    ("cp1255", HEBREW, 0.94),
    ("cp1256", ARABIC, 0.94),
    ("koi8_r", CYRILLIC, 0.9),
    ("cp866", CYRILLIC, 0.88),
    ("mac_roman", WESTERN, 0.86),
    ("gb18030", CHINESE, 0.97),
    ("big5", TRADITIONAL, 0.95),
    ("cp932", JAPANESE, 0.97),
    ("euc_jp", JAPANESE, 0.93),
    ("cp949", KOREAN, 0.95),
)
LATIN = (WESTERN, CENTRAL, TURKISH)
ALPHABETS = (*LATIN, CYRILLIC, GREEK, HEBREW, ARABIC)


def best_encoding(sample: bytes) -> tuple[str, float]:
    """The encoding whose text is the most plausible one, and how much it is, from 0 to 1."""
    scores = []
    for encoding, letters, prior in LANGUAGES:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(sample)
        except UnicodeDecodeError:
            continue
        scores.append((prior * plausibility(text, letters), encoding))
    score, encoding = max(scores, default=(0.0, ""))
    return encoding, score


def plausibility(text: str, frequent: str) -> float:
    """How much the letters outside ASCII look like those of a language, from 0 to 1.

    Args:
        text: Decoded by an encoding of that language.
        frequent: Its letters; or, of a script with thousands of signs, the most frequent ones.
    """
    weights: list[float] = []
    for word in WORD.findall(text):
        foreign = [c for c in word if c > "\x7f" and c not in SIGNS]
        if frequent in LATIN:
            shape = _latin_shape(word)
        else:
            whole = len(foreign) == len(word)
            mixed = MIXED if frequent in ALPHABETS else _beside_latin(word)
            shape = _case(word) * (1.0 if whole else mixed)
            shape *= 0.5 if len(word) == 1 and frequent in ALPHABETS else 1.0
        weights += [shape * _letter_weight(c.lower(), frequent) for c in foreign]
    for before, sign, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if sign > "\x7f" and (sign in SIGNS or not sign.isalpha()):
            weights.append(_sign_weight(before, sign, after))
    return sum(weights) / len(weights) if weights else 0.0


def _sign_weight(before: str, sign: str, after: str) -> float:
    if "\u3000" <= sign <= "\u3020" or "！" <= sign <= "～":  # punctuation of Chinese and Japanese
        return 0.8
    if sign not in SIGNS:
        return 0.0
    if after.isalpha() and sign != "’" and (before.isalpha() or sign not in BEFORE_LETTERS):
        return 0.1
    return 1.0 if sign in "²³" and before in "mx" else 0.85


def _latin_shape(word: str) -> float:
    """Less than 1 for a word of more letters outside ASCII than words of Latin letters have."""
    runs = "".join("x" if c > "\x7f" else " " for c in word).split()
    longest = max(map(len, runs), default=0)
    if len(word) == 1:
        return 0.4
    return _case(word) * (1.0 if longest < 2 else 0.8 if longest == 2 and len(word) > 3 else 0.2)


def _beside_latin(word: str) -> float:
    """Of a word of signs with Latin letters: usual is one or two of them at one of its ends, as a
    symbol beside what it stands for (x軸, 圧力P)."""
    signs = re.fullmatch(r"[A-Za-z]{0,2}([^\x00-\x7f]+)|([^\x00-\x7f]+)[A-Za-z]{1,2}", word)
    return BESIDE if signs else MIXED


def _case(word: str) -> float:
    """Less than 1 for a word with a capital after a small letter, or of capitals alone."""
    odd = any(a.islower() and b.isupper() for a, b in pairwise(word))
    return 0.4 if odd else 0.9 if len(word) > 3 and word.isupper() else 1.0


def _letter_weight(letter: str, frequent: str) -> float:
    if letter in frequent:
        return 1.0
    if frequent in ALPHABETS:
        return 0.6 if letter in SELDOM.get(frequent, "") else 0.2
    if frequent == JAPANESE and "\u3041" <= letter <= "\u30fe":  # kana
        return 1.0
    if frequent == JAPANESE and "\uff61" <= letter <= "\uff9f":  # of half width
        return 0.6
    common = "gb2312" if frequent == CHINESE else "euc_kr" if frequent == KOREAN else "shift_jis"
    common = "big5" if frequent == TRADITIONAL else common
    try:
        lead = letter.encode(common)[0]
    except UnicodeEncodeError:
        return 0.02
    return 0.35 if COMMON[common](lead) else 0.05


COMMON = {  # first bytes of the first level of each standard
    "gb2312": lambda lead: 0xB0 <= lead <= 0xD7,
    "big5": lambda lead: 0xA4 <= lead <= 0xC6,
    "shift_jis": lambda lead: 0x88 <= lead <= 0x98,
    "euc_kr": lambda lead: 0xB0 <= lead <= 0xC8,
}
