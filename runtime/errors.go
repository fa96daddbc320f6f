package runtime

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// The sentinels that a *[TaskError] wraps. The table in the package
// documentation says when each occurs and whether a call may be retried.
var (
	// ErrCanceled ends a call that was canceled, by Cancel, by the end of its
	// submit context, or by the Close of its pool. It is context.Canceled too.
	ErrCanceled error = &sentinel{"canceled", context.Canceled}

	// ErrTimeout ends a call whose deadline passed: the task's own timeout or
	// that of the submit context. It is context.DeadlineExceeded too.
	ErrTimeout error = &sentinel{"timed out", context.DeadlineExceeded}

	// ErrClosed refuses a call that was submitted after Shutdown or Close.
	ErrClosed error = &sentinel{"pool is closed", nil}

	// ErrQueueFull refuses a call that found no room in a bounded queue and
	// was not to wait; see [NonBlocking].
	ErrQueueFull error = &sentinel{"queue is full", nil}

	// ErrPanic ends a call whose task panicked or called runtime.Goexit; a
	// *[PanicError] has the details.
	ErrPanic error = &sentinel{"panic", nil}

	// ErrCrashed ends a call whose worker process died while it ran; a
	// *process.ExitError has the details.
	ErrCrashed error = &sentinel{"worker process crashed", nil}

	// ErrMemory ends a call whose worker process went over its memory limit.
	ErrMemory error = &sentinel{"worker process over its memory limit", nil}

	// ErrBroken refuses a call because worker processes cannot be started.
	ErrBroken error = &sentinel{"worker processes cannot be started", nil}

	// ErrEncoding ends a call whose arguments or result could not be encoded
	// or decoded.
	ErrEncoding error = &sentinel{"cannot be encoded", nil}
)

// A sentinel is an error that is compared by identity. also is a well-known
// error of the standard library that it is as well.
type sentinel struct {
	text string
	also error
}

func (e *sentinel) Error() string { return e.text }

func (e *sentinel) Is(target error) bool { return e.also != nil && target == e.also }

// A TaskError says that a call failed for a reason other than the task's own
// error, which is returned unchanged.
type TaskError struct {
	// Task is the task's import path and name.
	Task string

	// Started reports whether the task may have begun to run. False means that
	// a retry cannot repeat side effects.
	Started bool

	// Err wraps one of the sentinels of this package, but for a mistake in how
	// an executor was made, which it describes.
	Err error
}

// Error returns "task tasks.Square: canceled", with the task's short name.
func (e *TaskError) Error() string {
	text := "task " + shortName(e.Task) + ": " + e.Err.Error()
	if !e.Started {
		text += " (not started)"
	}
	return text
}

// Unwrap returns the reason.
func (e *TaskError) Unwrap() error { return e.Err }

// shortName drops the directories of an import path.
func shortName(task string) string { return task[strings.LastIndexByte(task, '/')+1:] }

// is is errors.Is for errors of the user: a method of theirs that panics, as
// those of a nil pointer in an error do, says no.
func is(err, target error) (yes bool) {
	defer func() { _ = recover() }()
	return errors.Is(err, target)
}

// outcomeOf returns the phase that a call settled with err ends in. Only a
// cancel makes it canceled, so that Cancel can answer from the phase (G3).
func outcomeOf(err error) uint32 {
	if is(err, ErrCanceled) {
		return canceled
	}
	return failed
}

// Permanent marks a task's error as one that a retry cannot mend: tasks with
// retries=N return it to stop. It returns nil for nil. errors.Is and errors.As
// see through it.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err}
}

type permanentError struct{ err error }

func (e *permanentError) Error() string { return e.err.Error() }

func (e *permanentError) Unwrap() error { return e.err }

// An ItemError says which item of a Map or Stream failed, and how.
type ItemError struct {
	Index int // of the item in the input, from 0
	Err   error
}

// Error returns "item 3: " and the item's error.
func (e *ItemError) Error() string { return "item " + strconv.Itoa(e.Index) + ": " + e.Err.Error() }

// Unwrap returns the item's error.
func (e *ItemError) Unwrap() error { return e.Err }

// sortByIndex sorts ItemErrors.
func sortByIndex(errs []error) {
	slices.SortFunc(errs, func(a, b error) int { return a.(*ItemError).Index - b.(*ItemError).Index })
}
