//go:build unix

package process_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// onEach submits a call of f for each worker.
func onEach[A, R any](ctx context.Context, p *process.Pool, f *runtime.Func[A, R], arg A) (calls []*runtime.Future[R]) {
	p.EachWorker(ctx, func(ex runtime.Executor) { calls = append(calls, submit(ctx, ex, f, arg)) })
	return calls
}

// wantDistinct checks that n calls of pid ran, each in a process of its own, and returns
// which those are.
func wantDistinct(t *testing.T, calls []*runtime.Future[int], n int) map[int]bool {
	t.Helper()
	pids, ok := distinct(t, calls, n)
	if !ok {
		t.FailNow()
	}
	return pids
}

// distinct is wantDistinct for goroutines that a test starts.
func distinct(t *testing.T, calls []*runtime.Future[int], n int) (pids map[int]bool, ok bool) {
	t.Helper()
	pids = map[int]bool{}
	for _, f := range calls {
		id, err := f.Result(within(t))
		if err != nil {
			t.Error(err)
			return nil, false
		}
		pids[id] = true
	}
	if len(calls) != n || len(pids) != n {
		t.Errorf("%d calls ran in the processes %v; want %d", len(calls), pids, n)
		return nil, false
	}
	return pids, true
}

func TestEachWorkerOfAColdPool(t *testing.T) {
	for _, c := range []process.Config{{Workers: 3}, {Workers: 3, Spare: true}, {Workers: 3, Queue: 1}, {Workers: 3, TasksPerWorker: 4}} {
		p := newPool(t, c)
		first := wantDistinct(t, onEach(t.Context(), p, pid, 0), 3)
		for range 10 { // all of them are idle by now, or about to be
			for id := range wantDistinct(t, onEach(t.Context(), p, pid, 0), 3) {
				if !first[id] {
					t.Fatalf("%+v: process %d is none of %v", c, id, first)
				}
			}
		}
	}
}

// One that serves and others that have no process.
func TestEachWorkerOfAPoolThatIsPartlyCold(t *testing.T) {
	p := newPool(t, process.Config{Workers: 3})
	first := must(t, p, pid, 0)
	if pids := wantDistinct(t, onEach(t.Context(), p, pid, 0), 3); !pids[first] {
		t.Errorf("%v lacks %d, which was there", pids, first)
	}
}

// A worker that is busy runs what is pinned to it next, before what is queued.
func TestEachWorkerThatIsBusy(t *testing.T) {
	p := newPool(t, process.Config{Workers: 3})
	g, book := newGates(t), newLedger(t)
	for i := range 3 {
		g.submit(p, strconv.Itoa(i))
	}
	eventually(t, "all are busy", func() bool { return g.begun() == 3 })
	behind := book.submit(t.Context(), p, quickly)
	var pinned []markedCall
	p.EachWorker(t.Context(), func(ex runtime.Executor) { pinned = append(pinned, book.submit(t.Context(), ex, quickly)) })
	if s := p.Stats(); s.Queued != 4 || s.Running != 3 {
		t.Errorf("%+v", s)
	}
	pids := onEach(t.Context(), p, pid, 0)
	g.open("1") // its worker has all to itself
	eventually(t, "the call in the queue", func() bool { return behind.State().Settled() })
	if order := book.order(); len(order) != 2 || order[0] == behind.number || order[1] != behind.number {
		t.Errorf("ran %v; want a pinned call, and then %d", order, behind.number)
	}
	g.openAll()
	for _, c := range pinned {
		if err := c.outcome(t); err != nil {
			t.Error(err)
		}
	}
	wantDistinct(t, pids, 3)
	wantRanOnce(t, book)
}

