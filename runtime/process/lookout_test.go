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
	wantQueued(t, w.pool, append(calls[1:], later))
	w.mu.Unlock()
	if n != 4 {
		t.Errorf("%d are said to be taken back", n)
	}
}

// wantQueued takes all calls out of the queue of p, which must be these.
func wantQueued(t *testing.T, p *Pool, want []*runtime.Record) {
	t.Helper()
	got := make([]queued, p.queue.Len())
	got = got[:p.queue.TakeSome(got)]
	if len(got) != len(want) {
		t.Fatalf("%d calls are queued, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i].record != want[i] {
			t.Errorf("the call at %d of the queue is another", i)
		}
	}
}

// Who feeds a worker may hold calls that belong behind those that are taken back meanwhile.
// They go there, and the worker, which gets their frames, begins none of them; also if it
// is killed.
func TestG10_WhatIsBeingSentGoesBehindWhatIsTakenBack(t *testing.T) {
	for _, doomed := range []bool{false, true} {
		calls, next, later := records(3), records(2), records(1)[0]
		w := waitingIn(t, calls)
		w.pool.queue.PushAllFront([]queued{{record: later}, {record: next[1]}, {record: next[0]}}, queued.priority)
		w.taken = make([]queued, 2)
		w.mu.Lock()
		w.back = w.line.back
		w.pool.queue.TakeSome(w.taken)
		w.mu.Unlock()
		fresh := []entry{{queued: w.taken[0], id: 4}, {queued: w.taken[1], id: 5}}
		w.mu.Lock()
		w.doomed = doomed
		w.mu.Unlock()
		w.overdue()
		joined, behind := w.join(fresh)
		if joined == doomed || behind != 2 {
			t.Fatalf("joined: %t, behind %d", joined, behind)
		}
		w.pool.putBehind(behind, fresh)
		wantQueued(t, w.pool, append(append(calls[1:], next...), later))
		if at := w.line.find(4); doomed != (at == nil) || at != nil && !at.gone {
			t.Errorf("the line has %+v", at)
		}
	}
}

// A call that may have begun when it is taken back is skipped, perhaps, and comes back:
// until then no other is sent behind it.
func TestG10_NothingIsSentBehindACallInDoubt(t *testing.T) {
	calls := records(4)
	w := waitingIn(t, calls)
	w.proc.board.Begin(2)
	if w.roomForLocked(10) == 0 {
		t.Fatal("nothing is sent ahead: nothing is tried")
	}
	if w.overdue(); w.pool.queue.Len() != 2 {
		t.Fatalf("%d calls were taken back", w.pool.queue.Len())
	}
	if n := w.roomForLocked(10); n != 0 {
		t.Errorf("room for %d while nobody knows", n)
	}
	w.line.remove(w.line.find(2)) // as several lanes might; what the others run does not matter
	if w.roomForLocked(10) == 0 {
		t.Error("no room when nothing is in doubt")
	}
}
