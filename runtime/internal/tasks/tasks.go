// Package tasks has the functions that the examples and some tests of package
// runtime call.
package tasks

import (
	"context"
	"errors"
	"time"
)

//go:generate go tool offing

// ErrOdd is the error of Half.
var ErrOdd = errors.New("odd number")

// Square returns n squared.
//
//offing:task
func Square(n int) int { return n * n }

// Half returns half of an even number.
//
//offing:task
func Half(n int) (int, error) {
	if n%2 != 0 {
		return 0, ErrOdd
	}
	return n / 2, nil
}

// Divide returns quotient and remainder; it panics if b is 0.
//
//offing:task
func Divide(a, b int) (quotient, remainder int) { return a / b, a % b }

// Wait waits for d or until ctx ends, and returns d.
//
//offing:task
func Wait(ctx context.Context, d time.Duration) (time.Duration, error) {
	select {
	case <-time.After(d):
		return d, nil
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
}

// Flaky fails a few times before it succeeds.
//
//offing:task retries=3 local
func Flaky(failures *int) (string, error) {
	if *failures--; *failures >= 0 {
		return "", errors.New("not yet")
	}
	return "at last", nil
}