// A pinned call takes one lane, and does not wait for others.
func TestEachWorkerWithLanes(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2, TasksPerWorker: 2})
	g := newGates(t)
	for i := range 3 {
		g.submit(p, strconv.Itoa(i))
	}
	eventually(t, "three lanes are busy", func() bool { return g.begun() == 3 })
	var ran []*runtime.Future[[]byte]
	p.EachWorker(t.Context(), func(ex runtime.Executor) {
		ran = append(ran, g.submit(ex, "pinned"+strconv.Itoa(len(ran))))
	})
	eventually(t, "the fourth is busy", func() bool { return g.begun() == 4 })
	queued := submit(t.Context(), p, square, 3)
	g.openAll()
	for _, f := range ran {
		if _, err := f.Result(within(t)); err != nil {
			t.Error(err)
		}
	}
	if n, err := queued.Result(within(t)); n != 9 || err != nil {
		t.Error(n, err)
	}
}

// A worker that has short calls ahead ends with those, and takes none until it has run
// what is pinned to it.
func TestEachWorkerWithCallsAhead(t *testing.T) {
	p := newPool(t, process.Config{Workers: 3})
	stop := make(chan struct{})
	var load sync.WaitGroup
	for range 3 {
		load.Go(func() {
			window := make([]*runtime.Future[int], 1000) // the queue is not empty before the end
			for i := 0; ; i = (i + 1) % len(window) {
				select {
				case <-stop:
					return
				default:
				}
				if f := window[i]; f != nil {
					f.Result(t.Context())
				}
				window[i] = submit(t.Context(), p, square, i)
			}
		})
	}
	for range 30 {
		wantDistinct(t, onEach(t.Context(), p, pid, 0), 3)
	}
	close(stop)
	load.Wait()
}

// The owner of a worker may be inside a callback that waits for what is pinned to it.
func TestG7_CallbackThatWaitsForAPinnedCall(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for range 20 {
		first, done := submit(t.Context(), p, nap, 50), make(chan error, 1)
		go first.OnDone(func(int, error) {
			_, err := onEach(t.Context(), p, pid, 0)[0].Result(t.Context())
			done <- err
		})
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the callback waits for ever")
		}
	}
}

// However long before: the pool has stopped to look after the worker by then.
func TestG7_CallbackThatWaitsForACallPinnedBefore(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	g, done := newGates(t), make(chan error, 1)
	long := g.submit(p, "long")
	eventually(t, "it runs", func() bool { return g.begun() == 1 })
	pinned := onEach(t.Context(), p, square, 3)[0]
	long.OnDone(func([]byte, error) {
		_, err := pinned.Result(t.Context())
		done <- err
	})
	if _, err := pinned.Result(shortly(t)); err == nil {
		t.Fatal("a pinned call does not wait for the one that runs")
	}
	g.open("long")
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the callback waits for ever")
	}
}

// Cancel, and the end of the context, of a pinned call that has not begun.
func TestG3_CancelOfAPinnedCall(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	g, book := newGates(t), newLedger(t)
	for i := range 2 {
		g.submit(p, strconv.Itoa(i))
	}
	eventually(t, "all are busy", func() bool { return g.begun() == 2 })
	ctx, cancel := context.WithCancel(t.Context())
	var canceled, ended []markedCall
	p.EachWorker(t.Context(), func(ex runtime.Executor) { canceled = append(canceled, book.submit(t.Context(), ex, quickly)) })
	p.EachWorker(ctx, func(ex runtime.Executor) { ended = append(ended, book.submit(ctx, ex, quickly)) })
	cancel()
	for _, c := range canceled {
		if !c.Cancel() {
			t.Error("Cancel reports false")
		}
	}
	for _, c := range append(canceled, ended...) {
		if err := c.outcome(t); !errors.Is(err, runtime.ErrCanceled) || started(t, err) {
			t.Error(err)
		}
	}
	g.openAll()
	wantDistinct(t, onEach(t.Context(), p, pid, 0), 2)
	if n := len(book.order()); n > 0 {
		t.Errorf("%d calls ran", n)
	}
	eventually(t, "rest", func() bool { s := p.Stats(); return s.Running == 0 && s.Queued == 0 })
}

