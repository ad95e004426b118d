"""The window: the only package that knows Qt.

``app.run(argv)`` opens it. ``theme`` holds colours, fonts and icons; ``parts`` the building blocks; ``screens`` what
the enumerator and everybody sees; ``interview`` the interview; ``office`` the supervisor's screens.
"""

from survey_app.gui.lean import import_qt

import_qt()
