"""The application's style sheet: what Qt's own widgets look like, written from the tokens."""

from __future__ import annotations

from collections.abc import Callable
from string import Template

from survey_app.gui.theme_tokens import Tokens

_SHEET = Template("""
QMainWindow, QDialog, QWidget#ground { background: $bg; }
QToolTip { background: $surface; color: $text; border: 1px solid $line_strong; border-radius: ${p4}px;
    padding: ${p4}px ${p8}px; }
QLineEdit, QPlainTextEdit, QTextEdit, QDateEdit, QSpinBox, QDoubleSpinBox {
    background: $surface; color: $text; border: 1px solid $line_strong; border-radius: ${p6}px;
    padding: 0 ${p11}px; selection-background-color: $primary; selection-color: $on_primary;
    placeholder-text-color: $text3; }
QLineEdit, QDateEdit, QSpinBox, QDoubleSpinBox { min-height: ${p36}px; }
QPlainTextEdit, QTextEdit { padding: ${p7}px ${p9}px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QDateEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus {
    border: 2px solid $focus; padding: 0 ${p10}px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: ${p6}px ${p8}px; }
QLineEdit[fault="true"], QPlainTextEdit[fault="true"] { border: 2px solid $err; padding: 0 ${p10}px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { background: $sunken; color: $text3; }
QDateEdit QLineEdit, QSpinBox QLineEdit, QDoubleSpinBox QLineEdit, QComboBox QLineEdit,
QDateEdit QLineEdit:focus, QSpinBox QLineEdit:focus, QDoubleSpinBox QLineEdit:focus, QComboBox QLineEdit:focus {
    background: transparent; border: none; padding: 0; min-height: 0; }
QComboBox { background: $surface; color: $text; border: 1px solid $line_strong; border-radius: ${p6}px;
    padding: 0 ${p11}px; min-height: ${p36}px; }
QComboBox:focus { border: 2px solid $focus; padding: 0 ${p10}px; }
QComboBox::drop-down { border: none; width: ${p32}px; }
QComboBox::down-arrow { image: url($chevron); width: ${p16}px; height: ${p16}px; }
QComboBox QAbstractItemView, QListView#choices { background: $surface; color: $text; border: 1px solid $line_strong;
    outline: none; selection-background-color: $primary_soft; selection-color: $text; padding: ${p4}px; }
QComboBox QAbstractItemView::item, QListView#choices::item { min-height: ${p32}px; padding: 0 ${p8}px;
    border-radius: ${p4}px; }
QListView#choices::item:selected { background: $primary_soft; color: $text; }
QMenu { background: $surface; color: $text; border: 1px solid $line; border-radius: ${p8}px; padding: ${p6}px; }
QMenu::item { padding: ${p7}px ${p16}px; border-radius: ${p4}px; }
QMenu::item:selected { background: $primary_soft; }
QMenu::item:disabled { color: $text3; }
QMenu::separator { height: 1px; background: $line; margin: ${p4}px ${p8}px; }
QScrollArea, QScrollArea > QWidget > QWidget#scrolled { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: ${p12}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p12}px; margin: 0; }
QScrollBar::handle { background: $line_strong; border-radius: ${p3}px; margin: ${p3}px; }
QScrollBar::handle:vertical { min-height: ${p32}px; }
QScrollBar::handle:horizontal { min-width: ${p32}px; }
QScrollBar::handle:hover { background: $text3; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
    background: none; border: none; width: 0; height: 0; }
QTableView, QTreeView, QListView { background: $surface; color: $text; border: none; gridline-color: $line;
    outline: none; selection-background-color: $primary_soft; selection-color: $text; }
QHeaderView { background: $subtle; border: none; }
QHeaderView::section { background: $subtle; color: $text2; border: none; border-bottom: 1px solid $line;
    padding: 0 ${p12}px; min-height: ${p33}px; }
QTableCornerButton::section { background: $subtle; border: none; }
QCheckBox, QRadioButton { color: $text; spacing: ${p8}px; min-height: ${p32}px; }
QCheckBox:disabled, QRadioButton:disabled { color: $text3; }
QCheckBox::indicator, QRadioButton::indicator { width: ${p18}px; height: ${p18}px; }
QCheckBox::indicator:unchecked { image: url($unchecked); }
QCheckBox::indicator:checked { image: url($checked); }
QRadioButton::indicator:unchecked { image: url($unpicked); }
QRadioButton::indicator:checked { image: url($picked); }
QCheckBox:focus, QRadioButton:focus { background: $primary_soft; border-radius: ${p4}px; }
QSplitter::handle { background: $line; }
""")


def style_sheet(tokens: Tokens, px: Callable[[float], int], images: dict[str, str]) -> str:
    """Return the application's style sheet.

    Args:
        tokens: the colours.
        px: scales a design length to this text size.
        images: paths of the tinted pictures ``chevron``, ``checked``, ``unchecked``, ``picked``, ``unpicked``.
    """
    lengths = {f"p{n}": str(px(n)) for n in (3, 4, 6, 7, 8, 9, 10, 11, 12, 16, 18, 32, 33, 36)}
    colours = {name: value for name, value in vars(tokens).items() if isinstance(value, str)}
    return _SHEET.substitute(colours, **lengths, **images)