// The call that a worker runs costs it its process; the next one, or a spare, has what was
// pinned.
func TestG5_PinnedCallsOutliveTheProcess(t *testing.T) {
	for _, c := range []process.Config{{Workers: 3}, {Workers: 3, Spare: true}} {
		p := newPool(t, c)
		for range 5 {
			g := newGates(t)
			var busy []*runtime.Future[[]byte]
			for i := range 3 {
				busy = append(busy, g.submit(p, strconv.Itoa(i)))
			}
			eventually(t, "all are busy", func() bool { return g.begun() == 3 })
			calls := onEach(t.Context(), p, pid, 0)
			for _, w := range p.Workers() {
				if w.Task == gate.Name {
					syscall.Kill(w.PID, syscall.SIGKILL)
				}
			}
			wantDistinct(t, calls, 3)
			for _, f := range busy {
				if _, err := f.Result(within(t)); !errors.Is(err, runtime.ErrCrashed) {
					t.Error(err)
				}
			}
		}
	}
}

// A pinned call that crashes its worker fails like any other, and costs no other.
func TestG5_PinnedCallThatCrashes(t *testing.T) {
	p := newPool(t, process.Config{Workers: 3})
	for range 3 {
		crashes, calls := onEach(t.Context(), p, exit, 3), onEach(t.Context(), p, pid, 0)
		for _, f := range crashes {
			if _, err := f.Result(within(t)); !errors.Is(err, runtime.ErrCrashed) {
				t.Error(err)
			}
		}
		wantDistinct(t, calls, 3)
	}
}

// A process that runs one call only passes what is pinned to it on to its successor.
func TestEachWorkerThatIsReplaced(t *testing.T) {
	for _, c := range []process.Config{
		{Workers: 3, MaxTasks: 1}, {Workers: 3, MaxTasks: 1, Spare: true}, {Workers: 3, MaxTasks: 2, TasksPerWorker: 2}, {Workers: 3, RecycleMemory: 1},
	} {
		p := newPool(t, c)
		g := newGates(t)
		for i := range 3 {
			g.submit(p, strconv.Itoa(i))
		}
		eventually(t, "all are busy", func() bool { return g.begun() == 3 })
		calls := onEach(t.Context(), p, pid, 0)
		more := onEach(t.Context(), p, pid, 0)
		g.openAll()
		for _, f := range append(calls, more...) {
			if _, err := f.Result(within(t)); err != nil {
				t.Errorf("%+v: %v", c, err)
			}
		}
		if c.TasksPerWorker <= 1 {
			wantDistinct(t, append(calls, more...), 6)
		}
		eventually(t, "rest", func() bool { s := p.Stats(); return s.Running == 0 && s.Queued == 0 })
	}
}

// One that ends its worker by Discard passes on what is behind it.
func TestEachWorkerThatIsSpoilt(t *testing.T) {
	p := newPool(t, process.Config{Workers: 3})
	spoils, calls := onEach(t.Context(), p, spoil, 0), onEach(t.Context(), p, pid, 0)
	for _, f := range spoils {
		if _, err := f.Result(within(t)); err == nil || errors.Is(err, runtime.ErrCrashed) {
			t.Error(err)
		}
	}
	wantDistinct(t, calls, 3)
}

// What is pinned to a worker that Resize makes one too many does not wait for what that
// still runs. The first gate to open is where the worker is found to be; one of the others
// is inside the same.
func TestEachWorkerThatLeavesWithACall(t *testing.T) {
	for last := 1; last < 4; last++ {
		p := newPool(t, process.Config{Workers: 2, TasksPerWorker: 2})
		wantDistinct(t, onEach(t.Context(), p, pid, 0), 2)
		g := newGates(t)
		first := g.submit(p, "0")
		for i := 1; i < 4; i++ {
			g.submit(p, strconv.Itoa(i))
		}
		eventually(t, "all are busy", func() bool { return g.begun() == 4 })
		calls := onEach(t.Context(), p, pid, 0)
		p.Resize(1)
		g.open("0")
		first.Result(within(t))
		for i := range 4 {
			if i != last {
				g.open(strconv.Itoa(i))
			}
		}
		for _, f := range calls {
			if _, err := f.Result(within(t)); err != nil {
				t.Errorf("with gate %d closed: %v", last, err)
			}
		}
		g.openAll()
	}
}

