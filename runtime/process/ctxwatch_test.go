//go:build linux

package process_test

import (
	"context"
	"errors"
	"math/rand/v2"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
	"github.com/offing-go/offing/runtime/wire"
)

// A foreign is a context that is not the standard library's, and cannot be compared. It
// notes who uses it when it is over, which is when its end is set.
type foreign struct {
	context.Context
	over *atomic.Bool
	late *atomic.Int32
	_    []int
}

func newForeign() (foreign, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	return foreign{Context: ctx, over: new(atomic.Bool), late: new(atomic.Int32)}, cancel
}

func (f foreign) use() {
	if f.over.Load() {
		f.late.Add(1)
	}
}

func (f foreign) Done() <-chan struct{} { f.use(); return f.Context.Done() }
func (f foreign) Err() error            { f.use(); return f.Context.Err() }
func (f foreign) Value(any) any         { f.use(); return nil } // or the standard library takes it for its own

// An ofContext is a context that can end, and how many calls that run have it.
type ofContext struct {
	ctx    context.Context
	cancel context.CancelFunc
	calls  int
}

// newContext returns one of some kind.
func newContext(r *rand.Rand) *ofContext {
	if r.IntN(3) == 0 {
		ctx, cancel := newForeign()
		return &ofContext{ctx, cancel, 0}
	}
	ctx, cancel := context.WithCancel(context.Background())
	if r.IntN(3) == 0 {
		ctx = context.WithValue(ctx, foreign{}.over, 1)
	}
	return &ofContext{ctx, cancel, 0}
}

