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

// What many calls took counts for more than what one took, and one for a half.
func TestPaceCountsCalls(t *testing.T) {
	for _, c := range []struct {
		n    int
		want time.Duration
	}{{1, 50}, {3, 75}, {15, 94}, {1000, 94}} {
		p := pace{each: 1}
		if p.took(100, c.n); p.each < c.want || p.each > c.want+1 {
			t.Errorf("%d calls: %v", c.n, p.each)
		}
	}
}

// A brisk worker stays so if it takes long once, and not twice, or for very long; what is
// guessed counts.
func TestBriskInSpiteOfAnOddCall(t *testing.T) {
	tell := func(p *pace, n int, each time.Duration) { p.tell(p.told+uint64(n), p.spent+time.Duration(n)*each) }
	brisk := func() *pace {
		p := new(pace)
		tell(p, 100, time.Microsecond)
		return p
	}
	p := brisk()
	for range 10 {
		tell(p, 1, oddTime-1)
		if !p.brisk() {
			t.Fatalf("not brisk: %+v", p)
		}
		tell(p, 100, time.Microsecond)
	}
	tell(p, 1, oddTime-1)
	if tell(p, 1, oddTime-1); p.brisk() {
		t.Errorf("brisk, although it took long twice: %+v", p)
	}
	p = brisk()
	if tell(p, 1, oddTime); p.brisk() {
		t.Errorf("brisk, although it took very long: %+v", p)
	}
	for _, each := range []time.Duration{0, patience} {
		p = brisk()
		tell(p, 1, oddTime/2)
		if p.guess(each); p.brisk() {
			t.Errorf("brisk, guessed to take %v", each)
		}
	}
	if p = brisk(); !p.brisk() {
		t.Error("a brisk worker is none")
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
