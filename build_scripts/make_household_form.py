# ruff: noqa: E501 - one question a line reads better than wrapped Vietnamese
"""Make the first workbook of the household questionnaire, ``forms/household/household.xlsx``.

This was run once. From then on **the workbook is the source**: it is edited in Excel, and this script is kept only to
show how the first version came about and to make an empty start for another country's questionnaire. It never
overwrites a file.

Usage: ``python build_scripts/make_household_form.py NEW_WORKBOOK.xlsx``
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

VERSION = "2026112101"
VI = "Tiếng Việt (vi)"
EN = "English (en)"

AGREED = "${consent_answer} = 'agree' or ${consent_answer} = 'agree_limited'"
AT_HOME = "${m_residence} != 'absent_6m'"
NONE_ALONE = "not(selected(., 'none') and count-selected(.) > 1)"
DK_ALONE = "not(selected(., 'dk') and count-selected(.) > 1)"


@dataclass(frozen=True)
class Row:
    """One line of the sheet ``survey``; the attributes are its columns."""

    type: str
    name: str = ""
    vi: str = ""
    en: str = ""
    hint_vi: str = ""
    hint_en: str = ""
    relevant: str = ""
    required: str = ""
    required_vi: str = ""
    required_en: str = ""
    constraint: str = ""
    wrong_vi: str = ""
    wrong_en: str = ""
    appearance: str = ""
    calculation: str = ""
    trigger: str = ""
    default: str = ""


SURVEY_HEAD = (
    "type", "name", f"label::{VI}", f"label::{EN}", f"hint::{VI}", f"hint::{EN}", "relevant", "required",
    f"required_message::{VI}", f"required_message::{EN}", "constraint", f"constraint_message::{VI}",
    f"constraint_message::{EN}", "appearance", "calculation", "trigger", "default",
)  # fmt: skip


def module(name: str, rest: str = "") -> str:
    """Return the relevance of a question that a round may switch on."""
    on = f"selected(${{modules}}, '{name}')"
    return f"{on} and ({rest})" if " or " in rest else f"{on} and {rest}" if rest else on


def hidden(name: str) -> Row:
    """Return a row that the program fills in."""
    return Row("hidden", name)


def calc(name: str, calculation: str, relevant: str = "", trigger: str = "") -> Row:
    """Return a calculated row."""
    return Row("calculate", name, calculation=calculation, relevant=relevant, trigger=trigger)


def group(name: str, vi: str, en: str, *, relevant: str = "", appearance: str = "", kind: str = "group") -> Row:
    """Return the first row of a group or a repeat."""
    return Row(f"begin_{kind}", name, vi, en, relevant=relevant, appearance=appearance)


def end(kind: str = "group") -> Row:
    """Return the last row of a group or a repeat."""
    return Row(f"end_{kind}")


def ask(
    type_: str,
    name: str,
    vi: str,
    en: str,
    *,
    must: bool = True,
    hint: tuple[str, str] = ("", ""),
    relevant: str = "",
    constraint: str = "",
    wrong: tuple[str, str] = ("", ""),
    appearance: str = "",
) -> Row:
    """Return a question; ``must`` says whether it needs an answer."""
    return Row(
        type_,
        name,
        vi,
        en,
        *hint,
        relevant,
        "yes" if must else "",
        constraint=constraint,
        wrong_vi=wrong[0],
        wrong_en=wrong[1],
        appearance=appearance,
    )


def doubt(name: str, relevant: str, vi: str, en: str) -> Row:
    """Return the soft check of a question: a remark that is asked for when the answer is doubtful."""
    return Row("text", f"{name}_remark", vi, en, relevant=relevant, required="yes", appearance="soft-check")


FROM_PROGRAM = [
    hidden("campaign_code"), hidden("reference_date"), hidden("catalogue_version"), hidden("province_code"),
    hidden("commune_code"), hidden("commune_type"), hidden("village_code"), hidden("hh_uuid"), hidden("hh_no"),
    hidden("visit_no"), hidden("interviewer_id"), hidden("start_time"), hidden("end_time"), hidden("interview_result"),
    hidden("consent_notice_version"), hidden("modules"),
    calc("area_type", "if(${commune_type} = 'phuong', 'urban', 'rural')"),
    calc("reference_year", "number(format-date(coalesce(${reference_date}, today()), '%Y'))"),
    calc("reference_mmdd", "number(concat(format-date(coalesce(${reference_date}, today()), '%m'), format-date(coalesce(${reference_date}, today()), '%d')))"),
]  # fmt: skip

CONSENT = [
    group("consent", "Thông báo và đồng ý", "Notice and consent"),
    Row("note", "consent_notice",
        "Đọc cho ông/bà nghe: Ủy ban nhân dân cấp xã hỏi về các thành viên trong hộ (họ tên, năm sinh), diện nghèo và chính sách, thiết bị và Internet, tài khoản định danh, tài khoản ngân hàng (chỉ hỏi có hay không), hồ sơ sức khỏe điện tử và kỹ năng số, để thống kê và hỗ trợ người dân. Câu trả lời được mã hóa, giữ kín. Ông/bà có quyền từ chối, xem, sửa, rút lại đồng ý hoặc yêu cầu xóa bất cứ lúc nào.",
        "Read aloud: The commune People's Committee asks about the members of the household (names, years of birth), poverty and policy status, devices and Internet, electronic identity, bank accounts (only whether there are any), electronic health records and digital skills, to make statistics and to support residents. Answers are encrypted and kept confidential. You may refuse, see, correct, withdraw or have them erased at any time."),
    Row("select_one consent_answer", "consent_answer",
        "Ông/bà có đồng ý cho xử lý thông tin của hộ như thông báo vừa nghe không?",
        "Do you agree to the processing of your household's data as just described?",
        "Không chọn sẵn; im lặng không phải là đồng ý.", "Never ticked beforehand; silence is not consent.",
        required="yes", required_vi="Hỏi và ghi câu trả lời của ông/bà trước khi hỏi tiếp.", required_en="Ask for consent and record the answer before going on."),
    calc("consent_time", "now()", trigger="${consent_answer}"),
    ask("select_multiple consent_scope", "consent_scope", "Ông/bà đồng ý cho dùng thông tin vào những việc nào?", "For which purposes do you agree to the use of the data?",
        hint=("Đọc từng việc, chỉ ghi việc ông/bà nói đồng ý.", "Read each purpose; record only those agreed to."), relevant=AGREED),
    ask("select_one consent_method", "consent_method", "Ông/bà xác nhận đồng ý bằng cách nào?", "How was consent given?", relevant=AGREED, appearance="columns"),
    ask("text", "consent_person", "Họ và tên người đồng ý", "Full name of the person consenting", relevant=AGREED,
        constraint="string-length(normalize-space(.)) >= 2", wrong=("Nhập đủ họ và tên.", "Enter the full name.")),
    ask("select_one yes_no", "consent_sensitive_ack", "Đã nói rõ với ông/bà những câu hỏi nào là dữ liệu nhạy cảm chưa?", "Was the respondent told which questions are sensitive data?",
        hint=("Tài khoản định danh, tài khoản ngân hàng, sức khỏe, dân tộc. Ông/bà có thể không trả lời những câu này.", "Electronic identity, bank account, health, ethnic group. These may be left unanswered."),
        relevant=AGREED, constraint=". = 'yes'", wrong=("Cần nói rõ trước khi hỏi những câu này.", "Tell the respondent before asking these questions."), appearance="columns"),
    end(),
]  # fmt: skip

HOUSEHOLD = [
    group("household", "Thông tin hộ", "The household", relevant=AGREED),
    ask("text", "address_text", "Địa chỉ của hộ (số nhà, đường, xóm)", "Address (house number, street, hamlet)", must=False,
        hint=("Chỉ ghi khi khác với danh sách hộ.", "Only if it differs from the household list.")),
    ask("text", "digital_address", "Hộ có mã địa chỉ số không? Nếu có, ghi mã.", "Does the household have a digital address code? If so, enter it.", must=False, relevant=module("contact")),
    ask("text", "hh_phone", "Xin ông/bà cho số điện thoại liên hệ của hộ?", "What is the household's contact number?", must=False,
        hint=("Số di động 10 chữ số hoặc số cố định bắt đầu bằng 02.", "Mobile number of 10 digits, or a landline starting with 02."),
        relevant=module("contact", "selected(${consent_scope}, 'contact')"),
        constraint="regex(., '^0(3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])[0-9]{7}$') or regex(., '^02[0-9]{8,9}$')",
        wrong=("Số di động có 10 chữ số, số cố định bắt đầu bằng 02. Số 11 chữ số cũ thì đổi đầu số trước.", "A mobile number has 10 digits, a landline starts with 02. Convert an old 11-digit number first."), appearance="numbers"),
    ask("select_one poverty_status", "poverty_status", "Theo kết quả rà soát gần nhất, hộ thuộc diện nào?", "What was the household's status in the latest poverty review?",
        hint=("Ghi theo danh sách hoặc giấy chứng nhận của xã, không tự tính.", "From the commune's list or certificate; never worked out here."), appearance="columns"),
    ask("integer", "poverty_year", "Kết quả rà soát của năm nào?", "Which year was that review?", must=False,
        relevant="${poverty_status} = 'poor' or ${poverty_status} = 'near_poor' or ${poverty_status} = 'escaped'",
        constraint=". >= 2021 and . <= ${reference_year}", wrong=("Nhập năm từ 2021 đến năm nay.", "Enter a year from 2021 to this year.")),
    calc("poverty_standard", "if(${poverty_year} = '', '', if(${poverty_year} <= 2026, '2022-2025', '2027-2030'))", relevant="${poverty_status} = 'poor' or ${poverty_status} = 'near_poor'"),
    ask("select_multiple policy_group", "policy_group", "Hộ thuộc nhóm chính sách nào?", "Which policy groups does the household belong to?",
        constraint=NONE_ALONE, wrong=("“Không thuộc diện nào” không chọn cùng mục khác.", "“None” cannot be chosen together with others.")),
    ask("select_one yes_no", "hh_business", "Hộ có sản xuất, kinh doanh để bán ra ngoài không?", "Does the household produce or trade goods for sale?", must=False, relevant=module("commerce"), appearance="columns"),
    ask("select_one yes_no_dk", "hh_sell_online", "Trong 12 tháng qua, hộ có bán hàng qua sàn thương mại điện tử hoặc mạng xã hội không?", "In the last 12 months, did the household sell through an e-commerce platform or social media?", must=False,
        relevant=module("commerce", "${hh_business} = 'yes'"), appearance="columns"),
    end(),
]  # fmt: skip

ROSTER = [
    group("members", "Thành viên hộ", "Household members", relevant=AGREED, kind="repeat"),
    calc("m_no", "position(..)"),
    group("roster", "Danh sách thành viên", "List of members", appearance="roster"),
    ask("text", "m_name", "Họ và tên", "Full name", hint=("Ghi đủ họ, tên đệm và tên, có dấu.", "Family, middle and given name, with accents."),
        constraint="string-length(normalize-space(.)) >= 2", wrong=("Nhập họ và tên đầy đủ, có dấu.", "Enter the full name with accents.")),
    ask("select_one relation", "m_relation", "Quan hệ với chủ hộ", "Relation to head", appearance="minimal"),
    doubt("m_relation", "(${m_no} = 1 and ${m_relation} != '' and ${m_relation} != 'head') or (${m_no} != 1 and ${m_relation} = 'head' and ${n_heads} > 1)",
          "Người số 1 thường là chủ hộ và mỗi hộ chỉ có một chủ hộ. Nếu đúng, ghi lý do:", "The first person is usually the head, and a household has one head. If correct, give the reason:"),
    ask("select_one sex", "m_sex", "Giới tính", "Sex", appearance="columns"),
    ask("integer", "m_birth_year", "Năm sinh", "Year of birth", constraint=". >= 1900 and . <= ${reference_year}",
        wrong=("Nhập năm sinh từ 1900 đến năm lấy số liệu.", "Enter a year from 1900 to the reference year.")),
    doubt("m_birth_year", "${m_birth_year} != '' and (${reference_year} - ${m_birth_year} > 100 or (${m_relation} = 'head' or ${m_relation} = 'spouse' or ${m_relation} = 'parent' or ${m_relation} = 'grandparent') and ${reference_year} - ${m_birth_year} < 18)",
          "Tuổi hiếm gặp với quan hệ này. Nếu đúng, ghi lý do:", "An unusual age for this relation. If correct, give the reason:"),
    ask("integer", "m_birth_month", "Tháng sinh", "Month of birth", must=False, hint=("Bỏ trống nếu không nhớ.", "Leave blank if unknown."),
        constraint=". >= 1 and . <= 12 and not(${m_birth_year} = ${reference_year} and . * 100 >= ${reference_mmdd})",
        wrong=("Nhập tháng từ 1 đến 12, không sau ngày lấy số liệu.", "Enter a month from 1 to 12, not after the reference date.")),
    ask("integer", "m_birth_day", "Ngày sinh", "Day of birth", must=False, hint=("Bỏ trống nếu không nhớ.", "Leave blank if unknown."), relevant="${m_birth_month} != ''",
        constraint=". >= 1 and . <= 31 and not(. > 30 and selected('4 6 9 11', ${m_birth_month})) and not(. > 29 and ${m_birth_month} = 2) and not(. > 28 and ${m_birth_month} = 2 and (${m_birth_year} mod 4 != 0 or ${m_birth_year} = 1900)) and not(${m_birth_year} = ${reference_year} and ${m_birth_month} * 100 + . > ${reference_mmdd})",
        wrong=("Tháng này không có ngày đó, hoặc ngày sinh sau ngày lấy số liệu.", "The month has no such day, or the birth date lies after the reference date.")),
    ask("select_one residence", "m_residence", "Cư trú", "Residence", appearance="minimal"),
    end(),
    calc("m_age", "if(${m_birth_year} = '', '', ${reference_year} - ${m_birth_year} - if(${m_birth_month} != '' and (${m_birth_month} * 100 + number(coalesce(${m_birth_day}, 1))) > ${reference_mmdd}, 1, 0))"),
    calc("m_call", "if(${m_name} = '', 'thành viên này', concat(if(${m_age} < 18, 'cháu', if(${m_sex} = 'male', 'ông', if(${m_sex} = 'female', 'bà', 'ông/bà'))), ' ', selected-at(${m_name}, count-selected(${m_name}) - 1)))"),
    calc("m_pick", "if(${m_name} = '', '', concat(${m_no}, '. ', ${m_name}))"),
    calc("m_head", "if(${m_relation} = 'head', ${m_name}, '')"),
]  # fmt: skip

PERSON = [
    group("person", "Thông tin cá nhân", "About the person"),
    ask("select_one yes_no", "m_self", "Chính ${m_call} trả lời phần này phải không?", "Is ${m_name} answering in person?",
        hint=("Chọn “Không” khi người khác trả lời thay.", "Choose “No” when somebody else answers."), relevant="${m_age} >= 15", appearance="columns"),
    calc("m_proxy", "if(${m_self} = 'yes', 'no', if(${m_self} = 'no' or ${m_age} < 15, 'yes', ''))"),
    calc("m_self_no", "if(${m_self} = 'yes', ${m_no}, 0)"),
    calc("m_self_flag", "if(${m_self} = 'yes', 1, 0)"),
    ask("select_one yes_no", "m_pupil", "Hiện nay ${m_call} có đang học phổ thông (lớp 1 đến lớp 12) không?", "Is ${m_name} now a pupil in grades 1 to 12?", relevant="${m_age} >= 5 and ${m_age} <= 22", appearance="columns"),
    calc("m_pupil_flag", "if(${m_pupil} = 'yes', 1, 0)"),
    ask("select_one education", "m_education", "Trình độ học vấn cao nhất của ${m_call} là gì?", "What is ${m_name}'s highest level of education?", must=False, relevant=module("background", "${m_age} >= 5"), appearance="columns"),
    ask("select_one occupation", "m_occupation", "Công việc chính của ${m_call} là gì?", "What is ${m_name}'s main occupation?", must=False, relevant=module("background", "${m_age} >= 15"), appearance="columns"),
    ask("text", "m_id_number", "Số định danh cá nhân của ${m_call} là gì?", "What is ${m_name}'s personal ID number?", must=False,
        hint=("Chỉ hỏi để xét hỗ trợ thiết bị. 12 chữ số trên thẻ căn cước.", "Only for device-support review. 12 digits on the identity card."),
        relevant=module("identity", "selected(${consent_scope}, 'support_review')"), constraint="regex(., '^[0-9]{12}$')",
        wrong=("Số định danh có đúng 12 chữ số.", "The ID number has exactly 12 digits."), appearance="numbers"),
    doubt("m_id_number", "regex(${m_id_number}, '^[0-9]{12}$') and not(number(substr(${m_id_number}, 4, 6)) = ${m_birth_year} mod 100 and (${m_sex} = 'other' or (number(substr(${m_id_number}, 3, 4)) mod 2 = 0) = (${m_sex} = 'male')))",
          "Số này không khớp giới tính hoặc năm sinh. Nếu đúng, ghi lý do:", "The number does not fit the sex or year of birth. If correct, give the reason:"),
    ask("select_one ethnic_group", "m_ethnicity", "Dân tộc của ${m_call} là gì?", "What is ${m_name}'s ethnic group?", must=False,
        hint=("Dữ liệu nhạy cảm, có thể không trả lời.", "Sensitive data; may be left unanswered."), relevant=module("sensitive"), appearance="minimal"),
    ask("select_one yes_no_dk", "m_difficulty", "Khi nhìn, nghe, đi lại hoặc ghi nhớ, ${m_call} có gặp nhiều khó khăn không?", "Does ${m_name} have a lot of difficulty seeing, hearing, walking or remembering?", must=False,
        hint=("Dữ liệu nhạy cảm, có thể không trả lời.", "Sensitive data; may be left unanswered."), relevant=module("sensitive"), appearance="columns"),
    end(),
]  # fmt: skip

PHONE = [
    group("phone", "Điện thoại và Internet", "Phone and Internet", relevant=AT_HOME),
    ask("select_one yes_no_dk", "m_mobile_own", "Hiện nay ${m_call} có điện thoại di động riêng không?", "Does ${m_name} own a mobile phone?",
        hint=("Máy và SIM đang dùng trong 3 tháng qua.", "A phone with a SIM used in the last 3 months."), relevant="${m_age} >= 5", appearance="columns"),
    ask("select_multiple phone_type", "m_phone_type", "Hiện nay ${m_call} dùng loại điện thoại nào?", "Which type of phone does ${m_name} use?", relevant="${m_mobile_own} = 'yes'",
        constraint=DK_ALONE, wrong=("“Không biết” không chọn cùng mục khác.", "“Don't know” cannot be chosen together with others."), appearance="columns"),
    calc("m_smartphone_flag", "if(selected(${m_phone_type}, 'smartphone'), 1, 0)"),
    ask("select_one yes_no_dk", "m_internet_3m", "Trong 3 tháng qua, ${m_call} có dùng Internet không?", "Did ${m_name} use the Internet in the last 3 months?",
        hint=("Ở bất cứ đâu, bằng bất cứ thiết bị nào, kể cả Zalo, Facebook, YouTube.", "Anywhere, on any device, including Zalo, Facebook, YouTube."), relevant="${m_age} >= 5", appearance="columns"),
    ask("select_one frequency", "m_internet_freq", "Bao lâu ${m_call} dùng Internet một lần?", "How often does ${m_name} use the Internet?", must=False, relevant=module("internet_use", "${m_internet_3m} = 'yes'"), appearance="columns"),
    ask("select_multiple internet_activity", "m_internet_activity", "Trong 3 tháng qua, ${m_call} dùng Internet để làm những việc gì?", "What did ${m_name} use the Internet for in the last 3 months?", must=False,
        relevant=module("internet_use", "${m_internet_3m} = 'yes' and ${m_age} >= 15"), appearance="columns"),
    ask("select_multiple no_internet_reason_p", "m_no_internet_reason", "Vì sao ${m_call} không dùng Internet?", "Why does ${m_name} not use the Internet?", must=False,
        relevant=module("internet_use", "${m_internet_3m} = 'no' and ${m_age} >= 15"), appearance="columns"),
    end(),
]  # fmt: skip

EID = [
    group("eid", "Tài khoản VNeID", "VNeID account", relevant=f"{AT_HOME} and ${{m_age}} >= 6"),
    ask("select_one eid_level", "m_eid_level", "Tài khoản VNeID của ${m_call} ở mức nào?", "What level is ${m_name}'s VNeID account?",
        hint=("Mức 1: tự đăng ký trên ứng dụng. Mức 2: làm tại cơ quan công an, có lấy vân tay, ảnh mặt.", "Level 1: by oneself in the app. Level 2: at the police, with fingerprints and photo."), relevant="${m_age} >= 14", appearance="columns"),
    ask("select_one eid_level", "m_eid_level_child", "Tài khoản VNeID của ${m_call} ở mức nào?", "What level is ${m_name}'s VNeID account?", must=False,
        hint=("Trẻ từ 6 đến 13 tuổi, làm khi gia đình có nhu cầu.", "Children aged 6 to 13, on request of the family."), relevant=module("services_more", "${m_age} < 14"), appearance="columns"),
    ask("select_one yes_no_dk", "m_eid_active", "Tài khoản đó đã kích hoạt và mở được trên điện thoại chưa?", "Is the account activated, and does it open on a phone?",
        relevant="${m_eid_level} = 'level1' or ${m_eid_level} = 'level2' or ${m_eid_level} = 'dk'", appearance="columns"),
    doubt("m_eid_active", "${m_eid_active} = 'yes' and ${m_mobile_own} = 'no'",
          "Không có điện thoại riêng nhưng VNeID mở được. Nếu đúng, ghi lý do:", "No own phone, yet VNeID opens. If correct, give the reason:"),
    end(),
]  # fmt: skip

PAYMENT = [
    group("payment", "Tài khoản và thanh toán", "Accounts and payment", relevant=f"{AT_HOME} and ${{m_age}} >= 15"),
    ask("select_one yes_no_dk", "m_bank_account", "Hiện nay ${m_call} có tài khoản ngân hàng đang hoạt động không?", "Does ${m_name} have a bank account that is active?",
        hint=("Chỉ hỏi có hay không. Tuyệt đối không ghi số tài khoản, số thẻ.", "Yes or no only. Never record account or card numbers."), appearance="columns"),
    ask("select_one yes_no_dk", "m_other_account", "Hiện nay ${m_call} có ví điện tử, tiền di động hoặc tài khoản được phép khác không?", "Does ${m_name} have an e-wallet, mobile money or another permitted account?",
        hint=("Tiền di động (Mobile Money), ví điện tử, quỹ tín dụng, tổ chức tài chính vi mô.", "Mobile Money, e-wallet, credit fund, microfinance."), appearance="columns"),
    ask("select_one yes_no_dk", "m_mobile_money_12m", "Trong 12 tháng qua, ${m_call} có tự mình dùng tiền di động hoặc ví điện tử không?", "In the last 12 months, did ${m_name} personally use mobile money or an e-wallet?", must=False,
        relevant=module("services_more", "${m_other_account} = 'yes'"), appearance="columns"),
    ask("select_one yes_no_dk", "m_epay_registered", "Tài khoản đó đã đăng ký thanh toán điện tử chưa?", "Is that account registered for electronic payment?",
        hint=("Ngân hàng trên điện thoại hoặc trên mạng, quét mã QR…", "Mobile or Internet banking, QR code…"), relevant="${m_bank_account} = 'yes' or ${m_other_account} = 'yes'", appearance="columns"),
    ask("select_multiple epay_use", "m_epay_use", "Trong 12 tháng qua, ${m_call} đã trả hoặc nhận tiền điện tử cho những việc gì?", "In the last 12 months, what did ${m_name} pay or get paid for electronically?", relevant="${m_epay_registered} = 'yes'",
        constraint=NONE_ALONE, wrong=("“Chưa dùng lần nào” không chọn cùng mục khác.", "“Never used” cannot be chosen together with others."), appearance="columns"),
    end(),
]  # fmt: skip

SERVICES = [
    group("services", "Sức khỏe và dịch vụ công", "Health and public services", relevant=AT_HOME),
    ask("select_one yes_no_dk", "m_ehealth", "Hiện nay ${m_call} đã có hồ sơ hoặc sổ sức khỏe điện tử chưa?", "Does ${m_name} have an electronic health record or health book?",
        hint=("Chỉ hỏi đã có hay chưa, không hỏi nội dung bệnh.", "Only whether it exists; nothing about illness."), appearance="columns"),
    ask("select_one yes_no_dk", "m_ehealth_vneid", "Sổ sức khỏe điện tử của ${m_call} đã hiện trên VNeID chưa?", "Is ${m_name}'s health book visible in VNeID?", must=False,
        relevant=module("services_more", "${m_ehealth} = 'yes' and ${m_age} >= 14"), appearance="columns"),
    ask("select_one yes_no_dk", "m_esign", "Hiện nay ${m_call} có chữ ký số hoặc chữ ký điện tử cá nhân không?", "Does ${m_name} have a personal digital or electronic signature?", relevant="${m_age} >= 18", appearance="columns"),
    ask("select_one yes_no", "m_dvc_known", "Từ trước đến nay, ${m_call} có biết đến dịch vụ công trực tuyến không?", "Has ${m_name} heard of online public services?", must=False, relevant=module("services_more", "${m_age} >= 15"), appearance="columns"),
    ask("select_one yes_no_dk", "m_dvc_12m", "Trong 12 tháng qua, ${m_call} có tự dùng dịch vụ công trực tuyến không?", "In the last 12 months, did ${m_name} personally use an online public service?",
        hint=("Nộp hồ sơ, tra cứu, nộp phí trên mạng.", "Filing, looking up or paying a fee online."), relevant="${m_age} >= 18", appearance="columns"),
    ask("select_one yes_no_dk", "m_telehealth_12m", "Trong 12 tháng qua, ${m_call} có được tư vấn, khám chữa bệnh từ xa không?", "In the last 12 months, did ${m_name} get remote health advice or treatment?", must=False, relevant=module("services_more", "${m_age} >= 18"), appearance="columns"),
    ask("select_one yes_no_dk", "m_buy_online_12m", "Trong 12 tháng qua, ${m_call} có mua hàng trên mạng không?", "In the last 12 months, did ${m_name} buy anything online?", must=False, relevant=module("commerce", "${m_age} >= 15"), appearance="columns"),
    end(),
]  # fmt: skip

SKILLS = [
    group("skills", "Kỹ năng số", "Digital skills", relevant=f"{AT_HOME} and ${{m_age}} >= 15"),
    ask("select_multiple ict_skill", "m_skill", "Trong 3 tháng qua, ${m_call} đã tự làm những việc nào trên điện thoại hoặc máy tính?", "In the last 3 months, which of these did ${m_name} do on a phone or computer?", relevant="${m_internet_3m} = 'yes'",
        constraint=NONE_ALONE, wrong=("“Không làm việc nào” không chọn cùng mục khác.", "“None of these” cannot be chosen together with others."), appearance="columns"),
    ask("select_one yes_no_dk", "m_skill_trained", "Từ trước đến nay, ${m_call} đã được tập huấn kỹ năng số cơ bản chưa?", "Has ${m_name} ever been trained in basic digital skills?", appearance="columns"),
    ask("select_one yes_no_dk", "m_skill_certified", "Đến nay, ${m_call} đã được xác nhận hoàn thành phổ cập kỹ năng số chưa?", "Has ${m_name} been confirmed as having basic digital skills?", must=False, relevant=module("training"), appearance="columns"),
    ask("select_multiple support_topic", "m_support_topic", "Sắp tới, ${m_call} muốn được hướng dẫn thêm về việc gì?", "What would ${m_name} like help with?", must=False, relevant=module("training"),
        constraint=NONE_ALONE, wrong=("“Không cần” không chọn cùng mục khác.", "“None” cannot be chosen together with others."), appearance="columns"),
    end(),
    end("repeat"),
    calc("n_members", "count(${members})", relevant=AGREED),
    calc("n_heads", "count(${m_relation}[. = 'head'])", relevant=AGREED),
    calc("head_name", "join(', ', ${m_head}[. != ''])", relevant=AGREED),
    calc("n_pupils", "sum(${m_pupil_flag})", relevant=AGREED),
    calc("n_smartphone_owners", "sum(${m_smartphone_flag})", relevant=AGREED),
    calc("n_self", "sum(${m_self_flag})", relevant=AGREED),
]  # fmt: skip

COUNT = {"constraint": ". >= 0 and . <= 20", "wrong": ("Nhập số từ 0 đến 20.", "Enter a number from 0 to 20.")}

DEVICES = [
    group("devices", "Thiết bị của hộ", "Devices", relevant=AGREED),
    ask("integer", "n_smartphone", "Cả hộ có bao nhiêu điện thoại thông minh đang dùng được?", "How many working smartphones does the household have?", **COUNT),  # type: ignore[arg-type]
    doubt("n_smartphone", "${n_smartphone} > ${n_members} or ${n_smartphone} < ${n_smartphone_owners}",
          "Hộ có ${n_members} người, ${n_smartphone_owners} người có điện thoại thông minh riêng. Nếu đúng, ghi lý do:",
          "The household has ${n_members} people; ${n_smartphone_owners} of them own a smartphone. If correct, give the reason:"),
    ask("integer", "n_feature_4g", "Cả hộ có bao nhiêu điện thoại phổ thông dùng được mạng 4G?", "How many feature phones with 4G?", **COUNT),  # type: ignore[arg-type]
    ask("integer", "n_phone_3g", "Cả hộ có bao nhiêu điện thoại chỉ dùng được mạng 2G, 3G?", "How many phones that only work on 2G and 3G?", **COUNT),  # type: ignore[arg-type]
    ask("integer", "n_phone_2g", "Cả hộ có bao nhiêu điện thoại “cục gạch” chỉ dùng được mạng 2G?", "How many phones that only work on 2G?", **COUNT),  # type: ignore[arg-type]
    ask("integer", "n_tablet", "Cả hộ có bao nhiêu máy tính bảng?", "How many tablets?", **COUNT),  # type: ignore[arg-type]
    ask("integer", "n_computer", "Cả hộ có bao nhiêu máy tính để bàn, xách tay?", "How many desktop and laptop computers?", **COUNT),  # type: ignore[arg-type]
    ask("select_one yes_no_dk", "smart_device_4g", "Có ít nhất một thiết bị dùng được mạng 4G hoặc 5G không?", "Does at least one device work on 4G or 5G?", relevant="${n_smartphone} + ${n_tablet} + ${n_feature_4g} > 0", appearance="columns"),
    ask("select_multiple no_smartphone_reason", "no_smartphone_reason", "Vì sao hộ chưa có điện thoại thông minh?", "Why does the household have no smartphone?", relevant="${n_smartphone} = 0", appearance="columns"),
    ask("select_one yes_no", "has_tv", "Hộ có ti vi không?", "Is there a television?", must=False, relevant=module("home"), appearance="columns"),
    ask("select_one yes_no", "has_radio", "Hộ có đài (radio) không?", "Is there a radio?", must=False, relevant=module("home"), appearance="columns"),
    ask("select_one yes_no", "has_electricity", "Hộ có điện lưới hoặc nguồn điện ổn định không?", "Is there grid or other stable electricity?", must=False, relevant=module("home"), appearance="columns"),
    end(),
]  # fmt: skip

INTERNET = [
    group("internet", "Internet và sóng", "Internet and signal", relevant=AGREED),
    ask("select_multiple internet_type", "internet_type", "Tại nhà, hộ dùng Internet bằng những cách nào?", "Which Internet services does the household use at home?",
        constraint=NONE_ALONE, wrong=("“Không có” không chọn cùng mục khác.", "“None” cannot be chosen together with others."), appearance="columns"),
    ask("select_one operator", "fibre_operator", "Cáp quang của nhà mạng nào?", "Which company provides the fibre line?", must=False, relevant=module("home", "selected(${internet_type}, 'fibre')"), appearance="columns"),
    ask("select_one yes_no_dk", "fibre_active", "Đường cáp quang hiện có đang hoạt động không?", "Is the fibre line in service now?",
        hint=("Đang tạm ngưng thì chọn “Không”.", "Choose “No” if it is suspended."), relevant="selected(${internet_type}, 'fibre')", appearance="columns"),
    ask("select_one yes_no_dk", "fibre_available", "Nếu muốn, hộ có lắp được cáp quang ngay không?", "If it wanted to, could the household get fibre now?",
        hint=("Nghĩa là cáp đã kéo tới khu vực này.", "That is, the cable has already reached this place."), relevant="not(selected(${internet_type}, 'fibre'))", appearance="columns"),
    ask("select_multiple no_internet_reason_hh", "no_fibre_reason", "Vì sao hộ chưa dùng Internet cáp quang?", "Why does the household not have fibre?", relevant="not(selected(${internet_type}, 'fibre'))", appearance="columns"),
    ask("select_one signal_home", "signal_home", "Sóng di động tại nhà thế nào?", "How is the mobile signal at home?", appearance="columns"),
    ask("select_multiple operator", "signal_operator", "Tại nhà bắt được sóng 4G, 5G của những nhà mạng nào?", "Which companies' 4G or 5G signal is received at home?", must=False, relevant=module("home", "${signal_home} != '' and ${signal_home} != 'none'"), appearance="columns"),
    end(),
]  # fmt: skip

POOR = "(${poverty_status} = 'poor' or ${poverty_status} = 'near_poor')"
SUPPORT = [
    group("support", "Hỗ trợ thiết bị", "Device support", relevant=AGREED),
    ask("select_one yes_no_dk", "support_before", "Từ trước đến nay, hộ đã được hỗ trợ thiết bị hoặc tiền mua thiết bị chưa?", "Has the household ever received a device, or money to buy one?", appearance="columns"),
    ask("select_multiple support_program", "support_before_program", "Hỗ trợ đó từ chương trình nào?", "From which programme?", relevant="${support_before} = 'yes'"),
    ask("select_multiple support_device", "support_before_device", "Hộ đã nhận những gì?", "What was received?", relevant="${support_before} = 'yes'", appearance="columns"),
    ask("integer", "support_before_year", "Hộ nhận năm nào?", "In which year?", must=False, relevant="${support_before} = 'yes'", constraint=". >= 2015 and . <= ${reference_year}",
        wrong=("Nhập năm từ 2015 đến năm nay.", "Enter a year from 2015 to this year.")),
    ask("select_one yes_no", "support_need", "Hộ có nhu cầu được hỗ trợ thiết bị thông minh không?", "Does the household want support for a smart device?", must=False, relevant="selected(${consent_scope}, 'support_review')", appearance="columns"),
    ask("select_one smart_device", "support_device_wanted", "Hộ đề nghị thiết bị nào?", "Which device does the household ask for?",
        hint=("Mỗi hộ chỉ được một thiết bị, một lần.", "One device, once per household."), relevant="${support_need} = 'yes'", appearance="columns"),
    doubt("support_device_wanted", "${support_device_wanted} = 'tablet' and ${n_pupils} = 0",
          "Máy tính bảng dành cho hộ có học sinh phổ thông. Nếu vẫn đề nghị, ghi lý do:", "Tablets are for households with a pupil. If still requested, give the reason:"),
    calc("param_include_policy", "'yes'"),
    calc("eligible_group", f"if({POOR} or (${{param_include_policy}} = 'yes' and (selected(${{policy_group}}, 'merit') or selected(${{policy_group}}, 'social') or selected(${{policy_group}}, 'other_policy'))), 'yes', 'no')"),
    calc("eligible_smartphone", "if(${eligible_group} = 'yes' and ${support_before} = 'no' and ${support_need} = 'yes', 'yes', 'no')"),
    calc("eligible_tablet", "if(${eligible_group} = 'yes' and ${support_before} = 'no' and ${support_need} = 'yes' and ${n_pupils} > 0, 'yes', 'no')"),
    calc("support_priority", f"if(${{eligible_group}} != 'yes', 99, if({POOR} and selected(${{policy_group}}, 'merit'), 1, if({POOR} and selected(${{policy_group}}, 'social'), 2, if(${{poverty_status}} = 'poor', 3, if(${{poverty_status}} = 'near_poor', 4, 5)))))"),
    end(),
]  # fmt: skip

CLOSING = [
    group("closing", "Kết thúc", "Closing"),
    ask("select_one ${m_pick}", "respondent", "Ai là người trả lời chính?", "Who was the main respondent?", relevant=f"({AGREED}) and ${{n_self}} != 1"),
    calc("respondent_no", "if(${n_self} = 1, sum(${m_self_no}), if(${respondent} = '', '', number(substring-before(${respondent}, '.'))))", relevant=AGREED),
    ask("text", "remark", "Ghi chú của điều tra viên", "Interviewer's remarks", must=False, hint=("Không ghi dữ liệu cá nhân nhạy cảm vào ô này.", "Do not write sensitive personal data here."), appearance="multiline"),
    calc("hh_weight", "1"),
    end(),
]  # fmt: skip

SURVEY = [
    *FROM_PROGRAM, *CONSENT, *HOUSEHOLD, *ROSTER, *PERSON, *PHONE, *EID, *PAYMENT, *SERVICES, *SKILLS, *DEVICES, *INTERNET,
    *SUPPORT, *CLOSING,
]  # fmt: skip

CHOICES = """
consent_answer
  agree | Đồng ý | Agrees
  agree_limited | Đồng ý một phần | Agrees in part
  refuse | Từ chối | Refuses
