package runtime

// work is the life of one worker goroutine. It begins with a slot and the
// searching token.
func (p *Pool) work() {
	w := p.enlist()
	slot := true // this goroutine holds a slot
	defer func() {
		// Reached with a slot only if a task called runtime.Goexit: its call is
		// settled, but the goroutine ends, and a new one has to go on.
		if slot && w.current.Load().Returned() {
			p.release()
		}
		p.dismiss(w)
	}()
	searching := true
	for {
		c, ok := p.queue.Pop()
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
	w.current.Store(r)
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

// enlist notes a new worker, so that Close finds what runs. The structs are
// used again: a pool that is idle between calls would make one for each.
func (p *Pool) enlist() *worker {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.spare
	if w == nil {
		w = new(worker)
	} else {
		p.spare = w.next
	}
	w.prev, w.next = nil, p.workers
	if w.next != nil {
		w.next.prev = w
	}
	p.workers = w
	return w
}

// dismiss forgets a worker that ends.
func (p *Pool) dismiss(w *worker) {
	w.current.Store(nil) // or the pool would keep the last call alive
	w.worn = 0           // the next to use w is another goroutine
	p.mu.Lock()
	defer p.mu.Unlock()
	if w.prev != nil {
		w.prev.next = w.next
	} else {
		p.workers = w.next
	}
	if w.next != nil {
		w.next.prev = w.prev
	}
	w.prev, w.next = nil, p.spare
	p.spare = w
	p.alive.Add(-1)
	p.drainedLocked()
}
