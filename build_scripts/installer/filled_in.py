"""Fill in what a DLL of Wine only names, for the build machine alone.

    python filled_in.py WINE.DLL REPLACEMENTS.C FOLDER

Makes a DLL of the same name that hands every function on to a renamed copy of Wine's own, except those that Wine has
only as stubs and that the C file defines as ``s_NAME``. Runs in the build's own environment, which has ``pefile``.
"""

import re
import subprocess
import sys
from pathlib import Path

import pefile

COMPILER, SYMBOLS = "x86_64-w64-mingw32-gcc-posix", "x86_64-w64-mingw32-nm"
STUB_HEAD, STUB_TAIL = bytes.fromhex("4883ec28488d0d"), bytes.fromhex("488d15")
MARK = b"Wine builtin DLL"

source, replacements, folder = (Path(word) for word in sys.argv[1:4])
name = source.stem
library = pefile.PE(str(source))
image = library.get_memory_mapped_image()
exported = {entry.name.decode(): entry.address for entry in library.DIRECTORY_ENTRY_EXPORT.symbols if entry.name}


def is_stub(at: int) -> bool:
    """Tell whether the code at an address only reports that the function is missing."""
    return bool(image[at : at + 7] == STUB_HEAD and image[at + 11 : at + 14] == STUB_TAIL)


compiled = folder / f"{name}.o"
subprocess.run([COMPILER, "-O2", "-c", replacements, "-o", compiled], check=True)
listed = subprocess.run([SYMBOLS, "--defined-only", compiled], check=True, capture_output=True, text=True).stdout
own = set(re.findall(r" T s_(\w+)", listed))
lines = [f'LIBRARY "{name}.dll"', "EXPORTS"]
for symbol in sorted(exported):
    if symbol in own and is_stub(exported[symbol]):
        lines.append(f"  {symbol}=s_{symbol}")
    elif re.fullmatch(r"\w+", symbol):
        lines.append(f"  {symbol}={name}_wine.{symbol}")
definition = folder / f"{name}.def"
definition.write_text("\n".join(lines) + "\n", encoding="utf-8")
copy = bytearray(source.read_bytes())
at = copy.find(MARK)
copy[at : at + len(MARK)] = bytes(len(MARK))
(folder / f"{name}_wine.dll").write_bytes(copy)
target = folder / f"{name}.dll"
subprocess.run([COMPILER, "-s", "-shared", "-static-libgcc", "-o", target, compiled, definition], check=True)
