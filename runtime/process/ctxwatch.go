package process

import (
	"context"

	"github.com/offing-go/offing/runtime"
)

// The pool has to hear of the end of a call's context while a worker has the call: the
// process would go on with it. A watch for each call, see [runtime.Record.Watch], costs more
// than the call, and five allocations where it has one. But a program submits most calls
// under the same context, one after the other. So a worker has one watch for all calls
// of one context, and keeps it when they are over:
//
//	watch   calls
//	  -     A               the first of a context has a watch of its own
//	  A     A A A           the second has one that is for the others, too
//	  A     A A B A B       those of B have their own
//	  B     B               unless there is none of A left
//	  -                     B has ended
//
// A context that has but one call, as in a server where each request has its own, gets no
// other watch than before: to give one back as the context ends takes a goroutine.
//
// Two contexts that have the same channel end at the same time, so it is by the channel that
// they are told apart: to compare contexts themselves panics for some types.
//
// Nobody but the pool needs this watch. Who observes a call, by Result, Done or OnDone, has
// one of his own.

// A ctxWatch has a worker hear of the end of a context that its calls share.
type ctxWatch struct {
	done <-chan struct{} // of the context; nil without a watch
	last uint64          // the last call that it is for; 0 without one
	stop func() bool     // ends it; nil for a moment at first

	met <-chan struct{} // of the context of the last call that it was not for
}

// covers reports whether e, which has joined the line, needs no other watch.
func (c *ctxWatch) covers(e *entry) bool {
	if e.done == nil {
		return true
	}
	if e.done == c.done {
		c.last = e.id
		return true
	}
	return false
}

// freeLocked reports whether w has no call that its watch is for.
func (w *worker) freeLocked() bool {
	return w.line.len() == 0 || w.line.all()[0].id > w.watch.last
}

// watchContext has w hear of the end of the context of e, which has joined the line. w.hold
// is held, and no other lock, as a context may be the user's.
func (w *worker) watchContext(e *entry) {
	w.mu.Lock()
	if w.watch.covers(e) {
		w.mu.Unlock()
		return
	}
	if e.done != w.watch.met || !w.freeLocked() {
		w.watch.met = e.done
		w.mu.Unlock()
		e.record.Watch()
		return
	}
	done, stop := e.done, w.watch.stop
	w.watch = ctxWatch{done: done, last: e.id}
	w.mu.Unlock()
	if stop != nil {
		stop()
	}
	// Of one that has just ended it is heard at once, as e is there to be found.
	stop = context.AfterFunc(e.record.SubmitContext(), func() { w.contextEnded(done) })
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.watch.done == done {
		w.watch.stop = stop
	}
}

// contextEnded ends the calls of w whose context has ended, each on a goroutine of its own,
// as a callback of one must not hold up the others.
func (w *worker) contextEnded(done <-chan struct{}) {
	w.mu.Lock()
	if w.watch.done == done {
		w.watch = ctxWatch{} // who joins from here on finds none
	}
	var ended []*runtime.Record
	for _, e := range w.line.all() {
		if e.done == done && !e.gone {
			ended = append(ended, e.record)
		}
	}
	w.mu.Unlock()
	for _, r := range ended {
		go r.State()
	}
}

// unwatch ends the watch of a worker that has no calls any more: until it ends the context
// has it in its books.
func (w *worker) unwatch() {
	w.mu.Lock()
	stop := w.watch.stop
	w.watch = ctxWatch{}
	w.mu.Unlock()
	if stop != nil {
		stop()
	}
}
