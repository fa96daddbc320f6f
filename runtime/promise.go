package runtime

import "context"

// A Promise is the writing side of a [Future]. A call has one inside, which makes
// the call, its arguments and its future a single object: those of [Submit] have, and so
// may those of an executor's tests.
//
// It is for executors only; programs use the future.
type Promise[T any] struct {
	future Future[T]
}

// Init prepares the promise for one call of t under ctx. It must be called
// once, before anything else.
func (p *Promise[T]) Init(ctx context.Context, t *Task) { p.future.record.init(ctx, t) }

// Future returns the reading side. It never changes.
func (p *Promise[T]) Future() *Future[T] { return &p.future }

// Record returns the part of the call that executors work with.
func (p *Promise[T]) Record() *Record { return &p.future.record }

// Context returns the context that the task runs under.
func (p *Promise[T]) Context() context.Context { return p.future.record.Context() }

// Start marks the call as running; see [Record.Start].
func (p *Promise[T]) Start() bool { return p.future.record.Start() }

// Settle gives a running call its outcome and reports whether it did: false
// means that somebody was faster (a cancel, a deadline) or that it never ran.
// The task's own error arrives unchanged, except one that only repeats why the
// task's context ended: the call counts as ended by that, whether or not the
// task was faster than the one who watches the context.
func (p *Promise[T]) Settle(v T, err error) bool {
	r := &p.future.record
	phase := succeeded
	if err != nil { // before the claim, as methods of the user's error may do anything
		if r.state.Load() != running {
			return false // without a look at a context that may be used for something else by now
		}
		phase, err = r.failure(err)
	}
	if !r.claimRunning() {
		return false
	}
	p.future.value = v
	r.publish(phase|returnedBit|valueBit, err, nil)
	return true
}

// Return is Settle for the goroutine that runs the task, when that has returned: no
// other may call it, or Settle, for the same call. So a result without an error is
// there before the call is claimed, and one step does both.
//
// If the task's context has ended by then the call counts as ended by that, as somebody who
// watches the context would have it: who is faster must not matter. Of a call that has no
// side block nobody watches, and the task does not know of the end.
func (p *Promise[T]) Return(v T, err error) bool {
	r := &p.future.record
	if s := r.side.Load(); s != nil && err == nil {
		return p.returnWatched(s, v)
	}
	return p.arrive(v, err)
}

// returnWatched is Return for a result of a call that has side block s. If a method of the
// user's context, or of its cause, ends the goroutine, the result counts.
func (p *Promise[T]) returnWatched(s *side, v T) (settled bool) {
	looked := false
	defer func() {
		if !looked {
			p.arrive(v, nil)
		}
	}()
	over := p.future.record.overtaken(s)
	looked = true
	return !over && p.arrive(v, nil)
}

// arrive is Return for a result that counts although the task's context may have ended: what
// came from a worker elsewhere, or the end of a chunk whose items have their outcomes.
func (p *Promise[T]) arrive(v T, err error) bool {
	r := &p.future.record
	if err != nil || r.state.Load() != running {
		return p.Settle(v, err)
	}
	p.future.value = v
	if !r.state.CompareAndSwap(running, succeeded|returnedBit|valueBit) { // with the first mark a worker need not say so again
		p.future.value = *new(T)
		return false
	}
	if s := r.side.Load(); s != nil {
		s.settle(r, nil)
	}
	return true
}

// Recover settles a call whose task panicked or called runtime.Goexit. It must
// be deferred directly, before the task is called; after a task that returned
// it does nothing.
func (p *Promise[T]) Recover() {
	r := &p.future.record
	if v := recover(); v != nil {
		r.recovered(PanicText(v), true)
	} else if r.state.Load() == running {
		r.recovered(goexit, false)
	}
}
