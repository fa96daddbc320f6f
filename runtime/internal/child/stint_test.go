package child

import (
	"testing"
	"testing/synctest"
	"time"
)

// The pool is told how long calls take, without the time between them in which the
// worker had nothing to do.
func TestStintLeavesOutIdleTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		work := func(calls int, each time.Duration) {
			s.box.busy()
			for range calls {
				wait(each)
				s.put(1, 10)
			}
		}
		told := func(calls uint64, spent time.Duration) {
			t.Helper()
			if n, d := s.box.board.Worked(); n != calls || d != spent {
				t.Errorf("%d calls in %v, want %d in %v", n, d, calls, spent)
			}
		}
		work(4, time.Millisecond)
		s.box.idle()
		told(4, 4*time.Millisecond)
		wait(time.Hour)
		s.box.idle() // after a call that somebody else was waiting for
		work(1, 2*time.Millisecond)
		s.box.idle()
		told(5, 6*time.Millisecond)
		wait(time.Hour)
		s.put(1, 10) // of one of several lanes, which never begin a stint
		s.box.idle()
		told(5, 6*time.Millisecond)
	})
}

// A worker that always has something to do tells of it nevertheless.
func TestStintTellsMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		s.box.busy()
		for range 100 {
			wait(10 * time.Microsecond)
			s.put(1, 10)
		}
		if n, d := s.box.board.Worked(); n < 50 || d != time.Duration(n)*10*time.Microsecond {
			t.Errorf("told of %d calls in %v", n, d)
		}
	})
}
