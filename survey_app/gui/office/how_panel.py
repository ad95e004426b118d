"""How an indicator is computed: in words, as expressions, and from which questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.parts import SMALL, Button, Label, Panel
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.text import of_nobody

if TYPE_CHECKING:
    from survey_app.gui.office.figures import Figures
    from survey_app.indicators import Indicator


def questions_of(indicator: Indicator, figures: Figures) -> list[str]:
    """Return the questions an indicator is computed from, in words."""
    from survey_app.xforms.xpath import references

    form = figures.basis.form
    spoken = next((name for name in form.languages if f"({i18n.language()})" in name), form.default_language)
    parts = [part for part in (indicator.numerator, indicator.denominator) if part is not None]
    names = dict.fromkeys(name for part in parts for name in references(part))
    by_name = {question.name: question for question in form.questions.values()}
    labels = [by_name[name].label(spoken) for name in names if name in by_name]
    return [of_nobody(label) for label in labels if label]


def lines_of(indicator: Indicator, figures: Figures) -> list[tuple[str, str]]:
    """Return heading and text of each line of the panel."""
    from survey_app.reports.words import FORMULAS

    language = i18n.language()
    note = indicator.words.get(f"note_{language}", "") or indicator.words.get("note_vi", "")
    expression = indicator.numerator_text
    if indicator.denominator_text:
        expression = f"{indicator.numerator_text}\n÷ {indicator.denominator_text}"
    lines = [
        (_("Formula"), _(FORMULAS.get(indicator.aggregate, indicator.aggregate))),
        (_("Numerator"), indicator.worded("numerator", language)),
        (_("Denominator"), indicator.worded("denominator", language)),
        (_("Unknown answers"), _("count in the denominator, never in the numerator; their share is shown.")),
        (_("Questions"), "\n".join(questions_of(indicator, figures))),
        (_("Expression"), expression),
        (_("Note"), note),
    ]
    return [(head, text) for head, text in lines if text]


class HowPanel(Panel):
    """Opens above the chart and closes again."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=14, gap=10, parent=parent)
        self._title = Label("", Type.PANEL, weight=600, elide=True)
        self.close_button = Button("", "quiet", icon="x", key="Esc", shortcut="", height=SMALL)
        self.close_button.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button)
        self.column.addLayout(head)
        self._body = QWidget()
        self._grid = QGridLayout(self._body)
        self.column.addWidget(self._body)

    def show_indicator(self, indicator: Indicator, figures: Figures) -> None:
        """Show how one indicator is computed."""
        self._title.setText(_("How it is computed: {name}").format(name=indicator.name(i18n.language())))
        self.close_button.setText(_("Close"))
        self.column.removeWidget(self._body)
        self._body.deleteLater()
        self._body = QWidget()
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(8))
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for row, (head, text) in enumerate(lines_of(indicator, figures)):
            grid.addWidget(Label(head, Type.TABLE, "text3"), row, 0, top)
            words = Label(text, Type.TABLE, "text", wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            grid.addWidget(words, row, 1)
        self.column.addWidget(self._body)
