"""Print the definition of ``python3.dll``: the stable interface, handed on to the real DLL.

    python stable_abi.py PYTHONXY.DLL PYTHONXY

Runs in the build's own environment, which has ``pefile`` and ``abi3info``.
"""

import sys

import pefile
from abi3info import DATAS, FUNCTIONS

exported = {entry.name.decode() for entry in pefile.PE(sys.argv[1]).DIRECTORY_ENTRY_EXPORT.symbols if entry.name}
module = sys.argv[2]
lines = ['LIBRARY "python3.dll"', "EXPORTS"]
lines += [f" {name}={module}.{name}" for name in sorted({found.name for found in FUNCTIONS} & exported)]
lines += [f" {name}={module}.{name} DATA" for name in sorted({found.name for found in DATAS} & exported)]
sys.stdout.write("\n".join(lines) + "\n")
