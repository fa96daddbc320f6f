//go:build unix

package process_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

func inProcessPool(t *testing.T, c process.Config) *process.Pool {
	t.Setenv("OFFING_INPROCESS", "1")
	return newPool(t, c)
}

func TestInProcess(t *testing.T) {
	p := inProcessPool(t, process.Config{Workers: 2})
	if must(t, p, pid, 0) != os.Getpid() || must(t, p, square, 5) != 25 {
		t.Fatal("not in this process")
	}
	arg := []byte("abc")
	if got := must(t, p, echo, arg); string(got) != "abc" || &got[0] == &arg[0] {
		t.Fatal("it was not encoded")
	}
	if _, err := do(t, p, fail, 0); err == nil || errors.Is(err, errTask) { // as from a worker
		t.Fatalf("got %v", err)
	}
	if _, err := do(t, p, panics, 0); !errors.Is(err, runtime.ErrPanic) {
		t.Fatalf("got %v", err)
	}
	if _, err := do(t, p, obeyTimeout, 0); !errors.Is(err, runtime.ErrTimeout) {
		t.Fatalf("got %v", err)
	}
	items, err := runtime.Map(t.Context(), p, square, []int{1, 2, 3})
	if err != nil || len(items) != 3 || items[2] != 9 {
		t.Fatal(items, err)
	}
	if len(p.Workers()) != 0 || countChildren() != 0 {
		t.Fatal("there are processes")
	}
	if err := p.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := do(t, p, square, 1); !errors.Is(err, runtime.ErrClosed) {
		t.Fatalf("got %v", err)
	}
}

func TestInProcessSizes(t *testing.T) {
	p := inProcessPool(t, process.Config{Workers: 1, Queue: 1})
	running := submit(t.Context(), p, obey, 0)
	eventually(t, "it runs", func() bool { return running.State() == runtime.Running })
	queued := submit(t.Context(), p, obey, 0)
	s := p.Stats()
	s.States = runtime.StateStats{} // of other tests
	if s != (runtime.Stats{Workers: 1, Running: 1, Queued: 1}) {
		t.Fatalf("%+v", s)
	}
	if _, err := do(t, runtime.NonBlocking(p), square, 1); !errors.Is(err, runtime.ErrQueueFull) {
		t.Fatalf("got %v", err)
	}
	if p.Resize(-1) == nil || p.Resize(2) != nil {
		t.Fatal("Resize")
	}
	eventually(t, "both run", func() bool { return queued.State() == runtime.Running })
	p.Close()
	for _, f := range []*runtime.Future[int]{running, queued} {
		if _, err := f.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) {
			t.Fatalf("got %v", err)
		}
	}
}

func TestInProcessRefusesLocalTasks(t *testing.T) {
	p := inProcessPool(t, process.Config{})
	if _, err := submit(t.Context(), p, localOnly, 1).Result(t.Context()); !errors.Is(err, runtime.ErrEncoding) {
		t.Fatalf("got %v", err)
	}
}

// localOnly is a task without an encoding.
var localOnly = runtime.Define(&runtime.Func[int, int]{
	Task: runtime.Task{Name: "process_test.LocalOnly"},
	Call: func(_ context.Context, n int) (int, error) { return n, nil },
})

// obeyTimeout returns when its own timeout has passed.
var obeyTimeout = onInts(runtime.Task{Name: "ObeyTimeout", Timeout: 50 * time.Millisecond}, func(ctx context.Context, _ int) (int, error) {
	<-ctx.Done()
	return 0, context.Cause(ctx)
})
