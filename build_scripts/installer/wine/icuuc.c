/* Stands in for Windows' own icuuc.dll, which Wine 8 lacks: every converter says it cannot be opened, so Qt uses its
   own. For the build machine only, never shipped: Windows 10 (1703) and newer have the real one. */
typedef void Converter;
enum { CANNOT_OPEN = 4 };

Converter *ucnv_open(const char *name, int *error) { (void)name; if (error) *error = CANNOT_OPEN; return 0; }
const char *ucnv_getName(const Converter *c, int *error) { (void)c; if (error) *error = CANNOT_OPEN; return 0; }
const char *ucnv_getStandardName(const char *a, const char *b, int *error)
{ (void)a; (void)b; if (error) *error = CANNOT_OPEN; return 0; }
signed char ucnv_getMaxCharSize(const Converter *c) { (void)c; return 1; }
int ucnv_toUCountPending(void) { return 0; }
int ucnv_fromUCountPending(void) { return 0; }
int ucnv_countAvailable(void) { return 0; }
const char *ucnv_getAvailableName(int n) { (void)n; return 0; }
void ucnv_close(Converter *c) { (void)c; }
void ucnv_reset(Converter *c) { (void)c; }
void UCNV_FROM_U_CALLBACK_SUBSTITUTE(void) {}
void UCNV_TO_U_CALLBACK_SUBSTITUTE(void) {}
void ucnv_getToUCallBack(void) {}
void ucnv_getFromUCallBack(void) {}
void ucnv_setToUCallBack(void) {}
void ucnv_setFromUCallBack(void) {}
void ucnv_cbToUWriteUChars(void) {}
void ucnv_cbFromUWriteUChars(void) {}
void ucnv_toUnicode(void) {}
void ucnv_fromUnicode(void) {}