consent_scope
  statistics | Tổng hợp, thống kê, báo cáo không nêu tên | Statistics and reports without names
  support_review | Xét hỗ trợ thiết bị thông minh, dịch vụ viễn thông công ích | Review for smart-device / universal-service support
  contact | Liên hệ lại để hướng dẫn kỹ năng số | Contact again for digital-skills help
  share_commune | Chia sẻ với bộ phận chuyên môn của UBND cấp xã | Share with commune professional staff
consent_method
  signature | Ký trên giấy hoặc trên máy | Signature on paper or device
  fingerprint | Điểm chỉ | Fingerprint mark
  checkbox | Nói đồng ý, điều tra viên ghi trên máy | Said so; recorded by the interviewer
  audio | Lời nói được ghi âm | Recorded voice
yes_no
  yes | Có | Yes
  no | Không | No
poverty_status
  poor | Hộ nghèo | Poor household
  near_poor | Hộ cận nghèo | Near-poor household
  escaped | Hộ mới thoát nghèo, thoát cận nghèo | Recently escaped (near-)poverty
  non_poor | Không thuộc các diện trên | None of these
  unknown | Chưa xác minh | Not verified
policy_group
  merit | Gia đình chính sách người có công với cách mạng | Family of people with revolutionary merit
  social | Gia đình chính sách xã hội (có đối tượng bảo trợ xã hội) | Social-policy family (social-protection beneficiary)
  ethnic_hardship | Hộ dân tộc thiểu số ở thôn/xã đặc biệt khó khăn | Ethnic-minority household in specially difficult village/commune
  other_policy | Đối tượng chính sách khác theo kế hoạch của tỉnh | Other policy group named in the provincial plan
  none | Không thuộc diện nào | None
