package runtime

import (
	"context"
	"log/slog"
	"sync/atomic"
)

// Hooks is how an executor hears of the calls that it holds. One value serves
// a whole pool; its fields must not change once it was attached.
//
// It is for executors only. Nil fields are fine.
type Hooks struct {
	// Ending is called before Ended, while the call is being settled so, and
	// returns err, or an error around it that tells more. It may be called by
	// any goroutine and must not block, nor look at the call.
	Ending func(r *Record, err error) error

	// Ended is called when a running call was settled from outside, by cancel
	// or deadline, with ErrCanceled, ErrTimeout or an error that wraps one, before
	// its callbacks run, which may wait for what Ended sets free. It may be called
	// by any goroutine and must not block.
	Ended func(r *Record, err error)

	// Withdraw is called when a call that waits inside a worker, see [Record.Hand], is
	// settled from outside: it has the worker not begin it, and reports whether that
	// came too late, or may have. The call counts as running then, and Ending and
	// Ended are called for it. Like them it must not block, nor look at the call.
	Withdraw func(r *Record) (started bool)

	// Release is called when a running task begins to wait: its slot may be
	// used by another call. Acquire takes a slot again and may block until
	// there is one; once ctx has ended it must return with a slot at once,
	// over the limit if need be, so that a wait with a deadline stays one.
	Release func()
	Acquire func(ctx context.Context)

	// Logger receives what nobody can return: panics that no one observed,
	// panics of callbacks. Nil means slog.Default.
	Logger *slog.Logger

	callbacks callbacks
	labels    *labels // of a Pool; nil for others

	// Of a Pool, for calls that run on their callers' goroutines: whether it was
	// closed, and a way to hear of that.
	closed  *atomic.Bool
	onClose func(end func()) (forget func() bool)
}

// InCallback reports whether the caller runs inside a callback of a call that
// the executor holds. To wait there for the end of all calls is to wait for
// oneself.
func (h *Hooks) InCallback() bool { return h.callbacks.onStack() > 0 }

// AwaitCallbacks returns when no callback of the executor's calls is running,
// or with the cause of ctx. Called inside a callback it does not wait for that
// one, nor for others that wait here too.
func (h *Hooks) AwaitCallbacks(ctx context.Context) error {
	return h.callbacks.await(ctx, h.callbacks.onStack())
}

func (r *Record) logger() *slog.Logger {
	if r.hooks != nil && r.hooks.Logger != nil {
		return r.hooks.Logger
	}
	return slog.Default()
}