// What is pinned to workers that Resize makes too many runs elsewhere.
func TestEachWorkerAndResize(t *testing.T) {
	p := newPool(t, process.Config{Workers: 3})
	g := newGates(t)
	for i := range 3 {
		g.submit(p, strconv.Itoa(i))
	}
	eventually(t, "all are busy", func() bool { return g.begun() == 3 })
	calls := onEach(t.Context(), p, pid, 0)
	p.Resize(1)
	g.openAll()
	for _, f := range calls {
		if _, err := f.Result(within(t)); err != nil {
			t.Error(err)
		}
	}
	eventually(t, "one is left", func() bool { return len(p.Workers()) == 1 && process.Places(p) == 1 })
	wantDistinct(t, onEach(t.Context(), p, pid, 0), 1)
	p.Resize(4)
	wantDistinct(t, onEach(t.Context(), p, pid, 0), 4)
}

// Those that are too many and busy get none.
func TestEachWorkerAfterResize(t *testing.T) {
	p := newPool(t, process.Config{Workers: 3})
	g := newGates(t)
	for i := range 3 {
		g.submit(p, strconv.Itoa(i))
	}
	eventually(t, "all are busy", func() bool { return g.begun() == 3 })
	p.Resize(2)
	calls := onEach(t.Context(), p, pid, 0)
	g.openAll()
	wantDistinct(t, calls, 2)
}

// A worker that is about to become idle takes what is pinned to it just then: nobody else
// has it look again.
func TestEachWorkerThatIsAboutToBeIdle(t *testing.T) {
	for _, lanes := range []int{1, 3} {
		p := newPool(t, process.Config{Workers: 2, TasksPerWorker: lanes})
		for range 2000 {
			wantDistinct(t, onEach(t.Context(), p, pid, 0), 2)
		}
	}
}

// Each of several that do it at once reaches all, whatever else the workers do.
func TestEachWorkerAtOnce(t *testing.T) {
	for _, lanes := range []int{1, 3} {
		p := newPool(t, process.Config{Workers: 3, TasksPerWorker: lanes})
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				for range 200 {
					if i%3 == 2 {
						ctx := within(t)
						submit(ctx, runtime.Waiting(ctx, p), square, 3).Result(ctx)
						continue
					}
					if _, ok := distinct(t, onEach(t.Context(), p, pid, 0), 3); !ok {
						return
					}
				}
			})
		}
		all.Wait()
	}
}

// If processes cannot be started the calls fail, and nothing waits for ever.
func TestEachWorkerThatDoesNotStart(t *testing.T) {
	c := otherProgram(t, "PROCESS_TEST_CHILD=start", "PROCESS_TEST_START=exit")
	c.Workers = 3
	p := newPool(t, c)
	for _, f := range onEach(t.Context(), p, pid, 0) {
		if _, err := f.Result(within(t)); !errors.Is(err, runtime.ErrBroken) {
			t.Error(err)
		}
	}
}

func TestEachWorkerOfAClosedPool(t *testing.T) {
	closed, shut := newPool(t, process.Config{Workers: 3}), newPool(t, process.Config{Workers: 3})
	closed.Close()
	if err := shut.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*process.Pool{closed, shut} {
		calls := onEach(t.Context(), p, pid, 0)
		if len(calls) != 3 {
			t.Errorf("%d calls", len(calls))
		}
		for _, f := range calls {
			if _, err := f.Result(within(t)); !errors.Is(err, runtime.ErrClosed) {
				t.Error(err)
			}
		}
	}
	var zero process.Pool
	for _, f := range onEach(t.Context(), &zero, pid, 0) {
		if _, err := f.Result(within(t)); err == nil {
			t.Error("a call of a zero pool succeeds")
		}
	}
}

func TestEachWorkerInProcess(t *testing.T) {
	t.Setenv("OFFING_INPROCESS", "1")
	p := newPool(t, process.Config{Workers: 3})
	wantDistinct(t, onEach(t.Context(), p, pid, 0), 1)
}
