#!/usr/bin/env python3
"""Writes person_names.json: names, the spelling in which they are sent, and whether they are accepted.

What Unicode says of each character comes from Python's unicodedata, which shares no table with the rule under test.
"""

import json
import pathlib
import unicodedata

OUT = pathlib.Path(__file__).with_name("person_names.json")
SIGNS = set(" .,'`´‘’‛′‵＇｀·\u2027\u30fb\uff65\u0970\u0f0b\u0f0c\u1361\u055a\u05f3\u05f4\u1fbd\u1fbf\u2212\u2043\u02d7")
JOINERS = "\u200c\u200d"
# Letters that draw nothing (Default_Ignorable_Code_Point), beside the format characters of category Cf.
FILLERS = set("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {chr(c) for c in range(0xFE00, 0xFE10)}

NAMES = """Anne-Marie|Anne‐Marie|Anne‑Marie|Anne‒Marie|Anne–Marie|Anne—Marie|Anne－Marie|Anne−Marie|Anne﹘Marie|Anne᠆Marie|Anne˗Marie
O'Brien|O‘Brien|O’Brien|Oʼ Brien|Oʻahu|O′Brien|O`Brien|O´Brien|O＇Brien|OʹBrien|Gal·la|Gaŀla|Gal‧la|ジョン・スミス|ｼﾞｮﾝ･ｽﾐｽ
J. R.|Sammy Davis, Jr.|St. John|D’Arcy–O’Neil|Nguyễn Thị Minh Khai|Nguye\u0302\u0303n|Zoe\u0308|Đặng|Þórr|Łukasz|Ġorġ|Ŋanda
\u200fمحمد\u200f|\u202bعلي\u202c|\u2067سارة\u2069|علی\u200cرضا|می\u200cرا|क्\u200dष|ശ്രീ\u200d|ප්\u200dරියා|An\u200bna|An\u00adna|\ufeffAnna|Anna\u2060|\u200dAnna\u200d
עמנואל־כהן|ז׳בוטינסקי|Αναστασία|Ἀλέξανδρος|Алла|Ольга-Мария|Հայկ|გიორგი|สมชาย|เปา|មករា|မောင်|བསྟན་འཛིན|ዳዊት|ꯃꯅꯤ|ᏣᎳᎩ|𐐀𐐨|小明|葛\U000e0100城|한국|ひかり|डॉ॰|தமிழ்
Ma\u0000ry|Ma\u0007ry|Ma\u001bry|Ma\u007fry|Ma\u0085ry|Ma\u2028ry|Ma\try|Sam😀|Sam™|Sam©|Sam/Lee|Sam_Lee|Sam@Lee|<b>|{x}|(Sam)|"Sam"|“Sam”|Sam;|Sam:|Sam!|Sam?|Sam&Lee|Sam+|Sam=|Sam$|Sam€|Sam#|Sam%|Sam*|Sam\\\\|Sam|Lee²|½|Ⅲ|\ufffd|\ue000|\uffff|\U000f0000
123|٣|४|Lee 3|Lee ٣|-|’|·|.|\u0301|\u200d|\u200b|Mª|Nº""".replace("\n", "|").split("|")


def ignorable(c):
    return c in FILLERS or unicodedata.category(c) == "Cf" and not 0x600 <= ord(c) <= 0x605 or 0xE0000 <= ord(c) <= 0xE0FFF


def joins(c):
    return unicodedata.category(c) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me")


def tidied(name):
    seen = [c for c in name if not ignorable(c) or c in JOINERS]
    kept = []
    for index, c in enumerate(seen):
        after = next((other for other in seen[index + 1 :] if other not in JOINERS), " ")
        if c not in JOINERS or kept and joins(kept[-1]) and joins(after):
            kept.append(c)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def code(name):
    if not name:
        return "name_empty"
    if len(name) > 64:
        return "name_too_long"
    fine = all(c in SIGNS or c in JOINERS or joins(c) or unicodedata.category(c) in ("Nd", "Pd") for c in name)
    letters = any(unicodedata.category(c).startswith("L") for c in name)
    return None if fine and letters else "name_bad_character"


def vector(name):
    spelled = tidied(name)
    found = code(spelled)
    return {"name": name, "tidied": spelled, **({"code": found} if found else {})}


names = [*NAMES, "é" * 64, "e\u0301" * 64, "é" * 65, "a\u200b" * 64, "小" * 64, "𐐀" * 64, "𐐀" * 65]
OUT.write_text(json.dumps([vector(name) for name in dict.fromkeys(names)], indent=1) + "\n")
