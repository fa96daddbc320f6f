package child

import (
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime/internal/frame"
)

// What comes out of the pipe is what was put in, in its order, whatever its length and
// whatever writes it.
func TestG10_OutboxKeepsTheOrder(t *testing.T) {
	for seed := range uint64(3) {
		out, in, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		s := newScript(t)
		s.box = newOutbox(in, s.box.board, 0)
		var got []string
		var end error
		done := make(chan struct{})
		go func() { defer close(done); got, end = heard(out) }()
		r := rand.New(rand.NewPCG(seed, 2))
		for range 3000 {
			s.random(r)
		}
		s.box.flush()
		in.Close()
		<-done
		out.Close()
		if end != io.EOF || !slices.Equal(got, s.said) {
			t.Fatalf("seed %d: %d of %d came, or in another order; the end is %v", seed, len(got), len(s.said), end)
		}
	}
}

// random adds something of 1 byte to 100 KiB, mostly of few.
func (s *script) random(r *rand.Rand) {
	n := 1 + r.IntN(1<<r.IntN(8))
	if r.IntN(50) == 0 {
		n = 1 + r.IntN(100<<10)
	}
	switch r.IntN(4) {
	case 0:
		s.put(1+r.Uint64N(3), n)
	case 1:
		s.row(100+r.Uint64N(3), 1+r.IntN(40), min(n, rowSize-40))
	default:
		s.part(10+r.Uint64N(3), n)
	}
	if r.IntN(100) == 0 {
		s.box.rescue() // the timer, at any time
	}
}

// Parts of one batch in a row are as many as the box has room for, and no byte more.
// In the bubble no time passes that would have them written before.
func TestOutboxIsFilledByParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		for _, n := range []int{directSize - 100, 10_000, 1000, 1} {
			for range 2 * outboxSize / n {
				s.part(1, n)
			}
		}
		s.box.flush()
		if got := s.arrived(); got != len(s.said) {
			t.Errorf("%d outcomes of %d", got, len(s.said))
		}
	})
}

// What nobody writes is written by the timer, soon: the first reply after the box was
// empty, and one that came when the timer ran for another.
func TestG1_RescueWritesWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		s.box.armed = false
		for _, add := range []func(){
			func() { s.put(1, 10) },
			func() { s.part(2, 10) },
			func() { s.put(3, 10); s.box.flush(); s.put(4, 10) },
			func() { s.part(5, 10); s.part(5, 10) },
			func() { s.outcome(6, 10) },
			func() { s.row(6, 3, 10) },
			func() { s.part(5, 10); s.row(6, 3, 10) },
		} {
			s.put(9, 10)
			s.put(9, 10) // quick, which none was when the timer had something to write
			add()
			if got := s.arrived(); got == len(s.said) {
				t.Fatal("it did not wait for others")
			}
			wait(2 * rescueTime)
			if got := s.arrived(); got != len(s.said) {
				t.Fatalf("%d replies of %d have been written", got, len(s.said))
			}
		}
	})
}

// While calls take long each reply is written at once; when they do not any more, they
// wait for each other again.
func TestG1_RepliesOfSlowCallsDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		s.put(1, 10)
		wait(flushTime)
		for range 5 {
			s.put(1, 10)
			if got := s.arrived(); got != len(s.said) {
				t.Fatalf("%d replies of %d have been written", got, len(s.said))
			}
			wait(flushTime)
		}
		s.put(1, 10)
		wait(flushTime / 4)
		s.put(1, 10) // which ends it
		s.put(1, 10)
		if got := s.arrived(); got == len(s.said) {
			t.Error("a quick one did not wait")
		}
	})
}

// arrived returns how many replies have been written.
func (s *script) arrived() int {
	f, err := os.Open(s.box.file.Name())
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	got, end := heard(f)
	if end != io.EOF {
		s.t.Fatal(end)
	}
	return len(got)
}

// A reply that is in a hurry, and one that is long, do not wait, nor does what came
// before them.
func TestOutboxWritesAtOnce(t *testing.T) {
	s := newScript(t)
	s.part(1, 10)
	s.put(2, directSize)
	if got := s.arrived(); got != 2 {
		t.Errorf("%d of 2 before and with a long reply", got)
	}
	s.part(1, directSize+1)
	if got := s.arrived(); got != 3 {
		t.Errorf("%d of 3 with a long part", got)
	}
	s.put(3, 10)
	s.box.put(hurried(t), true)
	if got := s.arrived(); got != 5 {
		t.Errorf("%d of 5 after a hurried one", got)
	}
}

// Outcomes of calls in a row are one frame, from whatever they began with to the first that
// is not the next, or comes when the box is full; and they come out as each alone.
func TestOutcomesInARowShareAFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		for _, add := range []struct {
			frames int
			add    func()
		}{
			{1, func() { s.row(1, 100, 10) }},
			{2, func() { s.row(201, 10, 10); s.row(212, 10, 10) }},
			{3, func() { s.row(301, 10, 10); s.put(311, 10); s.row(312, 10, 10) }},
			{2, func() { s.part(400, 10); s.row(401, 10, 10) }},
			{1 + 40*rowSize/outboxSize, func() { s.row(501, 40, rowSize-40) }},
		} {
			before := s.frames()
			add.add()
			s.box.flush()
			if got := s.frames() - before; got != add.frames {
				t.Errorf("%d frames, want %d", got, add.frames)
			}
		}
		if got := s.arrived(); got != len(s.said) {
			t.Errorf("%d outcomes of %d", got, len(s.said))
		}
	})
}

// frames returns how many frames have been written.
func (s *script) frames() (n int) {
	f, err := os.Open(s.box.file.Name())
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	for r := frame.NewReader(f, frame.DefaultLimit); ; n++ {
		if _, _, err := r.Next(); err != nil {
			return n
		}
	}
}

// A pipe that is broken is an error of all that comes after, and of none that waits.
func TestOutboxOfABrokenPipe(t *testing.T) {
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out.Close()
	defer in.Close()
	b := newOutbox(in, localBoard(), 0)
	if err := b.put(hurried(t), true); err == nil {
		t.Error("no error of a hurried reply")
	}
	y := trayOver(b, 1)
	if y.Put(y.Room(), false); y.unsent == nil {
		t.Error("no error of a part after that")
	}
}

// hurried returns an empty frame.
func hurried(t testing.TB) []byte {
	b := frame.Begin(nil)
	if err := frame.Finish(b, frame.Header{Kind: frame.End, Flags: frame.Last, ID: 1}, 0); err != nil {
		t.Fatal(err)
	}
	return b
}

// wait lets so much of the bubble's time pass, and what is due then happen.
func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
