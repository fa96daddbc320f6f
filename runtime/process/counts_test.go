//go:build unix

package process_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"strconv"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// However many calls a worker is sent ahead, and runs at once, no process begins more
// than it may.
func TestMaxTasksIsExact(t *testing.T) {
	for _, c := range []process.Config{
		{Workers: 1, MaxTasks: 7}, {Workers: 2, MaxTasks: 100}, {Workers: 2, MaxTasks: 50, TasksPerWorker: 4}, {Workers: 1, MaxTasks: 3, TasksPerWorker: 8},
	} {
		p := newPool(t, c)
		calls := make([]*runtime.Future[int], 400)
		for i := range calls {
			calls[i] = submit(t.Context(), p, pid, 0)
		}
		ran := map[int]int{}
		for _, f := range calls {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			n, err := f.Result(ctx)
			cancel()
			if err != nil {
				t.Fatalf("%+v: %v; %+v %+v", c, err, p.Stats(), p.Workers())
			}
			ran[n]++
		}
		for pid, n := range ran {
			if n > c.MaxTasks {
				t.Errorf("%+v: process %d ran %d calls", c, pid, n)
			}
		}
	}
}

// What waits inside a worker is queued, what it runs is running, and all of them together
// are those that are not settled.
func TestStatsAddUp(t *testing.T) {
	for _, lanes := range []int{1, 4} {
		p := newPool(t, process.Config{Workers: 1, TasksPerWorker: lanes})
		hurry(t, p)
		g := newGates(t)
		var calls []*runtime.Future[[]byte]
		for i := range 40 {
			calls = append(calls, g.submit(p, strconv.Itoa(i)))
		}
		for over := range 10 {
			eventually(t, "as many begun as can be", func() bool { return g.begun() == lanes+over })
			left := len(calls) - over
			eventually(t, "the counts", func() bool {
				s, w := p.Stats(), p.Workers()
				return s.Running == lanes && s.Queued == left-lanes && len(w) == 1 && w[0].Running == lanes
			})
			g.open(strconv.Itoa(over))
			if _, err := calls[over].Result(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		g.openAll()
		for _, f := range calls {
			f.Result(t.Context())
		}
		eventually(t, "nothing left", func() bool { s := p.Stats(); return s.Running+s.Queued == 0 })
	}
}

// A bounded queue is full or has room whatever the pool believes of its calls.
func TestG9_QueueAfterShortCalls(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Queue: 4})
	ex := runtime.NonBlocking(p)
	for range 10 {
		for i := range 300 {
			must(t, p, square, i)
		}
		g := newGates(t)
		running := g.submit(p, "running")
		eventually(t, "it runs", func() bool { return g.begun() == 1 })
		var queued []*runtime.Future[int]
		for i := range 4 {
			queued = append(queued, submit(t.Context(), ex, square, i))
		}
		if _, err := submit(t.Context(), ex, square, 5).Result(t.Context()); !errors.Is(err, runtime.ErrQueueFull) {
			t.Fatalf("got %v", err)
		}
		g.openAll()
		running.Result(t.Context())
		for i, f := range queued {
			if n, err := f.Result(t.Context()); n != i*i || err != nil {
				t.Fatal(n, err)
			}
		}
	}
}

// One worker begins calls in the order in which they were submitted, also those that it
// is sent ahead, beside naps that have it think again how many those should be.
func TestG10_OrderOfShortAndLongCalls(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	hurry(t, p)
	book := newLedger(t)
	calls := make([]markedCall, 1500)
	for i := range calls {
		calls[i] = book.submit(t.Context(), p, map[bool]deed{true: nap1ms}[i%100 == 50])
	}
	for _, c := range calls {
		if err := c.outcome(t); err != nil {
			t.Fatal(err)
		}
	}
	if order := book.order(); len(order) != len(calls) || stepsBack(order) > 0 {
		t.Errorf("%d calls, %d steps back", len(order), stepsBack(order))
	}
}

// slowCall is a call whose arguments take long to encode, and may not come to an end.
type slowCall struct {
	call[[]byte, []byte]
	exits bool
}

func (c *slowCall) AppendArgs(b []byte) ([]byte, error) {
	time.Sleep(5 * time.Millisecond)
	if c.exits {
		goruntime.Goexit()
	}
	return c.call.AppendArgs(b)
}

// However long the arguments of a call take to be encoded, while calls before it are taken
// back from behind one that takes long; also if that ends the goroutine, or a call of
// another priority is queued.
func TestG10_OrderBesideSlowEncoding(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for round := range 20 {
		hurry(t, p)
		book := newLedger(t)
		var calls []markedCall
		for i := range 150 {
			if i == 20 {
				submit(t.Context(), p, nap, 20_000)
				submit(t.Context(), runtime.Priority(p, -round%2), square, 1)
			}
			if i%40 != 39 {
				calls = append(calls, book.submit(t.Context(), p, quickly))
				continue
			}
			arg, number := book.arg(quickly)
			c := &slowCall{call: call[[]byte, []byte]{f: marking, arg: arg}, exits: round%4 > 1}
			c.Init(t.Context(), &marking.Task)
			p.Submit(t.Context(), c)
			calls = append(calls, markedCall{c.Future(), number, quickly})
		}
		failed := 0
		for _, c := range calls {
			if c.outcome(t) != nil {
				failed++
			}
		}
		if want := map[bool]int{true: 3}[round%4 > 1]; failed != want {
			t.Errorf("%d calls failed, want %d", failed, want)
		}
		if order := book.order(); len(order) != len(calls)-failed || stepsBack(order) > 0 {
			t.Errorf("%d calls, %d steps back", len(order), stepsBack(order))
		}
	}
}

// Of calls that wait in the queue the ones of higher priority are begun first, also when
// calls are short.
func TestG10_PriorityAfterShortCalls(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	hurry(t, p)
	book, g := newLedger(t), newGates(t)
	g.submit(p, "gate")
	eventually(t, "it runs", func() bool { return g.begun() == 1 })
	eventually(t, "the gate counts as long", func() bool {
		w := p.Workers()
		return len(w) == 1 && w[0].Running == 1 && w[0].Waiting == 0
	})
	var calls []markedCall
	for i := range 60 {
		calls = append(calls, book.submit(t.Context(), runtime.Priority(p, i%3), quickly))
	}
	g.openAll()
	for _, c := range calls {
		if err := c.outcome(t); err != nil {
			t.Fatal(err)
		}
	}
	last := uint32(2)
	for _, n := range book.order() {
		if n%3 > last {
			t.Fatalf("call %d of priority %d after one of %d", n, n%3, last)
		}
		last = n % 3
	}
}
