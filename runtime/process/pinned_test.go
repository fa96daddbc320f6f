//go:build unix

package process_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
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
			for {
				select {
				case <-stop:
					return
				default:
					hurry(t, p)
				}
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

// What is pinned to a worker that Resize makes one too many runs elsewhere, at once.
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
	eventually(t, "one is left", func() bool { return len(p.Workers()) == 1 })
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
	p := newPool(t, process.Config{Workers: 3})
	p.Close()
	var zero process.Pool
	calls := onEach(t.Context(), p, pid, 0)
	if len(calls) != 3 {
		t.Errorf("%d calls", len(calls))
	}
	for _, f := range calls {
		if _, err := f.Result(within(t)); !errors.Is(err, runtime.ErrClosed) {
			t.Error(err)
		}
	}
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

// Shutdown runs what is pinned, Close cancels it; neither loses a call or hangs.
func TestG1_PinnedCallsWhenThePoolEnds(t *testing.T) {
	for name, end := range map[string]func(p *process.Pool) error{
		"Shutdown": func(p *process.Pool) error { return p.Shutdown(t.Context()) },
		"Close":    (*process.Pool).Close,
	} {
		t.Run(name, func(t *testing.T) {
			for _, busy := range []bool{false, true} {
				p, g := newPool(t, process.Config{Workers: 3}), newGates(t)
				for i := 0; busy && i < 3; i++ {
					g.submit(p, strconv.Itoa(i))
				}
				eventually(t, "they are busy", func() bool { return !busy || g.begun() == 3 })
				calls := onEach(t.Context(), p, pid, 0)
				var ended sync.WaitGroup
				ended.Go(func() {
					if err := end(p); err != nil {
						t.Error(err)
					}
				})
				if name == "Shutdown" {
					g.openAll()
				}
				ended.Wait()
				for _, f := range calls {
					if _, err := f.Result(within(t)); name == "Shutdown" && err != nil || name == "Close" && !errors.Is(err, runtime.ErrCanceled) {
						t.Error(err)
					}
				}
				wantNothingLeft(t, p)
			}
		})
	}
}

// The end of a pool whose workers are up comes while calls are being pinned.
func TestG1_PinnedCallsRaceTheEnd(t *testing.T) {
	n := 30
	if testing.Short() {
		n = 8
	}
	for i := range n {
		p := newPool(t, process.Config{Workers: 2, Grace: time.Millisecond, MaxTasks: 4 * (i % 2)})
		wantDistinct(t, onEach(t.Context(), p, pid, 0), 2)
		var calls []*runtime.Future[int]
		begun, moment := make(chan struct{}), rand.IntN(20)
		var all sync.WaitGroup
		all.Go(func() {
			for k := range 20 {
				if k == moment {
					close(begun)
				}
				calls = append(calls, onEach(t.Context(), p, square, 3)...)
			}
		})
		<-begun
		for range 2 {
			all.Go(func() { endAtRandom(p, rand.IntN(2)) })
		}
		all.Wait()
		if err := p.Shutdown(within(t)); err != nil {
			t.Fatal(err)
		}
		for _, f := range calls {
			if n, err := f.Result(within(t)); err != nil && !errors.Is(err, runtime.ErrClosed) && !errors.Is(err, runtime.ErrCanceled) || err == nil && n != 9 {
				t.Error(n, err)
			}
		}
		wantNothingLeft(t, p)
	}
}

func wantNothingLeft(t *testing.T, p *process.Pool) {
	t.Helper()
	if s := p.Stats(); s.Queued != 0 || s.Running != 0 || len(p.Workers()) != 0 {
		t.Errorf("%+v, and %d processes", s, len(p.Workers()))
	}
}

// Whatever happens to a pool: each pinned call settles once, and runs once at most. It
// fails only if its worker died, or as the pool was closed.
func TestG1_PinnedCallsAtRandom(t *testing.T) {
	n := 15
	if testing.Short() {
		n = 5
	}
	fds, children := countFDs(t), countChildren()
	for range n {
		seed := rand.Uint64()
		pinAtRandom(t, rand.New(rand.NewPCG(seed, 0)))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	eventually(t, "descriptors and children as before", func() bool {
		return countFDs(t) <= fds && countChildren() <= children
	})
}

func pinAtRandom(t *testing.T, r *rand.Rand) {
	deeds := []deed{quickly, quickly, quickly, quickly, nap1ms, nap1ms, nap1ms, killSelf}
	p, err := process.NewPool(process.Config{
		Workers: 3, Grace: 10 * time.Millisecond, Logger: slog.New(slog.DiscardHandler),
		MaxTasks: []int{0, 0, 1, 3}[r.IntN(4)], Spare: r.IntN(3) == 0, TasksPerWorker: []int{0, 0, 3}[r.IntN(3)], Queue: []int{0, 4}[r.IntN(2)],
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	book := newLedger(t)
	var calls []markedCall
	stop := make(chan struct{})
	var trouble sync.WaitGroup
	for _, make := range []func(r *rand.Rand){
		func(r *rand.Rand) { killOne(p, r) },
		func(r *rand.Rand) { p.Resize(1 + r.IntN(4)) },
		func(r *rand.Rand) { submit(t.Context(), p, nap, r.IntN(1000)) },
		func(r *rand.Rand) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			submit(ctx, runtime.Waiting(ctx, p), square, 3).Result(ctx)
		},
	} {
		own := rand.New(rand.NewPCG(r.Uint64(), 1))
		trouble.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(time.Duration(own.IntN(20_000)) * time.Microsecond):
					make(own)
				}
			}
		})
	}
	rounds := 1 + r.IntN(30)
	moment := r.IntN(2 * rounds) // half of the time nobody ends the pool
	var ended sync.WaitGroup
	for i := range rounds {
		if i == moment { // from now on it races the rest
			ended.Go(func() { endAtRandom(p, moment) })
		}
		p.EachWorker(t.Context(), func(ex runtime.Executor) {
			calls = append(calls, book.submit(t.Context(), ex, deeds[r.IntN(len(deeds))]))
			if r.IntN(8) == 0 {
				calls[r.IntN(len(calls))].Cancel()
			}
		})
		if r.IntN(2) == 0 { // at times they pile up
			calls[r.IntN(len(calls))].outcome(t)
		}
	}
	errs := make([]error, len(calls))
	for i, c := range calls {
		errs[i] = c.outcome(t)
	}
	close(stop)
	trouble.Wait()
	ended.Wait()
	if err := p.Shutdown(within(t)); err != nil {
		t.Error(err)
	}
	wantNothingLeft(t, p)
	wantAccounted(t, book, calls, errs)
}

