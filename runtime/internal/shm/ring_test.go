package shm

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"
)

// Whatever is produced, consumed and acked late or out of date, no two blocks that are
// out overlap, their bytes stay, and no room is refused that there is.
func TestRingRandom(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		l := newLedger(t, 1+r.IntN(2<<20), 3<<20)
		var read, wrapped uint64 // blocks consumed
		for i := range 2000 {
			switch k := r.IntN(10); {
			case k < 5:
				least := 1 << r.IntN(20)
				if room := l.room(least); room != nil {
					n := r.IntN(least + 1)
					copy(room[:n], bytes.Repeat([]byte{byte(l.made)}, n))
					if b := l.take(room, n); b.Offset == 0 && len(l.live) > 1 {
						wrapped++
					}
				}
			case k < 8 && read < l.made:
				b := l.live[read-l.believed]
				view, err := View(l.mem, b)
				if err != nil || bytes.Count(view, []byte{byte(read)}) != int(b.Length) {
					t.Fatalf("seed %d, step %d: block %d at %+v was overwritten (%v)", seed, i, read, b, err)
				}
				read++
			case k < 9:
				l.ack(l.believed + r.Uint64N(read-l.believed+1)) // may take long
			default:
				l.ack(r.Uint64N(read + 1)) // out of date
			}
			l.settle() // what it says may be seen now
			l.ring.Idle()
			if r.IntN(50) == 0 {
				l.trim()
			}
		}
		if seed == 0 && wrapped == 0 {
			t.Error("the ring never came round")
		}
	}
}

// A producer and a consumer that run at the same time have no race for any byte.
func TestRingConcurrently(t *testing.T) {
	mem := make([]byte, 300<<10)
	var acked atomic.Uint64
	ring := NewRing(mem, &acked, nil)
	blocks := make(chan Block, 50)
	done := make(chan bool)
	go func() {
		defer close(done)
		n := uint64(0)
		for b := range blocks {
			view, err := View(mem, b)
			if err != nil || bytes.Count(view, []byte{byte(n)}) != len(view) {
				t.Errorf("block %d at %+v: %v", n, b, err)
			}
			n++
			acked.Store(n)
		}
	}()
	r := rand.New(rand.NewPCG(1, 2))
	for i := 0; i < 5000; {
		n := 1 + r.IntN(20<<10)
		room := ring.Room(n)
		if room == nil {
			if acked.Load() == uint64(i) && !ring.Idle() {
				t.Fatal("all is acked, and there is no room")
			}
			runtime.Gosched()
			continue
		}
		for range n {
			room = append(room, byte(i))
		}
		blocks <- ring.Take(n)
		i++
	}
	close(blocks)
	<-done
	if !ring.Idle() || acked.Load() != 5000 {
		t.Errorf("%d blocks acked", acked.Load())
	}
}

// Calls that come one at a time use the same bytes.
func TestRingStaysInPlace(t *testing.T) {
	l := newLedger(t, 8<<20, 8<<20)
	for i := range uint64(1000) {
		if b := l.take(l.room(100), 5000); b.Offset != 0 {
			t.Fatalf("block %d is at %+v", i, b)
		}
		l.ack(i + 1)
	}
	if got := l.ring.High(); got != firstStep {
		t.Errorf("%d bytes were used", got)
	}
}

// The reserved part grows by doubling, or to what is needed, and up to the end.
func TestRingGrows(t *testing.T) {
	l := newLedger(t, 5<<20+7, 5<<20)
	for _, c := range []struct{ least, capacity int }{
		{0, 256 << 10}, {256 << 10, 256 << 10}, {256<<10 + 1, 512 << 10}, {100, 512 << 10},
		{3<<20 - 1, 3 << 20}, {3<<20 + 1, 5 << 20}, {5<<20 + 1, 0}, {5 << 20, 5 << 20},
	} {
		if got := cap(l.room(c.least)); got != c.capacity {
			t.Errorf("Room(%d) has %d, want %d", c.least, got, c.capacity)
		}
	}
}

// Where no memory is to be had the ring is full, until it is trimmed.
func TestRingReserveFails(t *testing.T) {
	l := newLedger(t, 8<<20, 1<<20)
	l.take(l.room(600<<10), 100)
	if room := l.room(2 << 20); room != nil || !l.failed {
		t.Fatalf("a room of %d", cap(room))
	}
	if room := l.room(2 << 20); room != nil { // fails if it asks again
		t.Fatalf("a room of %d", cap(room))
	}
	if room := l.room(500 << 10); room == nil {
		t.Fatal("what was reserved is of no use")
	}
	l.ack(1)
	l.trim()
	l.limit = 8 << 20
	if l.room(2<<20) == nil {
		t.Fatal("it is full after Trim")
	}
}

// How an append tells that it went to the heap, as Room says.
func TestRingAppend(t *testing.T) {
	l := newLedger(t, 512<<10, 512<<10)
	for n, want := range map[int]bool{1: true, firstStep: true, firstStep + 1: false} {
		room := l.room(1)
		b := append(room, make([]byte, n)...)
		if inPlace := len(b) > 0 && &b[0] == &room[:1][0]; inPlace != want {
			t.Errorf("%d bytes in place: %t", n, inPlace)
		}
	}
}

// Take takes what Room returned, once, and nothing else.
func TestRingTakePanics(t *testing.T) {
	takes := map[string]func(r *Ring){
		"negative":    func(r *Ring) { r.Room(1); r.Take(-1) },
		"too much":    func(r *Ring) { r.Take(cap(r.Room(1)) + 1) },
		"twice":       func(r *Ring) { r.Room(1); r.Take(1); r.Take(1) },
		"no room":     func(r *Ring) { r.Room(1); r.Room(1 << 30); r.Take(0) },
		"after Trim":  func(r *Ring) { r.Room(1); r.Trim(); r.Take(1) },
		"before Room": func(r *Ring) { r.Take(0) },
	}
	for name, take := range takes {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it did not panic")
				}
			}()
			take(NewRing(make([]byte, 1<<20), new(atomic.Uint64), nil))
		})
	}
}

// Memory that is too small for a block has room for none.
func TestRingOfNothing(t *testing.T) {
	for _, n := range []int{0, 1, 63} {
		r := NewRing(make([]byte, n), new(atomic.Uint64), nil)
		if room := r.Room(0); room != nil || !r.Idle() || r.High() != 0 {
			t.Errorf("%d bytes have a room of %d", n, cap(room))
		}
	}
}

// Many small blocks are kept track of, empty ones too, and each has a place of its own.
func TestRingFull(t *testing.T) {
	l := newLedger(t, firstStep, firstStep)
	for range firstStep / 64 {
		l.ack(0)
		l.take(l.ring.Room(0), 0)
	}
	if room := l.room(0); room != nil {
		t.Fatalf("there is room for %d more", cap(room))
	}
	l.ack(1)
	if room := l.room(0); cap(room) != 64 {
		t.Fatalf("the room has %d", cap(room))
	}
	if first := NewRing(l.mem, &l.acked, nil); !first.Idle() || l.acked.Load() != 0 {
		t.Error("a new ring does not begin anew")
	}
}
