package rounds

import (
	"slices"
	"testing"
	"time"
)

// A fakeClock moves only when work is done.
type fakeClock struct{ now time.Time }

func (c *fakeClock) options(rounds int) Options {
	return Options{Rounds: rounds, Round: 20 * time.Millisecond, clock: func() time.Time { return c.now }}
}

// work returns a case whose work takes each.
func (c *fakeClock) work(name string, each time.Duration, log *[]string) Case {
	return Case{Name: name, Run: func(n int) {
		*log = append(*log, name)
		c.now = c.now.Add(time.Duration(n) * each)
	}}
}

func TestMeasureTimesEachCase(t *testing.T) {
	var clock fakeClock
	var log []string
	got := Measure([]Case{
		clock.work("fast", 7*time.Nanosecond, &log),
		clock.work("slow", 700*time.Nanosecond, &log),
		clock.work("once", time.Second, &log),
	}, clock.options(4))
	for i, want := range []float64{7, 700, 1e9} {
		if len(got[i]) != 4 {
			t.Fatalf("case %d has %d samples, want 4", i, len(got[i]))
		}
		for _, s := range got[i] {
			if s.Ns != want {
				t.Errorf("case %d: %v ns, want %v", i, s.Ns, want)
			}
		}
	}
	if r := Ratio(got[0], got[1]); r.Median < 0.00999 || r.Median > 0.01001 {
		t.Errorf("ratio %v, want 0.01", r.Median)
	}
}

func TestMeasureRotatesTheOrder(t *testing.T) {
	var clock fakeClock
	var log []string
	Measure([]Case{
		clock.work("a", time.Second, &log),
		clock.work("b", time.Second, &log),
		clock.work("c", time.Second, &log),
	}, clock.options(4))
	want := []string{"a", "a", "a", "b", "b", "b", "c", "c", "c", "a", "b", "c", "b", "c", "a", "c", "a", "b", "a", "b", "c"}
	if !slices.Equal(log, want) { // the first nine are the calibration
		t.Errorf("order %v, want %v", log, want)
	}
}

// A contender that is slow at first has rounds as long as those of the others.
func TestCalibrationWaitsForTheWarm(t *testing.T) {
	for first, cold := range map[int]time.Duration{3: 4 * time.Millisecond, 2: 15 * time.Millisecond} {
		var clock fakeClock
		o := clock.options(1)
		o.fill()
		runs := 0
		n := o.calibrate(Case{Run: func(n int) {
			each := time.Millisecond
			if runs++; runs <= first { // one that does not count, and some that do
				each = cold
			}
			clock.now = clock.now.Add(time.Duration(n) * each)
		}})
		if n != 20 {
			t.Errorf("%d times in a round, want 20", n)
		}
	}
}

func TestCalibrationFillsTheRound(t *testing.T) {
	for _, each := range []time.Duration{1, 35, 999, 40_000, 3 * time.Millisecond, time.Hour} {
		var clock fakeClock
		o := clock.options(1)
		o.fill()
		n := o.calibrate(Case{Run: func(n int) { clock.now = clock.now.Add(time.Duration(n) * each) }})
		if took := time.Duration(n) * each; n != 1 && (took < o.Round*9/10 || took > o.Round) {
			t.Errorf("%v each: %d times take %v, want %v", each, n, took, o.Round)
		}
	}
}

func TestCalibrationOfNothingEnds(t *testing.T) {
	var clock fakeClock
	o := clock.options(1)
	o.Limit = 1000
	o.fill()
	if n := o.calibrate(Case{Run: func(int) {}}); n != 1000 {
		t.Errorf("%d times, want the limit of 1000", n)
	}
}

func TestWhatATurnNeedsAndLeavesIsOffTheClock(t *testing.T) {
	var clock fakeClock
	open, ready := 0, false
	got := Measure([]Case{{
		Before: func() {
			ready = true
			clock.now = clock.now.Add(time.Minute)
		},
		Run: func(n int) {
			if !ready {
				t.Error("a turn without what it needs")
			}
			open += n
			clock.now = clock.now.Add(time.Duration(n) * time.Millisecond)
		},
		After: func() {
			open, ready = 0, false
			clock.now = clock.now.Add(time.Minute)
		},
	}}, clock.options(3))
	for _, s := range got[0] {
		if s.Ns != 1e6 {
			t.Errorf("%v ns, want those of Run, 1e6", s.Ns)
		}
	}
	if open != 0 {
		t.Errorf("%d are left", open)
	}
}

var kept []*[64]byte

func TestAllocationsAreCounted(t *testing.T) {
	var clock fakeClock
	got := Measure([]Case{{Run: func(n int) {
		clock.now = clock.now.Add(time.Duration(n) * 100 * time.Microsecond)
		for range n {
			kept = append(kept[:0], new([64]byte), new([64]byte))
		}
	}}}, clock.options(3))
	for _, s := range got[0] {
		if s.Allocs < 2 || s.Allocs > 2.2 || s.Bytes < 128 || s.Bytes > 200 {
			t.Errorf("%v objects of %v bytes, want 2 of 128", s.Allocs, s.Bytes)
		}
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		figures []float64
		want    Spread
	}{
		{[]float64{3}, Spread{3, 3, 3}},
		{[]float64{4, 2}, Spread{2.5, 3, 3.5}},
		{[]float64{5, 1, 3, 2, 4}, Spread{2, 3, 4}},
		{[]float64{1, 1, 1, 1000}, Spread{1, 1, 250.75}},
	} {
		if got := SpreadOf(c.figures); got != c.want {
			t.Errorf("SpreadOf(%v) is %v, want %v", c.figures, got, c.want)
		}
	}
}