yes_no_dk
  yes | Có | Yes
  no | Không | No
  dk | Không biết, không trả lời | Don't know, no answer
relation
  head | Chủ hộ | Head
  spouse | Vợ/chồng | Spouse
  child | Con đẻ/con nuôi | Child
  child_in_law | Con dâu/con rể | Child-in-law
  parent | Bố/mẹ | Parent
  parent_in_law | Bố/mẹ vợ (chồng) | Parent-in-law
  sibling | Anh/chị/em | Sibling
  grandparent | Ông/bà | Grandparent
  grandchild | Cháu | Grandchild
  other_relative | Họ hàng khác | Other relative
  non_relative | Không có quan hệ họ hàng | Not related
sex
  male | Nam | Male
  female | Nữ | Female
  other | Khác, không trả lời | Other, no answer
residence
  permanent | Thường trú | Permanent resident
  temporary | Tạm trú | Temporary resident
  absent_6m | Vắng từ 6 tháng trở lên | Away 6 months or more
education
  none | Chưa qua trường lớp | No schooling
  primary | Tiểu học | Primary
  lower_secondary | Trung học cơ sở | Lower secondary
  upper_secondary | Trung học phổ thông | Upper secondary
  vocational | Trung cấp/cao đẳng/nghề | Vocational/college
  university | Đại học trở lên | University or above
  preschool | Mầm non/chưa đến tuổi | Preschool/below school age
