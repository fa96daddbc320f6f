package process

import "github.com/offing-go/offing/runtime"

// The pool has to hear of the end of a call's context while a worker has the call: the
// process would go on with it. A watch for each call, see [runtime.Record.Watch], costs as
// much as the call with many outstanding, and four allocations where the call has one. But a
// program submits most calls under the same context, one after the other. So a worker has
// one watch for all calls of one context, and keeps it when they are over:
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
// It is the channel that is watched, and by the channel that contexts are told apart: two that
// have the same one end at the same time. To compare contexts panics for some types; and
// one that is kept, or asked for something, when its calls are over may be in use for
// another request by then.
//
// The watch is for calls in the line. Who waits for one that is not, as its reply is
// being delivered, has that one watched: see takeOver, look, awaitTimer, deliverAside. And who
// observes a call, by Result, Done or OnDone, has a watch of his own.

// A ctxWatch has a worker hear of the end of a context that its calls share.
type ctxWatch struct {
	done <-chan struct{} // of the context; nil without a watch
	last uint64          // the last call that it is for; 0 without one
	quit chan struct{}   // closed by who ends the watch
	met  <-chan struct{} // of the context of the last call that it was not for
}

// end ends the watch, if there is one.
func (c *ctxWatch) end() {
	if c.done != nil {
		close(c.quit)
	}
	*c = ctxWatch{}
}

// covers reports whether e, which joins the line, needs no other watch.
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
	if !w.shareWatch(e) {
		e.record.Watch()
	}
}

// shareWatch has the watch of w be for e, too, and reports whether it is.
func (w *worker) shareWatch(e *entry) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.watch.covers(e) { // since the one before it was watched
		return true
	}
	if e.done != w.watch.met || !w.freeLocked() {
		w.watch.met = e.done
		return false
	}
	w.watch.end()
	done, quit := e.done, make(chan struct{})
	w.watch = ctxWatch{done: done, last: e.id, quit: quit}
	w.watches.Go(func() {
		select {
		case <-done:
			w.contextEnded(done)
		case <-quit:
		}
	})
	return true
}

// watchLater has r watched: a call that is being delivered, see above. It is for the
// lookout, who must go on whatever a context of the user's does.
func (p *Pool) watchLater(r *runtime.Record) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		p.wakes.Go(r.Watch)
	}
}

// contextEnded ends the calls of w whose context has ended, each on a goroutine of its own,
// as a callback of one must not hold up the others.
func (w *worker) contextEnded(done <-chan struct{}) {
	w.mu.Lock()
	if w.watch.done == done {
		w.watch = ctxWatch{} // who joins from here on, and has been told that it has not ended, finds none
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

// unwatch ends the watch of a worker that will have no calls any more, and waits for its
// goroutine.
func (w *worker) unwatch() {
	w.mu.Lock()
	w.watch.end()
	w.mu.Unlock()
	w.watches.Wait()
}
