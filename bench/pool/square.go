// Package pool measures what it costs to run a small function elsewhere and get
// its result back: offing's pool of goroutines beside other pools, and beside
// what one writes by hand with goroutines and channels.
//
// The work is the same everywhere: Square, which returns a value and an error,
// both of which must reach the one who submitted it.
package pool

import (
	"context"
	"errors"
	"time"
)

//go:generate go tool offing

// workers is how many calls run at once in every pool.
const workers = 8

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

// Sleep is a task that waits for a millisecond, as for a disk or a server.
//
//offing:task local
func Sleep(ctx context.Context, n int) (int, error) {
	time.Sleep(time.Millisecond)
	return n, nil
}

// A result is what a call returns, where a channel or a slice has to carry it.
type result struct {
	v   int
	err error
}

func square(n int) result {
	v, err := Square(background, n)
	return result{v, err}
}

var background = context.Background()

// check ends the program if a result is wrong: a contender that is fast because
// it loses results is none.
func check(n, v int, err error) {
	if v != n*n || err != nil {
		panic("wrong result")
	}
}
