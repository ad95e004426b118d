"""Fingerprints of keys as Vietnamese words that two people can compare over the telephone.

64 bits of a key's hash become eight words, one of 256 each. The words are plain everyday syllables. However one hears
or types them, no two are taken for each other: they differ without tone marks and accents, and also where regions say
one sound for two (``s/x``, ``tr/ch``, ``d/gi/r/v``, ``l/n``, endings ``n/ng/nh`` and ``t/c/ch``).
"""

from __future__ import annotations

import re

from survey_app import crypto
from survey_app.text import fold

_LIST = """
    bàn ghế nhà cửa sân vườn ao hồ sông suối biển núi đồi rừng cây lá hoa quả hạt cành rễ cỏ lúa ngô khoai đậu lạc
    mía dừa cau chuối cam bưởi xoài mít ổi nho bầu bí hành tỏi gừng ớt muối mật gạo cơm cháo bún phở mì kẹo trà nước
    sữa bia thịt tôm gà vịt ngỗng trâu bò ngựa lợn chó mèo chuột thỏ khỉ gấu hươu chim én bướm ong kiến ruồi rắn ếch
    nhện trời đất trăng sao mây mưa gió nắng sấm bão lũ sương tuyết khói than củi đá cát bạc sắt đồng nhôm thép kính
    gỗ tre giấy bông len mũ dép khăn túi ví nhẫn kim chỉ dao búa đinh cuốc xẻng liềm thuyền bè xe tàu phà bến trường
    lớp thầy mẹ anh em bà con chú tay tóc mũi miệng lưỡi lưng tim phổi ngủ uống nói cười chạy nhảy ngồi nằm bơi bay
    leo trèo viết đọc học ném mở gánh gặt xay nấu nướng quét thêu cao thấp to ngắn hẹp nhẹ chậm ấm khô ướt cứng mềm
    loãng hồng đen ngọt chua mặn nhạt thơm một hai tám chín nghìn triệu sớm đêm ngày xuân hạ thu tết hội thôn pin
    gối tủ kệ đĩa thìa chén cốc ly bình chum thúng nia mẹt thau xô bếp lò trống chiêng kèn tên diều phao mồi rơm mầm
    lộc gốc truyện bút mực thước cặp phim kịch toà khoá chìa xà mương đập hẻm đèo điện phích nút bơm xích yên
"""

WORDS = tuple(_LIST.split())
"""256 words; the place of a word is the byte it stands for."""

_STARTS = (("tr", "ch"), ("gi", "d"), ("s", "x"), ("r", "d"), ("v", "d"), ("n", "l"), ("qu", "k"), ("c", "k"))
_ENDS = (("ng", "n"), ("nh", "n"), ("ch", "t"), ("c", "t"))


def sound_of(word: str) -> str:
    """Return how a word may be heard at worst; two words with one sound cannot both be in ``WORDS``."""
    said = fold(word).replace("y", "i")
    for start, heard in _STARTS:
        if said.startswith(start) and not said.startswith(("ng", "nh", "ch", "kh")):
            said = heard + said[len(start) :]
            break
    for end, heard in _ENDS:
        if said.endswith(end) and len(said) > len(end):
            said = said[: -len(end)] + heard
            break
    return said


def spoken(fingerprint: str) -> str:
    """Return a fingerprint (``crypto.fingerprint``: hexadecimal digits in groups) as words, four and four."""
    words = [WORDS[byte] for byte in bytes.fromhex(fingerprint.replace(" ", ""))]
    return f"{' '.join(words[:4])} – {' '.join(words[4:])}"


def same(typed: str, fingerprint: str) -> bool:
    """Tell whether what a person typed is a fingerprint: as words (accents do not matter) or as digits."""
    plain = fold(typed)
    digits = re.sub(r"[^0-9a-f]", "", plain)
    words = re.findall(r"[a-z]+", plain)
    return digits == fingerprint.replace(" ", "").lower() or words == re.findall(r"[a-z]+", fold(spoken(fingerprint)))


def of_key(key: str | bytes) -> str:
    """Return the words of a public key."""
    return spoken(crypto.fingerprint(key))
