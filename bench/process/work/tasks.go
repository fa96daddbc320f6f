// Package work has the tasks of offing's contender: plain functions, marked.
package work

import (
	"context"

	"github.com/offing-go/offing/bench/process/plain"
)

//go:generate go tool offing

// Square returns n squared. It is not inlined: a real task would not be.
//
//offing:task
//go:noinline
func Square(_ context.Context, n int) (int, error) { return plain.Square(n) }

// Echo returns what it is given.
//
//offing:task
func Echo(payload []byte) []byte { return plain.Echo(payload) }
