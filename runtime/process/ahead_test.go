package process

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// The mean follows what the worker tells.
func TestPaceOfAnHonestWorker(t *testing.T) {
	var p pace
	if n := p.ahead(1000); n != 0 {
		t.Errorf("%d ahead of what is not known", n)
	}
	p.tell(10, 10*time.Microsecond)
	if n := p.ahead(1000); p.each != time.Microsecond || n != maxAhead {
		t.Errorf("%v each, %d ahead", p.each, n)
	}
	p.tell(10, 10*time.Microsecond) // nothing new
	for range 20 {
		p.tell(p.told+1, p.spent+2*aheadTime)
	}
	if n := p.ahead(1000); n != 0 {
		t.Errorf("%v each, %d ahead", p.each, n)
	}
}

// A worker that tells anything gets no more ahead than any.
func TestG12_PaceOfALiar(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	some := []uint64{0, 1, 2, math.MaxInt64 - 1, math.MaxInt64, math.MaxUint64}
	one := func() uint64 {
		if i := r.IntN(len(some) + 1); i < len(some) {
			return some[i]
		}
		return r.Uint64()
	}
	var p pace
	for range 10_000 {
		calls, spent := one(), time.Duration(min(one(), math.MaxInt64))
		p.tell(calls, spent)
		share := r.IntN(1000)
		if n := p.ahead(share); p.each < 0 || n < 0 || n > maxAhead {
			t.Fatalf("after %d calls in %v: %v each, %d ahead", calls, spent, p.each, n)
		}
	}
}

// The pool reads two words, and the worker may have written the first one only.
func TestPaceOfATornRead(t *testing.T) {
	var p pace
	for calls := uint64(10); calls < 200; calls += 10 {
		spent := time.Duration(calls) * 100 * time.Microsecond
		p.tell(calls-10, spent)
		p.tell(calls, spent)
	}
	if p.each != 100*time.Microsecond {
		t.Errorf("%v each", p.each)
	}
}
