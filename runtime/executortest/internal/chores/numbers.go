package chores

import "errors"

// ErrZero is what Divmod returns for a divisor of zero.
var ErrZero = errors.New("division by zero")

// Square returns n squared.
//
//offing:task
func Square(n int) int { return n * n }

// Divmod returns quotient and remainder of a and b.
//
//offing:task
func Divmod(a, b int) (q, r int, err error) {
	if b == 0 {
		return 0, 0, ErrZero
	}
	return a / b, a % b, nil
}

// Echo returns b.
//
//offing:task
func Echo(b []byte) []byte { return b }

// A Load is an argument that weighs something.
type Load struct {
	Bytes []byte
}

// Weigh returns the length of the load.
//
//offing:task
func Weigh(l *Load) int { return len(l.Bytes) }