occupation
  agriculture | Nông, lâm, thủy sản | Agriculture, forestry, fishery
  worker | Công nhân, làm thuê | Worker, hired labour
  trade_service | Kinh doanh, buôn bán, dịch vụ | Trade and services
  public | Cán bộ, công chức, viên chức, lực lượng vũ trang | Public servant, armed forces
  office | Nhân viên doanh nghiệp | Company employee
  student | Học sinh, sinh viên | Student
  home_retired | Nội trợ, nghỉ hưu | Home duties, retired
  unemployed | Chưa có việc làm | Unemployed
  unable | Không còn/không có khả năng lao động | Unable to work
  other | Khác | Other
ethnic_group
  01 | Kinh | Kinh
  02 | Tày | Tày
  03 | Thái | Thái
  04 | Hoa | Hoa
  05 | Khơ Me | Khơ Me
  06 | Mường | Mường
  07 | Nùng | Nùng
  08 | Mông | Mông
  09 | Dao | Dao
  10 | Gia Rai | Gia Rai
  11 | Ngái | Ngái
  12 | Ê Đê | Ê Đê
  13 | Ba Na | Ba Na
  14 | Xơ Đăng | Xơ Đăng
  15 | Sán Chay | Sán Chay
  16 | Cơ Ho | Cơ Ho
  17 | Chăm | Chăm
  18 | Sán Dìu | Sán Dìu
  19 | Hrê | Hrê
  20 | Mnông | Mnông
  21 | Ra Glai | Ra Glai
  22 | Xtiêng | Xtiêng
  23 | Bru-Vân Kiều | Bru-Vân Kiều
  24 | Thổ | Thổ
  25 | Giáy | Giáy
  26 | Cơ Tu | Cơ Tu
  27 | Gié Triêng | Gié Triêng
  28 | Mạ | Mạ
  29 | Khơ Mú | Khơ Mú
  30 | Co | Co
  31 | Tà Ôi | Tà Ôi
  32 | Chơ Ro | Chơ Ro
  33 | Kháng | Kháng
  34 | Xinh Mun | Xinh Mun
  35 | Hà Nhì | Hà Nhì
  36 | Chu Ru | Chu Ru
  37 | Lào | Lào
  38 | La Chí | La Chí
  39 | La Ha | La Ha
  40 | Phù Lá | Phù Lá
  41 | La Hủ | La Hủ
  42 | Lự | Lự
  43 | Lô Lô | Lô Lô
  44 | Chứt | Chứt
  45 | Mảng | Mảng
  46 | Pà Thẻn | Pà Thẻn
  47 | Cơ Lao | Cơ Lao
  48 | Cống | Cống
  49 | Bố Y | Bố Y
  50 | Si La | Si La
  51 | Pu Péo | Pu Péo
  52 | Brâu | Brâu
  53 | Ơ Đu | Ơ Đu
  54 | Rơ Măm | Rơ Măm
  55 | Người nước ngoài | Foreigner
  99 | Không trả lời | No answer
