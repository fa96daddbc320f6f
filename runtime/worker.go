package runtime

// work is the life of one worker goroutine. It begins with a slot and the
// searching token.
func (p *Pool) work(w *worker) {
	slot := true // this goroutine holds a slot
	c, ok, last := w.first, w.first != nil, w.first != nil
	defer func() {
		// Reached with a slot only if a task called runtime.Goexit: its call is
		// settled, but the goroutine ends, and a new one has to go on.
		if slot && c.Record().Returned() {
			p.release()
		}
		p.dismiss(w)
	}()
	searching := true
	for w.first = nil; ; ok = false {
		if !ok && (!last || p.queue.Len() > 0) { // or there is nothing, and no lock is needed to see it
			ok, last = p.queue.Take(&w.call)
			if c = w.call; w.current.Load() != nil {
				w.current.Store(nil) // of the first call, or the worker would keep it alive
			}
		}
		if searching {
			searching = false
			p.searching.Store(0)
			if ok {
				p.kick()
			}
		}
		if ok {
			slot = p.run(w, c)
		} else {
			slot = p.retire()
			searching = slot
		}
		if !slot {
			return
		}
	}
}

// run runs one call and reports whether the worker keeps its slot.
func (p *Pool) run(w *worker, c Call) (slot bool) {
	r := c.Record()
	if p.closed.Load() {
		r.end(ErrCanceled) // popped while Close was looking
	}
	w.wear(&p.labels, r)
	c.Run()
	w.undress(r)
	if !r.Returned() {
		return false // given back by a wait that outlasts the task
	}
	if p.resuming.Load() > 0 || p.active.Load() > p.limit.Load() {
		p.release()
		return false
	}
	return true
}

// enlist returns the struct of a new worker, in which Close finds what it runs. The
// one that was free last is used again, without a lock: a pool that is idle between
// calls has a new worker for each.
func (p *Pool) enlist() *worker {
	if w := p.spare.Swap(nil); w != nil {
		return w
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		w := p.free[n-1]
		p.free = p.free[:n-1]
		return w
	}
	w := new(worker)
	w.start = func() { p.work(w) }
	p.workers = append(p.workers, w)
	return w
}

// dismiss takes the struct of a worker that ends.
func (p *Pool) dismiss(w *worker) {
	w.current.Store(nil) // or the pool would keep the last call alive
	if w.call != nil {
		p.queue.Look(func() { w.call = nil })
	}
	w.worn = 0 // the next to use w is another goroutine
	if !p.spare.CompareAndSwap(nil, w) {
		p.mu.Lock()
		p.free = append(p.free, w)
		p.mu.Unlock()
	}
	p.alive.Add(-1)
	p.drained()
}

// drained wakes Shutdown calls whose wait is over. It must be called when alive has
// become less. A Shutdown that begins meanwhile closes the queue first and looks at
// alive then, so that one of the two sees the other.
func (p *Pool) drained() {
	if p.queue.Closed() {
		p.mu.Lock()
		p.drainedLocked()
		p.mu.Unlock()
		if p.alive.Load() == 0 && p.queue.Len() == 0 {
			p.shops.end() // a Shutdown may have left whose ctx has ended
		}
	}
}
