#include "textflag.h"

// The kernel calls it as it does any handler, on any thread, with whatever that has in its
// registers: no Go function may be that. It returns to what the Go runtime has its own
// handlers return to.
TEXT nothing<>(SB), NOSPLIT|NOFRAME, $0
	RET

DATA ·doNothing(SB)/8, $nothing<>(SB)
GLOBL ·doNothing(SB), NOPTR, $8
