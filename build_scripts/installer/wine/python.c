/* python.exe for the build machine: hands its arguments to the interpreter in pythonXY.dll. Not shipped. */
#include <wchar.h>

__declspec(dllimport) int Py_Main(int, wchar_t **);

int wmain(int count, wchar_t **words)
{
    return Py_Main(count, words);
}