phone_type
  smartphone | Điện thoại thông minh | Smartphone
  feature_4g | Điện thoại phổ thông có 4G | Feature phone with 4G
  only_3g | Điện thoại chỉ có 2G/3G | 2G/3G phone
  only_2g | Điện thoại chỉ có 2G (“cục gạch”) | 2G-only phone
  dk | Không biết | Don't know
frequency
  daily | Hằng ngày | Daily
  weekly | Ít nhất mỗi tuần một lần | At least once a week
  less | Ít hơn một lần/tuần | Less than once a week
  dk | Không biết | Don't know
internet_activity
  call_message | Gọi, nhắn tin (Zalo, Messenger…) | Calls and messages (Zalo, Messenger…)
  social | Mạng xã hội | Social networks
  news | Đọc tin, tìm thông tin | News, information search
  video | Xem video, nghe nhạc | Video, music
  learning | Học trực tuyến (MOOCs, bài giảng) | Online learning (MOOCs, lessons)
  public_service | Dịch vụ công trực tuyến | Online public services
  banking | Ngân hàng, thanh toán | Banking and payments
  buy | Mua hàng trực tuyến | Buy online
  sell | Bán hàng trực tuyến | Sell online
  health | Sức khỏe, đặt lịch khám, tư vấn từ xa | Health, booking, teleconsultation
  work_farm | Phục vụ sản xuất, công việc | Work and production
  other | Khác | Other
