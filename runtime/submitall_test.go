package runtime_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/tasks"
)

// SubmitAll is Submit for each, whatever takes the calls.
func TestSubmitAll(t *testing.T) {
	ns := make([]int, 100)
	for i := range ns {
		ns[i] = i
	}
	bounded, err := runtime.NewPool(runtime.PoolConfig{Workers: 2, Queue: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer bounded.Close()
	for name, ex := range map[string]runtime.Executor{
		"pool": newPool(t, 2), "bounded": bounded, "inline": runtime.Inline, "decorated": runtime.Priority(newPool(t, 1), 3),
	} {
		for i, f := range tasks.SubmitAllSquare(context.Background(), ex, ns) {
			if v, err := f.Result(context.Background()); v != i*i || err != nil {
				t.Errorf("%s: %d: %d, %v", name, i, v, err)
			}
		}
		if got := tasks.SubmitAllSquare(context.Background(), ex, nil); len(got) != 0 {
			t.Error(name, got)
		}
	}
	closed := newPool(t, 1)
	closed.Close()
	for _, f := range tasks.SubmitAllSquare(context.Background(), closed, ns) {
		if _, err := f.Result(context.Background()); !errors.Is(err, runtime.ErrClosed) {
			t.Fatal(err)
		}
	}
}

// Calls that come all at once start in order, after those that were there, and as
// many at a time as there are workers.
func TestG10_SubmitAllKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		gate := make(chan struct{})
		first := submitDo(p, func(context.Context) (int, error) { <-gate; return 0, nil })
		var order []int
		calls := make([]func(context.Context) (int, error), 50)
		for i := range calls {
			calls[i] = func(context.Context) (int, error) { order = append(order, i); return i, nil }
		}
		_ = runtime.SubmitAll(context.Background(), p, do, calls)
		if s := p.Stats(); s.Queued < 49 {
			t.Errorf("%+v", s)
		}
		close(gate)
		synctest.Wait()
		if len(order) != 50 || !first.State().Settled() {
			t.Fatal(order)
		}
		for i, n := range order {
			if i != n {
				t.Fatal(order)
			}
		}
	})
}

func TestG11_SubmitAllIsOneSlab(t *testing.T) {
	p := newPool(t, 1)
	ctx, ns := context.Background(), make([]int, 1000)
	n := testing.AllocsPerRun(20, func() {
		for _, f := range tasks.SubmitAllSquare(ctx, p, ns) {
			f.Result(ctx)
		}
	})
	if n > 20 { // slab, futures, ring, a worker, waits
		t.Errorf("%v allocations for 1000 calls", n)
	}
}
