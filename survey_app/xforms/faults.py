"""Messages of the workbook's conversion, taken apart into place and words."""
# ruff: noqa: E501 - a table: one message a line

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from survey_app.i18n import N_, _
from survey_app.xforms.errors import Fault

_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"On the '(\w+)' sheet,?\s*|sheet: '(\w+)'")
_COLUMN = re.compile(r"the '([^']+)' value(?: '([^']*)')?")
_NAMED = re.compile(
    r"(?:element named|to use big-image.*element named|question \$\{|name )['\s]?([\w.\-]+)", re.IGNORECASE
)


def _known(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.DOTALL), words) for pattern, words in pairs)


_WORDS = _known(
    (
        r"Could not find the name '([^']*)'|no survey element named '([^']*)'",
        N_("“{0}” names no question of this form."),
    ),
    (
        r"'([^']*)' appears more than once|multiple survey elements named '([^']*)'",
        N_("Several questions have the name “{0}”. Give the one that is meant a name of its own."),
    ),
    (
        r"Reference variables must start with|reference - parsing failed",
        N_("To name a question write ${{name}}, with nothing else inside."),
    ),
    (
        r"Reference variable lists must have a comma|reference - parsing limit",
        N_("Put a comma between the questions: ${{a}}, ${{b}}."),
    ),
    (
        r"Choice names must be unique",
        N_(
            "A choice stands twice in the same list. If that is meant, write “yes” under “allow_choice_duplicates” on the sheet “settings”."
        ),
    ),
    (r"Choices must have a name", N_("The choice has no name.")),
    (r"Choice names with spaces.*See \[(.*?)\]", N_("The name of a choice must not have blanks: “{0}”.")),
    (
        r"Repeat names must not be the same as the survey root",
        N_("A repeat cannot have the name “data”: it is the name of the whole form."),
    ),
    (r"Repeat names must unique", N_("Another repeat has the same name. Every repeat needs its own.")),
    (r"The name 'meta' is reserved", N_("The name “meta” is taken by the form itself. Choose another.")),
    (r"(?:must be unique within|unique within their nearest)", N_("The name is already used in the same group.")),
    (
        r"Names used here must not begin with two underscores",
        N_("The name of an entity list or property must not begin with “__”."),
    ),
    (r"Names used here must not contain a period", N_("The name of an entity list must not contain a point.")),
    (
        r"Names used here must not be 'name' or 'label'",
        N_("A property of an entity cannot be called “name” or “label”."),
    ),
    (r"Names must begin with", N_("A name must begin with a letter and have no blanks.")),
    (r"Unknown question type '([^']*)'", N_("“{0}” is not a type of question.")),
    (r"Unmatched '(end_\w+)'", N_("“{0}” ends what never began.")),
    (r"Unmatched '(begin_\w+)'.*for the name '([^']*)'", N_("“{0}” of “{1}” never ends.")),
    (r"Unmatched (?:begin|end)", N_("A group or repeat does not begin and end in pairs.")),
    (r"List name not in (?:choices|columns) sheet: (\S+)", N_("There is no list “{0}” on the sheet “choices”.")),
    (r"List name not in external choices sheet: (\S+)", N_("There is no list “{0}” on the sheet “external_choices”.")),
    (r"There should be a choices sheet", N_("The workbook has no sheet “choices”.")),
    (r"There should be an external_choices sheet", N_("The workbook has no sheet “external_choices”.")),
    (r"must have a sheet named", N_("The workbook has no sheet “survey”.")),
    (r"big-image, you must also", N_("A picture under “big-image” needs one under “image” too.")),
    (r"(?:should|must) have a label|no label", N_("A label is missing.")),
    (r"Missing calculation", N_("The calculation is missing.")),
    (r"no calculation|has no 'calculation'", N_("The calculation is missing.")),
    (r"Question with no type", N_("The question has no type.")),
    (r"Question or group with no name", N_("The question has no name.")),
    (r"Repeat loop without list name", N_("After “begin loop over” the name of a list is missing.")),
    (
        r"(?:Duplicate column header: |names for the same column were found: '[^']*', ')([^'\n]+)",
        N_("Two columns mean the same: “{0}”. Keep one."),
    ),
    (r"required column headers were not found: (.*?)\. ", N_("A column is missing: {0}.")),
    (r"invalid missing header row|due a missing header row", N_("The first row of the sheet must hold the headings.")),
    (
        r"Column headers must not be empty and must not contain spaces",
        N_("A heading of the sheet “choices” must not be empty or have blanks."),
    ),
    (
        r"column names are invalid\. The following column\(s\) are not supported[^:]*: (.*?)\. ",
        N_("These columns are not known on this sheet: {0}."),
    ),
    (
        r"accepted parameter keys for this question type are '(.*?)'\. .*key\(s\): '(.*?)'",
        N_("“{1}” is not known under “parameters” for this type. Known are: {0}."),
    ),
    (
        r"Parameters must be in the form",
        N_("Under “parameters” write name=value, several parted by blanks: start=1 end=10."),
    ),
    (r"Parameters must include randomize=true to use a seed", N_("“seed” needs “randomize=true”.")),
    (
        r"parameter '([\w\-]+)' must be a number|Parameter ([\w\-]+) must have an integer|'([\w\-]+)' parameter must have a numeric",
        N_("Under “parameters” the value of “{0}” must be a number."),
    ),
    (r"parameter '([\w\-]+)' must not be '0'", N_("Under “parameters” the value of “{0}” must not be 0.")),
    (
        r"parameter '([\w\-]+)' must not be larger than",
        N_("Under “parameters” the value of “{0}” is larger than the whole range."),
    ),
    (
        r"parameter '([\w\-]+)' must be a multiple",
        N_("Under “parameters” the value of “{0}” must be a multiple of “step”."),
    ),
    (
        r"parameter '([\w\-]+)' must be between",
        N_("Under “parameters” the value of “{0}” must lie between “start” and “end”."),
    ),
    (r"'tick_labelset' must be a choice list", N_("“tick_labelset” must name a list of the sheet “choices”.")),
    (
        r"must have only 2 items",
        N_("With the appearance “no-ticks” the list of “tick_labelset” must have two choices."),
    ),
    (
        r"only supported for the appearances",
        N_("“tick_interval”, “placeholder” and “tick_labelset” do not go with this appearance."),
    ),
    (r"choice values must all be numbers", N_("The choices of “tick_labelset” must have numbers as names.")),
    (r"choices must be between the 'start'", N_("The choices of “tick_labelset” must lie between “start” and “end”.")),
    (
        r"be equal to the start of the range plus",
        N_("The choices of “tick_labelset” must lie on the steps of the range."),
    ),
    (
        r"'tick_labelset' choice list values may only",
        N_("With “no-ticks” the choices of “tick_labelset” must be “start” and “end”."),
    ),
    (r"'incremental' parameter", N_("“incremental” can only be “true”.")),
    (r"'reference-geometry' parameter", N_("“reference-geometry” must name a list, a file or a repeat.")),
    (
        r"'([\w\-]+)' parameter must be either 'true' or 'false'|(\w[\w\-]*) must be set to true or false",
        N_("Under “parameters” write “{0}=true” or “{0}=false”."),
    ),
    (r"([\w\-]+) must be set to on-form-edit", N_("Under “parameters” write “{0}=on-form-edit”.")),
    (r"Parameter ([\w\-]+) must be greater", N_("Under “parameters” the value of “{0}” is too small.")),
    (r"location-priority must be set to", N_("“location-priority” is no-power, low-power, balanced or high-accuracy.")),
    (
        r"To include location information in the audit",
        N_("To note places in the log write “location-priority”, “location-min-interval” and “location-max-age”."),
    ),
    (r"Audits must always be named", N_("A question of the type “audit” has no name: leave the column “name” blank.")),
    (r"seed value must be a number", N_("“seed” must be a number or a question: seed=${{name}}.")),
    (r"Invalid value for quality", N_("“quality” is voice-only, low, normal or external.")),
    (
        r"'background-geopoint' questions, the 'calculation'",
        N_("A question of the type “background-geopoint” has no calculation."),
    ),
    (
        r"'background-geopoint' questions, the 'trigger'",
        N_("A question of the type “background-geopoint” needs a question under “trigger”."),
    ),
    (
        r"so it can't be used as a calculation trigger for question \$\{([^}]*)\}",
        N_("The question under “trigger” of “{0}” is not shown to anybody, so nothing sets it off."),
    ),
    (
        r"Choice filter not supported with or_other",
        N_("A question with “or_other” cannot have a choice filter. Write the choice “other” into the list yourself."),
    ),
    (r"specify choices for this 'or other'", N_("A question with “or_other” needs a list of the sheet “choices”.")),
    (
        r"Choice filter not supported for table-list",
        N_("In a group with the appearance “table-list” no question can have a choice filter."),
    ),
    (
        r"Badly formatted table list,.*?: (\S+) vs\. (\S+)",
        N_("In a group with the appearance “table-list” all questions need the same list, not “{0}” and “{1}”."),
    ),
    (
        r"File name for '(.*?)' should end with",
        N_("“{0}” names no file this can read: the name must end in .csv, .xml or .geojson."),
    ),
    (
        r"parameters \((\w+)\)",
        N_("Under “parameters”, “{0}” must be the name of a column: a letter, then letters, digits, “_”, “-” and “.”."),
    ),
    (
        r"'search\(\)'.*(?:not supported|combination)|using 'search\(\)'",
        N_("“search()” cannot be used with this list: give the question a list of its own."),
    ),
    (r"Media type: (\S+) not supported", N_("“{0}” is not a kind of picture or sound.")),
    (
        r"This section has not been included",
        N_("“include” is not supported: copy the questions of the other form into this one."),
    ),
    (r"Cannot omit instanceID", N_("“omit_instanceID” cannot be used together with “public_key”.")),
    (r"empty id_string", N_("The form has no “form_id” on the sheet “settings”.")),
    (
        r"Duplicate URI|Instance names must be unique|same name.*instance",
        N_("Two lists or files have the same name but different contents. Rename one of them."),
    ),
    (r"Cycle detected|circular|infinite", N_("Questions refer to each other in a circle.")),
    (r"Could not find a common ancestor|no common ancestor", N_("The questions lie in different repeats.")),
    (r"add an entities sheet", N_("The column “save_to” needs a sheet “entities”.")),
    (
        r"save_to property '([^']*)' is already assigned by row '(\d+)'",
        N_("The property “{0}” is already filled in row {1}."),
    ),
    (r"Groups and repeats can't be saved", N_("A group or repeat cannot be saved into an entity.")),
    (r"entity list name '([^']*)' was not found", N_("There is no entity list “{0}” on the sheet “entities”.")),
    (r"list name '([^']*)' does not have a label", N_("The entity list “{0}” needs a label to create entities.")),
    (
        r"list name '([^']*)' does not have an 'update_if'",
        N_("The entity list “{0}” has “create_if” and “entity_id”, so it needs “update_if” too."),
    ),
    (
        r"list name '([^']*)' does not have an 'entity_id'",
        N_("The entity list “{0}” needs an “entity_id” to update entities."),
    ),
    (r"must be prefixed with the entity", N_("There are several entity lists: write list#property under “save_to”.")),
    (r"one entity declaration", N_("A group or repeat can hold only one entity.")),
    (
        r"has a reference in container scope",
        N_(
            "The entity list takes questions of different repeats. Copy the value into the right place with a calculation."
        ),
    ),
    (r"at most one '#'", N_("“save_to” can hold only one “#”.")),
    (r"'list_name' column must not have any duplicate", N_("The entity list stands twice.")),
    (r"Entity lists must have a name", N_("The entity list has no name.")),
    (
        r"invalid date on the (\S+) sheet, under the (.+?) column on row number (\d+)",
        N_("A date of the sheet “{0}”, column “{1}”, row {2} cannot be told apart. Write it as text."),
    ),
    (
        r"not recognized as a supported type|Error reading|does not appear to be a valid XLSForm",
        N_("The workbook cannot be read."),
    ),
    (r"android|package name", N_("The value of “app” must be the name of a program, for example com.example.camera.")),
)


