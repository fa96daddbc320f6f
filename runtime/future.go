package runtime

import (
	"context"
	goruntime "runtime"
)

// A Future is the result of a call that may not have finished yet.
//
// All methods may be called by any number of goroutines at once. A future that
// has settled never changes (G2). Futures come from generated Submit functions
// and from [Then]; the zero value is pending until it is canceled.
type Future[T any] struct {
	record Record
	value  T // written by the one who has the task's result; read once settled with valueBit
}

// Result waits until the call has settled and returns its outcome. If ctx ends
// first it returns context.Cause(ctx), which says nothing about the call: it
// goes on, and Result may be called again. A settled call beats an expired ctx
// (G4), also one that is settled by the end of the same ctx: its error is then
// [ErrCanceled] or [ErrTimeout].
//
// Inside a task, pass the task's own ctx or one derived from it: the worker's
// slot is then given back while it waits, so that a task may wait for calls on
// its own pool (G7).
func (f *Future[T]) Result(ctx context.Context) (T, error) {
	if !f.record.Settled() {
		if err := f.record.wait(ctx); err != nil {
			var zero T
			return zero, err
		}
	}
	return f.outcome()
}

// outcome returns the outcome of a settled call. What a task returned beside its
// error comes with it.
func (f *Future[T]) outcome() (v T, err error) {
	if f.record.state.Load()&valueBit != 0 {
		v = f.value
	}
	return v, f.record.outcome()
}

// Done returns a channel that is closed when the call has settled.
func (f *Future[T]) Done() <-chan struct{} {
	f.record.watch()
	return f.record.doneChan()
}

// State returns where the call is in its life.
func (f *Future[T]) State() State { return f.record.State() }

// Cancel settles the call with [ErrCanceled] unless it has settled, and reports
// whether its outcome is ErrCanceled (G3), so a second Cancel returns true as
// well. A pending call never runs. A running one has its context ended: on a
// goroutine it keeps its slot until it returns; a worker process is killed if
// it does not return within its grace. One that waits keeps its place in the queue
// of a [Pool], and its arguments, until a worker comes by.
func (f *Future[T]) Cancel() bool { return f.record.Cancel() }

// OnDone arranges for fn to be called exactly once with the outcome: when the
// call settles, in the order of registration, on the goroutine that settles
// it; or at once, before OnDone returns, if it has settled, and then perhaps
// beside earlier ones that are still running. fn should be quick: on a [Pool] it has the
// goroutine of a worker, so it must not wait for a call of the same pool, unless another
// worker is free. If one ends its goroutine, as t.FailNow does, those behind it are called on another.
// A panic in fn is reported to the logger and harms nothing else.
//
// stop keeps fn from being called and reports whether it did.
func (f *Future[T]) OnDone(fn func(T, error)) (stop func() bool) {
	return f.record.onDone(func() { fn(f.outcome()) })
}

// wait returns nil once the call has settled, or the cause of ctx.
func (r *Record) wait(ctx context.Context) error {
	// The worker that was just woken is most likely next on this P. Giving way
	// once saves the side block and a round through the scheduler.
	if ctx == nil {
		ctx = context.Background() // as Submit takes it
	}
	// Now and then, every 61st time, the scheduler looks first at the queue that one
	// who gives way is put into, and takes him again; so twice.
	for range 2 {
		if goruntime.Gosched(); r.Settled() {
			return nil
		}
	}
	r.watch()
	defer enterWait(ctx)()
	select {
	case <-r.doneChan():
		return nil
	case <-ctx.Done():
	}
	// The submit's context may be the same: the call is then over as well, and
	// whether its watcher was faster than we are must not show.
	if r.State().Settled() {
		return nil
	}
	return context.Cause(ctx)
}
