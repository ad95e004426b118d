"""``python -m survey_app`` does what the command ``survey-app`` does."""

import sys

from survey_app.cli.main import main

sys.exit(main())