no_internet_reason_p
  no_device | Không có thiết bị | No device
  cost | Chi phí cao | Too costly
  no_coverage | Không có sóng/mạng | No network
  no_skill | Không biết sử dụng | Does not know how
  no_need | Không cần | No need
  language | Rào cản ngôn ngữ/đọc viết | Language/literacy
  age_health | Tuổi cao, sức khỏe, khuyết tật | Age, health, disability
  safety | Lo ngại an toàn | Safety concerns
  not_allowed | Không được phép dùng | Not allowed
  other | Khác | Other
eid_level
  none | Chưa có | None
  level1 | Mức 1 | Level 1
  level2 | Mức 2 | Level 2
  dk | Không biết mức, không trả lời | Level unknown, no answer
epay_use
  electricity | Tiền điện | Electricity bill
  water | Tiền nước | Water bill
  tuition | Học phí | School fees
  hospital | Viện phí | Hospital fees
  tax | Thuế, phí, lệ phí | Taxes and fees
  benefit | Nhận trợ cấp an sinh xã hội, lương hưu | Receive social benefits/pension
  shopping | Mua hàng (chuyển khoản, quét mã QR) | Purchases (transfer, QR)
  transfer | Chuyển tiền cho người khác | Transfers to people
  telecom | Nạp tiền điện thoại, cước mạng | Phone top-up, telecom bills
  none | Chưa dùng lần nào | Never used
