package kitchen

import (
	"runtime"
	"testing"
)

// allowed is what guarantee G12 allows to be allocated for an input of n bytes.
func allowed(n int) uint64 { return 16*uint64(n) + 1<<10 }

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

// An excess is the input that is furthest over what it may.
type excess struct {
	input []byte
	bytes uint64
	share float64 // of what it may
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
	limit := allowed(len(a.inputs.at(lo)))
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
	share := float64(spent) / float64(allowed(len(a.input)))
	if share > a.worst.share {
		a.worst = excess{append([]byte(nil), a.input...), spent, share}
	}
}

// report fails the test if an input was over the budget.
func (a *audit) report(t *testing.T) {
	if n := len(a.worst.input); a.worst.share > 1 {
		t.Errorf("%s: %d bytes allocated for an input of %d, %d are allowed: %.100x", a.kind.name, a.worst.bytes, n, allowed(n), a.worst.input)
	}
}
