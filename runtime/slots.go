package runtime

import (
	"context"
	"slices"
)

// What Pool.searching says of the worker that is being woken.
const (
	looking  = 1 // it will look into the queue
	carrying = 2 // it has a call
)

// vacant returns how many calls in the queue have a worker, as good as: one for each
// free slot, and one for the worker that is on its way to it. It is not looked at if
// the queue has no bound.
func (p *Pool) vacant() int {
	if !p.queue.Bounded() {
		return 0
	}
	n := p.limit.Load() - p.active.Load()
	if p.searching.Load() == looking {
		n++
	}
	return int(n)
}

// take takes a slot if one is free.
func (p *Pool) take() bool {
	for {
		n := p.active.Load()
		if n >= p.limit.Load() {
			return false
		}
		if p.active.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// kick wakes a worker if there may be work for it, a slot is free and nobody
// is being woken already.
func (p *Pool) kick() {
	for p.searching.Load() == 0 && p.active.Load() < p.limit.Load() && p.queue.Len() > 0 {
		if !p.searching.CompareAndSwap(0, looking) {
			return
		}
		if p.take() {
			p.alive.Add(1)
			go p.enlist().start()
			return
		}
		p.searching.Store(0) // the slot was lost to another; look again
	}
}

// handOver gives c to a new worker if none is being woken, a slot is free and nobody
// is before c: it need not go through the queue then, which would cost as much as a
// short call does.
func (p *Pool) handOver(c Call) bool {
	if p.searching.Load() != 0 || p.active.Load() >= p.limit.Load() || !p.queue.Empty() || p.resuming.Load() > 0 ||
		!p.searching.CompareAndSwap(0, carrying) {
		return false
	}
	if !p.take() {
		p.searching.Store(0)
		p.kick() // for those who have pushed meanwhile
		return false
	}
	p.alive.Add(1)
	if p.queue.Closed() { // since Shutdown may have looked before alive said that there is one more
		p.searching.Store(0)
		p.leave(true)
		return false
	}
	w := p.enlist()
	w.first = c
	w.current.Store(c.Record()) // for Close, which may come before the worker does
	if p.closed.Load() {
		c.Record().end(ErrCanceled)
	}
	go w.start()
	return true
}

// kickPushed is kick for one who has just pushed: he does not look at what workers
// have popped meanwhile, which would take a cache line from them with every call. A
// worker that is woken in vain ends at once.
func (p *Pool) kickPushed() {
	if p.searching.Load() == 0 && p.active.Load() < p.limit.Load() {
		p.kick()
	}
}

// retire gives up a slot for good. It reports true if work came in at the last
// moment: the caller then has the slot and the searching token.
func (p *Pool) retire() bool {
	p.active.Add(-1)
	p.resume()
	if p.queue.Len() > 0 && p.searching.CompareAndSwap(0, looking) {
		if p.take() {
			return true
		}
		p.searching.Store(0)
		p.kick()
	}
	return false
}

// release gives up a slot: to a task that wants it back, else to the queue.
func (p *Pool) release() {
	p.active.Add(-1)
	p.resume()
	p.kick()
}

// acquire takes a slot again for a task whose wait is over, before any queued
// call gets it. Once ctx has ended it takes one over the limit: a wait with a
// deadline must not turn into a wait for some other task. Workers that come to
// their end see the excess and leave.
func (p *Pool) acquire(ctx context.Context) {
	if p.resuming.Load() == 0 && p.take() {
		return
	}
	turn := make(chan struct{})
	p.mu.Lock()
	p.resumers = append(p.resumers, turn)
	p.resuming.Add(1)
	p.mu.Unlock()
	p.resume() // a slot may have come free before its owner could see us
	select {
	case <-turn:
		return
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.resumers, turn); i >= 0 {
		p.resumers = slices.Delete(p.resumers, i, i+1)
		p.resuming.Add(-1)
		p.active.Add(1)
	}
}

// resume hands free slots to tasks that want theirs back.
func (p *Pool) resume() {
	if p.resuming.Load() == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.resumers) > 0 && p.take() {
		close(p.resumers[0])
		p.resumers = slices.Delete(p.resumers, 0, 1)
		p.resuming.Add(-1)
	}
}
