"""A chart for elsewhere: on the clipboard, or as a file fit for print. Always in light colours, with its title."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QByteArray, QCoreApplication, QMimeData
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from survey_app.disk import write_durably
from survey_app.errors import SurveyAppError
from survey_app.gui.backup import folder_for
from survey_app.gui.remembered import remember
from survey_app.i18n import _
from survey_app.operations.charting import DPI, FORMATS, WIDTH_PX, drawing
from survey_app.operations.reporting import safe_name

if TYPE_CHECKING:
    from survey_app.reports.charts import Chart

_FOLDER = "chart-folder"


def drawn(chart: Chart, kind: str, format: str) -> bytes:
    """Return a chart as a file of a format."""
    from survey_app.reports.charts import picture

    return picture(drawing(kind)(chart, width_px=WIDTH_PX, with_title=True), format, DPI)


def copy_chart(chart: Chart, kind: str) -> None:
    """Put a chart on the clipboard: as a picture, as SVG, and as words for what takes only words."""
    content = QMimeData()
    content.setImageData(QImage.fromData(QByteArray(drawn(chart, kind, "png"))))
    content.setData("image/svg+xml", QByteArray(drawn(chart, kind, "svg")))
    content.setText(chart.in_words())
    QGuiApplication.clipboard().setMimeData(content)
    application = QCoreApplication.instance()
    if application is not None:
        application.aboutToQuit.connect(partial(_leave, content))


def _leave(content: QMimeData) -> None:
    """Let Qt make the data of its own that stay behind: those made here would fall with Python, and the program too."""
    if shiboken6.isValid(content):  # nothing else was copied since
        QGuiApplication.clipboard().setImage(content.imageData())


def ask_where(chart: Chart, parent: QWidget) -> Path | None:
    """Ask for a file; its ending says the format."""
    kinds = ";;".join(f"{each.upper()} (*.{each})" for each in FORMATS)
    start = str(Path(folder_for(_FOLDER)) / f"{safe_name(chart.title)}.png")
    name, kind = QFileDialog.getSaveFileName(parent, _("Save the chart"), start, kinds)
    if not name:
        return None
    path = Path(name)
    remember(_FOLDER, str(path.parent))
    if path.suffix.lower().lstrip(".") not in FORMATS:
        path = path.with_name(f"{path.name}.{kind.partition(' ')[0].lower() or 'png'}")
    return path


def save_chart(chart: Chart, kind: str, path: Path) -> None:
    """Write a chart to a file.

    Raises:
        SurveyAppError: it cannot be written (``RES-09``).
    """
    try:
        write_durably(path, drawn(chart, kind, path.suffix.lower().lstrip(".")))
    except OSError as error:
        message = _("The chart could not be written to {path}.").format(path=path)
        hint = _("Close the file if another program shows it, or choose another folder. Nothing else was changed.")
        raise SurveyAppError("RES-09", message, hint) from error
