package runtime

import (
	"context"
	"runtime/trace"
	"time"
)

// A guest is the goroutine of a Map, working in a slot of the pool while it would
// only wait for others. Short items are the reason: to wake a worker takes as long as
// thousands of them.
//
// The goroutine of a Map also hands out chunks, and has to notice the first failure.
// So what it runs can be interrupted between two items by whoever has news for it:
//
//	guest:   run items ........| pause: look at the news, hand out | run on ....
//	worker:  ...... chunk done, interrupt
//
// A timer interrupts it as well: a chunk that takes longer than it should is cut where
// it is, and the rest goes to all.
//
// It works only under a context that cannot end, like a [Here]: otherwise Map would
// have to return while an item goes on. And only on items that have turned out short,
// as a failure elsewhere waits for the item that the guest is in.
type guest[A, R any] struct {
	pool   *Pool         // nil if the goroutine of this feed must not work
	worker *worker       // what the pool knows it by; nil while it has no slot
	flight *flight[A, R] // what it runs, or will go on with
	eager  bool          // chunks take so little that it runs them before it hands out any
	rest   *chunk[A, R]  // items of a chunk that was cut, to be handed out first; never runs itself
	timer  *time.Timer   // nil before the first time
	ran    *Record       // guarded by the feed's mu: what runs just now, for others to interrupt
}

// eagerPart is the part of the pace below which a chunk is not worth handing out.
const eagerPart = 16

// invite lets the feed's goroutine work if it may.
func (d *feed[A, R]) invite(ctx context.Context) {
	if p, ok := d.ex.(*Pool); ok && d.opts.chunk == 0 && ctx.Done() == nil && !trace.IsEnabled() {
		d.guest.pool = p
		d.room /= 2 // until it is known how long items take
	}
}

// appraise learns from a chunk that took so long.
func (d *feed[A, R]) appraise(took time.Duration) {
	if p := d.guest.pool; p != nil {
		d.guest.eager = took < d.pace/eagerPart
		d.room = 2 * int(max(1, p.limit.Load()))
	}
}

// work runs items here until a chunk of them is over or there is news, and reports
// whether it did. It does not if items take long, or if no slot is free.
func (d *feed[A, R]) work() bool {
	g := &d.guest
	switch more := g.flight != nil || !d.ended && d.size > 1 && g.rest == nil; {
	case g.pool == nil || !more || d.ctx.Err() != nil || !d.enter():
		g.eager = false
		return false
	case g.flight == nil:
		g.flight = d.own()
	}
	if c := g.flight.chunk; d.runOwn(c) || d.cut(c) {
		d.depart()
		fl := g.flight
		g.flight = nil
		d.conclude(fl)
	}
	return true
}

// cut ends a chunk that has taken long, and reports whether it did.
func (d *feed[A, R]) cut(c *chunk[A, R]) bool {
	if c.elapsed < 2*d.pace {
		return false
	}
	d.guest.rest = c.part(c.done, len(c.items))
	c.settleRun(c.elapsed)
	return true
}

// handRest hands out items of a chunk that was cut, and reports whether there were
// any.
func (d *feed[A, R]) handRest() bool {
	c := d.guest.rest
	if c == nil {
		return false
	}
	n := min(d.size, len(c.items))
	fl := &flight[A, R]{chunk: c.part(0, n)}
	d.flying = append(d.flying, fl)
	if d.guest.rest = nil; n < len(c.items) {
		d.guest.rest = c.part(n, len(c.items))
	}
	d.launch(fl)
	return true
}

// own takes items for a chunk that runs here.
func (d *feed[A, R]) own() *flight[A, R] {
	fl := d.flightOf(d.pull(d.size))
	r := fl.chunk.Record()
	r.init(d.ctx, &d.f.Task)
	r.meta |= hereMark
	r.Attach(&d.guest.pool.hooks)
	return fl
}

// runOwn runs c here and reports whether it is over.
func (d *feed[A, R]) runOwn(c *chunk[A, R]) (over bool) {
	r, p := c.Record(), d.guest.pool
	d.guest.worker.current.Store(r)
	if p.closed.Load() {
		r.end(ErrCanceled) // Close may have looked before
	}
	if d.guest.timer == nil {
		d.guest.timer = time.AfterFunc(2*d.pace, d.interrupt)
	} else {
		d.guest.timer.Reset(2 * d.pace)
	}
	return d.announce(r) && c.runUntilPause(d.announce)
}

// interrupt makes the guest pause.
func (d *feed[A, R]) interrupt() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.interruptLocked()
}

func (d *feed[A, R]) interruptLocked() {
	if r := d.guest.ran; r != nil {
		r.state.CompareAndSwap(running, running|pauseBit)
	}
}

// announce says which record others may interrupt. It reports false if they have news
// already.
func (d *feed[A, R]) announce(r *Record) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r != nil && (len(d.ready) > 0 || d.taken) {
		return false
	}
	d.guest.ran = r
	return true
}

// enter takes a slot unless there is one.
func (d *feed[A, R]) enter() bool {
	g := &d.guest
	if g.worker == nil {
		g.worker = g.pool.admit()
	}
	return g.worker != nil
}

// leave ends the guest's work.
func (d *feed[A, R]) leave() {
	if d.guest.timer != nil {
		d.guest.timer.Stop()
	}
	d.depart()
}

// depart gives the slot back, if there is one.
func (d *feed[A, R]) depart() {
	g := &d.guest
	if w := g.worker; w != nil {
		g.worker = nil
		g.pool.dismissGuest(w)
	}
}

// admit takes a slot for a goroutine that is not the pool's and returns the worker
// that it passes for, or nil.
func (p *Pool) admit() *worker {
	if p.resuming.Load() > 0 || !p.take() {
		return nil
	}
	p.alive.Add(1)
	if p.queue.Closed() {
		p.leave(true)
		return nil
	}
	return p.enlist()
}

// dismissGuest ends what admit began. A wait that outlasts the task has given the
// slot back.
func (p *Pool) dismissGuest(w *worker) {
	if r := w.current.Load(); r == nil || r.Returned() {
		p.release()
	}
	p.dismiss(w)
}