def fault_of_conversion(
    error: Exception | str,
    numbers: Mapping[str, Sequence[int]] | None = None,
    rows: Mapping[str, int] | None = None,
) -> Fault:
    """Return the fault a message of the conversion tells of.

    Args:
        error: what the conversion raised, or its message.
        numbers: by sheet, the row of the workbook for each row the conversion was given.
        rows: row of the sheet ``survey`` by name of the question.
    """
    message = str(error)
    found = _SHEET.search(message)
    sheet = next((part for part in found.groups() if part), "") if found is not None else ""
    row = _ROW.search(message)
    column = _COLUMN.search(message)
    number = int(row[1]) if row is not None else 0
    if number and not sheet:
        sheet = "survey"
    question = ""
    named = _NAMED.search(message)
    if not number and named is not None and rows and named[1] in rows:
        sheet, number, question = "survey", rows[named[1]], named[1]
    elif number and numbers is not None and 0 <= number - 2 < len(numbers.get(sheet, ())):
        number = numbers[sheet][number - 2]
    return Fault(words_of(message), sheet, number, column[1] if column else "", question)


def words_of(message: str) -> str:
    """Return a message of the conversion in the person's words; one that is not known is quoted."""
    for pattern, known in _WORDS:
        found = pattern.search(message)
        if found is not None:
            return _(known).format(*[part for part in found.groups() if part is not None])
    plain = _SHEET.sub("", _ROW.sub("", message)).strip()
    return _("The workbook was refused with these words: “{words}”").format(words=plain[:300])
