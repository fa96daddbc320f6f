package child

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime/internal/frame"
)

// alone returns the only lane of a worker whose board a pool sees: the open frame of a
// batch is lent to it.
func (s *script) alone() *lane {
	s.box.board.unseen = false
	l := &lane{server: &server{out: s.box, board: s.box.board, limit: frame.DefaultLimit}}
	l.server.running.lanes = make([]lane, 1)
	return l
}

// batch puts so many outcomes of batch id, each after a pause, and calls after with each.
func (s *script) batch(l *lane, id uint64, n int, pause time.Duration, after func()) {
	l.tray.begin(l, &callContext{id: id, from: &origin{}})
	room := l.tray.Room()
	for range n {
		time.Sleep(pause)
		p := s.payload(s.next % 30)
		room, _ = l.tray.Put(append(room, p...), false)
		s.said = append(s.said, said("part", id, p))
		after()
	}
}

// Whenever a worker dies that has lent the box, the pool gets what was complete, whatever
// of the replies before the open frame the timer has written, and however much of that has
// been read.
func TestG5_DeathWhileTheBoxIsLent(t *testing.T) {
	for seed := range uint64(3) {
		synctest.Test(t, func(t *testing.T) {
			if dieLent(t, seed) == 0 {
				t.Error("the timer never wrote a part of a box that was lent")
			}
		})
	}
}

// dieLent has a worker die after each outcome of some batches, and returns how often a part
// of the box was written and the rest was lent.
func dieLent(t *testing.T, seed uint64) (partly int) {
	random := rand.New(rand.NewPCG(9, seed))
	s := newScript(t)
	l := s.alone()
	for id := range uint64(12) {
		for range random.IntN(3) {
			s.put(1, random.IntN(40))
		}
		if random.IntN(2) == 0 { // which is open when the box is lent
			s.row(1, random.IntN(5), random.IntN(40))
		}
		s.batch(l, 100+id, random.IntN(60), time.Microsecond, func() {
			if random.IntN(5) == 0 {
				s.box.seen = s.box.base
				s.box.rescue()
				s.box.armed = true
			}
			if s.box.wrote > 0 && s.box.lent != nil {
				partly++
			}
			d := s.deathOf()
			step := max(1, (uint64(len(d.written))-s.box.base)/8) // each reads the whole stream
			for read := s.box.base; read <= uint64(len(d.written)); read += step {
				d.check(t, fmt.Sprintf("seed %d, batch %d", seed, id), read, d.written, s.said)
			}
		})
		s.put(100+id, 0)
	}
	return partly
}

// The end of a batch, which somebody waits for, is written if it, or an outcome before it,
// has waited for flushTime; outcomes alone wait for partsTime. Batches of quick items are
// not taken for slow ones, each of which would be written at once.
func TestBatchesShareWrites(t *testing.T) {
	for _, items := range []int{5, 25, 45, 60, 150, 1000} {
		synctest.Test(t, func(t *testing.T) {
			s := newScript(t)
			l := s.alone()
			writes, base := 0, uint64(0)
			look := func() {
				if s.box.base != base {
					writes, base = writes+1, s.box.base
				}
			}
			const batches = 50
			for id := range uint64(batches) {
				s.batch(l, 100+id, items, time.Microsecond, look)
				s.put(100+id, 0)
				look()
				if s.box.slow {
					t.Fatalf("%d items of 1 us: the box is taken for slow", items)
				}
				if took := time.Duration(items) * time.Microsecond; took >= flushTime && took < partsTime && s.box.n > 0 {
					t.Fatalf("%d items: the end of the batch is not written", items)
				}
			}
			took := time.Duration(items) * time.Microsecond
			if most := batches * (1 + int(took/partsTime)); writes > most {
				t.Errorf("%d items: %d writes for %d batches, want at most %d", items, writes, batches, most)
			}
		})
	}
}
