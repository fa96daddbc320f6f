//go:build unix

package process_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// A foreign is a context that is not the standard library's, and cannot be compared. It
// counts who waits for its end.
type foreign struct {
	context.Context
	done    <-chan struct{}
	waiting *atomic.Int32
	_       []int
}

func newForeign() (foreign, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	return foreign{Context: ctx, done: done, waiting: new(atomic.Int32)}, func() { cancel(); close(done) }
}

func (f foreign) Done() <-chan struct{} { return f.done }

// AfterFunc is called by [context.AfterFunc].
func (f foreign) AfterFunc(fn func()) (stop func() bool) {
	f.waiting.Add(1)
	forget := context.AfterFunc(f.Context, func() { <-f.done; f.waiting.Add(-1); fn() })
	return func() bool {
		stopped := forget()
		if stopped {
			f.waiting.Add(-1)
		}
		return stopped
	}
}

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
		ctx = context.WithValue(ctx, foreign{}.done, 1)
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

// Of those that wait inside a worker when their context ends none begins.
func TestG3_ContextsOfCallsThatWait(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	r := rand.New(rand.NewPCG(2, 1))
	for range 20 {
		hurry(t, p)
		book, g := newLedger(t), newGates(t)
		g.submit(p, "blocked")
		ended, goes := newContext(r), newContext(r)
		for i := range 60 {
			book.submit([]context.Context{ended.ctx, goes.ctx, t.Context()}[i%3], p, quickly)
		}
		eventually(t, "it runs", func() bool { return g.begun() == 1 })
		ended.cancel()
		g.open("blocked")
		must(t, p, square, 3)
		if n := len(book.order()); n != 40 {
			t.Errorf("%d calls ran, want 40", n)
		}
		goes.cancel()
	}
}

// A call whose deadline passes while it runs has timed out, whatever its task makes of it
// and although its worker hears of it before the pool does; also if nobody observes it.
func TestG3_DeadlineOfACallThatIsNotObserved(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	warm(t, p)
	for range 10 {
		ends, cancel := context.WithTimeout(t.Context(), 15*time.Millisecond)
		c := submit(early{ends, time.Now().Add(5 * time.Millisecond)}, p, untilDone, nil)
		must(t, p, square, 3) // behind it
		if _, err := c.Result(t.Context()); !errors.Is(err, runtime.ErrTimeout) {
			t.Errorf("got %v", err)
		}
		cancel()
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
// or the pool closes.
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
	want := func(a, b int32) {
		t.Helper()
		what := fmt.Sprintf("%d watches of the first context and %d of the second", a, b)
		eventually(t, what, func() bool { return first.waiting.Load() == a && second.waiting.Load() == b })
	}
	call(first, 1) // and maybe no other
	want(0, 0)
	call(first, 100)
	want(1, 0)
	call(second, 100)
	want(0, 1)
	p.Close()
	want(0, 0)
}

// A context that can end costs a call no allocation.
func TestContextsCostNoAllocation(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	warm(t, p)
	n := testing.AllocsPerRun(200, func() {
		if n, err := direct(ctx, p, square, 3); n != 9 || err != nil {
			t.Fatal(n, err)
		}
	})
	if n > 2 {
		t.Errorf("%v allocations a call, want 1", n)
	}
}
