package process

import (
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/child"
)

// waitingIn returns a worker of a pool of its own, which wakes nobody, that runs the first of some calls, as
// far as the pool knows; the rest wait inside it.
func waitingIn(t *testing.T, calls []*runtime.Record) *worker {
	t.Helper()
	board := child.NewBoard(0)
	if board == nil {
		t.Skip("no shared memory here: nothing waits inside a worker")
	}
	t.Cleanup(board.Close)
	w := &worker{pool: &Pool{limit: 1, ended: true}, proc: &proc{board: board}}
	w.pool.width.Store(1)
	w.pool.config.TasksPerWorker = 1
	w.pace.each = time.Microsecond
	for i, r := range calls {
		e := entry{queued: queued{record: r}, id: uint64(i + 1), begun: i == 0}
		if e.begun {
			r.Begin()
			w.line.begun++
		} else {
			r.Hand()
		}
		w.line.push(e)
	}
	return w
}

func records(n int) (all []*runtime.Record) {
	for range n {
		all = append(all, new(runtime.Record))
	}
	return all
}

// What is taken back is in the queue, first and in its order, before anybody else may use
// the worker: its owner, who would be next, could send it others.
func TestG10_TakenBackIsQueuedUnderTheLock(t *testing.T) {
	calls, later := records(5), records(1)[0]
	w := waitingIn(t, calls)
	w.pool.queue.PushFront(queued{record: later}, 0)
	w.mu.Lock()
	n := w.takeBackLocked()
	got := make([]queued, 10)
	got = got[:w.pool.queue.TakeSome(got)]
	w.mu.Unlock()
	if want := append(calls[1:], later); n != 4 || len(got) != len(want) {
		t.Fatalf("%d taken back, %d queued", n, len(got))
	} else {
		for i := range want {
			if got[i].record != want[i] {
				t.Errorf("the call at %d of the queue is another", i)
			}
		}
	}
}

// Who feeds the worker may hold calls that come after those to be taken back: the lookout
// comes back, but not for ever.
func TestG10_NothingIsTakenBackFromAWorkerThatIsFed(t *testing.T) {
	calls := records(3)
	w := waitingIn(t, calls)
	w.hold.Lock()
	w.look() // sees the first call for the first time
	for range maxMissed {
		if again, _ := w.look(); !again || w.pool.queue.Len() > 0 {
			t.Fatalf("%d calls were taken back", w.pool.queue.Len())
		}
	}
	if w.look(); w.pool.queue.Len() != 2 {
		t.Fatalf("%d calls are queued", w.pool.queue.Len())
	}
}

// A call that may have begun when it is taken back is skipped, perhaps, and comes back:
// until then no other is sent behind it.
func TestG10_NothingIsSentBehindACallInDoubt(t *testing.T) {
	calls := records(4)
	w := waitingIn(t, calls)
	w.proc.board.Begin(2)
	if w.roomFor(10) == 0 {
		t.Fatal("nothing is sent ahead: nothing is tried")
	}
	if !w.overdue(false) || w.pool.queue.Len() != 2 {
		t.Fatalf("%d calls were taken back", w.pool.queue.Len())
	}
	if n := w.roomFor(10); n != 0 {
		t.Errorf("room for %d while nobody knows", n)
	}
	w.line.remove(w.line.find(2)) // as several lanes might; what the others run does not matter
	if w.roomFor(10) == 0 {
		t.Error("no room when nothing is in doubt")
	}
}
