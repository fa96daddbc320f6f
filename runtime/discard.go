package runtime

import (
	"context"
	"errors"
)

// Discard marks a task's error as one that spoils its worker: a worker process
// is replaced after the call, and on goroutines the state of the worker, if the task is a
// method of one, is closed and not used again: see [Workers]. The caller gets the error;
// errors.Is and errors.As see through the mark. It returns nil for nil.
func Discard(err error) error {
	if err == nil {
		return nil
	}
	return &discardError{err}
}

// A Discarder is a context that wants to know at once when a task which runs under
// it marks its error with [Discard]: the worker must not begin another call then.
//
// It is for executors only.
type Discarder interface {
	context.Context

	// NoteDiscard is called by the goroutine that ran the task.
	NoteDiscard()
}

// noteDiscard tells ctx if err is marked.
func noteDiscard(ctx context.Context, err error) {
	if d, ok := ctx.(Discarder); ok && isDiscard(err) {
		d.NoteDiscard()
	}
}

type discardError struct{ err error }

func (e *discardError) Error() string { return e.err.Error() }

func (e *discardError) Unwrap() error { return e.err }

// Discarded reports whether the call is settled with an error that its task
// marked with [Discard]: an executor that can replace its worker then does. A
// batch keeps the errors of its items to itself.
func (r *Record) Discarded() bool {
	return r.Settled() && r.err != nil && isDiscard(*r.err)
}

func isDiscard(err error) (yes bool) {
	defer func() { _ = recover() }() // a method of the error that panics marks nothing
	var mark *discardError           // escapes, so only after a failure
	return errors.As(err, &mark)
}
