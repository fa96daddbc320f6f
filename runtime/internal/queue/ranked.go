package queue

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// lowest is below every priority.
const lowest = math.MinInt

// ranked holds the elements whose priority is not 0: a ring for each priority,
// highest first. It is apart from the main rings so that a queue without
// priorities pays one load for it. Priorities in use are few, so a sorted slice
// beats a heap, and each ring keeps the order of arrival by itself.
type ranked[T any] struct {
	n     atomic.Int64 // elements in all bands; written under mu
	mu    sync.Mutex
	bands []band[T] // guarded by mu; in falling order of priority
}

type band[T any] struct {
	priority int
	ring     ring[T]
}

func (r *ranked[T]) push(v T, priority int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bandLocked(priority).pushBack(v)
	r.n.Add(1)
}

func (r *ranked[T]) pushFront(v T, priority int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bandLocked(priority).pushFront(v)
	r.n.Add(1)
}

func (r *ranked[T]) pushBehind(vs []T, priority int, before func(v T) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bandLocked(priority).pushBehind(vs, before)
	r.n.Add(int64(len(vs)))
}

// bandLocked returns the ring of a priority.
func (r *ranked[T]) bandLocked(priority int) *ring[T] {
	i, found := slices.BinarySearchFunc(r.bands, priority, func(b band[T], p int) int { return p - b.priority })
	if !found {
		r.bands = slices.Insert(r.bands, i, band[T]{priority: priority})
	}
	return &r.bands[i].ring
}

// pop takes the first element whose priority is at least atLeast.
func (r *ranked[T]) pop(atLeast int) (v T, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.bands {
		b := &r.bands[i]
		if b.priority < atLeast {
			break
		}
		if b.ring.n > 0 {
			r.n.Add(-1)
			v = b.ring.popFront()
			b.ring.trim()
			return v, true
		}
	}
	return v, false
}
