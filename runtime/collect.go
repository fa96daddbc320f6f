package runtime

import (
	"context"
	"errors"
)

// Collect waits for all futures and returns their results in the order given.
// The first failure cancels the rest and is the error. If ctx ends first, the
// error is its cause, and the calls go on.
func Collect[T any](ctx context.Context, futures ...*Future[T]) ([]T, error) {
	c := newCompletion(futures)
	defer c.stop()
	for i := range c.futures {
		f := c.next(ctx, i)
		if f == nil {
			return nil, context.Cause(ctx)
		}
		if err := f.record.outcome(); err != nil {
			cancelAll(c.futures)
			return nil, err
		}
	}
	results := make([]T, len(futures))
	for i, f := range futures {
		if f != nil {
			results[i] = f.value
		}
	}
	return results, nil
}

// errNoFutures is what First of nothing returns.
var errNoFutures = errors.New("offing: First of no futures")

// First returns the result of the first call that succeeds and cancels the
// rest. If all fail, the error joins theirs, in the order in which they failed.
// If ctx ends first, the error is its cause, and the calls go on.
func First[T any](ctx context.Context, futures ...*Future[T]) (T, error) {
	var zero T
	c := newCompletion(futures)
	defer c.stop()
	var errs []error
	for i := range c.futures {
		f := c.next(ctx, i)
		if f == nil {
			return zero, context.Cause(ctx)
		}
		if f.record.err == nil {
			cancelAll(c.futures)
			return f.value, nil
		}
		errs = append(errs, *f.record.err) // not observed yet: it may not be returned
	}
	if len(errs) == 0 {
		return zero, errNoFutures
	}
	for _, f := range c.futures {
		f.record.outcome()
	}
	return zero, errors.Join(errs...)
}

// cancelAll cancels those that are pending first: the cancel of a running call
// frees its worker, and none that is about to be canceled should start there.
func cancelAll[T any](futures []*Future[T]) {
	for _, f := range futures {
		if f.State() == Pending {
			f.Cancel()
		}
	}
	for _, f := range futures {
		f.Cancel()
	}
}
