package child

import (
	"syscall"
	"testing"
)

// What the pool is given to write to is reserved, whatever was given back before: where the
// machine has no page left, it is the request that must fail, and not the write, which would
// end the pool.
func TestWhatWasGivenBackIsReservedAgain(t *testing.T) {
	b := NewBoard(8 << 20)
	if b == nil {
		t.Skip("no shared memory here")
	}
	defer b.Close()
	ring := b.CallRing()
	for i, least := range []int{100 << 10, 100 << 10, 600 << 10, 300 << 10} {
		if ring.Room(least) == nil {
			t.Fatalf("no room for %d bytes", least)
		}
		ring.Take(least)
		var st syscall.Stat_t
		if err := syscall.Fstat(int(b.File().Fd()), &st); err != nil {
			t.Fatal(err)
		}
		if got := int(st.Blocks) * 512; got < ring.High() {
			t.Errorf("round %d: %d bytes are reserved, not %d", i, got, ring.High())
		}
		b.words[wordCallsRead].Add(1)
		b.GiveBack(ring)
		if ring.High() != 0 {
			t.Fatal("nothing was given back")
		}
	}
}
