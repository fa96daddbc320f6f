package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// A failure is a task that does not return, with the sentinel that its error in
// a process pool is.
type failure struct {
	name     string
	sentinel error
	call     func(ctx context.Context, ex runtime.Executor) error
}

var failures = []failure{
	{"nil dereference", runtime.ErrPanic, func(ctx context.Context, ex runtime.Executor) error {
		_, err := CallPanic(ctx, ex)
		return err
	}},
	{"stack overflow", runtime.ErrCrashed, func(ctx context.Context, ex runtime.Executor) error {
		_, err := CallOverflow(ctx, ex, 0)
		return err
	}},
	{"concurrent map writes", runtime.ErrCrashed, CallConcurrentWrites},
	{"bad pointer", runtime.ErrCrashed, CallBadPointer},
	{"panic in its own goroutine", runtime.ErrCrashed, CallStrayPanic},
	{"os.Exit in a library", runtime.ErrCrashed, CallExit},
	{"SIGKILL from outside", runtime.ErrCrashed, CallKilled},
	{"crash in C", runtime.ErrCrashed, CallAbort},
	{"endless loop", runtime.ErrTimeout, func(ctx context.Context, ex runtime.Executor) error {
		_, err := CallSpin(ctx, ex, 0)
		return err
	}},
	{"out of memory", runtime.ErrMemory, func(ctx context.Context, ex runtime.Executor) error {
		_, err := CallHoard(ctx, ex)
		return err
	}},
}

// verdict says what an error of the process pool tells the caller. Anything but
// the expected sentinel is an error of this program.
func (f *failure) verdict(err error) (string, error) {
	var exit *process.ExitError
	var panicked *runtime.PanicError
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return "built without C", nil
	case !errors.Is(err, f.sentinel):
		return "", fmt.Errorf("%s ended with %w", f.name, err)
	case errors.As(err, &panicked):
		return f.sentinel.Error() + ": " + panicked.Value, nil
	case errors.As(err, &exit):
		return f.sentinel.Error() + ": " + describe(exit), nil
	}
	return f.sentinel.Error() + ", worker killed", nil
}

// describe says why a worker ended, without its process id.
func describe(exit *process.ExitError) string {
	switch {
	case exit.Reason != "":
		return exit.Reason
	case exit.Signal != "":
		return exit.Signal
	}
	return fmt.Sprintf("exit status %d", exit.Code)
}

// failureNamed returns the failure of that name; there must be one.
func failureNamed(name string) *failure {
	i := slices.IndexFunc(failures, func(f failure) bool { return f.name == name })
	return &failures[i]
}

// sentinelOf names the sentinel of an error.
func sentinelOf(err error) string {
	for name, sentinel := range map[string]error{
		"ErrPanic": runtime.ErrPanic, "ErrCrashed": runtime.ErrCrashed, "ErrTimeout": runtime.ErrTimeout, "ErrMemory": runtime.ErrMemory,
	} {
		if errors.Is(err, sentinel) {
			return name
		}
	}
	return fmt.Sprint(err)
}
