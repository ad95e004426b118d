/* The complex functions of C99 that Wine 8 only names in its ucrtbase.dll; numpy imports them. For the build machine
   only, never shipped: Windows 10 has the real ones. A long double is a double there. */
#include <complex.h>
#include <math.h>

typedef struct { double re, im; } Wide;
typedef struct { float re, im; } Narrow;

static double _Complex wide(Wide z) { return __builtin_complex(z.re, z.im); }
static float _Complex narrow(Narrow z) { return __builtin_complex(z.re, z.im); }
static Wide wide_back(double _Complex z) { Wide w = { __real__ z, __imag__ z }; return w; }
static Narrow narrow_back(float _Complex z) { Narrow n = { __real__ z, __imag__ z }; return n; }

#define OF_ONE(name) \
    Wide s_##name(Wide z) { return wide_back(name(wide(z))); } \
    Wide s_##name##l(Wide z) { return wide_back(name(wide(z))); } \
    Narrow s_##name##f(Narrow z) { return narrow_back(name##f(narrow(z))); }
OF_ONE(ccos) OF_ONE(ccosh) OF_ONE(cexp) OF_ONE(csin) OF_ONE(csinh) OF_ONE(ctan) OF_ONE(ctanh)
OF_ONE(cacos) OF_ONE(cacosh) OF_ONE(casin) OF_ONE(casinh) OF_ONE(catan) OF_ONE(catanh)
OF_ONE(clog) OF_ONE(csqrt) OF_ONE(conj) OF_ONE(cproj)

Wide s_cpow(Wide a, Wide b) { return wide_back(cpow(wide(a), wide(b))); }
Wide s_cpowl(Wide a, Wide b) { return wide_back(cpow(wide(a), wide(b))); }
Narrow s_cpowf(Narrow a, Narrow b) { return narrow_back(cpowf(narrow(a), narrow(b))); }

#define REAL(name, value) \
    double s_##name(Wide z) { return value; } \
    double s_##name##l(Wide z) { return value; } \
    float s_##name##f(Narrow z) { return (float)(value); }
REAL(creal, z.re) REAL(cimag, z.im) REAL(cabs, hypot(z.re, z.im)) REAL(carg, atan2(z.im, z.re))
REAL(norm, z.re * z.re + z.im * z.im)
