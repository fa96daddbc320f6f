package shm

import (
	"errors"
	"sync/atomic"
	"testing"
	"unsafe"
)

// A ledger is a ring whose every answer is checked against the list of the blocks that
// the consumer has not acked.
type ledger struct {
	testing.TB
	ring     *Ring
	mem      []byte
	acked    atomic.Uint64
	made     uint64
	believed uint64  // how many acks a producer may believe by now
	live     []Block // the rest, in order

	reserved, limit int // limit is where reserve fails
	failed          bool
}

func newLedger(t testing.TB, size, limit int) *ledger {
	l := &ledger{TB: t, mem: make([]byte, size), limit: limit}
	l.ring = NewRing(l.mem, &l.acked, l.reserve)
	return l
}

func (l *ledger) reserve(from, to int) error {
	switch {
	case l.failed:
		l.Fatalf("reserve(%d) after it failed", to)
	case from != l.reserved:
		l.Fatalf("reserve(%d, %d) with %d reserved", from, to, l.reserved)
	case to <= l.reserved || to > len(l.mem):
		l.Fatalf("reserve(%d) of %d after %d", to, len(l.mem), l.reserved)
	case to < min(firstStep, len(l.mem)&^63):
		l.Fatalf("reserve(%d), a small step", to)
	case to > l.limit:
		l.failed = true
		return errors.New("no memory")
	}
	l.reserved = to
	return nil
}

// ack stores what a consumer says, true or not.
func (l *ledger) ack(n uint64) { l.acked.Store(n) }

// settle does what the ring is about to do with the consumer's word.
func (l *ledger) settle() {
	if n := l.acked.Load(); n <= l.made && n > l.believed {
		l.live = l.live[n-l.believed:]
		l.believed = n
	}
}

// gap returns the longest room that a block may have before end.
func (l *ledger) gap(end int) int {
	if len(l.live) == 0 {
		return end
	}
	first, last := l.live[0], l.live[len(l.live)-1]
	tail, head := int(first.Offset), unitEnd(int(last.Offset)+max(1, int(last.Length)))
	if last.Offset < first.Offset {
		return tail - head
	}
	return max(tail, end-head)
}

// room asks the ring for room and checks the answer. It returns nil if there is none.
func (l *ledger) room(least int) []byte {
	l.settle()
	before, want := l.reserved, l.gap(l.reserved)
	room := l.ring.Room(least)
	switch whole := l.gap(len(l.mem) &^ 63); {
	case room == nil && !l.failed && max(least, 1) <= whole:
		l.Fatalf("no room for %d, but there are %d", least, whole)
	case room == nil && max(least, 1) <= want:
		l.Fatalf("no room for %d, but %d are reserved", least, want)
	case room == nil:
		return nil
	case len(room) != 0 || cap(room) < max(least, 1):
		l.Fatalf("length %d and capacity %d for %d", len(room), cap(room), least)
	case want >= max(least, 1) && (l.reserved != before || cap(room) != want):
		l.Fatalf("capacity %d with %d reserved, want %d and %d", cap(room), l.reserved, want, before)
	}
	b := Block{uint32(l.offset(room)), uint32(cap(room))}
	if int(b.Offset)%64 != 0 || len(l.live) == 0 && b.Offset != 0 || int(b.Offset+b.Length) > l.reserved {
		l.Fatalf("room at %+v of %d reserved, with %d blocks", b, l.reserved, len(l.live))
	}
	for _, o := range l.live {
		if b.Offset < o.Offset+o.Length && o.Offset < b.Offset+b.Length {
			l.Fatalf("room at %+v, where block %+v is", b, o)
		}
	}
	return room
}

// offset returns where in the memory a room is, which must be in it.
func (l *ledger) offset(room []byte) int {
	from := uintptr(unsafe.Pointer(&room[:1][0])) - uintptr(unsafe.Pointer(&l.mem[0]))
	if from+uintptr(cap(room)) > uintptr(len(l.mem)) || from > uintptr(len(l.mem)) {
		l.Fatal("a room outside the memory")
	}
	return int(from)
}

// take makes a block of the room.
func (l *ledger) take(room []byte, n int) Block {
	b := l.ring.Take(n)
	if int(b.Offset) != l.offset(room) || int(b.Length) != n {
		l.Fatalf("took %+v for %d bytes at %d", b, n, l.offset(room))
	}
	l.made++
	l.live = append(l.live, b)
	return b
}

// trim trims the ring, which works if it is idle.
func (l *ledger) trim() {
	l.settle()
	idle := len(l.live) == 0
	if got := l.ring.Idle(); got != idle {
		l.Fatalf("Idle is %t with %d blocks", got, len(l.live))
	}
	if got := l.ring.High(); got != l.reserved {
		l.Fatalf("High is %d with %d reserved", got, l.reserved)
	}
	l.ring.Trim()
	if idle {
		l.reserved, l.failed = 0, false
	}
	if got := l.ring.High(); got != l.reserved {
		l.Fatalf("High is %d after Trim, want %d", got, l.reserved)
	}
}
