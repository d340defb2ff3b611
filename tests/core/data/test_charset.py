"""The encoding of a text is detected from its bytes."""

import pytest

from core.data.charset import detect_encoding

RUSSIAN = "имя,город,возраст\n" + "Иван,Москва,20\nАнна,Казань,30\n" * 5
GERMAN = "Name,Straße,Größe\nJürgen,Hauptstraße,20\nBjörn,Schloßallee,30\n" * 5
JAPANESE = "名前,年齢,都市\n太郎,20,東京\n花子,30,大阪\n" * 5


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (GERMAN, "cp1252"),
        ("t °C,b\n1,2\n3,4\n", "cp1252"),
        ("año,niño\n1,2\n3,4\n", "cp1252"),
        ("µg/m³,b\n1,2\n3,4\n", "cp1252"),
        (JAPANESE, "cp932"),
        (GERMAN, "utf-8"),
        ("a,b\n1,2\n", "utf-16-le"),
        ("a,b\n1,2\n", "utf-16-be"),
    ],
)
def test_a_text_is_decoded_as_it_was_encoded(text, encoding):
    content = text.encode(encoding)
    assert content.decode(detect_encoding(content)) == text


SHORT = {  # a header, and at most a word below it, are all that tells the encoding
    "cp1252": (
        *("Name,Größe|Jürgen,20", "Stadt;Straße;Preis|Köln;Hauptstraße;1,5", "Kürzel,Maß|AÖ,1"),
        *("année,prix|2019,5", "numéro,coût|1,2", "prénom,âge|Zoé,3", "été,hiver|1,2"),
        *("país,población|España,47", "tamaño,precio|1,2", "cidade,preço|São Paulo,10"),
        *("qualità,quantità|1,2", "by,størrelse|Århus,3", "ålder,längd|20,180", "ikä,määrä|20,3"),
        *("Zeit,Länge in µm|1,2", "preis €,b|1,2", "a,b|“x”,1", "name,note|O’Brien,1", "x²,y|1,2"),
        *("area (m²),price (£)|1,2", "x ± s,b|1,2", "a – b,c|1,2"),
    ),
    "mac_roman": ("Größe,Straße|Köln,1", "ville,température|Orléans,20"),
    "cp1250": (
        *("miasto,wartość|Łódź,1", "źródło,ilość|a,1", "powierzchnia,cena zł|50,100"),
        *("jméno,výška|Jiří,180", "název,množství|chléb,2", "város,népesség|Győr,1"),
    ),
    "cp1251": (
        *("имя,возраст|Иван,20", "вес,рост|1,2", "площадь,цена|50,100", "ПЛОЩАДЬ,ЦЕНА|50,100"),
        *("Возраст;Пол;Доход|20;м;1,5", "місто,населення|Київ,2"),
    ),
    "koi8_r": ("имя,возраст|Иван,20", "температура,давление|20,760"),
    "cp866": ("имя,возраст|Иван,20",),
    "cp1253": ("ύψος,βάρος|180,80", "πόλη,τιμή|Αθήνα,1"),
    "cp1254": ("yaş,ağırlık|20,70", "fiyat,alan,şehir|1,2,Muğla"),
    "cp1255": ("שם,גיל|דוד,20",),
    "cp1256": ("الطول,الوزن|180,80",),
    "cp932": (
        *("名前,年齢|太郎,20", "気温,湿度|20,50", "広さ,家賃|30,8", "日付,気温(℃)|2020/1/1,5"),
        *("面積,築年数,価格|50,10,3000", "学習時間,点数|1,50"),
    ),
    "euc_jp": ("名前,年齢|太郎,20", "身長,体重|170,60", "年,売上|2019,5", "学習時間,点数|1,50"),
    "gb18030": (
        *("姓名,年龄|张三,20", "面积,价格|50,100", "身高,体重|170,60", "温度,湿度|20,50"),
        *("房价,面积|100,50", "广告费,销售额|1,2", "距离,时间|1,2"),
    ),
    "big5": ("姓名,年齡|張三,20", "房價,坪數|100,50", "日期,氣溫|2020,5"),
    "cp949": ("이름,나이|철수,20", "면적,가격|50,100", "키,몸무게|170,60", "광고비,매출액|1,2"),
}


@pytest.mark.parametrize(
    ("encoding", "text"), [(encoding, text) for encoding in SHORT for text in SHORT[encoding]]
)
def test_a_short_text_is_decoded_as_it_was_encoded(encoding, text):
    content = text.replace("|", "\n").encode(encoding)
    assert content.decode(detect_encoding(content)) == text.replace("|", "\n")


MIXED = {  # signs beside a Latin letter, as a symbol beside what it stands for
    "cp932": ("x軸,y軸|1,2", "No,X値|1,2", "時間t,速度v|0,1", "A組,B組|60,70", "長さL,重さW|1,2"),
    "euc_jp": ("x軸,y軸|1,2", "xの値,yの値|1,2", "時間t,速度v|0,1"),
    "gb18030": ("x轴,y轴|1,2", "X值,Y值|1,2", "x坐标,y坐标|1,2", "时间t,速度v|0,1"),
    "big5": ("x軸,y軸|1,2", "X值,Y值|1,2", "時間t,速度v|0,1"),
    "cp949": ("x축,y축|1,2", "x값,y값|1,2", "A반,B반|60,70", "시간t,속도v|0,1"),
    "utf-16-le": ("x軸,y軸|1,2", "名前,年齢|太郎,20", "имя,город|Иван,1", "姓名,年龄|张三,20"),
    "utf-16-be": ("x軸,y軸|1,2", "名前,年齢|太郎,20", "имя,город|Иван,1"),
}


@pytest.mark.parametrize(
    ("encoding", "text"), [(encoding, text) for encoding in MIXED for text in MIXED[encoding]]
)
def test_signs_beside_a_letter_are_decoded_as_they_were_encoded(encoding, text):
    content = text.replace("|", "\n").encode(encoding)
    assert content.decode(detect_encoding(content)) == text.replace("|", "\n")


def test_letters_behind_many_rows_of_digits_tell_the_encoding():
    content = b"a,b\n" + b"1,2\n" * 30_000 + "Łódź,3\nKraków,4\n".encode("cp1250")
    assert detect_encoding(content) == "cp1250"


@pytest.mark.parametrize(("valid", "damaged"), [(3, False), (4, False), (5, True), (20, True)])
def test_utf_8_is_damaged_where_most_of_its_letters_are_valid(valid, damaged):
    content = ("ä" * valid).encode() + "ü".encode("cp1252") + b",b\n1,2\n3,4\n"
    assert (detect_encoding(content) == "utf-8") == damaged


def test_bytes_that_are_zero_in_turn_are_utf_16_only_if_the_others_are_not():
    assert detect_encoding(b"a\0,\0b\0\n\0") == "utf-16-le"
    assert detect_encoding(b"\0a\0,\0b\0\n") == "utf-16-be"
    assert detect_encoding(b"\0" * 16) == "utf-8"
