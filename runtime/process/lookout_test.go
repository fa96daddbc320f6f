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
		w.line.push(&e)
	}
	return w
}

func records(n int) (all []*runtime.Record) {
	for range n {
		all = append(all, new(runtime.Record))
	}
	return all
}

// A worker whose calls are over counts as brisk until its owner, who delivers what they
// returned, finds that it has no others; nobody wakes another one for what he will see.
func TestBriskUntilItRests(t *testing.T) {
	w := waitingIn(t, records(1))
	w.pool.processors = 1
	taken := func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.countLocked()
		return w.pool.processorsTaken()
	}
	if taken() {
		t.Error("brisk without calls from the queue")
	}
	w.fed = true
	w.rest()
	if !taken() {
		t.Error("not brisk, with a call")
	}
	w.line.remove(w.line.find(1))
	if !taken() {
		t.Error("not brisk, with an owner who will look at the queue")
	}
	w.pool.mu.Lock()
	idle := w.pool.idleLocked(w)
	w.pool.release()
	if !idle || taken() {
		t.Errorf("brisk at rest: idle is %v", idle)
	}
}

// A worker that counts as brisk, and completes nothing while calls are queued, does so no
// longer: its owner is inside a codec, or in a row of callbacks, each too short to be seen.
func TestG7_BriskWorkerThatStalls(t *testing.T) {
	for name, c := range map[string]struct {
		calls  int // completed between two looks
		lent   bool
		queued bool
		taken  bool
	}{
		"in a codec":      {0, false, true, false},
		"in callbacks":    {0, true, true, false},
		"at work":         {1, true, true, true},
		"nothing is late": {0, true, false, true},
	} {
		w := waitingIn(t, nil)
		w.pool.processors, w.fed = 1, true
		w.countLocked()
		if c.queued {
			w.pool.queue.PushFront(queued{record: new(runtime.Record)}, 0)
		}
		for range 2 {
			if !w.pool.processorsTaken() {
				t.Fatalf("%s: not brisk", name)
			}
			w.calls += c.calls
			if c.lent {
				w.lent.Store(new(runtime.Record))
			}
			w.look()
		}
		if taken := w.pool.processorsTaken(); taken != c.taken {
			t.Errorf("%s: brisk is %v", name, taken)
		}
	}
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
	var got []queued
	for q, ok := p.queue.Pop(); ok; q, ok = p.queue.Pop() {
		got = append(got, q)
	}
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
// is killed. Calls of other priorities make no difference, nor those that came back for
// another reason, nor that somebody has taken some already.
func TestG10_WhatIsBeingSentGoesBehindWhatIsTakenBack(t *testing.T) {
	for _, doomed := range []bool{false, true} {
		for _, gone := range []int{0, 1, 2} {
			calls, next, others := records(3), records(3), records(3)
			w := waitingIn(t, calls)
			w.pool.queue.PushAllFront([]queued{{record: others[0]}, {record: next[1]}, {record: next[0]}}, queued.priority)
			w.taken = make([]queued, 2)
			w.mu.Lock()
			w.line.feeding = true
			w.pool.queue.TakeSome(w.taken)
			w.doomed = doomed
			w.mu.Unlock()
			fresh := []entry{{queued: w.taken[0], id: 4}, {queued: w.taken[1], id: 5}}
			w.overdue()
			w.pool.queue.TakeSome(make([]queued, gone))
			w.pool.queue.PushFront(queued{record: others[1]}, 0)
			w.pool.queue.PushFront(queued{record: others[2]}, -1)
			joined, before := w.join(fresh, []queued{{record: next[2]}})
			if joined == doomed || len(before) != 2 {
				t.Fatalf("joined: %t, behind %d", joined, len(before))
			}
			w.pool.putBehind(before, fresh, []queued{{record: next[2]}})
			want := append(append(append([]*runtime.Record{others[1]}, calls[1+gone:]...), next...), others[0], others[2])
			if gone == 2 {
				want = append(append(append(next[:3:3], others[1]), others[0]), others[2])
			}
			wantQueued(t, w.pool, want)
			if at := w.line.find(4); doomed != (at == nil) || at != nil && !at.gone {
				t.Errorf("the line has %+v", at)
			}
		}
	}
}

// Calls behind one whose codec ended the goroutine are queued before those in front of it,
// which were sent, may be taken back.
func TestG10_WhatIsNotSentIsQueuedAtOnce(t *testing.T) {
	calls, next, later := records(2), records(4), records(1)[0]
	w := waitingIn(t, calls)
	w.pool.queue.PushFront(queued{record: later}, 0)
	w.line.feeding = true
	joined, before := w.join([]entry{{queued: queued{record: next[0]}, id: 3}, {queued: queued{record: next[1]}, id: 4}},
		[]queued{{record: next[2]}, {record: next[3]}})
	if !joined || len(before) > 0 {
		t.Fatalf("joined: %t, behind %d", joined, len(before))
	}
	w.overdue()
	wantQueued(t, w.pool, append(append(calls[1:], next...), later))
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
	w.line.replied(1, false)
	w.line.replied(2, true)
	if n := w.roomForLocked(10); n != 0 {
		t.Errorf("room for %d before what was skipped is queued again", n)
	}
	w.line.replied(2, false)
	if w.roomForLocked(10) == 0 {
		t.Error("no room when nothing is in doubt")
	}
}
