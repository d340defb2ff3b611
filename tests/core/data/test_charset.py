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


@pytest.mark.parametrize(("valid", "damaged"), [(3, False), (4, False), (5, True), (20, True)])
def test_utf_8_is_damaged_where_most_of_its_letters_are_valid(valid, damaged):
    content = ("ä" * valid).encode() + "ü".encode("cp1252") + b",b\n1,2\n3,4\n"
    assert (detect_encoding(content) == "utf-8") == damaged


def test_bytes_that_are_zero_in_turn_are_utf_16_only_if_the_others_are_not():
    assert detect_encoding(b"a\0,\0b\0\n\0") == "utf-16-le"
    assert detect_encoding(b"\0a\0,\0b\0\n") == "utf-16-be"
    assert detect_encoding(b"\0" * 16) == "utf-8"
