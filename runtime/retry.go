package runtime

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// Bounds of the pause before a retry.
const (
	minBackoff = 10 * time.Millisecond
	maxBackoff = time.Second
)

// Retry calls the function, and again after an error as often as the task's
// directive allows, with a growing pause in between. It stops at an error that
// is marked [Permanent] or [Discard], or that is [ErrClosed], and when ctx ends. A
// panic is not tried again: what panicked is a mistake in the program.
//
// It is for calls only, those of tests of executors among them.
func (f *Func[A, R]) Retry(ctx context.Context, arg A) (R, error) {
	if f.Retries == 0 {
		return f.Call(ctx, arg)
	}
	tries := triesOf(ctx)
	v, err := f.Call(ctx, arg)
	for n := tries.used; n < f.Retries && retryable(ctx, err); n++ {
		if !pause(ctx, Backoff(n)) {
			break
		}
		tries.note(n + 1)
		v, err = f.Call(ctx, arg)
	}
	return v, err
}

// tries is what an executor that retries lost calls and the task's own retries
// have to tell each other, so that together they are no more than the directive
// allows. The first task that runs under the context takes it; what that calls
// has its own count.
type tries struct {
	used  int
	note  func(used int)
	taken atomic.Bool
}

type triesKey struct{}

// WithTries returns a context for a call of a task with retries that has used
// some of them already, on a worker that was lost. note is called with the
// number before each further one.
//
// It is for executors only.
func WithTries(ctx context.Context, used int, note func(used int)) context.Context {
	return context.WithValue(ctx, triesKey{}, &tries{used: used, note: note})
}

func triesOf(ctx context.Context) *tries {
	if t, ok := ctx.Value(triesKey{}).(*tries); ok && t.taken.CompareAndSwap(false, true) {
		return t
	}
	return &tries{note: func(int) {}}
}

func retryable(ctx context.Context, err error) (yes bool) {
	if err == nil || ctx.Err() != nil {
		return false
	}
	defer func() {
		if recover() != nil {
			yes = true // a method of err panicked; it is marked as nothing
		}
	}()
	var permanent *permanentError
	var discard *discardError
	return !errors.As(err, &permanent) && !errors.As(err, &discard) && !errors.Is(err, ErrClosed) // which stays so
}

// Backoff returns the pause before retry n, from 0: exponential, at most a
// second, with jitter so that calls which failed together do not come back
// together.
//
// It is for executors only.
func Backoff(n int) time.Duration {
	d := min(minBackoff<<min(n, 10), maxBackoff)
	return d/2 + rand.N(d/2)
}

// pause waits for d and reports whether ctx still runs.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
