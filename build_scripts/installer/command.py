"""``survey-app.exe``: the packed program's commands in a console.

Windows parts programs with a window from programs of a console. This small one waits for the other, gives it the same
streams and ends with its exit status.
"""

import subprocess
import sys
from pathlib import Path

sys.exit(subprocess.run([Path(sys.executable).with_name("khao-sat-so-ho.exe"), *sys.argv[1:]], check=False).returncode)
