"""F1: what matters at this place, then the page of the manual, at the right; stays open while the person works on."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QFont,
    QImage,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import manual, theme
from survey_app.gui.parts import IconButton, Label, SearchField
from survey_app.gui.theme import Type
from survey_app.i18n import _

_LINE_HEIGHT = 135
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
_HEADINGS = {1: (22, 700), 2: (17, 600), 3: (15, 600)}

_ANY = 16777215
"""No limit of Qt's to a width."""


class ManualView(QTextBrowser):
    """A page of the manual in the program's fonts and colours; links are handed on, nothing is opened."""

    chosen = Signal(str)
    """A link to another page was taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = ""
        self._drawn_width = 0
        self._shown: QTextDocument | None = None
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.anchorClicked.connect(lambda url: self.chosen.emit(url.path().rpartition("/")[2].removesuffix(".md")))

    def show_source(self, source: str) -> None:
        """Show Markdown from its beginning."""
        self._source = source
        self._render()
        self.verticalScrollBar().setValue(0)

    def _render(self) -> None:
        """Set the page anew, as a document of its own: one that is shown must not change while it lays itself out."""
        palette = self.palette()
        for role, token in (
            (QPalette.ColorRole.Text, "text"),
            (QPalette.ColorRole.Base, "surface"),
            (QPalette.ColorRole.Link, "primary"),
        ):
            palette.setColor(role, theme.token(token))
        self.setPalette(palette)
        document = QTextDocument(self)
        document.setDefaultFont(theme.font(Type.TABLE))
        document.setDocumentMargin(theme.px(4))
        document.setMarkdown(self._source)
        for name in dict.fromkeys(_PICTURE.findall(self._source)):
            document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), self._picture(name))
        self._dress(document)
        before, self._shown = self._shown, document
        self.setDocument(document)
        if before is not None:
            before.deleteLater()

    def _picture(self, name: str) -> QImage:
        """Return a picture as wide as the column."""
        picture = QImage(str(manual.folder(i18n.language()) / name))
        wide = max(theme.px(120), self.width() - theme.px(40))
        return picture.scaledToWidth(min(wide, picture.width()), Qt.TransformationMode.SmoothTransformation)

    def _dress(self, document: QTextDocument) -> None:
        """Give every line room for stacked accents, headings our sizes, links and shortcuts our colours."""
        cursor = QTextCursor(document)
        block = document.begin()
        while block.isValid():
            cursor.setPosition(block.position())
            level = block.blockFormat().headingLevel()
            shape = QTextBlockFormat()
            tall = _LINE_HEIGHT if not _is_picture(block) else 100
            shape.setLineHeight(tall, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            shape.setTopMargin(theme.px(14 if level == 2 else 6) if level else 0)
            shape.setBottomMargin(theme.px(6))
            cursor.mergeBlockFormat(shape)
            self._dress_words(block, level)
            block = block.next()

    @staticmethod
    def _dress_words(block: QTextBlock, level: int) -> None:
        spans = []
        place = block.begin()
        while not place.atEnd():
            part = place.fragment()
            spans.append((part.position(), part.length(), part.charFormat()))
            place += 1
        for start, length, found in spans:
            if found.isImageFormat():
                continue
            cursor = QTextCursor(block)
            cursor.setPosition(start)
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            look = QTextCharFormat()
            if level:
                size, weight = _HEADINGS.get(level, _HEADINGS[3])
                face = QFont(theme.font(Type.TABLE, weight))
                face.setPixelSize(theme.px(size))
                look.setFont(face)
                look.setProperty(QTextFormat.Property.FontSizeAdjustment.value, 0)
            elif found.fontFixedPitch():
                look.setFont(theme.digits(Type.TABLE, 600))
                look.setBackground(theme.token("sunken"))
            elif found.isAnchor():
                look.setForeground(theme.token("primary"))
            else:
                look.setFont(theme.font(Type.TABLE, 600 if found.fontWeight() > 500 else 400))
            cursor.mergeCharFormat(look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pictures to the new width, once the layout has settled."""
        super().resizeEvent(event)
        if self._source and self.width() != self._drawn_width:
            self._drawn_width = self.width()
            QTimer.singleShot(0, self, self._again)

    def changeEvent(self, event: QEvent) -> None:
        """Dress again when the theme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._source:
            QTimer.singleShot(0, self, self._again)

    def _again(self) -> None:
        place = self.verticalScrollBar().value()
        self._render()
        self.verticalScrollBar().setValue(place)


def _is_picture(block: QTextBlock) -> bool:
    """Return whether a block holds a picture: a part more of its height would be a hole below it."""
    place = block.begin()
    return not place.atEnd() and place.fragment().charFormat().isImageFormat()


class HelpPanel(QWidget):
    """Title, search, what matters here, and the page."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._screen = ""
        self._page = ""
        self.page = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(17), theme.px(12), theme.px(8), theme.px(8))
        column.setSpacing(theme.px(8))
        head = QHBoxLayout()
        self._title = Label("", Type.PANEL, weight=700, elide=True)
        self.contents_button = IconButton("list", "")
        self.contents_button.clicked.connect(lambda: self.open_page(manual.INDEX))
        self.close_button = IconButton("x", "")
        self.close_button.clicked.connect(self.closed)
        head.addWidget(self._title, 1)
        head.addWidget(self.contents_button, 0, Qt.AlignmentFlag.AlignRight)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(head)
        self.search = SearchField()
        self.search.textChanged.connect(self._search)
        column.addWidget(self.search)
        self._here = Label("", Type.TABLE, "text2", wrap=True)
        self._here.setMinimumWidth(theme.px(200))
        column.addWidget(self._here)
        self.view = ManualView()
        self.view.chosen.connect(self.open_page)
        self.search.below.connect(self.view.setFocus)
        column.addWidget(self.view, 1)
        self.retranslate()

    def say(self, title: str, text: str, page: str = "") -> None:
        """Say what matters at this place, and open the page of the screen when it is another one than before.

        Args:
            title: of the screen.
            text: paragraphs parted by blank lines; ``""`` for none.
            page: name of the page of the manual; the contents when blank.
        """
        self._title.setText(_("Help: {title}").format(title=title) if title else _("Help"))
        first = text.partition("\n\n")[0]
        self._here.setText(first)
        self._here.setVisible(bool(first))
        wanted = page or manual.INDEX
        if wanted != self._screen or not self.page:
            self._screen = wanted
            self.open_page(wanted)

    def open_page(self, name: str) -> None:
        """Show a page of the manual, in the language spoken now."""
        self.page = name if name in (*manual.ORDER, manual.INDEX) else manual.INDEX
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.view.show_source(manual.page(self.page, i18n.language()).source)

    def _search(self, words: str) -> None:
        if not words.strip():
            self.open_page(self.page)
            return
        found = manual.search(words, i18n.language())
        lines = [f"- [{each.page.title}]({each.page.name}.md): {html.escape(each.words)}" for each in found]
        self.view.show_source("\n".join(lines) or _("Nothing found. Type fewer letters or another word."))

    def retranslate(self) -> None:
        """Say everything in the language spoken now; the page stays."""
        self.close_button.set_meaning(_("Close the help"))
        self.contents_button.set_meaning(_("Contents of the manual"))
        self.search.say(_("Search the manual"))
        self.view.setAccessibleName(_("Manual"))
        if self.page:
            self.open_page(self.page)

    def fit(self, window_width: int, *, whole: bool = False) -> None:
        """Take up to 460 design pixels and never more than 45 hundredths of the window, or the ``whole`` of it."""
        self.setMinimumWidth(0 if whole else min(theme.px(460), window_width * 45 // 100))
        self.setMaximumWidth(_ANY if whole else self.minimumWidth())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.token("surface"))
        painter.fillRect(0, 0, 1, self.height(), theme.token("line"))
