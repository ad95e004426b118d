"""The packed program begins here: the window, or the command in its arguments."""

from survey_app.cli.main import script

script()
