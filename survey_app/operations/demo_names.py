"""Names of people for the demonstration: by ethnic group, sex and generation, as common as they are in life.

Source of the shares of family names: counts published for large samples of Vietnamese names (Nguyễn about 31 %,
Trần 11 %, Lê 9 %). Given names follow what generations were called. No person is meant.
"""

from __future__ import annotations

from random import Random

KINH_SURNAMES = {
    "Nguyễn": 345, "Trần": 112, "Lê": 98, "Phạm": 72, "Hoàng": 46, "Phan": 42, "Vũ": 40, "Đặng": 25, "Bùi": 24,
    "Đỗ": 20, "Dương": 18, "Ngô": 16, "Hồ": 14, "Đinh": 12, "Trương": 11, "Đoàn": 10, "Trịnh": 9, "Đào": 9, "Mai": 8,
    "Lương": 8, "Hà": 8, "Cao": 7, "Tạ": 5, "Chu": 5, "Tô": 4, "Lâm": 4, "Vương": 4, "Kiều": 2, "Quách": 2, "Thái": 2,
}  # fmt: skip

_SURNAMES: dict[str, dict[str, int]] = {
    "kinh": KINH_SURNAMES,
    "tay": {"Hoàng": 26, "Nông": 24, "Lương": 12, "Ma": 12, "Triệu": 8, "Dương": 8, "Bế": 5, "Lý": 5},
    "thai": {"Lò": 40, "Cà": 10, "Quàng": 10, "Tòng": 8, "Lường": 12, "Vì": 6, "Hoàng": 8, "Điêu": 6},
    "mong": {"Giàng": 22, "Vàng": 22, "Sùng": 20, "Thào": 12, "Lý": 10, "Hạng": 6, "Mùa": 5, "Ly": 3},
}  # fmt: skip

# The generations: born until 1959, 1960 to 1984, 1985 to 2004, from 2005 on.
_MALE_MIDDLE = (
    ("Văn", "Văn", "Văn", "Đình", "Xuân"),
    ("Văn", "Văn", "Đức", "Quang", "Xuân", "Hữu"),
    ("Văn", "Đức", "Quang", "Minh", "Thanh", "Tuấn"),
    ("Gia", "Minh", "Đức", "Nhật", "Quốc", "Hoàng", "Anh"),
)
_MALE_GIVEN = (
    "Bình Bảo Chiến Chung Hải Hòa Hợi Khánh Kỳ Lợi Long Minh Phúc Quý Sơn Sửu Tâm Thành Thắng Tiến Vinh Xuân",
    "Cường Dũng Đông Hà Hải Hiền Hiếu Hùng Hưng Huy Kiên Lâm Mạnh Nam Quân Sơn Thắng Thành Tiến Toàn Trung Tú Tuấn",
    "Anh Công Duy Dương Đạt Đức Hải Hiếu Hoàng Huy Khải Linh Long Nam Nghĩa Phong Quang Quyết Thắng Tú Tùng Việt",
    "An Anh Bách Bảo Đăng Dũng Hải Huy Khang Khánh Khoa Khôi Kiệt Lâm Long Minh Nam Nguyên Phát Phong Phúc Quân Vinh",
)
_FEMALE_MIDDLE = (
    ("Thị",),
    ("Thị", "Thị", "Thị", "Thị", "Thanh", "Kim"),
    ("Thị", "Thị", "Thị", "Thị Thu", "Thị Thanh", "Ngọc", "Thùy"),
    ("Thị", "Khánh", "Bảo", "Ngọc", "Minh", "Phương", "Hà", "Thùy"),
)
_FEMALE_GIVEN = (
    "Bình Chắt Cúc Hạnh Hoa Hòa Hồng Huệ Khuyên Lan Liên Lý Mai Mùi Nga Ngọ Nhung Sen Tám Thơm Tuyết Xuân Yên",
    "Dung Hà Hạnh Hằng Hiền Hoa Hồng Huệ Hương Hường Huyền Lan Loan Mai Nga Nguyệt Oanh Phượng Thảo Thủy Tuyết Yến",
    "Anh Chi Dung Giang Hà Hiền Hương Huyền Lan Linh Ly Mai My Ngân Ngọc Nhung Phương Quỳnh Thảo Thu Trang Tươi Vân",
    "An Anh Châu Chi Diệp Giang Hân Huyền Lam Linh Mai My Ngân Ngọc Nhi Như Quỳnh Thảo Thư Trà Trang Trâm Vy",
)
_MONG_GIVEN = {
    "male": "Páo Chu Dơ Vư Lử Phà Tủa Chứ Sính Dế Súa Chía Pó Nhè Sáu Khua Thái Mạnh",
    "female": "Mỷ Dở Sua Mo Chú Pàng Dí Xua Máy Cở Dua Say Sinh Mị Chía Dính",
}
_THAI_GIVEN = {
    "male": "Ún Piêng Pâng Inh Thoan Chung Tiên Bun Phong Hặc Dương Biên Chiến Thanh Nam Tuấn",
    "female": "Ín Piếng Hặc Xuân Phương Thoan Lả Ánh Bóng Ngoan Thương Hiền Mai Ngân Chiêm",
}


def generation(birth_year: int) -> int:
    """Return which of the four generations of names a birth year belongs to."""
    return sum(birth_year >= first for first in (1960, 1985, 2005))


def surname(rng: Random, people: str) -> str:
    """Return a family name of an ethnic group: ``"kinh"``, ``"tay"``, ``"thai"`` or ``"mong"``."""
    names = _SURNAMES[people]
    return rng.choices(tuple(names), weights=tuple(names.values()))[0]


def full_name(rng: Random, family: str, people: str, sex: str, birth_year: int) -> str:
    """Return a full name.

    Args:
        rng: where chance comes from.
        family: family name.
        people: ethnic group, see ``surname``.
        sex: ``"male"`` or ``"female"``.
        birth_year: says which generation's names are likely.
    """
    age_group = generation(birth_year)
    if people == "mong":
        return f"{family} {'A' if sex == 'male' else 'Thị'} {rng.choice(_MONG_GIVEN[sex].split())}"
    if people == "thai" and age_group < 3:
        return f"{family} {'Văn' if sex == 'male' else 'Thị'} {rng.choice(_THAI_GIVEN[sex].split())}"
    middles, givens = (_MALE_MIDDLE, _MALE_GIVEN) if sex == "male" else (_FEMALE_MIDDLE, _FEMALE_GIVEN)
    middle, given = rng.choice(middles[age_group]), rng.choice(givens[age_group].split())
    while given in middle.split():
        given = rng.choice(givens[age_group].split())
    return f"{family} {middle} {given}"
