"""What results can be broken down by, written in the same language as the indicators.

A blank becomes ``UNKNOWN``. Where a breakdown does not exist for a level (the sex of a household) the column says
``ALL``. A household in several policy groups counts in each of them, so these rows do not add up to the total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.errors import SurveyAppError
from survey_app.i18n import N_, _
from survey_app.indicators.columns import Codebook, Level
from survey_app.indicators.faults import listing, nearest
from survey_app.xforms.xpath import Expr, Reference, parse, references

UNKNOWN = "unknown"
ALL = "all"

AGE_GROUPS = ("0-5", "6-13", "14-17", "18-34", "35-59", "60+")
"""Age at the reference date in completed years. The bounds are those of the identity law (under 6, 6 to 13, from 14),
of adulthood (18) and of the law on older people (60)."""

_AGE_GROUP = (
    "if(${m_age} < 0, '', if(${m_age} < 6, '0-5', if(${m_age} < 14, '6-13', if(${m_age} < 18, '14-17', "
    "if(${m_age} < 35, '18-34', if(${m_age} < 60, '35-59', if(${m_age} >= 60, '60+', '')))))))"
)


@dataclass(frozen=True)
class Disaggregation:
    """A breakdown.

    Attributes:
        name: what it is called in ``--by`` and as a column.
        level: the level whose expression it is; a household's holds for its members too.
        expression: text in XLSForm language that gives the code.
        title: what people call it (English source).
        order: codes in their order; others follow, sorted.
        several: a row may belong to several groups (codes parted by blanks).
    """

    name: str
    level: Level
    expression: str
    title: str
    order: tuple[str, ...] = ()
    several: bool = False

    @property
    def expr(self) -> Expr:
        """Return the syntax tree."""
        return parse(self.expression)


DISAGGREGATIONS: tuple[Disaggregation, ...] = (
    Disaggregation("province", "household", "${province_code}", N_("Province")),
    Disaggregation("district", "household", "${district_code}", N_("District")),
    Disaggregation("commune", "household", "${commune_code}", N_("Commune")),
    Disaggregation("village", "household", "${village_code}", N_("Village")),
    Disaggregation("area_type", "household", "${area_type}", N_("Urban or rural"), ("urban", "rural")),
    Disaggregation("poverty_status", "household", "${poverty_status}", N_("Poverty status")),
    Disaggregation("policy_group", "household", "${policy_group}", N_("Policy group"), several=True),
    Disaggregation("head_sex", "household", "${head_sex}", N_("Sex of the head"), ("male", "female", "other")),
    Disaggregation("interviewer", "household", "${interviewer_id}", N_("Enumerator")),
    Disaggregation("round", "household", "${campaign_code}", N_("Round")),
    Disaggregation("special_village", "household", "${v_special}", N_("Specially difficult village")),
    Disaggregation("enterprise_type", "household", "${e_type}", N_("Kind of business")),
    Disaggregation("size", "household", "${e_size}", N_("Size of the business")),
    Disaggregation("sector", "household", "${e_sector}", N_("Sector")),
    Disaggregation("level", "household", "${a_level}", N_("Level of the agency")),
    Disaggregation("programme", "household", "${ds_program}", N_("Programme")),
    Disaggregation("list_round", "household", "${ds_round}", N_("Round of the list")),
    Disaggregation("sex", "member", "${m_sex}", N_("Sex"), ("male", "female", "other")),
    Disaggregation("age_group", "member", _AGE_GROUP, N_("Age group"), AGE_GROUPS),
    Disaggregation("education", "member", "${m_education}", N_("Education")),
    Disaggregation("occupation", "member", "${m_occupation}", N_("Occupation")),
)
"""The breakdowns with a name of their own; besides them every question with a list of choices can be used."""

PLACE_LEVELS = ("province", "district", "commune", "village")


def disaggregation(name: str, book: Codebook) -> Disaggregation:
    """Return the breakdown of a name, or of a question with a list of choices.

    Raises:
        SurveyAppError: there is none of that name, or the form does not ask what it needs.
    """
    found = next((one for one in DISAGGREGATIONS if one.name == name), None)
    if found is not None:
        missing = [needed for needed in references(found.expr) if needed not in book]
        if missing:
            message = _("Results cannot be broken down by “{name}”: the form has no question “{question}”.")
            raise SurveyAppError("IND-03", message.format(name=name, question=missing[0]))
        question = book[references(found.expr)[0]]
        is_plain = isinstance(found.expr, Reference)
        order = found.order or (question.choices if is_plain else ())
        return Disaggregation(found.name, found.level, found.expression, found.title, order, found.several)
    if name in book and book[name].kind in ("code", "codes"):
        column = book[name]
        several = column.kind == "codes"
        return Disaggregation(name, column.level, f"${{{name}}}", name, column.choices, several)
    known = [one.name for one in DISAGGREGATIONS]
    message = _("Results cannot be broken down by “{name}”.").format(name=name) + nearest(name, known)
    raise SurveyAppError("IND-03", message, _("Possible are: {names}.").format(names=listing(known, 20)))


def disaggregations(names: Sequence[str], book: Codebook) -> tuple[Disaggregation, ...]:
    """Return the breakdowns of several names, each once.

    Raises:
        SurveyAppError: see ``disaggregation``.
    """
    return tuple(disaggregation(name, book) for name in dict.fromkeys(name.strip() for name in names) if name)
