"""The form with every type of question, at one of each."""

from __future__ import annotations

from collections.abc import Callable

from survey_app.gui.interview.screen import InterviewScreen
from survey_app.gui.main_window import MainWindow

from .stage import Scene, settle

QUESTIONS = (
    "typed/t_name", "typed/i_income", "ranges/r_noticks", "ranges/r_rating", "choices/s_yesno", "choices/s_pictures",
    "choices/s_search", "choices/s_rank", "table/l_pay", "dates/d_date", "places/p_point", "files/f_photo",
    "files/f_sign", "files/f_audio", "people",
)  # fmt: skip
"""Questions of the sample form that are pictured, each with what stands around it."""


def _question(path: str) -> Callable[[MainWindow], None]:
    """Open the form with every type of question at one of them."""

    def show(window: MainWindow) -> None:
        line = window.desk.store.households(status="not_visited")[0]
        window.desk.go("interview", household=line.household.id)
        settle(window)
        screen = window.screen_now
        if isinstance(screen, InterviewScreen) and screen.sheet is not None:
            if path == "people" and not screen.sheet.session.paths().count("/data/people[1]"):
                screen.go_to_page(next(page for page in screen.sheet.pages() if page.kind == "roster"))
                screen.add_line()
            else:
                screen.go_to(f"/data/{path}")

    return show


SCENES = tuple(Scene(f"question-{path.rpartition('/')[2]}", "questions", _question(path)) for path in QUESTIONS)