ict_skill
  copy_paste | Sao chép, cắt dán thông tin giữa ứng dụng/thiết bị | Copy and paste between apps/devices
  send_attachment | Gửi tin nhắn/thư kèm ảnh, tệp | Send messages with attachments
  spreadsheet | Dùng công thức trong bảng tính | Use formulas in a spreadsheet
  connect_device | Kết nối, cài đặt thiết bị mới (Wi-Fi, máy in, loa…) | Connect and install new devices
  install_app | Tìm, tải, cài đặt và thiết lập ứng dụng | Find, download, install and configure apps
  presentation | Tạo bài trình chiếu có chữ, ảnh, video | Create presentations with text, images, video
  transfer_file | Chuyển tệp/ứng dụng giữa các thiết bị, lưu đám mây | Transfer files between devices/cloud
  security | Đặt mật khẩu mạnh, bảo vệ tài khoản | Set up strong passwords, protect accounts
  privacy | Thay đổi thiết lập riêng tư | Change privacy settings
  verify_info | Kiểm tra độ tin cậy của thông tin trên mạng | Verify reliability of online information
  program | Viết mã lệnh, lập trình | Programming or coding
  none | Không làm việc nào | None of these
support_topic
  use_phone | Dùng điện thoại thông minh | Using a smartphone
  vneid | Cài đặt, dùng VNeID | Installing and using VNeID
  public_service | Nộp hồ sơ trực tuyến | Filing procedures online
  payment | Thanh toán, ngân hàng số | Payments, digital banking
  health | Sổ sức khỏe điện tử | E-health book
  sell | Bán hàng trên sàn thương mại điện tử | Selling on e-commerce platforms
  safety | Phòng tránh lừa đảo | Avoiding scams
  none | Không cần | None
