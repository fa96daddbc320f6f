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
// So what it runs is interrupted between two items by whoever has news for it, and by
// a timer. The chunk then ends where it is, the slot is given back, and the rest is to
// be handed out, or run here, before anything else:
//
//	guest:   run items ........| cut: look at the news, hand out | run the rest ....
//	worker:  ...... chunk done, interrupt
//
// It works only under a context that cannot end, like a [Here]: otherwise Map would
// have to return while an item goes on. And only on items that have turned out short,
// as a failure elsewhere waits for the item that the guest is in.
type guest[A, R any] struct {
	pool  *Pool          // nil if the goroutine of this feed must not work
	eager bool           // chunks take so little that it runs them before it hands out any
	rest  []*chunk[A, R] // items of chunks that were cut, which go first, those of the last at once; they never run themselves
	timer *time.Timer    // nil before the first time
	ran   *Record        // guarded by the feed's mu: what runs just now, for others to interrupt
}

// eagerPart is the part of the pace below which a chunk is not worth handing out.
const eagerPart = 16

// invite lets the feed's goroutine work if it may.
func (d *feed[A, R]) invite(ctx context.Context) {
	if p, ok := d.ex.(*Pool); ok && d.pull != nil && d.opts.chunk == 0 && d.opts.window == 0 && ctx.Done() == nil && !trace.IsEnabled() {
		d.guest.pool = p
		d.room = max(1, d.room/2) // until it is known how long items take
	}
}

// appraise learns from a chunk of n items that took so long. One that was cut, or is
// a part of what is left, says nothing if it was quick.
func (d *feed[A, R]) appraise(n int, took time.Duration) {
	p := d.guest.pool
	if p == nil {
		return
	}
	d.room = roomFor(int(p.limit.Load()))
	if quick := took < d.pace/eagerPart; n >= d.size || !quick {
		d.guest.eager = quick
	}
}

// work runs items here until a chunk of them is over or there is news, and reports
// whether anything has changed. It runs none if items take long, or no slot is free.
func (d *feed[A, R]) work() (changed bool) {
	g := &d.guest
	if g.pool == nil || d.size == 1 || !d.hasMore() || d.ctx.Err() != nil {
		return d.calm()
	}
	w := g.pool.admit()
	if w == nil {
		return d.calm()
	}
	fl := d.own()
	d.runOwn(fl.chunk, w)
	fl.chunk.Record().awaitPublish() // Close may be about to settle it
	d.conclude(fl)
	return true
}

// calm ends eagerness, and reports whether there was any: then something may be
// handed out.
func (d *feed[A, R]) calm() (changed bool) {
	changed, d.guest.eager = d.guest.eager, false
	return changed
}

// own takes items for a chunk that runs here.
func (d *feed[A, R]) own() *flight[A, R] {
	fl := d.restFlight()
	if fl == nil {
		fl = d.flightOf(d.pull(d.size))
	}
	r := fl.chunk.Record()
	r.init(d.ctx, &d.f.Task)
	r.meta |= hereMark
	r.Attach(&d.guest.pool.hooks)
	return fl
}

// restFlight takes items of a chunk that was cut, nil if there are none.
func (d *feed[A, R]) restFlight() *flight[A, R] {
	last := len(d.guest.rest) - 1
	if last < 0 {
		return nil
	}
	c := d.guest.rest[last]
	d.guest.rest = d.guest.rest[:last]
	n := min(d.size, len(c.items))
	fl := &flight[A, R]{chunk: c.part(0, n)}
	d.flying = append(d.flying, fl)
	d.keep(c, n)
	return fl
}

// keep keeps the items of c from one on for later.
func (d *feed[A, R]) keep(c *chunk[A, R], from int) {
	if from < len(c.items) {
		d.guest.rest = append(d.guest.rest, c.part(from, len(c.items)))
	}
}

// hasMore reports whether there are items that were not given to anybody.
func (d *feed[A, R]) hasMore() bool { return !d.ended || len(d.guest.rest) > 0 }

// runOwn runs c in the slot of w. A task that calls runtime.Goexit ends the goroutine:
// the defers of Map go on from here.
func (d *feed[A, R]) runOwn(c *chunk[A, R], w *worker) {
	r, p := c.Record(), d.guest.pool
	w.current.Store(r)
	defer p.dismissGuest(w)
	if p.closed.Load() {
		r.end(ErrCanceled) // Close may have looked before
	}
	if !c.Start() {
		return
	}
	if began := time.Now(); d.announce(r) {
		defer d.announce(nil)
		d.arm()
		c.runUntilPause()
		c.elapsed = time.Since(began)
		d.announce(nil)
	}
	r.state.And(^uint32(pauseBit))                              // nobody can set it any more
	if c.settleRun(); r.phase() == succeeded && c.resumable() { // else all of it counts as ended
		d.keep(c, c.done)
	}
}

// announce says which record others may interrupt, or that there is none. It reports
// false if they have news already.
func (d *feed[A, R]) announce(r *Record) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.guest.ran = nil
	if r == nil || len(d.ready) > 0 || d.taken {
		return false
	}
	d.guest.ran = r
	return true
}

// arm has what is announced interrupted when it has taken long.
func (d *feed[A, R]) arm() {
	if t := d.guest.timer; t != nil {
		t.Reset(2 * d.pace)
		return
	}
	d.guest.timer = time.AfterFunc(2*d.pace, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.interruptLocked()
	})
}

// disarm stops the timer for good.
func (d *feed[A, R]) disarm() {
	if t := d.guest.timer; t != nil {
		t.Stop()
	}
}

// interruptLocked makes the guest pause; d.mu is held.
func (d *feed[A, R]) interruptLocked() {
	if r := d.guest.ran; r != nil {
		r.state.CompareAndSwap(running, running|pauseBit)
	}
}

// admit takes a slot for a goroutine that is not the pool's and returns the worker
// that it passes for, or nil. Unlike a Here it does not look whether calls are queued:
// most are chunks of its own Map. That keeps the order (G10): what was submitted before
// the Map has started, since a chunk of it had to run before a guest works at all, and
// what is submitted later comes after all of its items.
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
	if w.current.Load().Returned() {
		p.release()
	}
	p.dismiss(w)
}
