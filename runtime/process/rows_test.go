//go:build linux

package process_test

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// inRow is how many replies the workers of these tests put into a row. (They are fewer if
// calls are taken back meanwhile, as a processor takes its time.)
const inRow = 10

// A rowOfCalls is calls whose replies come in one row.
type rowOfCalls struct {
	t     *testing.T
	pool  *process.Pool
	calls [inRow]*runtime.Future[[]byte]
	ran   [inRow]atomic.Int32 // callbacks
}

// newRow submits calls to a worker that begins them, and replies, when begin is called.
func newRow(t *testing.T, queue int) (row *rowOfCalls, begin func()) {
	t.Helper()
	openPoller()
	gate := t.TempDir() + "/gate"
	c := otherProgram(t, "PROCESS_TEST_CHILD=faulty", "PROCESS_TEST_GATE="+gate)
	c.Queue = queue
	row = &rowOfCalls{t: t, pool: newPool(t, c)}
	first := submit(t.Context(), row.pool, fill, order(faultOpens, 1, 9))
	for i := range row.calls {
		row.calls[i] = submit(t.Context(), row.pool, fill, order(faultRow, 0, 9+i))
	}
	return row, func() {
		t.Helper()
		mark(gate)
		if _, err := first.Result(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// on has fn run as a callback of call i, and counts those of the others.
func (r *rowOfCalls) on(i int, fn func()) {
	for j, c := range r.calls {
		c.OnDone(func([]byte, error) {
			r.ran[j].Add(1)
			if i == j {
				fn()
			}
		})
	}
}

// want checks that all calls have their result, and each callback ran once; and that the
// pool knows that: it ends, without a call of it being killed.
func (r *rowOfCalls) want() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 10*time.Second)
	defer cancel()
	for i, c := range r.calls {
		got, err := c.Result(ctx)
		if o := (outcomeOf{order(faultRow, 0, 9+i), got, err}); !o.right() {
			r.t.Errorf("call %d: %d bytes, %v", i, len(got), err)
		}
	}
	if err := r.pool.Shutdown(ctx); err != nil {
		r.t.Errorf("the pool does not end: %v", err)
	}
	for i := range r.ran {
		if n := r.ran[i].Load(); n != 1 {
			r.t.Errorf("the callback of call %d ran %d times", i, n)
		}
	}
}

// eachRow runs a test for pools whose calls are taken off the books one by one, as they are
// if the queue has a bound, and for others, and for a call at each place of the row.
func eachRow(t *testing.T, test func(t *testing.T, queue, at int)) {
	for _, queue := range []int{0, 100} {
		for _, at := range []int{0, 4, inRow - 2, inRow - 1} {
			t.Run(fmt.Sprintf("queue %d, call %d", queue, at), func(t *testing.T) { test(t, queue, at) })
		}
	}
}

// A callback that blocks holds up no call whose reply came in the same row, also if it
// waits for that.
func TestG7_CallbackThatWaitsForACallInItsRow(t *testing.T) {
	eachRow(t, func(t *testing.T, queue, at int) {
		row, begin := newRow(t, queue)
		row.on(at, func() {
			for _, c := range row.calls {
				c.Result(t.Context())
			}
		})
		begin()
		row.want()
	})
}

// Whoever takes over from an owner that blocks, or has ended, in the middle of a row may
// block in the rest of it, also long after there was anything to look after.
func TestG7_RestOfARowWaitsForACall(t *testing.T) {
	blocked := make(chan struct{})
	for name, first := range map[string]func(){"blocks": func() { <-blocked }, "ends": goruntime.Goexit} {
		t.Run(name, func(t *testing.T) {
			row, begin := newRow(t, 0)
			done := make(chan outcomeOf, 1)
			row.calls[inRow-2].OnDone(func([]byte, error) { first() })
			row.calls[inRow-1].OnDone(func([]byte, error) {
				<-shortly(t).Done() // there is nothing to see, and the lookout goes
				got, err := submit(t.Context(), row.pool, fill, 9).Result(within(t))
				done <- outcomeOf{9, got, err}
			})
			begin()
			if o := <-done; !o.right() {
				t.Errorf("%d bytes, %v", len(o.got), o.err)
			}
		})
	}
	close(blocked)
}

// A callback that ends the goroutine costs no other call anything.
func TestG1_CallbackInARowThatEndsTheGoroutine(t *testing.T) {
	eachRow(t, func(t *testing.T, queue, at int) {
		row, begin := newRow(t, queue)
		row.on(at, goruntime.Goexit)
		begin()
		row.want()
	})
}

// A callback may shut the pool down, which does not wait for that one, but for the calls
// behind it in the row.
func TestG1_CallbackInARowThatShutsDown(t *testing.T) {
	eachRow(t, func(t *testing.T, queue, at int) {
		row, begin := newRow(t, queue)
		var once sync.WaitGroup
		once.Add(1)
		row.on(at, func() {
			defer once.Done()
			if err := row.pool.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			for i, c := range row.calls {
				if !c.State().Settled() {
					t.Errorf("call %d is not settled after Shutdown", i)
				}
			}
		})
		begin()
		once.Wait()
		row.want()
	})
}

// A call that is canceled while its reply is on its way stays canceled, and the worker
// lives.
func TestG3_CallInARowThatIsCanceled(t *testing.T) {
	eachRow(t, func(t *testing.T, queue, at int) {
		row, begin := newRow(t, queue)
		if at > 0 { // from the callback of one before it
			row.on(0, func() { row.calls[at].Cancel() })
		} else {
			row.on(0, func() {})
		}
		begin()
		if at == 0 {
			row.want()
			return
		}
		row.calls[inRow-1].Result(t.Context())
		for i, c := range row.calls {
			if _, err := c.Result(t.Context()); (err != nil) != (i == at) || err != nil && !c.Cancel() {
				t.Errorf("call %d: %v", i, err)
			}
		}
		if n := len(row.pool.Workers()); n != 1 {
			t.Errorf("%d workers", n)
		}
	})
}

// The reply to a call whose caller reads it himself belongs to him, and not into a row that
// the owner of the worker reads: the caller would wait for ever. Such a worker is killed; as
// it says nothing of what it has begun, the call runs on another one.
func TestG12_RowForACallThatIsWaitedFor(t *testing.T) {
	p := newPool(t, otherProgram(t, "PROCESS_TEST_CHILD=hostile", "PROCESS_TEST_ATTACK=row"))
	must(t, p, square, 7)
	first := p.Workers()[0].PID
	eventually(t, "the worker is killed", func() bool { // when it was idle, so that a caller took it
		must(t, runtime.Waiting(t.Context(), p), square, 7)
		workers := p.Workers()
		return len(workers) == 0 || workers[0].PID != first
	})
}

// A worker that runs several calls at once has their replies come in any order, so it sends
// no row.
func TestG12_RowOfAWorkerWithLanes(t *testing.T) {
	c := otherProgram(t, "PROCESS_TEST_CHILD=hostile", "PROCESS_TEST_ATTACK=row")
	c.TasksPerWorker = 2
	if _, err := do(t, newPool(t, c), square, 7); !errors.Is(err, runtime.ErrCrashed) {
		t.Errorf("got %v", err)
	}
}
