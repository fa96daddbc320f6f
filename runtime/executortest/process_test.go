package executortest_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest"
	"github.com/offing-go/offing/runtime/process"
)

func TestMain(m *testing.M) {
	process.Main()
	os.Setenv("GORACE", "atexit_sleep_ms=0") // or each worker under the race detector takes a second to exit
	os.Exit(m.Run())
}

// processes makes pools of worker processes.
func processes(c process.Config) func(testing.TB) runtime.Executor {
	c.Logger = slog.New(slog.DiscardHandler)
	c.Grace = 100 * time.Millisecond
	return func(tb testing.TB) runtime.Executor {
		p, err := process.NewPool(c)
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { p.Close() })
		return p
	}
}

func TestProcessPool(t *testing.T) {
	executortest.Run(t, processes(process.Config{Workers: 2}))
}

// A laned executor is a pool whose workers run several calls at once. It has no Resize,
// so that the cases are left out which count how many run, or in which order.
type laned struct{ pool *process.Pool }

func (l laned) Submit(ctx context.Context, c runtime.Call) { l.pool.Submit(ctx, c) }
func (l laned) Stats() runtime.Stats                       { return l.pool.Stats() }
func (l laned) Shutdown(ctx context.Context) error         { return l.pool.Shutdown(ctx) }
func (l laned) Close() error                               { return l.pool.Close() }

func TestProcessPoolOfLanes(t *testing.T) {
	pools := processes(process.Config{Workers: 2, TasksPerWorker: 4})
	executortest.Run(t, func(tb testing.TB) runtime.Executor { return laned{pools(tb).(*process.Pool)} })
}

func TestBoundedProcessPool(t *testing.T) {
	executortest.RunBounded(t, processes(process.Config{Workers: 1, Queue: 1}))
}

// A process pool without processes keeps what it promises, but for crashes. It
// takes a program of its own, as the switch is for a whole one.
func TestProcessPoolInProcess(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^Test(Bounded)?ProcessPool$")
	cmd.Env = append(os.Environ(), "OFFING_INPROCESS=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
