package wire

import (
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// What is long is copied in stretches, with a place between them where the goroutine can be
// stopped. It cannot be while it copies, and a garbage collection that has to stop it spins
// until then, on a processor of its own, and sends it a signal every few microseconds: with
// 64 MiB that was half of all processor time.
//
// What is very long is copied by two goroutines, if there are two processors, each of which
// takes one stretch after the other: memory is slow, and one processor cannot keep it busy.
//
//	from   | done | done | mine | its | next | .... | .... |
//
// The second one may get its processor late, as others need it: then the first has copied
// all, does not wait for it, and it ends as it finds nothing left to do.
const (
	stretch  = 64 << 10 // some five microseconds
	veryLong = 4 << 20
)

// Extend is append for bytes that may be long. v must not be in the room of b.
func Extend(b, v []byte) []byte {
	if len(v) <= stretch {
		return append(b, v...)
	}
	return extendLong(b, v)
}

//go:noinline
func extendLong(b, v []byte) []byte {
	n := len(b)
	if cap(b)-n < len(v) {
		b = withRoom(b, len(v))
	}
	b = b[:n+len(v)]
	move(b[n:], v)
	return b
}

// clone returns a copy of v, which is not nil, without room to grow.
func clone(v []byte) []byte {
	if len(v) > stretch {
		all := uncleared(len(v))[:len(v):len(v)]
		move(all, v)
		return all
	}
	c := append([]byte{}, v...)
	return c[:len(v):len(v)]
}

// withRoom returns b in memory of its own with room for n bytes more, and for some that
// are likely to follow: or each of many that are long would have those before it copied.
func withRoom(b []byte, n int) []byte {
	all := uncleared(len(b) + max(n, len(b)/4))[:len(b)]
	move(all, b)
	return all
}

// uncleared returns memory of n bytes, n > 0, that has not been cleared, which would take
// as long as to copy. A strings.Builder is the standard library's only way to have such. That
// the memory of strings must not be written protects who has the string, and nobody has this.
func uncleared(n int) []byte {
	var s strings.Builder
	s.Grow(n)
	s.WriteByte(0) // or there is no pointer to it
	return unsafe.Slice(unsafe.StringData(s.String()), s.Cap())
}

// move copies from to the front of to, which is as long at least.
func move(to, from []byte) {
	if len(from) <= stretch {
		copy(to, from)
		return
	}
	moveLong(to, from)
}

// moveLong hides what it hands to a goroutine from escape analysis: see Lend. Otherwise
// everything that is ever copied here, short or long, would be on the heap. No stack has
// room for a variable that is very long.
func moveLong(to, from []byte) {
	if len(from) >= veryLong && runtime.GOMAXPROCS(0) > 1 {
		moveTogether(*Lend(&to), *Lend(&from))
		return
	}
	for len(from) > 0 {
		n := moveStretch(to, from)
		to, from = to[n:], from[n:]
	}
}

// moveStretch is where a goroutine that moves can be stopped: at the entry of a function,
// which must not become a part of its caller.
//
//go:noinline
func moveStretch(to, from []byte) int { return copy(to, from[:min(len(from), stretch)]) }

// moveTogether is move with two goroutines.
func moveTogether(to, from []byte) {
	m := newMoving(to, from)
	defer m.end()
	go m.assist()
	for at, ok := m.take(); ok; at, ok = m.take() {
		m.move(at)
	}
	m.left.Wait()
	if at := m.failed.Load(); at >= 0 {
		moveStretch(to[at:], from[at:]) // for the caller to have the fault
	}
}

// A moving is a move that two goroutines share.
type moving struct {
	to, from []byte         // only who has taken a stretch may look at them; nil in the end
	size     int64          // of from
	next     atomic.Int64   // where the next stretch begins; beyond size in the end
	failed   atomic.Int64   // where the stretch begins that the second goroutine could not copy; -1 for none
	left     sync.WaitGroup // stretches that are not done with
}

func newMoving(to, from []byte) *moving {
	m := &moving{to: to, from: from, size: int64(len(from))}
	m.left.Add((len(from) + stretch - 1) / stretch)
	m.failed.Store(-1)
	return m
}

// take returns where a stretch begins that nobody has taken, if there is one. Whoever takes
// it says so to m.left when he is done with it.
func (m *moving) take() (at int64, ok bool) {
	at = m.next.Add(stretch) - stretch
	return at, at < m.size
}

func (m *moving) move(at int64) {
	defer m.left.Done()
	moveStretch(m.to[at:], m.from[at:])
}

// end waits until nobody copies any more, and nobody will: also if the caller had a fault.
func (m *moving) end() {
	for _, ok := m.take(); ok; _, ok = m.take() {
		m.left.Done()
	}
	m.left.Wait()
	m.to, m.from = nil, nil // a goroutine that comes late keeps m
}

// assist copies stretches until none are left. Memory that is mapped from a file may fault,
// and who copies it may be ready for that, on his own goroutine: he is left that stretch.
func (m *moving) assist() {
	debug.SetPanicOnFault(true)
	for at, ok := m.take(); ok; at, ok = m.take() {
		if !m.tryMove(at) {
			return
		}
	}
}

// tryMove is move which notes a fault, and returns false then.
func (m *moving) tryMove(at int64) (ok bool) {
	defer m.left.Done()
	defer func() {
		if !ok {
			recover()
			m.failed.Store(at)
		}
	}()
	moveStretch(m.to[at:], m.from[at:])
	return true
}
