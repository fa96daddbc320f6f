package runtime

import (
	"context"
	"sync/atomic"
)

// A Record is the part of a call that does not depend on its types: its state,
// its context, its task. Every call has one, and it is what an [Executor]
// works with.
//
// It is for executors only; programs have no reason to name it.
//
// A call settles once, by whoever claims it first: the task that returns, the
// user who cancels, the context that ends, the executor that lost it. The
// claim is one compare-and-swap; the winner writes the outcome and then
// publishes it:
//
//	            Start                     claim              publish
//	Pending ------------> Running ------------+
//	 | ^ |  <------------    |                +--> settling ---------> Succeeded
//	 | | |     Unstart       |                |    (winner writes      Failed
//	 | | +-------------------|----------------+     value, err)        Canceled
//	 | |           claim     |                |                           ^
//	 | |                     +----------------|---------------------------+
//	 | |                         a result without an error, which is there
//	 | | Unstart                              |
//	 | +------- handed -----------------------+ claim: Withdraw says which of
//	 +--------->   |                            Pending and Running it was
//	    Hand       +----> Running
//	              Start
//
// A call is handed when it waits inside a worker elsewhere: users see Pending, but
// only that worker knows whether it still is.
//
// Between claim and publish the call still counts as not settled, so readers
// never see half an outcome. The goroutine that runs the task may write the value
// before it claims, since nobody reads it of a call that somebody else has settled:
// it then claims and publishes a success in one step.
//
// The size matters: a Record is 48 bytes, which leaves room for one word of
// result and one word of argument in a cache line. Everything rarely needed is
// in the side block, made on demand.
type Record struct {
	state atomic.Uint32        // a phase, and marks
	meta  uint32               // task and priority; written before Submit, then read only
	side  atomic.Pointer[side] // nil until something rare is needed; then never changes
	ctx   context.Context      // of the submit; written before Submit, then read only
	err   *error               // written by the one who claimed; read once settled
	hooks *Hooks               // of the executor; written by Attach, before the call is shared
}

// Phases of a Record. The order is used: from succeeded on it is settled.
const (
	pending uint32 = iota
	handed
	running
	settling
	succeeded
	failed
	canceled

	phaseMask   = 1<<8 - 1
	returnedBit = 1 << 8  // Run has returned: the call holds no slot any more
	valueBit    = 1 << 9  // the future's value is that of the task
	pauseBit    = 1 << 10 // of a chunk that a guest runs: there is news for it
)

// phase returns the state without its marks.
func (r *Record) phase() uint32 { return r.state.Load() & phaseMask }

// Layout of Record.meta: the task's number, a mark that the call is on its caller's
// goroutine, one that its task has a timeout, the priority.
const (
	taskMask     = 1<<22 - 1
	hereMark     = 1 << 22
	timeoutMark  = 1 << 23
	priorityBits = 24
)

func (r *Record) init(ctx context.Context, t *Task) {
	if ctx == nil {
		ctx = context.Background()
	}
	r.ctx = ctx
	r.meta = t.id & taskMask
	if t.Timeout > 0 {
		r.meta |= timeoutMark
	}
}

// Task returns the task that is called. The result is shared and read only.
func (r *Record) Task() *Task { return taskByID(r.meta & taskMask) }

// Context returns the context that the task runs under: that of the submit,
// ended also by Cancel and by the task's own timeout.
func (r *Record) Context() context.Context { return (*taskContext)(r) }

// SubmitContext returns the context that was given to Submit.
func (r *Record) SubmitContext() context.Context { return r.ctx }

// Priority returns what decorator [Priority] set, or 0.
func (r *Record) Priority() int { return int(int8(r.meta >> priorityBits)) }

func (r *Record) setPriority(p int8) {
	r.meta = r.meta&(1<<priorityBits-1) | uint32(uint8(p))<<priorityBits
}

// Attach says which executor holds the call. It must be called before the call
// becomes visible to another goroutine, so only at the start of Submit.
func (r *Record) Attach(h *Hooks) { r.hooks = h }

// Settled reports whether the outcome is there.
func (r *Record) Settled() bool { return r.phase() >= succeeded }

// Done returns a channel that is closed once the outcome is there, before the
// callbacks run: an executor that must not wait for the user's code waits for
// this.
func (r *Record) Done() <-chan struct{} { return r.doneChan() }

// State returns where the call is in its life. A call whose context has ended
// is settled by the look, if nothing else has settled it yet.
func (r *Record) State() State {
	if !r.Settled() && r.ctx != nil && r.ctx.Err() != nil {
		r.end(endedBy(r.ctx))
	}
	return stateOf(r.phase())
}

// Start marks the call as running and reports whether it may run: false means
// that it is settled or running already, or that its context has ended, which
// settles it. Whoever gets true owes the call an outcome.
//
// The task's own timeout counts from here.
func (r *Record) Start() bool {
	if r.phase() > handed {
		return false // without a look at a context that may be used for something else by now
	}
	if r.ctx.Err() != nil {
		r.end(endedBy(r.ctx))
		return false
	}
	return r.Begin()
}

// Begin is Start without a look at the context, for an executor that has looked
// itself: it settles nothing, and so runs no callback of the user.
func (r *Record) Begin() bool {
	if !r.BeginUntimed() {
		return false
	}
	r.StartTimeout()
	return true
}

// BeginUntimed is Begin without the task's own timeout, for an executor that has something
// locked: it calls no method of the context, which may be the user's own. StartTimeout is
// to be called next.
func (r *Record) BeginUntimed() bool {
	for {
		before := r.state.Load()
		if before > handed {
			return false
		}
		if r.state.CompareAndSwap(before, running) {
			return true // or it was handed just now, or is not any more
		}
	}
}

