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

// However long they take, and whatever writes the replies.
func TestStintTellsOfSlowCalls(t *testing.T) {
	for _, each := range []time.Duration{flushTime, rescueTime, 10 * time.Millisecond} {
		for _, size := range []int{10, directSize + 1} {
			synctest.Test(t, func(t *testing.T) {
				s := newScript(t)
				s.box.armed = false
				s.box.busy()
				for range 20 {
					wait(each)
					s.put(1, size)
				}
				if n, d := s.box.board.Worked(); n < 18 || d != time.Duration(n)*each {
					t.Errorf("calls of %v with replies of %d bytes: told of %d in %v", each, size, n, d)
				}
			})
		}
	}
}

// Calls that did not begin do not make the others look short.
func TestStintLeavesOutSkippedCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		s.box.busy()
		wait(time.Millisecond)
		s.put(1, 10)
		for range 100 {
			s.box.discount()
			s.put(1, 10)
		}
		s.box.idle()
		if n, d := s.box.board.Worked(); n != 1 || d != time.Millisecond {
			t.Errorf("told of %d in %v", n, d)
		}
	})
}
