package wire

import (
	"runtime"
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

// extend is append for bytes that may be long.
func extend(b, v []byte) []byte {
	if len(v) <= stretch {
		return append(b, v...)
	}
	return extendLong(b, v)
}

//go:noinline
func extendLong(b, v []byte) []byte {
	n := len(b)
	if cap(b)-n < len(v) {
		return joined(b, v, max(n+len(v), n+n/4)) // or many that are long would be copied again for each
	}
	b = b[:n+len(v)]
	move(b[n:], v)
	return b
}

// clone returns a copy of v, which is not nil, without room to grow.
func clone(v []byte) []byte {
	if len(v) > stretch {
		return joined(nil, v, len(v))[:len(v):len(v)]
	}
	c := append([]byte{}, v...)
	return c[:len(v):len(v)]
}

// joined returns a and b, which are not empty together, in memory of their own, with room
// for so many bytes at least. It has not been cleared first, which would take as long as to copy: a
// strings.Builder is the standard library's only way to have such memory. Nobody else has
// it, so it may be written.
func joined(a, b []byte, room int) []byte {
	var s strings.Builder
	s.Grow(room)
	s.WriteByte(0) // or there is no pointer to it
	all := unsafe.Slice(unsafe.StringData(s.String()), s.Cap())
	move(all, a)
	move(all[len(a):], b)
	return all[:len(a)+len(b)]
}

// move copies from to the front of to.
func move(to, from []byte) {
	if len(from) <= stretch {
		copy(to, from)
		return
	}
	moveLong(to, from)
}

func moveLong(to, from []byte) {
	if len(from) >= veryLong && runtime.GOMAXPROCS(0) > 1 {
		moveTogether(to, from)
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
	go m.run()
	m.run()
	m.left.Wait()
}

// A moving is a move that several goroutines share.
type moving struct {
	to, from []byte
	next     atomic.Int64   // stretches that somebody has taken, and attempts to take more
	left     sync.WaitGroup // stretches that are not copied yet
}

func newMoving(to, from []byte) *moving {
	m := &moving{to: to, from: from}
	m.left.Add((len(from) + stretch - 1) / stretch)
	return m
}

// run copies stretches until none are left.
func (m *moving) run() {
	for {
		at := int(m.next.Add(1)-1) * stretch
		if at >= len(m.from) {
			return
		}
		moveStretch(m.to[at:], m.from[at:])
		m.left.Done()
	}
}
