// Package queue is the line in which calls wait for a worker.
package queue

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
)

// What Push returns besides the cause of its context.
var (
	ErrFull   = errors.New("queue is full")
	ErrClosed = errors.New("queue is closed")
)

// A Queue is a first-in first-out queue with an optional limit, whose waiting
// pushers take their turn in order too. The zero value is an empty queue
// without a limit. All methods may be called by any number of goroutines.
//
// Pushers and poppers have a ring and a lock each. A popper that finds its ring
// empty swaps the two, so both sides meet once per swap instead of once per
// element; measured, that halves the cost of a push under eight submitters.
//
//	Push --> in.ring   =====swap when out is empty=====>   out.ring --> Pop
//	         in.mu                                          out.mu
//
// Locks are taken in the order out, in, ranked.
type Queue[T any] struct {
	limit atomic.Int64 // elements; 0 for no limit

	_  [56]byte // each side on cache lines of its own
	in struct {
		mu      sync.Mutex
		ring    ring[T]
		waiting []*waiter[T] // pushers that found the queue full, in order
		pushed  atomic.Int64 // elements, ever
	}
	_   [56]byte
	out struct {
		mu     sync.Mutex
		ring   ring[T]
		popped atomic.Int64 // elements, ever
	}
	_       [56]byte
	closed  atomic.Bool  // written under in.mu
	blocked atomic.Int64 // len(in.waiting)
	ranks   ranked[T]    // elements with a priority other than 0
}

// A waiter is a push that waits for room. Whoever makes room moves its value
// into the ring, which keeps the order without a race for the room.
type waiter[T any] struct {
	v        T
	priority int
	admitted chan error // buffered; receives one value
}

// SetLimit bounds the queue to n elements, or not at all if n is 0.
func (q *Queue[T]) SetLimit(n int) { q.limit.Store(int64(n)) }

// Len returns the number of elements.
func (q *Queue[T]) Len() int { return int(q.size()) }

// size is two counters, one a side, so that a push and a pop do not take a cache
// line from each other. The order of the loads keeps it from being too low.
func (q *Queue[T]) size() int64 {
	popped := q.out.popped.Load()
	return q.in.pushed.Load() - popped
}

// Push appends v. Elements of higher priority are popped first; the usual one
// is 0. If the queue is full, Push returns ErrFull, or with wait set blocks
// until there is room or ctx ends, whose cause it then returns.
func (q *Queue[T]) Push(ctx context.Context, v T, priority int, wait bool) error {
	q.in.mu.Lock()
	if q.closed.Load() {
		q.in.mu.Unlock()
		return ErrClosed
	}
	if !q.fullLocked() {
		q.putLocked(v, priority)
		q.in.mu.Unlock()
		return nil
	}
	if !wait {
		q.in.mu.Unlock()
		return ErrFull
	}
	return q.waitLocked(ctx, &waiter[T]{v, priority, make(chan error, 1)})
}

// PushAll appends v(0) to v(n-1) under one lock, with the usual priority. It returns
// an error, and appends nothing, if the queue is closed, or has a limit, whose
// turns are for one at a time.
func (q *Queue[T]) PushAll(n int, v func(i int) T) error {
	q.in.mu.Lock()
	defer q.in.mu.Unlock()
	switch {
	case q.closed.Load():
		return ErrClosed
	case q.limit.Load() > 0:
		return ErrFull
	}
	q.in.ring.reserve(n)
	for i := range n {
		q.in.ring.pushBack(v(i))
	}
	q.in.pushed.Add(int64(n))
	return nil
}

// fullLocked reports whether a push has to wait; q.in.mu is held. Nobody
// overtakes those who wait.
func (q *Queue[T]) fullLocked() bool {
	limit := q.limit.Load()
	return limit > 0 && (len(q.in.waiting) > 0 || q.size() >= limit)
}

// putLocked adds v; q.in.mu is held.
func (q *Queue[T]) putLocked(v T, priority int) {
	q.in.pushed.Add(1) // first, or a pop of it could be counted before
	if priority == 0 {
		q.in.ring.pushBack(v)
	} else {
		q.ranks.push(v, priority)
	}
}

