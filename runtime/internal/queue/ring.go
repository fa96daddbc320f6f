package queue

import (
	"math/bits"
	"slices"
)

// maxIdleRing bounds the memory that an empty ring keeps, in elements: a burst
// should not be paid for for ever.
const maxIdleRing = 4096

// front is how far from its beginning pushBehind looks into a ring, which is locked: what
// was put in front is there, as nothing but more of that comes before it. If so much more
// was that it is farther back, its order is lost, and nothing else.
const front = 1024

// A ring is a double-ended queue in a slice whose length is a power of two.
// The zero value is empty. Whoever holds the lock around it owns it.
type ring[T any] struct {
	buf  []T
	head int // index of the first element
	n    int // number of elements
}

func (r *ring[T]) pushBack(v T) {
	if r.n == len(r.buf) {
		r.grow()
	}
	r.buf[(r.head+r.n)&(len(r.buf)-1)] = v
	r.n++
}

func (r *ring[T]) pushFront(v T) {
	if r.n == len(r.buf) {
		r.grow()
	}
	r.head = (r.head - 1) & (len(r.buf) - 1)
	r.buf[r.head] = v
	r.n++
}

// popFront takes the first element; there must be one.
func (r *ring[T]) popFront() T {
	var zero T
	v := r.buf[r.head]
	r.buf[r.head] = zero
	r.head = (r.head + 1) & (len(r.buf) - 1)
	r.n--
	return v
}

// pushBehind puts elements, the last one first, behind the last one of those in front of
// which before says that it comes before them; in front of all if there is none.
func (r *ring[T]) pushBehind(vs []T, before func(v T) bool) {
	at := 0
	for i := range min(r.n, front) {
		if before(r.buf[(r.head+i)&(len(r.buf)-1)]) {
			at = i + 1
		}
	}
	first := make([]T, at)
	for i := range first {
		first[i] = r.popFront()
	}
	for _, v := range vs {
		r.pushFront(v)
	}
	for _, v := range slices.Backward(first) {
		r.pushFront(v)
	}
}

// reserve makes room for n more elements.
func (r *ring[T]) reserve(n int) {
	if free := len(r.buf) - r.n; free < n {
		r.resize(1 << bits.Len(uint(r.n+n-1)))
	}
}

func (r *ring[T]) grow() { r.resize(2 * len(r.buf)) }

// resize makes the ring as long as size, a power of two.
func (r *ring[T]) resize(size int) {
	buf := make([]T, max(8, size))
	n := copy(buf, r.buf[r.head:])
	copy(buf[n:], r.buf[:r.head])
	r.buf, r.head = buf, 0
}

// trim gives back the memory of a large empty ring.
func (r *ring[T]) trim() {
	if r.n == 0 && len(r.buf) > maxIdleRing {
		r.buf, r.head = nil, 0
	}
}