no_smartphone_reason
  cost | Không đủ tiền mua | Cannot afford
  no_coverage | Nơi ở không có sóng 3G/4G | No 3G/4G signal
  no_skill | Không biết dùng/không biết chữ | Cannot use it / cannot read
  no_need | Không có nhu cầu | No need
  age_health | Tuổi cao, sức khỏe, khuyết tật | Age, health or disability
  broken | Máy hỏng/mất | Broken or lost
  other | Khác | Other
internet_type
  fibre | Cáp quang (FTTH) | Fibre (FTTH)
  other_fixed | Cố định khác (cáp đồng, cáp truyền hình) | Other fixed (copper, cable TV)
  mobile_data | Dữ liệu di động 3G/4G/5G | Mobile data 3G/4G/5G
  satellite | Vệ tinh | Satellite
  shared | Dùng nhờ/dùng chung Wi-Fi (hàng xóm, nhà văn hóa) | Shared Wi-Fi (neighbour, village hall)
  none | Không có | None
operator
  viettel | Viettel | Viettel
  vnpt | VNPT/VinaPhone | VNPT/VinaPhone
  mobifone | MobiFone | MobiFone
  fpt | FPT | FPT
  vietnamobile | Vietnamobile | Vietnamobile
  other | Khác | Other
no_internet_reason_hh
  no_infra | Chưa có hạ tầng/chưa kéo cáp tới | No infrastructure here
  service_cost | Cước phí cao | Service too expensive
  equipment_cost | Thiết bị đắt | Equipment too expensive
  no_skill | Không biết sử dụng | Lack of skills
  no_need | Không có nhu cầu | No need
  elsewhere | Đã truy cập ở nơi khác/dùng di động là đủ | Access elsewhere / mobile is enough
  safety | Lo ngại an toàn, lừa đảo | Security and fraud concerns
  no_electricity | Chưa có điện ổn định | No stable electricity
  other | Khác | Other
signal_home
  good | Tốt, dùng được trong nhà | Good indoors
  outdoor | Chỉ bắt được ngoài trời/chỗ cao | Outdoors or high spots only
  weak | Yếu, chập chờn | Weak, unstable
  none | Không có sóng | No signal
support_program
  ptu_tablet | Máy tính bảng – Chương trình viễn thông công ích đến 2025 | Tablet – universal-service programme to 2025
  ptu_smartphone | Điện thoại thông minh – Chương trình viễn thông công ích đến 2025 | Smartphone – universal-service programme to 2025
  ptu_cash | Tiền 500.000 đồng – Chương trình viễn thông công ích | VND 500,000 cash – universal-service programme
  wave_computer | “Sóng và máy tính cho em” | "Signal and computers for children"
  province_plan | Kế hoạch của tỉnh | Provincial plan
  operator | Nhà mạng (chuyển đổi 2G) | Operator (2G migration)
  donor | Xã hội hóa, nhà tài trợ | Donors
support_device
  smartphone | Điện thoại thông minh | Smartphone
  tablet | Máy tính bảng | Tablet
  computer | Máy tính để bàn/xách tay | Desktop/laptop
  feature_4g | Điện thoại phổ thông 4G | 4G feature phone
  cash | Tiền | Cash
smart_device
  smartphone | Điện thoại thông minh | Smartphone
  tablet | Máy tính bảng | Tablet
"""
"""The lists of choices: a list's name, then its lines ``code | Vietnamese | English``."""

SETTINGS = {
    "form_title": "Phiếu khảo sát mức độ sẵn sàng số của hộ gia đình",
    "form_id": "household",
    "version": VERSION,
    "default_language": VI,
    "instance_name": "concat(${village_code}, ' ', ${hh_no}, ' ', ${head_name})",
}

WIDTHS = {
    "type": 28, "name": 24, "label": 60, "hint": 44, "relevant": 44, "required": 9, "required_message": 32, "constraint": 44,
    "constraint_message": 44, "appearance": 13, "calculation": 50, "trigger": 18, "default": 12, "list_name": 24,
}  # fmt: skip
HEAD = PatternFill("solid", fgColor="234A97")
SHADES = {
    "begin": PatternFill("solid", fgColor="E7EEFB"),
    "end": PatternFill("solid", fgColor="E7EEFB"),
    "hidden": PatternFill("solid", fgColor="F1F3F6"),
    "calculate": PatternFill("solid", fgColor="F1F3F6"),
}


def fill(sheet: Worksheet, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Write a sheet so that it is pleasant to edit: frozen coloured head, filter, wrapped cells, shaded groups."""
    sheet.append(head)
    for row in rows:
        sheet.append([value or None for value in row])
    for column, cell in enumerate(sheet[1], start=1):
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(str(cell.value).split("::")[0], 20)
    for line in sheet.iter_rows(min_row=2):
        shade = SHADES.get(str(line[0].value).split("_")[0])
        for cell in line:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.number_format = "@"
            if shade:
                cell.fill = shade
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions


def choice_rows() -> list[tuple[str, ...]]:
    """Return the lines of the sheet ``choices``."""
    rows: list[tuple[str, ...]] = []
    name = ""
    for line in CHOICES.strip().splitlines():
        if not line.startswith(" "):
            name = line
        else:
            rows.append((name, *(part.strip() for part in line.split("|"))))
    return rows


def make(target: Path) -> None:
    """Write the workbook.

    Raises:
        FileExistsError: there is a workbook already; people may have edited it.
    """
    if target.exists():
        raise FileExistsError(f"{target} exists; the workbook is the source and is edited in Excel")
    book = Workbook()
    survey = book.active
    assert isinstance(survey, Worksheet)
    survey.title = "survey"
    fill(survey, SURVEY_HEAD, [tuple(vars(row).values()) for row in SURVEY])
    fill(book.create_sheet("choices"), ("list_name", "name", f"label::{VI}", f"label::{EN}"), choice_rows())
    fill(book.create_sheet("settings"), tuple(SETTINGS), [tuple(SETTINGS.values())])
    book.properties.creator = "survey-app"
    book.properties.title = SETTINGS["form_title"]
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(str(__doc__))
    make(Path(sys.argv[1]))
