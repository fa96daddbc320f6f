package runtime

import "context"

// This file holds guarantee G7: a task that waits gives its worker's slot back,
// so waiting inside a task never deadlocks its pool.
//
// A slot belongs to the goroutine that runs the task, but the wait may happen
// on others that the task started, several at once, and may outlast the task.
// So the side block counts: the first wait under a task's context releases the
// slot, the end of the last one takes it again, and once the task has returned
// nobody takes it for this task any more. While one takes it, another wait that
// begins and ends takes none: a task that joins its goroutines would wait for a
// second slot while it holds the first.
//
//	            first enterWait                       last leave
//	holds slot -----------------> released, waits>0 -------------> Acquire, holds slot
//	    |                               |                              |
//	    | task returns                  | task returns                 | task returned meanwhile
//	    v                               v                              v
//	worker keeps the slot        worker ends without it          Release again

// noWait is what enterWait returns outside tasks.
func noWait() {}

// enterWait must be called before a wait under ctx, and the result after it.
// If ctx belongs to a task, the task's slot is free in between.
func enterWait(ctx context.Context) (leave func()) {
	r := recordOf(ctx)
	if r == nil {
		return noWait
	}
	r.sideBlock() // first: a task that returns without one is not told of its end there
	if r.hasReturned() {
		return noWait
	}
	return r.beginWait(ctx)
}

// beginWait is enterWait for the call that a worker runs, until the worker has taken its
// slot back, see Returned: that is after the callbacks, which may wait as well.
func (r *Record) beginWait(ctx context.Context) (leave func()) {
	s := r.sideBlock()
	s.mu.Lock()
	if s.returned {
		s.mu.Unlock()
		return noWait
	}
	s.waits++
	release := !s.released
	s.released = true
	s.mu.Unlock()
	if release {
		r.hooks.Release()
	}
	return func() { s.leaveWait(ctx, r.hooks) }
}

func (s *side) leaveWait(ctx context.Context, h *Hooks) {
	s.mu.Lock()
	s.waits--
	last := s.waits == 0 && !s.returned && s.released && !s.acquiring
	s.acquiring = s.acquiring || last
	s.mu.Unlock()
	if !last {
		return
	}
	h.Acquire(ctx)
	s.mu.Lock()
	s.acquiring = false
	keep := s.released && s.waits == 0 && !s.returned
	if keep {
		s.released = false
	}
	s.mu.Unlock()
	if !keep {
		h.Release() // another wait began, another took it, or the task is over
	}
}

// hasReturned reports whether the task has returned to its worker.
func (r *Record) hasReturned() bool { return r.state.Load()&returnedBit != 0 }

// Returned must be called by an executor with Release and Acquire hooks when
// Run has returned. It reports whether the worker still holds its slot.
func (r *Record) Returned() bool {
	if !r.hasReturned() { // with a result, it has
		r.state.Or(returnedBit)
	}
	s := r.side.Load()
	if s == nil {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.returned = true
	return !s.released
}
