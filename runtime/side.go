package runtime

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A side holds what few calls need: someone to wake, callbacks, a context that
// can be ended on its own. A call gets one on demand, by compare-and-swap, and
// keeps it.
//
// The one who settles stores the state first and looks for the side block
// then; the one who installs a block looks at the state after. Atomics are
// sequentially consistent, so at least one of the two sees the other, and mu
// orders the rest.
type side struct {
	mu        sync.Mutex
	relabeled atomic.Bool // the task asked for its pprof labels, so it may have changed its goroutine's

	// All below is guarded by mu.

	settled   bool          // settle ran: nothing more may be registered
	done      chan struct{} // closed by settle; nil until somebody waits
	observers []*callback   // of this package, see observe; nil once settled
	callbacks []*callback   // in order of registration; nil once settled
	unwatch   func() bool   // ends the watch of the submit context
	timeout   func() bool   // ends the watch of the task's own timeout
	expires   time.Time     // when that ends the call; of use while timeout is not nil
	left      time.Duration // what tries before have left of the task's own timeout; 0 if there were none
	ctx       context.Context
	endCtx    context.CancelCauseFunc // not nil exactly when ctx is not nil
	panicked  *panicReport            // set by a panic, until observed

	// The worker's slot, for a task that waits (G7); see nested.go.
	waits     int32 // waits in progress under this task's context
	released  bool  // the slot was given back
	acquiring bool  // a wait that ended is taking it again
	returned  bool  // the task returned: there is no slot to take again
}

// A callback is one registration of OnDone, or of an observer.
type callback struct {
	run     func()
	stopped bool // guarded by the side's mu
}

// sideBlock returns the record's side block and makes it if need be.
func (r *Record) sideBlock() *side {
	if s := r.side.Load(); s != nil {
		return s
	}
	if s := new(side); r.side.CompareAndSwap(nil, s) {
		return s
	}
	return r.side.Load()
}

// lockOpen locks the side block of a call that is not settled. For a settled
// call it returns nil, with nothing locked.
func (r *Record) lockOpen() *side {
	if r.Settled() {
		return nil
	}
	s := r.sideBlock()
	s.mu.Lock()
	if s.settled || r.Settled() {
		s.mu.Unlock()
		return nil
	}
	return s
}

// settle wakes whoever waits, tells the observers, and runs the callbacks, in order, on this
// goroutine, with nothing locked.
func (s *side) settle(r *Record, cause error) { s.call(r, s.close(r, cause)) }

// close wakes whoever waits, tells the observers, and ends the task's context with cause.
// It returns the callbacks, which the caller must call, by call.
func (s *side) close(r *Record, cause error) []*callback {
	s.mu.Lock()
	s.settled = true
	observers, callbacks := s.observers, s.callbacks
	stops := [2]func() bool{s.unwatch, s.timeout}
	s.observers, s.callbacks, s.unwatch, s.timeout = nil, nil, nil, nil
	if len(callbacks) > 0 && r.hooks != nil {
		r.hooks.callbacks.enter() // before done says that the call is over
	}
	if s.done != nil {
		close(s.done)
	}
	end := s.endCtx
	s.mu.Unlock()
	for _, o := range observers {
		o.run()
	}
	if end != nil {
		end(cause) // before the stops: that of the timeout ends the same context without a cause
	}
	for _, stop := range stops {
		if stop != nil {
			stop()
		}
	}
	return callbacks
}

// call runs the callbacks that close returned.
func (s *side) call(r *Record, callbacks []*callback) {
	if len(callbacks) > 0 && r.hooks != nil {
		r.hooks.callbacks.run(s, r, callbacks)
	} else {
		s.runAll(r, callbacks)
	}
}

// runAll calls the callbacks in order. If one ends the goroutine, as t.FailNow does, the
// rest is for another: what this one is inside of by its stack it may have left.
func (s *side) runAll(r *Record, callbacks []*callback) {
	defer func() {
		if len(callbacks) == 0 {
			return
		}
		if r.hooks != nil {
			r.hooks.callbacks.enter() // before the caller leaves
		}
		go s.call(r, callbacks)
	}()
	for len(callbacks) > 0 {
		c := callbacks[0]
		callbacks = callbacks[1:]
		s.run(r, c)
	}
}

// run calls one callback unless it was stopped. A callback that panics is
// reported and harms neither the others nor the call (A28).
func (s *side) run(r *Record, c *callback) {
	s.mu.Lock()
	stopped := c.stopped
	c.stopped = true // it runs now; stop comes too late
	s.mu.Unlock()
	if !stopped {
		r.guard(c.run)
	}
}

// closedChan is what a settled call returns for a channel.
var closedChan = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// doneChan returns a channel that is closed when the call settles.
func (r *Record) doneChan() <-chan struct{} {
	s := r.lockOpen()
	if s == nil {
		return closedChan
	}
	defer s.mu.Unlock()
	if s.done == nil {
		s.done = make(chan struct{})
	}
	return s.done
}

// watch arranges that the end of the submit context settles the call at once,
// even while it is queued. It is for observers, and for executors that run it
// elsewhere: a call that nobody looks at is settled when a worker comes to it, and no
// one can tell the difference. The context of a call that is settled is not asked, as
// its owner may use it for something else by then.
func (r *Record) watch() {
	if r.ctx == nil || r.Settled() || r.ctx.Done() == nil {
		return
	}
	s := r.lockOpen()
	if s == nil {
		return
	}
	watched := s.unwatch != nil
	s.mu.Unlock() // the context may be the user's own, with a lock of its own
	if !watched {
		s.keepWatch(context.AfterFunc(r.ctx, func() { r.end(endedBy(r.ctx)) }))
	}
}

// Watch arranges that the end of the submit context settles the call even if
// nobody observes its future, so that an executor which runs it elsewhere
// hears of it. It costs nothing if that context cannot end.
func (r *Record) Watch() { r.watch() }

// onDone registers run to be called once when the call settles; now, on this
// goroutine, if it is settled. stop reports whether it kept run from running.
func (r *Record) onDone(run func()) (stop func() bool) {
	r.watch()
	s := r.lockOpen()
	if s == nil {
		r.guard(run)
		return func() bool { return false }
	}
	defer s.mu.Unlock()
	return s.addLocked(&s.callbacks, run)
}

// observe is onDone for what waits in this package: run stands behind no callback of the
// user, which may be slow, or wait for what run wakes. So it must not block, nor call code
// of the user, and nobody who waits for callbacks waits for it. It may be running, or about
// to, when stop has returned.
func (r *Record) observe(run func()) (stop func() bool) {
	r.watch()
	s := r.lockOpen()
	if s == nil {
		run()
		return func() bool { return false }
	}
	defer s.mu.Unlock()
	return s.addLocked(&s.observers, run)
}

// addLocked adds run to a list of s, whose mu is held, and returns what takes it out.
func (s *side) addLocked(list *[]*callback, run func()) (stop func() bool) {
	c := &callback{run: run}
	*list = append(*list, c)
	return func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		stopped := !c.stopped
		c.stopped = true
		if i := slices.Index(*list, c); i >= 0 { // or many short waits for a long call pile up
			*list = slices.Delete(*list, i, i+1)
		}
		return stopped
	}
}
