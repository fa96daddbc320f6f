package executortest_test

import (
	"context"
	"log/slog"
	goruntime "runtime"
	"strconv"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
	"github.com/offing-go/offing/runtime/process"
)

// testDropped submits calls to an executor that nobody keeps or closes (A70).
func testDropped(t *testing.T, submit func(dir string) []*runtime.Future[int]) {
	dir := t.TempDir()
	calls := submit(dir)
	goruntime.GC()
	if err := chores.Mark(dir, chores.AllOpened); err != nil {
		t.Fatal(err)
	}
	goruntime.GC()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for i, f := range calls {
		if _, err := f.Result(ctx); err != nil {
			t.Errorf("call %d: %v", i, err)
		}
	}
}

func submitGates(ex runtime.Executor, dir string) (calls []*runtime.Future[int]) {
	for i := range 4 {
		calls = append(calls, chores.SubmitGate(context.Background(), ex, dir, strconv.Itoa(i)))
	}
	return calls
}

func TestA70_DroppedPool(t *testing.T) {
	testDropped(t, func(dir string) []*runtime.Future[int] {
		return submitGates(new(runtime.Pool), dir)
	})
}

func TestA70_DroppedProcessPool(t *testing.T) {
	testDropped(t, func(dir string) []*runtime.Future[int] {
		p, err := process.NewPool(process.Config{
			Workers: 1, IdleTimeout: 10 * time.Millisecond, Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		return submitGates(p, dir)
	})
}

// TestA52_RecycledWorkers checks that no call is lost where a worker is
// replaced after few.
func TestA52_RecycledWorkers(t *testing.T) {
	for _, size := range [][2]int{{1, 2}, {2, 1}, {2, 2}, {3, 5}} {
		p, err := process.NewPool(process.Config{Workers: size[0], MaxTasks: size[1]})
		if err != nil {
			t.Fatal(err)
		}
		numbers := make([]int, 24)
		for i := range numbers {
			numbers[i] = i
		}
		calls := chores.SubmitAllSquare(t.Context(), p, numbers)
		for i, f := range calls {
			if n, err := f.Result(t.Context()); n != i*i || err != nil {
				t.Errorf("%v: call %d: %d, %v", size, i, n, err)
			}
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}
