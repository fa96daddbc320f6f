// Package work has the functions that worker processes run for the bench, and
// nothing else: a program that imports it is as small as one that uses offing can
// be, which is what its start is measured with.
package work

import (
	"context"
	"errors"
)

//go:generate go tool offing

var errNegative = errors.New("negative")

// Square returns n squared. It is not inlined: a real task would not be.
//
//offing:task
//go:noinline
func Square(ctx context.Context, n int) (int, error) {
	if n < 0 {
		return 0, errNegative
	}
	return n * n, nil
}

// Echo returns what it is given: all that is seen is the way there and back.
//
//offing:task
func Echo(payload []byte) []byte { return payload }