// StartTimeout starts the task's own timeout, if it has one, of a call that has begun. It
// does nothing for one that is over meanwhile, or whose start was taken back.
func (r *Record) StartTimeout() {
	if r.meta&timeoutMark != 0 {
		r.startTimeout()
	}
}

// Hand marks the call as handed to a worker elsewhere that runs others first. It
// stays pending for everybody who looks, until Begin. It reports false if the call is
// settled. [Hooks.Withdraw] must be set.
func (r *Record) Hand() bool { return r.state.CompareAndSwap(pending, handed) }

// Unstart takes Start or Hand back, for an executor that can prove that the task did
// not begin. It reports whether the call is pending again; false means that it
// was settled meanwhile.
func (r *Record) Unstart() bool {
	if r.state.CompareAndSwap(handed, pending) {
		return true
	}
	if !r.state.CompareAndSwap(running, pending) {
		return false
	}
	if s := r.side.Load(); s != nil {
		s.stopTimeout()
	}
	return true
}

// Again is Unstart for a call that did begin, on a worker that was lost, and that is to be
// tried once more. The task's own timeout is for all its tries together: what this one has
// left of it is what the next one gets.
func (r *Record) Again() bool {
	if s := r.side.Load(); s != nil {
		s.keepLeft() // before: from Unstart on somebody else may begin it
	}
	return r.Unstart()
}

// Fail settles the call with a *[TaskError] around err and reports whether it
// did; false means that it was settled already. Started is true if the call
// was running.
func (r *Record) Fail(err error) bool {
	outcome := outcomeOf(err) // before the claim, as methods of the user's error may do anything
	phase, ok := r.claim()
	if ok {
		r.publish(outcome, r.taskError(phase, err), nil)
	}
	return ok
}

// Cancel settles the call with [ErrCanceled] unless it is settled, ends the
// task's context, and reports whether the outcome is ErrCanceled.
func (r *Record) Cancel() bool {
	r.end(ErrCanceled)
	return r.phase() == canceled
}

// end settles the call from outside: cancel, deadline, close. A running task
// sees its context end with cause err; the executor hears of it.
func (r *Record) end(err error) {
	switch {
	case r.Settled():
	case r.hooks != nil:
		r.hooks.callbacks.end(r, err)
	default:
		r.endCounted(err)
	}
}

// overtaken settles a running call that has side block s, and whose task has returned, if the
// task's context has ended before that, and reports whether it did. It calls a method of the
// submit context, which may be the user's own, so with nothing locked, and claims after.
func (r *Record) overtaken(s *side) bool {
	if r.phase() != running {
		return false // without a look at a context that may be used for something else by now
	}
	ctx, _ := s.real()
	if ctx == nil {
		ctx = r.ctx
	}
	if ctx.Err() == nil {
		return false
	}
	r.end(endedBy(ctx))
	return true
}

// endCounted is end for the executor's callbacks, which count it.
func (r *Record) endCounted(err error) {
	// Before the claim, as these call methods of the user's: of a context, of a cause.
	outcome, unseen := outcomeOf(err), r.unseen(err)
	phase, ok := r.claim()
	if !ok {
		r.awaitPublish()
		return
	}
	if phase == handed && r.hooks.Withdraw(r) {
		phase = running
	}
	if phase != running {
		r.publish(outcome, r.taskError(phase, err), err)
		return
	}
	s, told, hooks := r.sideBlock(), err, r.hooks
	s.installUnseen(r, unseen, err)
	if hooks != nil && hooks.Ending != nil {
		told = hooks.Ending(r, err)
	}
	r.setError(r.taskError(phase, told))
	r.state.Add(outcome - settling)
	callbacks := s.close(r, err)
	if hooks != nil && hooks.Ended != nil {
		hooks.Ended(r, err) // ahead of the callbacks: one of them may wait for the worker that this frees
	}
	s.call(r, callbacks)
}

// claim makes the caller the one who settles. It returns the phase before.
func (r *Record) claim() (phase uint32, ok bool) {
	for {
		state := r.state.Load()
		phase = state & phaseMask
		if phase >= settling {
			return phase, false
		}
		if r.state.CompareAndSwap(state, state&^phaseMask|settling) {
			return phase, true
		}
	}
}

// claimRunning is claim for the goroutine that runs the task.
func (r *Record) claimRunning() bool { return r.state.CompareAndSwap(running, settling) }

// awaitPublish returns once the outcome is visible. The gap between claim and
// publish is a few stores long, but its goroutine may be preempted in it; a
// caller of Cancel needs to know who won.
func (r *Record) awaitPublish() {
	if r.Settled() {
		return
	}
	<-r.doneChan()
}

// publish makes the outcome visible and wakes whoever waits. The caller holds
// the claim. A cause other than nil ends the task's context with it.
func (r *Record) publish(phase uint32, err error, cause error) {
	if err != nil {
		r.setError(err)
	}
	r.state.Add(phase - settling) // keeps returnedBit
	if s := r.side.Load(); s != nil {
		s.settle(r, cause)
	}
}

// setError moves err to the heap; a failure is worth an allocation, and the
// pointer saves every call a word. It is apart from publish so that only
// failures pay.
//
//go:noinline
func (r *Record) setError(err error) { r.err = &err }

// outcome returns the error of a settled call. Whoever asks has observed it.
func (r *Record) outcome() error {
	if r.err == nil {
		return nil
	}
	if s := r.side.Load(); s != nil {
		s.observe()
	}
	return *r.err
}

func (r *Record) taskError(phase uint32, err error) error {
	return &TaskError{Task: r.Task().Name, Started: phase == running, Err: err}
}
