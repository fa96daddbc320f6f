// Calc works out expressions such as "price*(1+vat)".
//
// It is not safe for threads: all answers are in the same buffer.

typedef struct calc calc;

// calc_open returns a calculator that knows names, such as "vat=0.19 price=20", or
// NULL if they are not that.
calc *calc_open(const char *names);

// calc_eval returns what text comes to, until somebody calls it again, or NULL if text
// is no expression.
const char *calc_eval(calc *c, const char *text);

// calc_close ends a calculator.
void calc_close(calc *c);