// endAtRandom ends p in one way or the other.
func endAtRandom(p *process.Pool, how int) {
	if how%2 == 0 {
		p.Close()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	p.Shutdown(ctx)
}

func killOne(p *process.Pool, r *rand.Rand) {
	if workers := p.Workers(); len(workers) > 0 {
		syscall.Kill(workers[r.IntN(len(workers))].PID, syscall.SIGKILL)
	}
}

// wantAccounted checks that each call ran once at most, as its error says.
func wantAccounted(t *testing.T, book *ledger, calls []markedCall, errs []error) {
	t.Helper()
	good := 0
	for i, ran := range book.ran() {
		err := errs[i]
		if err == nil {
			good++
		}
		switch {
		case ran > 1, err == nil && (ran != 1 || calls[i].does.kills()):
			t.Errorf("call %d ran %d times: %v", i, ran, err)
		case err != nil && ran > 0 && !started(t, err):
			t.Errorf("call %d ran, but %v says that it did not start", i, err)
		case err != nil && !isExpected(err):
			t.Errorf("call %d: %v", i, err)
		}
	}
	t.Logf("%d of %d returned", good, len(calls))
}

// isExpected reports whether err is one that a call may have here. Processes that are killed
// before they are ready are such that cannot be started.
func isExpected(err error) bool {
	for _, sentinel := range []error{runtime.ErrCrashed, runtime.ErrCanceled, runtime.ErrClosed, runtime.ErrBroken} {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}
