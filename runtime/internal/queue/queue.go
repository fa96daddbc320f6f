// Package queue is the line in which calls wait for a worker.
package queue

import (
	"context"
	"errors"
	"slices"
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
//	         in.gate                                        out.gate
//
// They are locked in the order out, in, ranked.
type Queue[T any] struct {
	limit atomic.Int64 // elements; 0 for no limit

	_  [56]byte // each side on cache lines of its own
	in struct {
		gate    // of those who push
		ring    ring[T]
		waiting []*waiter[T] // pushers that found the queue full, in order
	}
	_   [56]byte
	out struct {
		gate // of those who pop
		ring ring[T]
	}
	_       [56]byte
	closed  atomic.Bool  // written with in locked
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

// Empty reports whether there are no elements, and nobody waits to push one.
func (q *Queue[T]) Empty() bool { return q.size() <= 0 && q.blocked.Load() == 0 }

// size is two counters, one a side, so that a push and a pop do not take a cache
// line from each other. The order of the loads keeps it from being too low.
func (q *Queue[T]) size() int64 {
	popped := q.out.count()
	return q.in.count() - popped
}

// Bounded reports whether there is a limit.
func (q *Queue[T]) Bounded() bool { return q.limit.Load() > 0 }

// Push appends v. Elements of higher priority are popped first; the usual one
// is 0. So many elements as spare are as good as popped, as those who pop have
// nothing else to do: they do not count. If the queue is full, Push returns ErrFull,
// or with wait set blocks until there is room or ctx ends, whose cause it then
// returns.
func (q *Queue[T]) Push(ctx context.Context, v T, priority, spare int, wait bool) error {
	q.in.lock()
	switch {
	case q.closed.Load():
		q.in.unlock(0)
		return ErrClosed
	case !q.fullLocked(spare):
		q.in.unlock(q.putLocked(v, priority))
		return nil
	case !wait:
		q.in.unlock(0)
		return ErrFull
	}
	return q.waitLocked(ctx, &waiter[T]{v, priority, make(chan error, 1)})
}

// PushAll appends v(0) to v(n-1) under one lock, with the usual priority. It returns
// an error, and appends nothing, if the queue is closed, or has a limit, whose
// turns are for one at a time.
func (q *Queue[T]) PushAll(n int, v func(i int) T) error {
	q.in.lock()
	put := 0
	defer func() { q.in.unlock(put) }()
	switch {
	case q.closed.Load():
		return ErrClosed
	case q.limit.Load() > 0:
		return ErrFull
	}
	q.in.ring.reserve(n)
	for ; put < n; put++ {
		q.in.ring.pushBack(v(put))
	}
	return nil
}

// fullLocked reports whether a push has to wait; q.in is locked. Nobody
// overtakes those who wait.
func (q *Queue[T]) fullLocked(spare int) bool {
	limit := q.limit.Load()
	return limit > 0 && (len(q.in.waiting) > 0 || q.size() >= limit+int64(max(spare, 0)))
}

// putLocked adds v; q.in is locked. It returns how many elements are to be counted
// when that is unlocked: until then nobody can pop it, but if it has a priority.
func (q *Queue[T]) putLocked(v T, priority int) (uncounted int) {
	if priority == 0 {
		q.in.ring.pushBack(v)
		return 1
	}
	q.in.add(1) // first, or a pop of it could be counted before
	q.ranks.push(v, priority)
	return 0
}

// waitLocked waits for room; q.in is locked on entry and released.
func (q *Queue[T]) waitLocked(ctx context.Context, w *waiter[T]) error {
	q.in.waiting = append(q.in.waiting, w)
	q.blocked.Add(1)
	q.admitLocked() // a pop may have made room before it could see us
	q.in.unlock(0)
	select {
	case err := <-w.admitted:
		return err
	case <-ctx.Done():
	}
	if !q.giveUp(w) {
		return <-w.admitted // it was admitted at the last moment
	}
	return context.Cause(ctx) // with nothing locked, as ctx may be the user's own
}

// giveUp takes w out of those who wait, and reports whether it was there.
func (q *Queue[T]) giveUp(w *waiter[T]) bool {
	q.in.lock()
	defer q.in.unlock(0)
	i := slices.Index(q.in.waiting, w)
	if i < 0 {
		return false
	}
	q.in.waiting = slices.Delete(q.in.waiting, i, i+1)
	q.blocked.Add(-1)
	return true
}

// admitLocked moves waiting pushes into the queue while there is room; q.in is
// locked.
func (q *Queue[T]) admitLocked() {
	for len(q.in.waiting) > 0 {
		if limit := q.limit.Load(); limit > 0 && q.size() >= limit {
			return
		}
		w := q.in.waiting[0]
		q.in.waiting = slices.Delete(q.in.waiting, 0, 1)
		q.in.add(q.putLocked(w.v, w.priority))
		q.blocked.Add(-1) // now: in between Empty would see neither
		w.admitted <- nil
	}
}

// PushFront puts v before all others of its priority, even into a full or closed
// queue: it is for an element that was popped and has to come back.
func (q *Queue[T]) PushFront(v T, priority int) {
	q.in.add(1)
	if priority != 0 {
		q.ranks.pushFront(v, priority)
		return
	}
	q.out.lock()
	defer q.out.unlock(0)
	q.out.ring.pushFront(v)
}

// PushAllFront is PushFront for several, the last one first: no other pop comes between
// those of the usual priority.
func (q *Queue[T]) PushAllFront(vs []T, priority func(v T) int) {
	q.out.lock()
	usual := 0
	for _, v := range vs {
		if priority(v) == 0 {
			usual++
		}
	}
	q.in.add(usual)
	for _, v := range vs {
		if priority(v) == 0 {
			q.out.ring.pushFront(v)
		}
	}
	q.out.unlock(0)
	for _, v := range vs {
		if p := priority(v); p != 0 {
			q.PushFront(v, p)
		}
	}
}

// PushAllBehind is PushAllFront for elements that were popped behind others which have come
// back since: before says whether an element is one of those. It is called with locks held.
// If they are gone again these come first.
func (q *Queue[T]) PushAllBehind(vs []T, priority func(v T) int, before func(v T) bool) {
	for rest := slices.Clone(vs); len(rest) > 0; {
		var same []T
		p := priority(rest[0])
		rest = slices.DeleteFunc(rest, func(v T) bool {
			is := priority(v) == p
			if is {
				same = append(same, v)
			}
			return is
		})
		q.in.add(len(same)) // first, or a pop of one could be counted before
		if p != 0 {
			q.ranks.pushBehind(same, p, before)
			continue
		}
		q.out.lock()
		q.out.ring.pushBehind(same, before)
		q.out.unlock(0)
	}
}

// Pop takes the first element. It reports false if there is none.
func (q *Queue[T]) Pop() (v T, ok bool) {
	ok, _ = q.Take(&v)
	return v, ok
}

// Take is Pop for one who takes elements until there are none. It also reports
// whether none is left on the side of the poppers: only then is it worth his while
// to ask for Len, which takes a cache line from the pushers. The element is in v
// before [Queue.Look] can find it gone from the queue; v is left alone if there is
// none.
func (q *Queue[T]) Take(v *T) (ok, last bool) {
	if q.ranks.n.Load() != 0 {
		ok = q.popRanked(v)
	} else {
		ok, last = q.popOut(v)
	}
	if !ok {
		return false, false
	}
	q.admit()
	return true, last
}

// admit lets those in who wait for room. It is called after a pop: who begins to wait
// says so first and looks for room then, so one of the two sees the other.
func (q *Queue[T]) admit() {
	if q.blocked.Load() > 0 {
		q.in.lock()
		q.admitLocked()
		q.in.unlock(0)
	}
}

// TakeSome takes up to len(vs) elements, the first ones, and returns how many. It takes
// fewer than there are now and then, but none only if there are none.
func (q *Queue[T]) TakeSome(vs []T) (n int) {
	if len(vs) == 0 {
		return 0
	}
	if len(vs) == 1 || q.ranks.n.Load() != 0 {
		if ok, _ := q.Take(&vs[0]); ok {
			n = 1
		}
		return n
	}
	q.out.lock()
	if q.out.ring.n == 0 && q.size() > 0 {
		q.swapLocked()
	}
	for n < len(vs) && q.out.ring.n > 0 {
		vs[n] = q.out.ring.popFront()
		n++
	}
	q.out.ring.trim()
	q.out.unlock(n)
	q.admit()
	return n
}

// Look calls look while nothing is being popped. It must not block.
func (q *Queue[T]) Look(look func()) {
	q.out.lock()
	defer q.out.unlock(0)
	look()
}

func (q *Queue[T]) popOut(v *T) (ok, last bool) {
	q.out.lock()
	if q.out.ring.n == 0 && q.size() > 0 {
		q.swapLocked()
	}
	if q.out.ring.n == 0 {
		q.out.unlock(0)
		return false, false
	}
	*v = q.out.ring.popFront()
	q.out.ring.trim()
	last = q.out.ring.n == 0
	q.out.unlock(1)
	return true, last
}

// swapLocked exchanges the rings; q.out is locked and q.out.ring is empty.
func (q *Queue[T]) swapLocked() {
	q.out.ring.trim()
	q.in.lock()
	q.in.ring, q.out.ring = q.out.ring, q.in.ring
	q.in.unlock(0)
}

// popRanked takes the first element when some have a priority: those above 0,
// then those of 0, then those below.
func (q *Queue[T]) popRanked(v *T) (ok bool) {
	if q.takeRanked(v, 1) {
		return true
	}
	if ok, _ = q.popOut(v); ok {
		return true
	}
	return q.takeRanked(v, lowest)
}

// takeRanked takes the first element whose priority is at least atLeast.
func (q *Queue[T]) takeRanked(v *T, atLeast int) bool {
	q.out.lock()
	first, ok := q.ranks.pop(atLeast)
	if !ok {
		q.out.unlock(0)
		return false
	}
	*v = first
	q.out.unlock(1)
	return true
}

// Close makes every later Push, and those that wait, return ErrClosed. What is
// queued can still be popped.
func (q *Queue[T]) Close() {
	q.in.lock()
	defer q.in.unlock(0)
	q.closed.Store(true)
	for _, w := range q.in.waiting {
		w.admitted <- ErrClosed
	}
	q.in.waiting = nil
	q.blocked.Store(0)
}

// Closed reports whether Close was called.
func (q *Queue[T]) Closed() bool { return q.closed.Load() }