// Calls that run hear of the end of their context although nobody observes them, whichever
// others their worker has: each returns when its own context ends, and not before.
func TestG3_ContextsThatCallsShare(t *testing.T) {
	const lanes = 4
	p := newPool(t, process.Config{Workers: 1, TasksPerWorker: lanes, Grace: time.Minute})
	runs := func(n int) {
		t.Helper()
		eventually(t, "those run whose context has not ended", func() bool { return p.Stats().Running == n })
	}
	r, book := rand.New(rand.NewPCG(1, 1)), newLedger(t)
	var all []*ofContext // some have no call for a while
	for range 60 {
		for n := 0; n < lanes; n++ {
			if len(all) == 0 || r.IntN(3) == 0 {
				all = append(all, newContext(r))
			}
			c := all[r.IntN(len(all))]
			c.calls++
			for range r.IntN(4) { // that are over before the next
				if _, err := book.submit(c.ctx, p, quickly).Result(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			book.submit(c.ctx, p, obedient)
		}
		runs(lanes)
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for left := lanes; left > 0; all = all[1:] {
			all[0].cancel()
			left -= all[0].calls
			runs(left)
		}
	}
}

// An abrupt context ends just after somebody has been told that it has not, and its
// watches have run.
type abrupt struct {
	context.Context
	end *atomic.Pointer[context.CancelFunc]
}

func (a abrupt) Err() error {
	err := a.Context.Err()
	if end := a.end.Swap(nil); end != nil {
		(*end)()
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// A call hears of the end of its context if that comes while it is being sent.
func TestG3_ContextThatEndsMeanwhile(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: time.Minute})
	for range 5 {
		ctx, cancel := context.WithCancel(t.Context())
		a := abrupt{ctx, new(atomic.Pointer[context.CancelFunc])}
		for range 3 {
			direct(a, p, square, 3)
		}
		eventually(t, "it is watched", func() bool { return process.Watches(p, ctx) })
		a.end.Store(&cancel)
		newLedger(t).submit(a, p, obedient)
		if _, err := submit(t.Context(), p, square, 3).Result(within(t)); err != nil { // behind it
			t.Fatal(err)
		}
	}
}

// haltingResult is a task whose codec waits when its result is read.
var haltingResult = define(&runtime.Func[int, int]{
	Task:      runtime.Task{Name: "process_test.HaltingResult", Shape: "func(int) int"},
	Call:      func(_ context.Context, n int) (int, error) { return n, nil },
	AppendArg: wire.Sure(wire.AppendInt), ReadArg: wire.Into((*wire.Reader).Int), AppendResult: wire.Sure(wire.AppendInt),
	ReadResult: func(r *wire.Reader, n *int) {
		*n = r.Int()
		if h := halts.Swap(nil); h != nil {
			close(h.inside)
			<-h.release
		}
	},
})

// The end of its context settles a call whose reply is being decoded, by a codec that
// blocks: its worker goes on, and the pool can be closed.
func TestG7_ContextEndsInsideACodec(t *testing.T) {
	for name, goesOn := range map[string]func(p *process.Pool) error{
		"call": func(p *process.Pool) error {
			_, err := submit(t.Context(), p, square, 3).Result(t.Context())
			return err
		},
		"Close":    (*process.Pool).Close,
		"Shutdown": func(p *process.Pool) error { return p.Shutdown(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, process.Config{Workers: 1})
			ctx, cancel := context.WithCancel(t.Context())
			for range 3 {
				direct(ctx, p, square, 3)
			}
			eventually(t, "it is watched", func() bool { return process.Watches(p, ctx) })
			h := &halt{make(chan struct{}), make(chan struct{})}
			defer close(h.release)
			halts.Store(h)
			submit(ctx, p, haltingResult, 1)
			<-h.inside
			cancel()
			done := make(chan error, 1)
			go func() { done <- goesOn(p) }()
			select {
			case err := <-done:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(10 * time.Second):
				t.Error("it waits for the codec")
			}
		})
	}
}

// So it is if the pool is being shut down when the reply comes.
func TestG7_ContextEndsInsideACodecOfTheLast(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	ctx, cancel := context.WithCancel(t.Context())
	for range 3 {
		direct(ctx, p, square, 3)
	}
	eventually(t, "it is watched", func() bool { return process.Watches(p, ctx) })
	g, h := newGates(t), &halt{make(chan struct{}), make(chan struct{})}
	defer close(h.release)
	halts.Store(h)
	g.submit(p, "before")
	submit(ctx, p, haltingResult, 1)
	down := make(chan error, 1)
	go func() { down <- p.Shutdown(within(t)) }()
	eventually(t, "it takes no calls", func() bool { return !submit(t.Context(), p, square, 3).Cancel() })
	g.open("before")
	<-h.inside
	cancel()
	if err := <-down; err != nil {
		t.Error("it waits for the codec: ", err)
	}
}

// A call whose deadline passes while it runs has timed out, whatever its task makes of it
// and although its worker hears of it before the pool does; also if nobody observes it.
func TestG3_DeadlineOfACallThatIsNotObserved(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	warm(t, p)
	late := 0
	for range 10 {
		ends, cancel := context.WithTimeout(t.Context(), 15*time.Millisecond)
		ctx := early{ends, time.Now().Add(5 * time.Millisecond)}
		for range 3 { // the worker has a watch for all of them
			direct(ctx, p, square, 3)
		}
		c := submit(ctx, p, untilDone, nil)
		eventually(t, "it is over", func() bool { return process.Pending(p) == 0 })
		if _, err := c.Result(t.Context()); !errors.Is(err, runtime.ErrTimeout) {
			late++
		}
		cancel()
	}
	if late > 2 { // the machine may stand still for as long as the pool waits
		t.Errorf("%d calls of 10 have not timed out", late)
	}
}

// An early is a context that ends after its deadline.
type early struct {
	context.Context
	deadline time.Time
}

func (e early) Deadline() (time.Time, bool) { return e.deadline, true }

// untilDone succeeds when its context ends.
var untilDone = onBytes(named("UntilDone"), func(ctx context.Context, _ []byte) ([]byte, error) {
	<-ctx.Done()
	return []byte("it was not told"), nil
})

// A worker keeps one watch of a context that several calls have, until another one needs it
// or the pool closes. The context itself is not used when its calls are over.
func TestWatchOfAContextIsGivenBack(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	first, cancel := newForeign()
	defer cancel()
	second, cancel := newForeign()
	defer cancel()
	call := func(ctx foreign, times int) {
		t.Helper()
		for range times {
			if n, err := direct(ctx, p, square, 3); n != 9 || err != nil {
				t.Fatal(n, err)
			}
		}
	}
	call(first, 1) // and maybe no other
	if process.Watches(p, first) {
		t.Error("a context that has had one call is watched")
	}
	call(first, 100)
	if !process.Watches(p, first) {
		t.Error("a context that has had many calls is not watched")
	}
	must(t, p, square, 3) // who settled the last one by its own watch is done with that
	first.over.Store(true)
	call(second, 100)
	if !process.Watches(p, second) {
		t.Error("a context is watched whose calls are over, and one that has calls is not")
	}
	must(t, p, square, 3)
	second.over.Store(true)
	p.Close()
	stacks := make([]byte, 1<<20)
	if stacks = stacks[:goruntime.Stack(stacks, true)]; strings.Contains(string(stacks), "shareWatch") {
		t.Errorf("the watch is left:\n%s", stacks)
	}
	if n, m := first.late.Load(), second.late.Load(); n != 0 || m != 0 {
		t.Errorf("contexts were used %d and %d times when their calls were over", n, m)
	}
}

// A context that can end costs a call no allocation.
func TestContextsCostNoAllocation(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	ends, cancel := context.WithCancel(t.Context())
	defer cancel()
	warm(t, p)
	least := map[context.Context]float64{}
	for range 5 { // a reply that takes long costs some
		for _, ctx := range []context.Context{ends, context.Background()} {
			n := testing.AllocsPerRun(100, func() {
				if n, err := direct(ctx, p, square, 3); n != 9 || err != nil {
					t.Fatal(n, err)
				}
			})
			if before, ok := least[ctx]; !ok || n < before {
				least[ctx] = n
			}
		}
	}
	if with, without := least[ends], least[context.Background()]; with > without+1 {
		t.Errorf("%v allocations a call, want %v", with, without)
	}
}

// The context of a call that is settled is not asked for anything, although a callback
// blocks and the worker gets another owner.
func TestContextIsNotUsedBehindACallbackThatBlocks(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	g := newGates(t)
	ctx, cancel := newForeign()
	defer cancel()
	entered, leave := make(chan struct{}), make(chan struct{})
	submit(ctx, p, gate, g.path("first")).OnDone(func([]byte, error) {
		ctx.over.Store(true)
		close(entered)
		<-leave
	})
	g.open("first")
	<-entered
	must(t, p, square, 3)
	close(leave)
	if err := p.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if n := ctx.late.Load(); n != 0 {
		t.Errorf("it was used %d times", n)
	}
}
