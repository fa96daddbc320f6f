package chores

import (
	"context"
	"errors"
	"fmt"
	"os"
	goruntime "runtime"

	"github.com/offing-go/offing/runtime"
)

// Moody returns n squared, but panics for -1 and calls runtime.Goexit for -2.
//
//offing:task
func Moody(n int) int {
	switch n {
	case -1:
		panic("moody")
	case -2:
		goruntime.Goexit()
	}
	return n * n
}

// Hasty is Sleep in a hurry.
//
//offing:task timeout=300ms
func Hasty(ctx context.Context, ms int) (int, error) { return Sleep(ctx, ms) }

// ErrFlaky is how Flaky fails.
var ErrFlaky = errors.New("flaky")

// Flaky fails the first few times that it is called with a name, and then
// returns how often it was.
//
//offing:task retries=3
func Flaky(dir, name string, failures int) (int, error) {
	n, err := countCalls(dir, name)
	if err != nil {
		return 0, err
	}
	if n <= failures {
		return 0, ErrFlaky
	}
	return n, nil
}

// Hopeless fails with an error that no retry can mend.
//
//offing:task retries=3
func Hopeless(dir, name string) (int, error) {
	if _, err := countCalls(dir, name); err != nil {
		return 0, err
	}
	return 0, runtime.Permanent(ErrFlaky)
}

// Fragile exits the process the first few times that it is called with a name,
// and then returns how often it was.
//
//offing:task retries=3
func Fragile(dir, name string, exits int) (int, error) {
	n, err := countCalls(dir, name)
	if err == nil && n <= exits {
		os.Exit(4)
	}
	return n, err
}

// countCalls leaves a mark and returns how many there are of that name. Calls of
// one name must not overlap.
func countCalls(dir, name string) (n int, err error) {
	for n = 1; Marked(dir, fmt.Sprint(name, ".", n)); n++ {
	}
	return n, Mark(dir, fmt.Sprint(name, ".", n))
}
