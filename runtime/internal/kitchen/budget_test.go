package kitchen

import (
	"runtime"
	"strconv"
	"testing"
)

// An allowance is what decoding an input may allocate: times its length, and base
// bytes.
type allowance struct {
	times, base uint64
	why         string // it is more than the usual
}

// usual is what guarantee G12 allows.
var usual = allowance{times: 16, base: 1 << 10}

func (a allowance) of(n int) uint64 { return a.times*uint64(n) + a.base }

// allowance returns what k may allocate.
func (k kind) allowance() allowance {
	if more, ok := excused[k.name]; ok {
		return more
	}
	return usual
}

// A meter measures to the byte, which stops the world.
type meter struct {
	stats runtime.MemStats
	last  uint64
}

// lap returns how many bytes the program has allocated since the last time.
func (m *meter) lap() uint64 {
	runtime.ReadMemStats(&m.stats)
	spent := m.stats.TotalAlloc - m.last
	m.last = m.stats.TotalAlloc
	return spent
}

// least returns how many bytes f allocates. Of three times, one is without what
// the runtime allocates meanwhile, and without what is allocated once, such as
// zones that are loaded.
func (m *meter) least(f func()) uint64 {
	least := ^uint64(0)
	for range 3 {
		m.lap()
		f()
		least = min(least, m.lap())
	}
	return least
}

// inputs are messages that are no good. at makes the i-th, valid until the next
// call, and does not allocate; they do not get shorter.
type inputs struct {
	n  int
	at func(i int) []byte
}

// An audit holds a kind to what inputs may allocate. To measure is slow, so it
// measures many at once: as long as all together stay within what one of them may
// take, so does each.
type audit struct {
	meter
	kind   kind
	inputs inputs
	batch  int    // inputs that will stay within the budget of one, as it seems
	input  []byte // that is being decoded
	worst  excess
}

// An excess is the input that is furthest over the usual.
type excess struct {
	input []byte
	bytes uint64
	share float64 // of what its kind may
}

// all goes through inputs. Under the race detector it does not measure: what
// package fmt and others keep for the next time is thrown away there.
func (a *audit) all(t *testing.T, in inputs) {
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s: panic with the input %x", a.kind.name, a.input)
			panic(p)
		}
	}()
	a.inputs, a.batch = in, max(a.batch, 1)
	if race {
		a.run(0, in.n)
		return
	}
	a.lap()
	for lo := 0; lo < in.n; {
		hi := min(lo+a.batch, in.n)
		if a.within(lo, hi) {
			a.batch++
		} else {
			a.batch = max(1, a.batch*3/4)
		}
		lo = hi
	}
}

// run decodes the inputs from lo to hi.
func (a *audit) run(lo, hi int) {
	for i := lo; i < hi; i++ {
		a.input = a.inputs.at(i)
		_ = a.kind.try(a.input)
	}
}

// within reports whether the inputs from lo to hi stay within the budget of the
// shortest. If not, it looks at the halves, and notes those that are alone over
// their own.
func (a *audit) within(lo, hi int) bool {
	limit := usual.of(len(a.inputs.at(lo)))
	a.run(lo, hi)
	spent := a.lap()
	switch mid := (lo + hi) / 2; {
	case spent <= limit:
		return true
	case mid > lo:
		a.within(lo, mid)
		a.within(mid, hi)
	default:
		if spent = a.least(func() { a.run(lo, hi) }); spent > limit {
			a.note(spent)
		}
		a.lap()
	}
	return false
}

func (a *audit) note(spent uint64) {
	share := float64(spent) / float64(a.kind.allowance().of(len(a.input)))
	if share > a.worst.share {
		a.worst = excess{append([]byte(nil), a.input...), spent, share}
	}
}

// report fails the test if an input was over the budget, and if an excuse for that
// is no longer needed.
func (a *audit) report(t *testing.T) {
	switch e, n := a.worst, len(a.worst.input); {
	case e.share > 1:
		t.Errorf("%s: %d bytes allocated for an input of %d, %d are allowed: %.100x", a.kind.name, e.bytes, n, a.kind.allowance().of(n), e.input)
	case e.share > 0:
		t.Logf("%s: %d bytes allocated for an input of %d, %d are usual: %.100x", a.kind.name, e.bytes, n, usual.of(n), e.input)
	case a.kind.allowance() != usual && some(2) == 2 && strconv.IntSize == 64:
		t.Errorf("%s stays within the budget: delete its excuse", a.kind.name)
	}
}
