// Package process measures what it costs to have a small function, or a payload,
// done by another process: offing's worker processes beside what else calls into
// a process on the same machine, and beside two pipes with nothing around them.
//
// The work is the same everywhere: Square and Echo. Errors are none here, but
// every contender could return one.
package process

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

var background = context.Background()

// check ends the program if a result is wrong: a contender that is fast because
// it loses results is none.
func check(n, v int, err error) {
	if v != n*n || err != nil {
		panic("wrong result")
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