// waitLocked waits for room; q.in.mu is held on entry and released.
func (q *Queue[T]) waitLocked(ctx context.Context, w *waiter[T]) error {
	q.in.waiting = append(q.in.waiting, w)
	q.blocked.Add(1)
	q.admitLocked() // a pop may have made room before it could see us
	q.in.mu.Unlock()
	select {
	case err := <-w.admitted:
		return err
	case <-ctx.Done():
	}
	q.in.mu.Lock()
	defer q.in.mu.Unlock()
	i := slices.Index(q.in.waiting, w)
	if i < 0 {
		return <-w.admitted // it was admitted at the last moment
	}
	q.in.waiting = slices.Delete(q.in.waiting, i, i+1)
	q.blocked.Add(-1)
	return context.Cause(ctx)
}

// admitLocked moves waiting pushes into the queue while there is room; q.in.mu
// is held.
func (q *Queue[T]) admitLocked() {
	for len(q.in.waiting) > 0 {
		if limit := q.limit.Load(); limit > 0 && q.size() >= limit {
			return
		}
		w := q.in.waiting[0]
		q.in.waiting = slices.Delete(q.in.waiting, 0, 1)
		q.blocked.Add(-1)
		q.putLocked(w.v, w.priority)
		w.admitted <- nil
	}
}

// PushFront puts v before all others of its priority, even into a full or closed
// queue: it is for an element that was popped and has to come back.
func (q *Queue[T]) PushFront(v T, priority int) {
	q.in.pushed.Add(1)
	if priority != 0 {
		q.ranks.pushFront(v, priority)
		return
	}
	q.out.mu.Lock()
	defer q.out.mu.Unlock()
	q.out.ring.pushFront(v)
}

// Pop takes the first element. It reports false if there is none.
func (q *Queue[T]) Pop() (v T, ok bool) {
	v, ok, _ = q.Take()
	return v, ok
}

// Take is Pop for one who takes elements until there are none. It also reports
// whether none is left on the side of the poppers: only then is it worth his while
// to ask for Len, which takes a cache line from the pushers.
func (q *Queue[T]) Take() (v T, ok, last bool) {
	if q.ranks.n.Load() != 0 {
		v, ok = q.popRanked()
	} else {
		v, ok, last = q.popOut()
	}
	if !ok {
		return v, false, false
	}
	q.out.popped.Add(1)
	if q.blocked.Load() > 0 {
		q.in.mu.Lock()
		q.admitLocked()
		q.in.mu.Unlock()
	}
	return v, true, last
}

func (q *Queue[T]) popOut() (v T, ok, last bool) {
	q.out.mu.Lock()
	defer q.out.mu.Unlock()
	if q.out.ring.n == 0 {
		if q.size() <= 0 {
			return v, false, false
		}
		q.swapLocked()
	}
	if q.out.ring.n == 0 {
		return v, false, false
	}
	v = q.out.ring.popFront()
	q.out.ring.trim()
	return v, true, q.out.ring.n == 0
}

// swapLocked exchanges the rings; q.out.mu is held and q.out.ring is empty.
func (q *Queue[T]) swapLocked() {
	q.out.ring.trim()
	q.in.mu.Lock()
	q.in.ring, q.out.ring = q.out.ring, q.in.ring
	q.in.mu.Unlock()
}

// popRanked takes the first element when some have a priority: those above 0,
// then those of 0, then those below.
func (q *Queue[T]) popRanked() (v T, ok bool) {
	if v, ok = q.ranks.pop(1); ok {
		return v, true
	}
	if v, ok, _ = q.popOut(); ok {
		return v, true
	}
	return q.ranks.pop(lowest)
}

// Close makes every later Push, and those that wait, return ErrClosed. What is
// queued can still be popped.
func (q *Queue[T]) Close() {
	q.in.mu.Lock()
	defer q.in.mu.Unlock()
	q.closed.Store(true)
	for _, w := range q.in.waiting {
		w.admitted <- ErrClosed
	}
	q.in.waiting = nil
	q.blocked.Store(0)
}

// Closed reports whether Close was called.
func (q *Queue[T]) Closed() bool { return q.closed.Load() }
